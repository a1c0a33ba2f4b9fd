#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Run the tests of cginspect, which need no guest and no module, with this program.

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

need jq

# What a test sums up is added here, and printed once, at the end.
run_test() {
	local code=0

	echo "# cginspect: $1"
	"$TESTS/$1.sh" "$CGINSPECT" >"$TMP/log" 2>&1 || code=$?
	sed '/^[0-9]* passed, /d' "$TMP/log"
	tally "$TMP/log" "$code" 1
}

for test in golden json hostile graph why diff watch dot html broken usage completion schema; do
	run_test "$test"
done
tally_end
