#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every #include "folder/…" in src/ is one that tests/layers.txt allows, and third-party headers
# stay in the folder that owns the library.
set -u
cd "$(dirname "$0")/.." || exit 2
bad=0
includes=0

allowed() { # folder wanted
	[ "$1" = "$2" ] && return 0
	grep "^$1:" tests/layers.txt | tr ' ' '\n' | grep -qx "$2"
}

for file in src/*/*.[ch]; do
	folder=$(basename "$(dirname "$file")")
	if ! grep -q "^$folder:" tests/layers.txt; then
		echo "$file: folder '$folder' is not in tests/layers.txt"
		bad=1
	fi
	for wanted in $(sed -n 's/^#include "\([a-z]*\)\/.*/\1/p' "$file" | sort -u); do
		includes=$((includes + 1))
		allowed "$folder" "$wanted" || { echo "$file: includes $wanted/, which $folder may not"; bad=1; }
	done
done

owner() { # header pattern, folders that may include it
	pattern=$1
	shift
	for file in $(grep -lE "^#include <($pattern)" src/*/*.[ch]); do
		folder=$(basename "$(dirname "$file")")
		case " $* " in
		*" $folder "*) ;;
		*) echo "$file: <$pattern> belongs to $*"; bad=1 ;;
		esac
	done
}
owner 'xxhash|nettle|utf8proc' base
owner 'yaml|cmark|gumbo|pcre2' read
owner 'jansson' read publish capstone
owner 'idn2' read
owner 'git2' read
owner 'gsl' measure
owner 'cairo|ft2build|freetype|png' plot
owner 'xgboost|linear\.h|microhttpd' capstone
owner 'xlsxwriter|libxml|minizip|unzip' export

[ "$includes" -gt 0 ] || { echo "no includes were found: the test looked in the wrong place"; exit 1; }
[ "$bad" = 0 ] && echo "$includes includes follow the flow"
exit "$bad"
