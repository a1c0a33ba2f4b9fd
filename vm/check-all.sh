#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Test every kernel of the table, two at a time: the default one with the whole suite,
# each other one with the short tier. What a canary finds is shown but not
# counted. A kernel that can not be had (a mirror is down or out of step) does not
# make the run fail, unless it is the default one: it is counted as skipped.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=../scripts/tally.sh
. "$TOP/scripts/tally.sh"

# A guest waits about as long as it computes, so two keep the machine busy.
AT_ONCE=2

usage() {
	cat <<USAGE
usage: check-all.sh [--full] [--strict]

  --full    the whole suite on each kernel: takes hours
  --strict  a kernel that can not be had is a failure, not skipped

Exit code: 0 if something passed, nothing failed and the default kernel was had.
USAGE
}

# Print "KREL (VERSION)" of the kernel that was booted, which run.sh says for each
# guest.
release() {
	local booted

	booted=$(sed -n 's/^run\.sh: kernel \(.*\), guest .*/\1/p' "$WORK/$1.log" |
		sort -u | head -n 1)
	echo "${booted:-was not booted}"
}

# Print why a kernel was not had: the last line of its log, without the name of
# the script that said so.
reason() {
	tail -n 1 "$WORK/$1.log" | sed 's/^[a-z-]*\.sh: //'
}

# ended NAME CODE: keep what the table is made of. The last line of the log has the
# counts of all guests; lines before it can have the counts of one guest.
ended() {
	tail -n 1 "$WORK/$1.log" >"$WORK/$1.counts"
	echo "$2 $SECONDS $1" >>"$WORK/ended"
	[ "$2" -ne "$CGI_EXIT_NOT_HAD" ] ||
		note "KERNEL $1 WAS NOT HAD, NOTHING WAS TESTED ON IT: $(reason "$1")"
}

# check_one NAME [OPTION]: test a kernel while others are tested, too. Its log is shown in
# one piece when it has ended, so that the logs of two kernels do not mix.
check_one() {
	local name=$1 code=0

	shift
	"$VM/check.sh" "$@" "$name" >"$WORK/$name.log" 2>&1 || code=$?
	{
		flock 9
		echo "# kernel $name"
		cat "$WORK/$name.log"
		ended "$name" "$code"
	} 9>"$WORK/lock"
}

# Print a line for each kernel, with the option of its tier. The whole suite takes
# longest, so it begins first.
plan() {
	local name

	printf '%s\n' "${FULL[@]}"
	for name in "${OTHERS[@]}"; do
		echo "$name${SHORT:+ $SHORT}"
	done
}

# judge_code NAME CODE CANARY: set VERDICT, the words of the table, and add the
# kernel up. A kernel of which nothing was heard has failed, too.
judge_code() {
	local name=$1 code=$2 canary=$3 counts=$WORK/$1.counts

	if [ "$code" -eq 0 ]; then
		VERDICT=ok
		tally "$counts" "$code" 1
	elif [ "$code" -eq "$CGI_EXIT_NOT_HAD" ]; then
		judge_missing "$name"
	elif [ -n "$canary" ]; then
		VERDICT="FAILED, a canary: does not count"
	else
		VERDICT=FAILED
		tally "$counts" "$code" 1
	fi
}

# Nothing was tested, so the log has no counts, and they are made here.
judge_missing() {
	local name=$1

	MISSING+=("$name")
	VERDICT="not had: $(reason "$name")"
	if [ "$name" = "$DEFAULT" ] || [ -n "$STRICT" ]; then
		VERDICT="FAILED, $VERDICT"
		FAILED=$((FAILED + 1))
		echo "0 passed, 1 failed, 0 skipped" >"$WORK/$name.counts"
	else
		SKIPPED=$((SKIPPED + 1))
		echo "0 passed, 0 failed, 1 skipped" >"$WORK/$name.counts"
	fi
}

# judge NAME CANARY: print the kernel's line of the table, and add the kernel up.
judge() {
	local name=$1 canary=$2 code=1 seconds=0 line passed failed skipped

	line=$(grep " $name\$" "$WORK/ended" || true)
	[ -z "$line" ] || read -r code seconds _ <<<"$line"
	touch "$WORK/$name.log" "$WORK/$name.counts"
	judge_code "$name" "$code" "$canary"
	read -r passed failed skipped _ <<<"$(tally_counts "$WORK/$name.counts")"
	printf '%-12s %-54s %4d passed %3d failed %3d skipped %5d s  %s\n' "$name" \
		"$(release "$name")" "$passed" "$failed" "$skipped" "$seconds" "$VERDICT"
	[ "$VERDICT" = ok ] || failures "$name" >>"$WORK/failures"
}

# Print what failed on a kernel, with the guest and the test program that it was in, and
# the last that the test said before. The whole log can be too long to be kept by whoever
# runs this, and its end is what they look at.
failures() {
	sed 's/\r$//' "$WORK/$1.log" | awk -v kernel="$1" '
		/^# guest /		{ where = substr($0, 3) }
		/^# selftests: /	{ where = guest ": " $NF }
		/^# guest /		{ guest = where }
		function say(    i)	{
			for (i = said > 8 ? said - 7 : 1; i <= said; i++)
				print "    " line[i]
			said = 0
		}
		/^(# )*ok /		{ said = 0 }
		/^# # /			{ line[++said] = $0 }
		/^(# )*not ok /		{ printf "# %s: %s: %s\n", kernel, where, $0; say() }
		/VM lost:|log not clean|Bail out!/	{ printf "# %s: %s: %s\n", kernel, where, $0 }'
}

# names TIER...: print the names of the kernels in these tiers, one a line.
names() {
	local tier

	for tier; do
		kernel_names "$VM/kernels" "$tier" | xargs -r -n 1
	done
}

if [ "${1-}" = --one ]; then
	shift
	WORK=$1
	shift
	check_one "$@"
	exit
fi
SHORT=--short
STRICT=
while [ $# -gt 0 ]; do
	case $1 in
	--full)		SHORT= ;;
	--strict)	STRICT=1 ;;
	-h|--help)	usage; exit 0 ;;
	*)		usage_error "unknown argument '$1'; see check-all.sh --help" ;;
	esac
	shift
done

DEFAULT=$(kernel_default "$VM/kernels")
mapfile -t FULL < <(names full)
mapfile -t OTHERS < <(names short canary)
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
: >"$WORK/ended"
export CGI_TESTS_DIR=$WORK/tests
MISSING=()
BEGAN=$(date +%s)
# If the tests of one kernel are killed, the others must still be tested and shown,
# but xargs would end: the "|| :" hides the exit code from it. judge() misses the
# kernel in $WORK/ended then.
# shellcheck disable=SC2016 # for that shell
plan |
	xargs -P "$AT_ONCE" -L 1 sh -c '"$0" --one "$@" || :' "$VM/check-all.sh" "$WORK" ||
	note "xargs ended with $?"
echo "# every kernel"
for name in "${FULL[@]}" $(names short); do
	judge "$name" ''
done
for name in $(names canary); do
	judge "$name" yes
done
if [ -s "$WORK/failures" ]; then
	echo "# what failed"
	cat "$WORK/failures"
	echo "# what failed, in short"
	grep '^#' "$WORK/failures"
fi
[ ${#MISSING[@]} -eq 0 ] || note "NOT HAD, SO NOT TESTED: ${MISSING[*]}"
note "took $(($(date +%s) - BEGAN)) s"
tally_end
