#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# All tests on the debug kernel: the unit tests, then every kselftest, each
# followed by the question whether its checkers found anything. With --control
# instead: do they find what is planted?

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=../scripts/tally.sh
. "$TOP/scripts/tally.sh"

NAME=debug
# Stacks are twice as large here, and the limit of threads half for that.
MEMORY=3072

usage() {
	cat <<USAGE
usage: check-debug.sh [--control]

  --control  boot with one planted fault after the other, each of which must be
             reported, instead of testing the module
USAGE
}

boot() {
	"$VM/run.sh" --kernel "$NAME" --guest mixed --mem "$MEMORY" \
		--files "$VM/debug/guest" "$@"
}

# --- the module ---------------------------------------------------------------

# The oracle can be on one version of hierarchy only: here it is on v2, with
# other controllers to compare.
# shellcheck disable=SC2016 # for the guest's shell
check_kunit() {
	echo "# unit tests, and the debug controller on v2"
	tally_run "$WORK/log" 3 boot --module "$1" --files "$WORK/tests" --timeout 300 -- '
		./kunit.sh
		kunit=$?
		for c in debug pids misc rdma memory; do
			umount /sys/fs/cgroup/$c || exit
		done
		./run_tests.sh debug_oracle debug_current
		oracle=$?
		./sound.sh && [ $kunit -eq 0 ] && [ $oracle -eq 0 ]'
}

# shellcheck disable=SC2016 # for the guest's shell
check_selftests() {
	echo "# selftests"
	tally_run "$WORK/log" 2 boot --module "$1" --files "$WORK/tests" --timeout 2400 -- '
		CGI_TEST_TIMEOUT=600 ./run_tests.sh
		tests=$?
		./sound.sh && [ $tests -eq 0 ]'
}

check_module() {
	local with without

	with=$(CGI_KUNIT=y "$VM/build.sh" "$WORK/kunit" "$NAME")
	without=$("$VM/build.sh" "$WORK/plain" "$NAME")
	"$TOP/selftests/build.sh" "$WORK/tests"
	check_kunit "$with"
	check_selftests "$without"
}

# --- the control ----------------------------------------------------------------

build_planted() {
	local kdir

	kdir=$("$VM/kernel.sh" "$NAME" | sed -n 's/^KDIR=//p')
	mkdir "$WORK/planted" "$WORK/files"
	cp "$VM"/debug/planted/* "$WORK/planted"
	make -s -C "$kdir" "M=$WORK/planted" W=1 modules >"$WORK/log" 2>&1 || {
		cat "$WORK/log" >&2
		die "the planted faults do not build"
	}
	cp "$WORK/planted/planted.ko" "$WORK/files"
}

# expect FAULT STATUS TEXT...: boot with the fault; the runner must end with the
# status and show every text, from the kernel's log or from sound.sh.
expect() {
	local fault=$1 status=$2 got=0 text ok=1

	shift 2
	boot --files "$WORK/files" --out "$WORK/out" --timeout 180 -- \
		"insmod planted.ko fault=$fault && ./sound.sh" >"$WORK/log" 2>&1 || got=$?
	[ "$got" -eq "$status" ] || ok=
	for text; do
		grep -aqF -- "$text" "$WORK/out/console.log" "$WORK/log" && continue
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

# 0: clean, 124: the runner found a splat in the log, 125: panic_on_warn.
check_control() {
	build_planted
	expect none 0 'ok 2 nothing leaked' 'ok 5 lockdep is still on'
	expect use_after_free 125 'BUG: KASAN: ' 'in planted_use_after_free' \
		'VM lost: panic'
	expect lock_order 124 'possible circular locking dependency detected' \
		planted_first 'not ok 5 lockdep is still on'
	expect sleep_in_atomic 124 \
		'BUG: sleeping function called from invalid context' \
		planted_sleep_in_atomic
	expect leak 124 'new suspected memory leaks' planted_leak \
		'not ok 2 nothing leaked'
}

WHAT=check_module
case ${1-} in
'')		;;
--control)	WHAT=check_control ;;
-h|--help)	usage; exit 0 ;;
*)		usage_error "unknown argument '$1'; see check-debug.sh --help" ;;
esac
[ $# -le 1 ] || usage_error "too many arguments; see check-debug.sh --help"

"$TOP/scripts/deps.sh"
# Not a part of the time that the tests take.
"$VM/kernel.sh" "$NAME" >/dev/null
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
SECONDS=0
"$WHAT"
note "took $SECONDS s"
tally_end
