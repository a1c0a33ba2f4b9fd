#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Run all tests on one kernel: those of cginspect, which need no guest, those of the
# runner itself, then every kselftest in each guest. The last line sums them up; the
# exit code is 0 only if none failed.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=../scripts/tally.sh
. "$TOP/scripts/tally.sh"

# These show within minutes whether the module understands a kernel: they compare
# memberships and links with the kernel's own files, look at the locks, read check
# under load, and unload the module.
SHORT=(locks unaccounted membership rules links css_sets format hidden newborn dying draining)
SHORT+=(reaped released exec mounts lingering stuck rebind rcu_only graph_dot check_ktap churn_check unload)
# What holds differs from kernel to kernel, and the contract says it for each.
SHORT+=(pins cgroupns)
# So does what splice() calls.
SHORT+=(splice)
# What holders names differs, too. These are run where memory and io are on v2.
NAMED=(named named_css named_others named_sockets named_sums named_memory named_disk named_huge)
NAMED+=(named_motion named_free)
# What these tell does not depend on what is mounted, nor on who is in which cgroup. So
# they run in the guest mixed alone.
ONCE=(names reading readonly killable unload churn snapshot failing storm exec stuck splice)
ONCE+=(oom deep rcu_only holds howto howto_held failing_load forge security)
ONCE+=(unprivileged lockdown)
# These make what is named themselves, and need no disk.
ONCE+=(named named_others named_sockets named_huge named_motion named_free named_storm)
# What these tell depends on which controllers are on v2: run_holders() runs them with some there.
ONCE+=(named_sums cgroup_more howto_refused)
# Guests of another architecture are slow, and so are those beside other guests.
TIMEOUT=1500
# Variables that the tests get, as NAME=VALUE.
SETTINGS=

usage() {
	cat <<USAGE
usage: check.sh [--short|--churn] [KERNEL]

KERNEL is one of: $(kernel_names "$VM/kernels") (default $(kernel_default "$VM/kernels"))
  --short  in the guest mixed alone, and these tests alone: ${SHORT[*]};
           then, with memory and io on v2: holders charges ${NAMED[*]} lockdown
  --churn  in the guest mixed alone, and the test churn_check alone, which reads
           check, snapshot and holders while everything changes, for 300 seconds or
           \$CGI_CHURN_SECONDS

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
	[ -n "$TESTS" ] || "$TOP/scripts/deps.sh" --tools
	kernel_fix "$NAME" "$WORK"
	MODULE=$("$VM/build.sh" "$WORK/build" "$NAME")
	get_tests
	[ "$ARCH" = amd64 ] || "$VM/busybox.sh" "$ARCH" >/dev/null
	for guest in "${GUESTS[@]}"; do
		[ "$guest" = mixed ] || "$VM/rootfs.sh" >/dev/null
	done
}

# The selftests differ from one architecture to another, not from kernel to kernel, so
# check-all.sh names a folder that all its kernels share.
get_tests() {
	FILES=${CGI_TESTS_DIR:-$WORK/tests}/$ARCH
	mkdir -p "${FILES%/*}"
	{
		flock 9
		[ -e "$FILES/settings" ] || "$TOP/selftests/build.sh" "$FILES" "$ARCH"
	} 9>"$FILES.lock"
}

check_runner() {
	echo "# runner of the guests"
	tally_run "$WORK/log" 1 "$VM/selftest.sh" "$NAME"
}

# tests_in GUEST: print what run_tests.sh takes: nothing stands for all.
tests_in() {
	if [ -n "$TESTS" ] || [ "$1" = mixed ]; then
		echo "$TESTS"
	else
		printf '%s\n' "${ONCE[@]}" | grep -vxF -f - "$FILES/tests" | xargs
	fi
}

# The test graph_dot leaves graph.dot in out/, and check_pictures draws it. Without a
# graph there is none, which info says, so info is kept as well.
run_guest() {
	"$VM/run.sh" --kernel "$NAME" --guest "$1" \
		--module "$MODULE" --files "$FILES" --out "$WORK/out/$1" \
		--timeout "$TIMEOUT" -- \
		"mkdir -p out && cat /sys/kernel/debug/cgroup_inspect/info >out/info &&
		 $SETTINGS ./run_tests.sh $(tests_in "$1")"
}

check_tools() {
	echo "# cginspect, on this machine"
	tally_run "$WORK/log" 2 make -s -C "$TOP/tools" check
}

check_guest() {
	echo "# guest $1, kernel $NAME"
	tally_run "$WORK/log" 1 run_guest "$1"
}

# What holds a css of memory or io, and what is charged to it, is tested on v2. The guest mixed
# has both on v1 where the kernel can, so it is booted once more without. Where there is no graph
# most of these tests are skipped. What holders names is tested here on each kernel, as it differs
# from one to the next. What debugfs allows under lockdown is looked at last: nothing can be loaded
# any more then.
run_holders() {
	local tests="holders charges ${NAMED[*]} lockdown"

	# What these show is the same on each kernel, and differs with a controller on v2.
	[ -n "$TESTS" ] || tests="cgroup_more task_more membership howto_refused $tests"
	"$VM/run.sh" --kernel "$NAME" --guest mixed --append cgroup_no_v1=memory,blkio \
		--module "$MODULE" --files "$FILES" --out "$WORK/out/holders" \
		--timeout "$TIMEOUT" -- "CGI_LOCKDOWN=1 ./run_tests.sh $tests"
}

check_holders() {
	[[ " ${TESTS:-pins} " == *" pins "* ]] || return 0
	echo "# guest mixed with memory and io on v2, kernel $NAME"
	tally_run "$WORK/log" 1 run_holders
}

# A guest that brought no info has failed as a whole. It has no graph.dot either, so
# the case of its picture fails, too.
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

# churn_check may go on for five times its seconds, on a guest that is too slow for all
# that has to happen. The timeouts are longer than that, so that only a churn_check
# which hangs runs into them.
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
{
	read -r _; read -r _; read -r ARCH; read -r _; read -r _; read -r _
	read -r TIER
} <<<"$ROW"
[[ $TIER != @(own|series) ]] || usage_error "the kernel '$NAME' has tests of its own: make check-$NAME"
WORK=$(mktemp -d)
trap 'tally_keep "$NAME" "$WORK/out"; rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
set_guests
get_all
SECONDS=0
[ -n "$TESTS" ] || check_tools
[ -n "$TESTS" ] || check_runner
for guest in "${GUESTS[@]}"; do
	check_guest "$guest"
done
check_holders
check_pictures
note "took $SECONDS s"
# The logs are kept before the counts are printed, since check-all.sh takes the last
# line for the counts.
tally_keep "$NAME" "$WORK/out"
tally_end
