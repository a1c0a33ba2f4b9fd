#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# race.sh SECONDS [TEST...]: read every file, and load and unload the module, while all that the
# files show changes. Tests of selftests/ make the changes: they are run one after the other, each
# at least once, and again until the time is over. They judge what they read as they always do. The
# output is KTAP, and the counts. What KCSAN counted is left in out/kcsan.

set -u

CGI=/sys/kernel/debug/cgroup_inspect
KCSAN=/sys/kernel/debug/kcsan
READERS=2
TESTS='churn_check named_storm storm churn rebind unload'
# These unload the module, which a reader beside them would not let go.
ALONE=' rebind unload '
# A round of all of them takes some minutes.
CHURN=60
STORM=15
seconds=$1
shift
# shellcheck disable=SC2086 # one word for each test
[ $# -gt 0 ] || set -- $TESTS
passed=0
failed=0
skipped=0
readers=
# What the readers counted, a line for each of them.
COUNTS=/tmp/opened
beside=0

result() {
	if [ "$1" -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) $2"
	else
		failed=$((failed + 1))
		echo "not ok $((passed + failed)) $2"
	fi
}

# count COMMAND...: count whether the command could open the file.
count() {
	if "$@" <"$file"; then
		opened=$((opened + 1))
	else
		refused=$((refused + 1))
	fi
}

# Each file is opened twice, and read the second time. It is not opened for ":", as the shell ends
# if it can't open a file for one of its special commands.
keep_reading() {
	opened=0
	refused=0
	trap 'echo "$opened $refused" >>"$COUNTS"; exit' TERM
	while :; do
		for file in "$CGI"/*; do
			count true
			count cat >/dev/null
		done
	done
}

start_readers() {
	i=0
	while [ $i -lt $READERS ]; do
		keep_reading &
		readers="$readers $!"
		i=$((i + 1))
	done
}

stop_readers() {
	for pid in $readers; do
		kill "$pid"
		wait "$pid"
	done
	readers=
}

# run TEST: with figures that are small, as it is run often.
run() {
	CGI_CHURN_SECONDS=$CHURN CGI_STORM_SECONDS=$STORM CGI_CHURN_TASKS=500 \
		CGI_CHURN_CGROUPS=400 CGI_TEST_TIMEOUT=1200 ./run_tests.sh "$1" >/tmp/round
	status=$?
	sed 's/^TAP version/# &/; s/^1\.\./# &/; $d' /tmp/round | tee -a /tmp/rounds
	read -r pass _ fail _ skip _ <<-COUNTS
	$(sed -n '$p' /tmp/round)
	COUNTS
	passed=$((passed + pass))
	failed=$((failed + fail))
	skipped=$((skipped + skip))
	[ $status -eq 0 ] || [ "$fail" -gt 0 ] || failed=$((failed + 1))
}

run_beside_readers() {
	case $ALONE in
	*" $1 "*)	run "$1"
			return ;;
	esac
	start_readers
	beside=$((beside + 1))
	run "$1"
	stop_readers
}

time_is_over() {
	[ $(($(date +%s) - began)) -ge "$seconds" ]
}

# total TEXT: the sum of what the tests said they did.
total() {
	awk -v text="$1" '{ sub(/^[# ]*/, ""); n = $1; sub(/^[0-9]* /, "") }
		$0 == text && n ~ /^[0-9]+$/ { sum += n }
		END { print sum + 0 " " text }' /tmp/rounds
}

watched() {
	sed -n 's/^setup_watchpoints: *//p' "$KCSAN"
}

# is_watching NUMBER: KCSAN is on, and has watched more accesses than that since the boot.
is_watching() {
	grep -q '^enabled: *1$' "$KCSAN" && [ "$(watched)" -gt "$1" ]
}

# A reader that has ended before it was told to has left no line.
could_be_read() {
	[ "$(wc -l <"$COUNTS")" -eq $((READERS * beside)) ] && [ "$opened" -gt 0 ] &&
		[ "$refused" -eq 0 ]
}

began=$(date +%s)
[ "$(nproc)" -eq 2 ]
result $? "there are two processors"
is_watching 0
result $? "KCSAN watches"
first=$(watched)
: >"$COUNTS"
[ "$seconds" -ge $CHURN ] || CHURN=$seconds
runs=0
while [ $runs -lt $# ] || ! time_is_over; do
	for test; do
		[ $runs -lt $# ] || ! time_is_over || break
		run_beside_readers "$test"
		runs=$((runs + 1))
	done
done
is_watching "$first"
result $? "KCSAN watched to the end"
read -r opened refused <<-OPENED
$(awk '{ o += $1; r += $2 } END { print o + 0, r + 0 }' "$COUNTS")
OPENED
could_be_read
result $? "each file could be read beside the tests, each time"
for text in 'reads of check' 'reads of snapshot' 'reads of holders' 'v1 mounts' \
	    'controllers rebound' 'CPUs switched' 'cgroups made and removed' moves forks; do
	echo "# $(total "$text")"
done
echo "# $READERS readers beside $beside runs opened $opened more files, and were refused $refused"
echo "# $(sed -n 's/^processes //p' /proc/stat) tasks were made since the boot"
echo "# $runs runs of $# tests in $(($(date +%s) - began)) s"
mkdir -p out
cat "$KCSAN" >out/kcsan
sed 's/^/# KCSAN: /' out/kcsan
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
