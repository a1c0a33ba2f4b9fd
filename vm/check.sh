#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# All tests of the default tier on one kernel: the runner's own, then every
# kselftest in each guest. The last line sums them up; the exit code is 0 only
# if none failed.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=../scripts/tally.sh
. "$TOP/scripts/tally.sh"

# What shows in a minute whether a kernel is understood: the locks, memberships
# and links against the kernel's own files, check under load, unloading.
SHORT=(locks audit membership rules links css_sets format hidden newborn dying draining)
SHORT+=(reaped graph_dot check_ktap churn_check unload)
# For a slow guest: one of another architecture, or while others run.
TIMEOUT=1500
# Variables of the tests.
SETTINGS=

usage() {
	cat <<USAGE
usage: check.sh [--short|--churn] [KERNEL]

KERNEL is one of: $(kernel_names "$VM/kernels") (default $(kernel_default "$VM/kernels"))
  --short  only in the guest mixed, only: ${SHORT[*]}
  --churn  only in the guest mixed, only: churn_check, which reads check and
           snapshot while all changes, for 300 seconds or \$CGI_CHURN_SECONDS

Exit code: 0 if something passed and nothing failed, 2 for wrong usage, $CGI_EXIT_NOT_HAD if
nothing was tested because something that has to be downloaded can not be had; the
last line says what.
USAGE
}

set_guests() {
	GUESTS=(mixed)
	if [ -z "$TESTS" ] && [ "$ARCH" = amd64 ]; then
		GUESTS+=(systemd systemd-hybrid)
	fi
}

# Everything that can be lacking is had before the first test runs, so that "not
# had" and "failed" are never mixed up: from here on all that fails is a failure.
get_all() {
	local guest

	"$TOP/scripts/deps.sh" --kernel "$NAME"
	"$VM/kernel.sh" "$NAME" >"$WORK/described"
	mv "$WORK/described" "$CGI_KERNEL_FILE"
	MODULE=$("$VM/build.sh" "$WORK/build" "$NAME")
	"$TOP/selftests/build.sh" "$WORK/tests" "$ARCH"
	[ "$ARCH" = amd64 ] || "$VM/busybox.sh" "$ARCH" >/dev/null
	for guest in "${GUESTS[@]}"; do
		[ "$guest" = mixed ] || "$VM/rootfs.sh" >/dev/null
	done
}

check_runner() {
	echo "# runner of the guests"
	tally_run "$WORK/log" 1 "$VM/selftest.sh" "$NAME"
}

# graph_dot leaves its file in out, for the pictures; info says if it must.
run_guest() {
	"$VM/run.sh" --kernel "$NAME" --guest "$1" \
		--module "$MODULE" --files "$WORK/tests" --out "$WORK/out/$1" \
		--timeout "$TIMEOUT" -- \
		"mkdir -p out && cat /sys/kernel/debug/cgroup_inspect/info >out/info &&
		 $SETTINGS ./run_tests.sh $TESTS"
}

# QEMU can run the breakpoint of a static key of the kernel's once more when the
# kernel has taken it away; no module of ours is in the log then.
was_stale_breakpoint() {
	grep -q 'int3: 0000' "$1" && ! grep -qF '[cgroup_inspect]' "$1"
}

# Once more after that, as it says nothing of the module; a second time it counts.
run_guest_patiently() {
	local log=$WORK/out/$1/console.log code=0

	run_guest "$1" || code=$?
	if [ "$code" -ne 125 ] || ! was_stale_breakpoint "$log"; then
		return "$code"
	fi
	note "THE GUEST MET A BREAKPOINT THAT THE KERNEL HAD REMOVED, as emulated processors can: once more"
	mv "$log" "$WORK/out/$1.first.console.log"
	run_guest "$1"
}

check_guest() {
	echo "# guest $1, kernel $NAME"
	tally_run "$WORK/log" 1 run_guest_patiently "$1"
}

# What a failed guest left is evidence.
keep_logs() {
	local kept

	if [ "$FAILED" -eq 0 ] || [ ! -d "$WORK/out" ]; then
		return
	fi
	kept=$CGI_CACHE/failed/$NAME-$(date +%Y%m%d-%H%M%S)
	if mkdir -p "${kept%/*}" && mv "$WORK/out" "$kept"; then
		note "logs of the guests are in $kept"
	else
		note "the logs of the guests can not be kept"
	fi
}

# One that did not even bring its info has failed as a whole, and here again.
check_picture() {
	local guest=$1 out=$WORK/out/$1

	if grep -sq '^graph: off' "$out/info"; then
		SKIPPED=$((SKIPPED + 1))
		echo "# SKIP guest $guest has no graph to draw: its info says $(grep '^graph: ' "$out/info")"
		return
	fi
	tally_case "Graphviz draws the graph of guest $guest" "$TOP/scripts/dot.sh" "$out"
}

check_pictures() {
	local guest

	[[ " ${TESTS:-graph_dot} " == *" graph_dot "* ]] || return 0
	echo "# graph.dot of every guest, drawn"
	for guest in "${GUESTS[@]}"; do
		check_picture "$guest"
	done
}

# A guest that is too slow for what must have happened gets five times that, and
# the churn_check that hangs is to be told from one that is slow.
set_churn() {
	local seconds=${CGI_CHURN_SECONDS:-300}

	[[ $seconds =~ ^[1-9][0-9]{0,5}$ ]] ||
		usage_error "CGI_CHURN_SECONDS must be a number of seconds, not '$seconds'"
	TESTS=churn_check
	SETTINGS="CGI_CHURN_SECONDS=$seconds CGI_TEST_TIMEOUT=$((5 * seconds + 300))"
	TIMEOUT=$((5 * seconds + 900))
}

TESTS=
case ${1-} in
--short)	TESTS=${SHORT[*]}; shift ;;
--churn)	set_churn; shift ;;
-h|--help)	usage; exit 0 ;;
-*)		usage_error "unknown option '$1'; see check.sh --help" ;;
esac
[ $# -le 1 ] || usage_error "too many arguments; see check.sh --help"
NAME=${1:-$(kernel_default "$VM/kernels")}
ROW=$(kernel_row "$VM/kernels" "$NAME")
{ read -r _; read -r _; read -r ARCH; read -r FLAVOUR; } <<<"$ROW"
[ "$FLAVOUR" != debug ] || usage_error "the kernel '$NAME' has tests of its own: make check-debug"
WORK=$(mktemp -d)
trap 'keep_logs; rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# Every build and guest of this run is to have the same version of the kernel.
export CGI_KERNEL_FILE=$WORK/kernel
set_guests
get_all
SECONDS=0
[ -n "$TESTS" ] || check_runner
for guest in "${GUESTS[@]}"; do
	check_guest "$guest"
done
check_pictures
note "took $SECONDS s"
# Nothing may be said after the counts: check-all.sh takes the last line for them.
keep_logs
tally_end
