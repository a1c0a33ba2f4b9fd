#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# All tests of the default tier: the runner's own, then every kselftest in each
# guest. The last line sums them up; the exit code is 0 only if none failed.

set -euo pipefail

VM=$(dirname "$(readlink -f "$0")")
# shellcheck source=lib.sh
. "$VM/lib.sh"

GUESTS=(mixed systemd systemd-hybrid)
NAME=${1:-$(kernel_default "$VM/kernels")}
PASSED=0
FAILED=0
SKIPPED=0

# Add up the line "N passed, N failed, N skipped" that ends the log of a run.
# A run without one, or that ended otherwise than its line says, is a failure.
add_up() {
	local log=$1 code=$2 counts

	counts=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' \
		"$log" | tail -n 1)
	read -r passed failed skipped <<<"${counts:-0 0 0}"
	PASSED=$((PASSED + passed))
	FAILED=$((FAILED + failed))
	SKIPPED=$((SKIPPED + skipped))
	if [ -z "$counts" ] || { [ "$code" -ne 0 ] && [ "$failed" -eq 0 ]; }; then
		FAILED=$((FAILED + 1))
	fi
}

# The exit code of the first command of a pipe, whatever set -e thinks of it.
logged() {
	local log=$1 code

	shift
	set +e
	"$@" 2>&1 | tee "$log"
	code=${PIPESTATUS[0]}
	set -e
	add_up "$log" "$code"
	[ "$code" -eq 0 ] || note "$1 ended with $code"
}

check_runner() {
	echo "# runner of the guests"
	logged "$WORK/runner.log" "$VM/selftest.sh"
}

# The graph is fetched first: the tests end with the module unloaded and loaded.
check_guest() {
	echo "# guest $1, kernel $NAME"
	logged "$WORK/$1.log" "$VM/run.sh" --kernel "$NAME" --guest "$1" --module "$MODULE" \
		--files "$WORK/tests" --out "$WORK/out/$1" --timeout 1200 -- \
		'mkdir -p out && cat /sys/kernel/debug/cgroup_inspect/graph.dot >out/graph.dot &&
		./run_tests.sh'
}

check_pictures() {
	echo "# graph.dot of every guest, drawn"
	if "$VM/dot.sh" "$WORK/out"; then
		PASSED=$((PASSED + 1))
	else
		FAILED=$((FAILED + 1))
	fi
}

"$VM/deps.sh"
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
MODULE=$("$VM/build.sh" "$WORK/build" "$NAME")
"$VM/../build.sh" "$WORK/tests"
SECONDS=0
check_runner
for guest in "${GUESTS[@]}"; do
	check_guest "$guest"
done
check_pictures
note "took $SECONDS s"
echo "$PASSED passed, $FAILED failed, $SKIPPED skipped"
[ "$FAILED" -eq 0 ] && [ "$PASSED" -gt 0 ]
