# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# Does check-beside.sh see that tests of others end otherwise with us? Sourced by selftest.sh.
# The results are made up here; no guest is booted, and no suite is built.

# runs FOLDER RESULT...: a file for each run of a case, "case", which the run lacks if its result
# is "missing". Another case always passes.
runs() {
	local folder=$1 result number=0

	shift
	rm -rf "$folder"
	mkdir -p "$folder"
	for result; do
		number=$((number + 1))
		printf 'another\tok\n' >"$folder/$number"
		[ "$result" = missing ] || printf 'case\t%s\n' "$result" >>"$folder/$number"
	done
}

# beside WANTED OPTIONS WITHOUT WITH: compare.sh must print this line, for runs with these results.
beside() {
	local wanted=$1 options=$2 dir=$TMP/beside

	# shellcheck disable=SC2086 # words
	{ runs "$dir/without" $3; runs "$dir/with" $4; }
	# shellcheck disable=SC2086
	"$VM/beside/compare.sh" $options "$dir"/without/* -- "$dir"/with/* >"$TMP/log" 2>&1
	echo "wanted: $wanted" >>"$TMP/log"
	[ "$(sed '$d' "$TMP/log" | grep -vc '^same	another	')" -eq 1 ] &&
		sed '$d' "$TMP/log" | grep -xF "${wanted//, case, /	case	}" >/dev/null
	result $? "results of others: $options $3, with us $4: ${wanted%%,*}"
}

test_odd() {
	beside "same, case, 2 ok	1 ok" "" "ok ok" ok
	beside "same, case, 2 skip	2 skip" "" "skip skip" "skip skip"
	beside "flaky, case, 1 ok, 1 fail	1 fail" "" "ok fail" fail
	beside "odd, case, 2 ok	1 ok, 1 fail" "" "ok ok" "ok fail"
	beside "odd, case, 2 fail	2 ok" "" "fail fail" "ok ok"
	beside "odd, case, 2 ok	1 skip" "" "ok ok" skip
	beside "odd, case, 2 ok	1 missing" "" "ok ok" missing
	beside "odd, case, 1 missing	1 ok" "" missing ok
	beside "odd, case, 1 ok, 1 fail	1 missing" "" "ok fail" missing
}

test_again() {
	beside "differs, case, 7 ok	5 fail" "--again case" \
		"ok ok ok ok ok ok ok" "fail fail fail fail fail"
	beside "differs, case, 3 ok	2 ok, 3 fail" "--again case" "ok ok ok" "ok fail fail fail ok"
	beside "rare, case, 3 ok	3 ok, 2 fail" "--again case" "ok ok ok" "ok fail ok fail ok"
	beside "gone, case, 3 ok	5 ok" "--again case" "ok ok ok" "ok ok ok ok ok"
	beside "differs, case, 2 ok, 1 fail	5 fail" "--again case" "ok fail ok" \
		"fail fail fail fail fail"
	beside "flaky, case, 1 ok, 1 fail	5 fail" "--again case" "ok fail" \
		"fail fail fail fail fail"
	beside "flaky, case, 2 ok, 1 fail	1 ok, 4 fail" "--again case" "ok fail ok" \
		"fail fail fail fail ok"
}

# What is no result must not pass for one that is the same everywhere.
test_no_results() {
	runs "$TMP/beside/without" ok
	runs "$TMP/beside/with" okay
	"$VM/beside/compare.sh" "$TMP"/beside/without/1 -- "$TMP/beside/with/1" >"$TMP/log" 2>&1
	[ $? -eq 2 ] && grep -qF 'is no result' "$TMP/log"
	result $? "what is no result is refused"
	: >"$TMP/beside/with/1"
	"$VM/beside/compare.sh" "$TMP"/beside/without/1 -- "$TMP/beside/with/1" >"$TMP/log" 2>&1
	[ $? -eq 2 ] && one_line && grep -qF 'has no results' "$TMP/log"
	result $? "a run without results is refused"
}

# A folder in which check-beside.sh finds scripts that only say what the case wants. Each guest
# leaves the logs of two programs and what is in guests/CONDITION; if it is to run them more than
# once, what is in guests/CONDITION.again, if that is there.
make_beside_folder() {
	local dir=$TMP/others script

	mkdir -p "$dir/vm/beside/guest" "$dir/scripts"
	cp "$VM/check-beside.sh" "$dir/vm"
	printf 'own\tbookworm\tamd64\tflavour\t6.1\thost\town\n' | cat "$VM/kernels" - >"$dir/vm/kernels"
	cp "$VM/beside/compare.sh" "$dir/vm/beside"
	cp "$TOP/scripts/lib.sh" "$TOP/scripts/tally.sh" "$dir/scripts"
	# shellcheck disable=SC2016 # for the scripts that are written
	echo 'touch "$TMPDIR/some.ko"; echo "$TMPDIR/some.ko"' >"$dir/vm/build.sh"
	# shellcheck disable=SC2016 # as above
	echo '[ "$1" = kselftests ] || { echo "build.sh: there is none"; exit 122; }' \
		>"$dir/vm/beside/build.sh"
	: >"$dir/scripts/deps.sh"
	: >"$dir/vm/kernel.sh"
	cat >"$dir/vm/run.sh" <<-RUN
	while [ "\$1" != -- ]; do
		[ "\$1" != --out ] || out=\$2
		[ "\$1" != --module ] || [ "\${2%.ko}" != "\$2" ] || exit 2
		shift
	done
	read -r _ _ condition times program <<<"\$2"
	from=$dir/guests/\$condition
	[ "\$times" -eq 1 ] || [ ! -e "\$from.again" ] || from=\$from.again
	for ((i = 1; i <= times; i++)); do
		mkdir "\$out/log.\$i"
		touch "\$out/log.\$i/a" "\$out/log.\$i/b"
		sed "s,^a,\${program:-a}," "\$from/results" >"\$out/results.\$i"
	done
	cp "\$from/counts" "\$out"
	exit "\$(cat "\$from/code")"
	RUN
	for script in vm/build.sh vm/beside/build.sh scripts/deps.sh vm/kernel.sh vm/run.sh; do
		sed -i '1i #!/bin/bash' "$dir/$script" 2>/dev/null
		[ -s "$dir/$script" ] || echo '#!/bin/bash' >"$dir/$script"
		chmod +x "$dir/$script"
	done
}

# guest_leaves CONDITION COUNTS CODE RESULT...: of the cases a/1, a/2 and so on.
guest_leaves() {
	local dir=$TMP/others/guests/$1 number=0 result

	mkdir -p "$dir"
	echo "$2" >"$dir/counts"
	echo "$3" >"$dir/code"
	for result in "${@:4}"; do
		number=$((number + 1))
		printf 'a/%d\t%s\n' "$number" "$result"
	done >"$dir/results"
}

# In each condition one case passes, one fails and one is skipped. A test then says what is not so.
all_alike() {
	local condition

	rm -rf "$TMP/others/guests"
	for condition in nothing poll load other read; do
		guest_leaves "$condition" "10 10 0" 0 ok fail skip
	done
}

# others NAME CODE COUNTS REGEX...: what check-beside.sh $OPTION must end with and say.
others() {
	local name=$1 code=$2 counts=$3 got regex ok=0

	shift 3
	mkdir -p "$TMP/others/tmp"
	TMPDIR=$TMP/others/tmp "$TMP/others/vm/check-beside.sh" ${OPTION:+"$OPTION"} >"$TMP/log" 2>&1
	got=$?
	[ "$got" -eq "$code" ] && [ "$(tail -n 1 "$TMP/log")" = "$counts" ] || ok=1
	for regex; do
		grep -qE -- "$regex" "$TMP/log" || ok=1
	done
	! grep -q '^usage' "$TMP/log" || ok=1
	echo "exit $got, wanted $code, '$counts' and: $*" >>"$TMP/log"
	result "$ok" "$name"
}

# Eight guests, a case that some pass without us, two conditions with a case that says something
# and two that do not, and the suite that is not there.
test_others() {
	all_alike
	others "tests of others that end alike" 0 "11 passed, 0 failed, 5 skipped" \
		"^# SKIP ltp: build.sh: there is none\$" "beside poll: exit 0, 10 readings"
	guest_leaves poll "10 0 0" 0 fail fail skip
	others "a case that fails beside a reader" 1 "13 passed, 1 failed, 5 skipped" \
		"^not ok [0-9]+ kselftests a/1; beside nothing 7 ok; beside read 5 ok; beside poll 7 fail\$"
	guest_leaves poll.again "10 0 0" 0 ok fail skip
	others "but no more when it is run again" 0 "13 passed, 0 failed, 6 skipped" \
		"^# gone: kselftests a/1; .* beside poll 5 ok 2 fail\$"
	rm -r "$TMP/others/guests/poll.again"
	guest_leaves nothing.again "" 0 fail fail skip
	others "and without us" 0 "13 passed, 0 failed, 6 skipped" \
		"^# flaky: kselftests a/1; beside nothing 2 ok 5 fail; .* beside poll 7 fail\$"
	all_alike
	guest_leaves load "10 10 0" 0 ok fail
	guest_leaves other.again "0 10 0" 0 ok fail
	others "and beside any module" 0 "14 passed, 0 failed, 5 skipped" "^# flaky: kselftests a/3; "
}

# A suite in which nothing passes says nothing, even if its programs come to their end.
test_all_fail() {
	local condition

	all_alike
	for condition in nothing poll load other; do
		guest_leaves "$condition" "10 10 0" 0 fail fail fail
		printf 'a\tok\n' >>"$TMP/others/guests/$condition/results"
	done
	others "a suite in which all cases fail" 1 "10 passed, 1 failed, 7 skipped" \
		"^not ok [0-9]+ some cases of kselftests pass without us\$"
}

test_other_guests() {
	all_alike
	guest_leaves poll "0 0 0" 0 ok fail skip
	others "a reader that read nothing" 1 "9 passed, 2 failed, 5 skipped" \
		"^not ok 2 guest kselftests beside poll: exit none, 0 readings, "
	guest_leaves poll "1 0 0" 0 ok fail skip
	others "a reader that read less often than programs were run" 1 \
		"9 passed, 2 failed, 5 skipped" ": exit none, 1 readings, .*, 2 programs"
	guest_leaves poll "10 0 1" 0 ok fail skip
	others "a reading that was wrong" 1 "9 passed, 2 failed, 5 skipped"
	guest_leaves poll "10 0 0" 124 ok fail skip
	others "a log that is not clean" 1 "9 passed, 2 failed, 5 skipped"
	guest_leaves poll "10 0 0" 125
	others "a guest that was lost" 1 "8 passed, 3 failed, 3 skipped" "^not ok .* has results\$"
	guest_leaves poll "10 0 0" 0 fail fail skip
	guest_leaves poll.again "" 125
	others "a guest that was lost when it ran a case again" 1 "12 passed, 2 failed, 5 skipped" \
		"^not ok [0-9]+ kselftests a/1; beside nothing 7 ok; beside read 5 ok; beside poll 2 fail\$"
	all_alike
	guest_leaves load "10 1 0" 0 ok fail skip
	others "a module that was loaded less often" 1 "9 passed, 2 failed, 5 skipped"
	all_alike
	guest_leaves other "" 125
	others "a guest beside another module that was lost" 1 "9 passed, 2 failed, 5 skipped"
}

test_other_controls() {
	all_alike
	guest_leaves hold "0 10 0" 0 fail fail skip
	guest_leaves poll "0 0 0" 0 ok fail skip
	OPTION=--control others "both controls are found" 0 "2 passed, 0 failed, 0 skipped"
	guest_leaves hold.again "0 10 0" 125 fail fail skip
	guest_leaves poll "10 0 0" 0 ok fail skip
	OPTION=--control others "no control is found" 1 "0 passed, 2 failed, 0 skipped"
}

test_beside() {
	test_odd
	test_again
	test_no_results
	make_beside_folder
	test_others
	test_all_fail
	test_other_guests
	test_other_controls
	OPTION=own others "a kernel with tests of its own" 2 \
		"check-beside.sh: this is not for the kernel 'own': the suites are built for Debian's amd64 kernels"
	printf '#!/bin/sh\necho "build.sh: there is none"; exit 122\n' >"$TMP/others/vm/beside/build.sh"
	others "no suite at all" 122 \
		"check-beside.sh: no suite can be had, so nothing was compared"
}
