# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Add up the results of several runs. Sourced after lib.sh.

PASSED=0
FAILED=0
SKIPPED=0

# Print "passed failed skipped lines" of all lines "N passed, N failed, N skipped". A guest that
# boot.sh has started once more begins anew.
tally_counts() {
	awk '
		/^run\.sh: THE GUEST MET A BREAKPOINT/ { p = f = s = lines = 0 }
		/^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ {
			p += $1; f += $3; s += $5; lines++
		}
		END { print p + 0, f + 0, s + 0, lines + 0 }' "$1"
}

# tally LOG CODE LINES: add up the lines of counts in the log of a run that ended with
# CODE. If there are not LINES of them, or if the run ended with an error but none of
# them has a failure, that is one more failure.
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

# tally_run LOG LINES COMMAND...: run the command, show its output and keep it in LOG, and
# add it up. set -e is off meanwhile, so that the command's exit code can be seen.
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

# tally_keep NAME DIR: if something failed, keep the logs of guests that are in DIR, for whoever
# looks into it.
tally_keep() {
	local kept

	if [ "$FAILED" -eq 0 ] || [ ! -d "$2" ]; then
		return
	fi
	kept=$CGI_CACHE/failed/$1-$(date +%Y%m%d-%H%M%S)
	if mkdir -p "${kept%/*}" && mv "$2" "$kept"; then
		note "logs of the guests are in $kept"
	else
		note "the logs of the guests can not be kept"
	fi
}

# tally_case NAME COMMAND...: the case NAME is passed if the command succeeds.
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

# tally_quiet LOG NAME COMMAND...: the same, but the command's output is shown only if it
# fails. Ends as the command does.
tally_quiet() {
	local log=$1 name=$2 status=0

	shift 2
	"$@" >"$log" 2>&1 || status=$?
	[ "$status" -eq 0 ] || sed 's/^/# /' "$log"
	tally_case "$name" [ "$status" -eq 0 ]
	return "$status"
}

# Print the last line of a run; succeed if something passed and nothing failed.
tally_end() {
	echo "$PASSED passed, $FAILED failed, $SKIPPED skipped"
	[ "$FAILED" -eq 0 ] && [ "$PASSED" -gt 0 ]
}
