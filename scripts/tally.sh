# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Add up results of several runs; sourced after lib.sh.

PASSED=0
FAILED=0
SKIPPED=0

# Print "passed failed skipped lines" of all lines "N passed, N failed, N skipped".
tally_counts() {
	sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$1" |
		awk '{ p += $1; f += $2; s += $3 } END { print p + 0, f + 0, s + 0, NR }'
}

# tally LOG CODE LINES: add up what the log of a run says, which must have as
# many lines of counts as said. One that is missing, or an exit code that no
# failure explains, is a failure more.
tally() {
	local log=$1 code=$2 wanted=$3 passed failed skipped lines

	read -r passed failed skipped lines <<<"$(tally_counts "$log")"
	PASSED=$((PASSED + passed))
	FAILED=$((FAILED + failed))
	SKIPPED=$((SKIPPED + skipped))
	if [ "$lines" -ne "$wanted" ] || { [ "$code" -ne 0 ] && [ "$failed" -eq 0 ]; }; then
		FAILED=$((FAILED + 1))
	fi
}

# tally_run LOG LINES COMMAND...: run it, show and keep what it says, add it up.
# The exit code is that of the first command of the pipe, whatever set -e thinks.
tally_run() {
	local log=$1 wanted=$2 code

	shift 2
	set +e
	"$@" 2>&1 | tee "$log"
	code=${PIPESTATUS[0]}
	set -e
	tally "$log" "$code" "$wanted"
	[ "$code" -eq 0 ] || note "${1##*/} ended with $code"
}

# tally_case NAME COMMAND...: one case, which is passed if the command succeeds.
tally_case() {
	local name=$1

	shift
	if "$@"; then
		PASSED=$((PASSED + 1))
		echo "ok $((PASSED + FAILED)) $name"
	else
		FAILED=$((FAILED + 1))
		echo "not ok $((PASSED + FAILED)) $name"
	fi
}

# tally_quiet LOG NAME COMMAND...: the same, but what the command says is only shown
# if it fails. Succeeds if the command does.
tally_quiet() {
	local log=$1 name=$2 status=0

	shift 2
	"$@" >"$log" 2>&1 || status=$?
	[ "$status" -eq 0 ] || sed 's/^/# /' "$log"
	tally_case "$name" [ "$status" -eq 0 ]
	return "$status"
}

# The last line of a run; success if something passed and nothing failed.
tally_end() {
	echo "$PASSED passed, $FAILED failed, $SKIPPED skipped"
	[ "$FAILED" -eq 0 ] && [ "$PASSED" -gt 0 ]
}
