#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The manual page is well-formed, and names every command and option that --help names; the pages on
# figures name every option of their commands, and none that is not there.
set -u
# Usage: check_manual.sh PROGRAM [PAGE]
program=$1
docs=$(dirname "$0")/../docs
page=$docs/${2:-modelbook.1}
bad=0
if command -v mandoc >/dev/null; then
	mandoc -T lint -W warning "$page" || bad=1
fi
commands=$("$program" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]\{1,\}\) .*/\1/p')
for command in $commands; do
	grep -q "Cm $command" "$page" || { echo "command '$command' is not in the manual page"; bad=1; }
	for option in $("$program" "$command" --help | sed -n 's/^  --\([a-z-]*\).*/\1/p'); do
		grep -q -e "Fl -$option" -e "^\.Fl .*, -$option\>" -e "^\.Op .*, -$option\>" "$page" || { echo "option '--$option' of $command is not in the manual page"; bad=1; }
	done
done
pages="measure:measure drift:measure profile:profiles"
[ $# -lt 2 ] || pages=
all=$(for command in $commands; do "$program" "$command" --help; done)
for pair in $pages; do
	command=${pair%:*} text=$docs/${pair#*:}.md
	for option in $("$program" "$command" --help | sed -n '/^Options/,/^Global/s/^  --\([a-z-]*\).*/\1/p'); do
		grep -q -e "--$option\>" "$text" || { echo "option '--$option' of $command is not in $text"; bad=1; }
	done
	for option in $(grep -o -e '--[a-z][a-z-]*' "$text" | sort -u); do
		printf '%s\n' "$all" | grep -q -e "^  $option\>" ||
			{ echo "$text names '$option', which is no option"; bad=1; }
	done
done
[ -n "$commands" ] || { echo "--help names no command"; bad=1; }
[ "$bad" = 0 ] && echo "the manual page names all of: $(echo $commands)"
exit "$bad"
