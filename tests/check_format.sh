#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every C file is as clang-format writes it.
set -eu
cd "$(dirname "$0")/.."
command -v clang-format >/dev/null || { echo "clang-format is not installed (script/setup test)"; exit 1; }
git ls-files '*.c' '*.h' 2>/dev/null | grep . >/dev/null || { echo "no C files are tracked"; exit 1; }
git ls-files '*.c' '*.h' | xargs clang-format --dry-run --Werror
