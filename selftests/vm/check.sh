#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# All tests of the default tier on one kernel: the runner's own, then every
# kselftest in each guest. The last line sums them up; the exit code is 0 only
# if none failed.

set -euo pipefail

VM=$(dirname "$(readlink -f "$0")")
# shellcheck source=lib.sh
. "$VM/lib.sh"
# shellcheck source=tally.sh
. "$VM/tally.sh"

# What shows in a minute whether a kernel is understood: the locks, memberships
# and links against the kernel's own files, check under load, unloading.
SHORT=(locks membership rules links css_sets format check_ktap churn_check unload)
# For a slow guest: one of another architecture, or while others run.
TIMEOUT=1500

usage() {
	cat <<USAGE
usage: check.sh [--short] [KERNEL]

KERNEL is one of: $(kernel_names "$VM/kernels") (default $(kernel_default "$VM/kernels"))
  --short  only in the guest mixed, only: ${SHORT[*]}
USAGE
}

set_guests() {
	GUESTS=(mixed)
	if [ -z "$TESTS" ] && [ "$ARCH" = amd64 ]; then
		GUESTS+=(systemd systemd-hybrid)
	fi
}

check_runner() {
	echo "# runner of the guests"
	tally_run "$WORK/log" 1 "$VM/selftest.sh" "$NAME"
}

# The graph is fetched first: the tests end with the module unloaded and loaded.
# Without it, in the RCU-only mode, the tests say what is missing.
check_guest() {
	local dot=/sys/kernel/debug/cgroup_inspect/graph.dot

	echo "# guest $1, kernel $NAME"
	tally_run "$WORK/log" 1 "$VM/run.sh" --kernel "$NAME" --guest "$1" \
		--module "$MODULE" --files "$WORK/tests" --out "$WORK/out/$1" \
		--timeout "$TIMEOUT" -- "mkdir -p out
		[ ! -e $dot ] || cat $dot >out/graph.dot || exit
		./run_tests.sh $TESTS"
}

check_pictures() {
	[ -n "$(find "$WORK/out" -name graph.dot)" ] || return 0
	echo "# graph.dot of every guest, drawn"
	tally_case "Graphviz draws them" "$VM/dot.sh" "$WORK/out"
}

TESTS=
case ${1-} in
--short)	TESTS=${SHORT[*]}; shift ;;
-h|--help)	usage; exit 0 ;;
-*)		usage_error "unknown option '$1'; see check.sh --help" ;;
esac
[ $# -le 1 ] || usage_error "too many arguments; see check.sh --help"
NAME=${1:-$(kernel_default "$VM/kernels")}
ROW=$(kernel_row "$VM/kernels" "$NAME")
{ read -r _; read -r _; read -r ARCH; read -r FLAVOUR; } <<<"$ROW"
[ "$FLAVOUR" != debug ] || usage_error "the kernel '$NAME' has tests of its own: make check-debug"
"$VM/deps.sh" --kernel "$NAME"
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
MODULE=$("$VM/build.sh" "$WORK/build" "$NAME")
"$VM/../build.sh" "$WORK/tests" "$ARCH"
set_guests
SECONDS=0
[ -n "$TESTS" ] || check_runner
for guest in "${GUESTS[@]}"; do
	check_guest "$guest"
done
check_pictures
note "took $SECONDS s"
tally_end
