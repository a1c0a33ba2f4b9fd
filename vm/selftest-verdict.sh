# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# What does check-all.sh make of the ways in which the tests of a kernel can end?
# Sourced by selftest.sh. check-all.sh runs in a folder with another table of kernels,
# and with a check.sh that boots nothing and ends as a case wants it to.

# kernel_ends NAME CODE LAST: let check.sh end with CODE for this kernel, or be killed,
# and say LAST as its last line.
kernel_ends() {
	echo "$2" >"$TMP/verdict/$1.code"
	printf '%s\n' "a line before the last" "$3" >"$TMP/verdict/$1.says"
}

make_verdict_folder() {
	local vm=$TMP/verdict/vm scripts=$TMP/verdict/scripts

	mkdir -p "$vm" "$scripts"
	cp "$VM/check-all.sh" "$vm"
	cp "$TOP/scripts/lib.sh" "$TOP/scripts/tally.sh" "$scripts"
	cat >"$vm/kernels" <<-'TABLE'
	main	suite amd64 flavour 1 host full	the default one
	other	suite amd64 flavour 1 host short	another
	rc	suite amd64 flavour 1 host canary	what comes next
	TABLE
	cat >"$vm/check.sh" <<-CHECK
	#!/bin/bash
	name=\${!#}
	cat "$TMP/verdict/\$name.says"
	code=\$(cat "$TMP/verdict/\$name.code")
	[ "\$code" != killed ] || kill -KILL \$\$
	exit "\$code"
	CHECK
	chmod +x "$vm/check.sh"
}

# Let every kernel pass. A case then says which one does not.
all_end_well() {
	local name

	for name in main other rc; do
		kernel_ends "$name" 0 "3 passed, 0 failed, 0 skipped"
	done
}

# verdict NAME OPTIONS CODE COUNTS REGEX...: check-all.sh with OPTIONS must end with CODE,
# its last line must be COUNTS, and each REGEX must match a line of its output.
verdict() {
	local name=$1 options=$2 code=$3 counts=$4 got regex ok=0

	shift 4
	# shellcheck disable=SC2086 # words of a command
	"$TMP/verdict/vm/check-all.sh" $options >"$TMP/log" 2>&1
	got=$?
	[ "$got" -eq "$code" ] && [ "$(tail -n 1 "$TMP/log")" = "$counts" ] || ok=1
	for regex; do
		grep -qE -- "$regex" "$TMP/log" || ok=1
	done
	echo "exit $got, wanted $code, '$counts' and: $*" >>"$TMP/log"
	result "$ok" "$name"
}

test_missing() {
	local why="nothing of it; check the network" loud="WAS NOT HAD" name

	all_end_well
	kernel_ends other "$CGI_EXIT_NOT_HAD" "kernel.sh: $why"
	verdict "a kernel that can not be had is skipped" "" 0 \
		"6 passed, 0 failed, 1 skipped" "^check-all.sh: KERNEL other $loud.*: $why\$" \
		"^other .* 0 passed +0 failed +1 skipped .*  not had: $why\$" \
		"^check-all.sh: NOT HAD, SO NOT TESTED: other\$"
	verdict "and a failure with --strict" --strict 1 \
		"6 passed, 1 failed, 0 skipped" "^other .*  FAILED, not had: $why\$"
	all_end_well
	kernel_ends rc "$CGI_EXIT_NOT_HAD" "toolchain.sh: $why"
	verdict "a canary that can not be had is skipped" "" 0 \
		"6 passed, 0 failed, 1 skipped" "^rc .*  not had: $why\$"
	verdict "and a failure with --strict, though it is a canary" --strict 1 \
		"6 passed, 1 failed, 0 skipped" "^rc .*  FAILED, not had: $why\$"
	all_end_well
	kernel_ends main "$CGI_EXIT_NOT_HAD" "rootfs.sh: $why"
	verdict "the default kernel that can not be had is a failure" "" 1 \
		"6 passed, 1 failed, 0 skipped" "^main .*  FAILED, not had: $why\$"
	for name in main other rc; do
		kernel_ends "$name" "$CGI_EXIT_NOT_HAD" "kernel.sh: $why"
	done
	verdict "no kernel at all is a failure" "" 1 "0 passed, 1 failed, 2 skipped"
}

# Whoever sees only the end of a long log must learn there what failed.
test_failures() {
	cat >"$TMP/verdict/other.says" <<-'SAYS'
	# guest small, kernel other
	# selftests: cgroup_inspect: fine
	# ok 1 good
	# # words of another case
	# ok 2 better
	# # 3 words of it
	# not ok 3 bad
	not ok 1 selftests: cgroup_inspect: fine
	run.sh: VM lost: timeout after 5 s
	2 passed, 1 failed, 0 skipped
	SAYS
	verdict "what failed is said at the end" "" 1 "8 passed, 1 failed, 0 skipped" \
		"^# what failed\$" "^# other: guest small, kernel other: fine: # not ok 3 bad\$" \
		"^    # # 3 words of it\$" "^# other: .* run.sh: VM lost: timeout after 5 s\$"
	! sed '1,/^# what failed/d' "$TMP/log" | grep 'another case' >/dev/null
	result $? "and nothing that did not fail"
}

test_verdicts() {
	make_verdict_folder
	all_end_well
	verdict "all kernels pass" --strict 0 "9 passed, 0 failed, 0 skipped" "^other .*  ok\$"
	test_missing
	all_end_well
	kernel_ends other 1 "2 passed, 1 failed, 0 skipped"
	verdict "a kernel that fails is a failure" "" 1 "8 passed, 1 failed, 0 skipped" \
		"^other .*  FAILED\$"
	test_failures
	kernel_ends other 1 "build.sh: the module does not build for kernel other"
	verdict "a module that does not build is a failure" "" 1 \
		"6 passed, 1 failed, 0 skipped" "^other .*  FAILED\$"
	kernel_ends other killed "3 passed, 0 failed, 0 skipped"
	verdict "a kernel whose tests are killed is a failure" "" 1 \
		"9 passed, 1 failed, 0 skipped" "^other .*  FAILED\$"
	all_end_well
	kernel_ends rc 1 "2 passed, 1 failed, 0 skipped"
	verdict "a canary that fails does not count" "" 0 "6 passed, 0 failed, 0 skipped" \
		"^rc .*  FAILED, a canary: does not count\$"
}
