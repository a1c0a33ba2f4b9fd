#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Run all tests on the debug kernel: the unit tests, then every kselftest, then those of
# holders once more with memory and io on v2. After each of the three sound.sh asks the
# kernel's checkers whether they found anything. Then plant faults, and see whether the checkers
# find them, as else it says nothing that they found none.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=../scripts/tally.sh
. "$TOP/scripts/tally.sh"

NAME=debug
# This kernel's stacks are twice as large, which halves the number of threads that a
# given amount of memory allows.
MEMORY=3072

usage() {
	cat <<USAGE
usage: check-debug.sh [--module|--control]

Tests the module, then boots with one planted fault after the other, each of which must
be reported.

  --module   only test the module
  --control  only plant faults
USAGE
}

boot() {
	mkdir -p "$WORK/guests"
	"$VM/run.sh" --kernel "$NAME" --guest mixed --mem "$MEMORY" --files "$VM/debug/guest" \
		--out "$(mktemp -d "$WORK/guests/XXXXXX")" "$@"
}

# --- the module ---------------------------------------------------------------

# The debug controller can be on v1 or on v2, not on both. In the other guest it is
# on v1; here it is moved to v2, together with controllers to compare it with.
# shellcheck disable=SC2016 # for the guest's shell
check_kunit() {
	echo "# unit tests, and the debug controller on v2"
	tally_run "$WORK/log" 3 boot --module "$1" --files "$WORK/tests" --timeout 900 -- '
		./kunit.sh
		kunit=$?
		for c in debug pids misc rdma memory; do
			umount /sys/fs/cgroup/$c || exit
		done
		./run_tests.sh debug_oracle debug_current
		oracle=$?
		./sound.sh && [ $kunit -eq 0 ] && [ $oracle -eq 0 ]'
}

# check_selftests MODULE APPEND [TESTS]: boot with more kernel arguments, and run all tests or
# these, which the guest's shell expands.
check_selftests() {
	# shellcheck disable=SC2016 # for the guest's shell
	tally_run "$WORK/log" 2 boot --append "$2" --module "$1" --files "$WORK/tests" \
		--timeout 3600 -- "CGI_TEST_TIMEOUT=900 ./run_tests.sh ${3-}"'
		tests=$?
		./sound.sh && [ $tests -eq 0 ]'
}

# build_planted DIR FILE...: build the module of vm/debug/DIR, with more files to include.
build_planted() {
	local dir=$1 kdir

	shift
	kdir=$("$VM/kernel.sh" "$NAME" | sed -n 's/^KDIR=//p')
	mkdir -p "$WORK/$dir" "$WORK/files"
	cp "$VM/debug/$dir"/* "$@" "$WORK/$dir"
	make -s -C "$kdir" "M=$WORK/$dir" W=1 modules >"$WORK/log" 2>&1 || {
		cat "$WORK/log" >&2
		die "the planted faults do not build"
	}
	cp "$WORK/$dir/$dir.ko" "$WORK/files"
}

check_unsound() {
	echo "# faults in the graph"
	build_planted unsound "$TOP/module/collect/cset_link.h"
	# shellcheck disable=SC2016 # for the guest's shell
	tally_run "$WORK/log" 2 boot --module "$1" --files "$WORK/files" --timeout 1800 -- '
		./unsound.sh
		unsound=$?
		./sound.sh && [ $unsound -eq 0 ]'
}

check_module() {
	local with without

	with=$(CGI_KUNIT=y "$VM/build.sh" "$WORK/kunit" "$NAME")
	without=$("$VM/build.sh" "$WORK/plain" "$NAME")
	"$TOP/selftests/build.sh" "$WORK/tests"
	check_kunit "$with"
	check_unsound "$without"
	echo "# selftests"
	check_selftests "$without" ''
	# There holders finds what it does not where memory and io are on v1: sockets and inodes
	# that hold a css, swap, io.
	echo "# holders, with memory and io on v2"
	# shellcheck disable=SC2016 # for the guest's shell
	check_selftests "$without" cgroup_no_v1=memory,blkio \
		'$(grep ^named tests) holders charges howto_held churn_check'
}

# --- the control ----------------------------------------------------------------

# expect FAULT STATUS TEXT...: boot a guest that commits the fault. run.sh must end
# with STATUS, and the kernel's log or sound.sh must have said every TEXT.
# A cgroup is removed before sound.sh looks, for the fault that holds it.
expect() {
	local fault=$1 status=$2 cgroup=/sys/fs/cgroup/unified/planted got=0 text ok=1

	shift 2
	boot --files "$WORK/files" --out "$WORK/out" --timeout 900 -- "mkdir $cgroup &&
		insmod planted.ko fault=$fault && rmdir $cgroup && ./sound.sh" \
		>"$WORK/log" 2>&1 || got=$?
	[ "$got" -eq "$status" ] || ok=
	for text; do
		grep -ahF -- "$text" "$WORK/out/console.log" "$WORK/log" |
			grep -vF -- "not $text" >/dev/null && continue
		echo "# missing: $text"
		ok=
	done
	if [ -n "$ok" ]; then
		PASSED=$((PASSED + 1))
		echo "ok $((PASSED + FAILED)) planted $fault: exit $got"
	else
		FAILED=$((FAILED + 1))
		echo "not ok $((PASSED + FAILED)) planted $fault: exit $got, wanted $status"
		tail -n 50 "$WORK/log" | sed 's/^/# /'
	fi
	rm -rf "$WORK/out"
}

# run.sh ends with 0 if all is clean, with 1 if sound.sh alone found something, with 124 if
# there is a splat in the log, and with 125 if the kernel panicked, as it does for a WARN.
check_control() {
	echo "# planted faults"
	build_planted planted
	expect none 0 'ok 2 nothing leaked' 'ok 5 nothing is open on the disk' \
		'ok 6 no cgroup is left that was removed' 'ok 7 lockdep is still on'
	expect use_after_free 125 'BUG: KASAN: ' 'in planted_use_after_free' \
		'VM lost: panic'
	expect lock_order 124 'possible circular locking dependency detected' \
		planted_first 'not ok 7 lockdep is still on'
	expect sleep_in_atomic 124 \
		'BUG: sleeping function called from invalid context' \
		planted_sleep_in_atomic
	expect leak 124 'new suspected memory leaks' planted_leak \
		'not ok 2 nothing leaked'
	expect error_path 124 'new suspected memory leaks' planted_error_path \
		'not ok 2 nothing leaked'
	expect file 124 'new suspected memory leaks' planted_file \
		'not ok 5 nothing is open on the disk'
	expect inode 125 'ok 4 nothing was held' 'Busy inodes after unmount' 'VM lost: panic'
	expect cgroup 1 'ok 4 nothing was held' 'not ok 6 no cgroup is left that was removed'
}

WHAT=(check_module check_control)
case ${1-} in
'')		;;
--module)	WHAT=(check_module) ;;
--control)	WHAT=(check_control) ;;
-h|--help)	usage; exit 0 ;;
*)		usage_error "unknown argument '$1'; see check-debug.sh --help" ;;
esac
[ $# -le 1 ] || usage_error "too many arguments; see check-debug.sh --help"

"$TOP/scripts/deps.sh"
WORK=$(mktemp -d)
trap 'tally_keep "$NAME" "$WORK/guests"; rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# The kernel is built before the clock starts, as that is no part of the tests.
kernel_fix "$NAME" "$WORK"
SECONDS=0
for what in "${WHAT[@]}"; do
	"$what"
done
note "took $SECONDS s"
tally_keep "$NAME" "$WORK/guests"
tally_end
