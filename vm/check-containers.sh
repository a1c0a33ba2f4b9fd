#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Boot guests in which Debian's podman, runc, systemd-nspawn and docker have containers, and
# compare what the module says of them with what the kernel says elsewhere: while they run, when
# their runtimes were killed, and when they were killed themselves. The last line sums up, as
# with check.sh.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=../scripts/tally.sh
. "$TOP/scripts/tally.sh"

# jq writes the bundles of runc, and cginspect needs libcjson1. Nothing is pulled from a registry:
# all roots are of busybox.
PACKAGES=(podman runc docker.io systemd-container busybox-static jq libcjson1)
# These compare all tasks, links and cgroups of the guest, whoever has made them.
TESTS=(membership links css_sets cgroups check_ktap)
GUESTS=(systemd systemd-hybrid)
# The runtimes are slow to start where the processor is emulated.
TIMEOUT=1800

usage() {
	cat <<USAGE
usage: check-containers.sh [KERNEL]

KERNEL is one of: $(kernel_names "$VM/kernels") (default $(kernel_default "$VM/kernels"))

Exit code: 0 if something passed and nothing failed, 2 for wrong usage, $CGI_EXIT_NOT_HAD if
something that has to be downloaded can not be had; the last line says what.
USAGE
}

case ${1-} in
-h|--help)	usage; exit 0 ;;
-*)		usage_error "unknown option '$1'; see check-containers.sh --help" ;;
esac
[ $# -le 1 ] || usage_error "too many arguments; see check-containers.sh --help"
NAME=${1:-$(kernel_default "$VM/kernels")}
need_amd64_of_debian "$NAME" "the guests with containers need the modules of Debian's amd64 kernels"

build_guest() {
	local test

	MODULE=$("$VM/build.sh" "$WORK/build" "$NAME")
	"$TOP/selftests/build.sh" "$WORK/tests"
	cp "$VM"/containers/*.sh "$WORK"/tests/{run_tests.sh,settings} "$WORK/files"
	for test in "${TESTS[@]}"; do
		cp "$WORK/tests/$test" "$WORK/files"
	done
	gcc -O2 -Wall -Wextra -Werror -static -o "$WORK/files/hold" "$VM/containers/hold.c"
	make -s -C "$TOP/tools" "OUT=$WORK/tools"
	cp "$WORK/tools/cginspect" "$WORK/files"
	cp "$VM/containers/install.sh" "$WORK/disk"
	"$VM/rootfs.sh" --install "$WORK/disk" "${PACKAGES[@]}"
}

# run_guest GUEST: the guest's script runs the selftests twice, and says what it counted itself.
run_guest() {
	tally_run "$WORK/log" 3 "$VM/run.sh" --kernel "$NAME" --guest "$1" --mem 2048 \
		--disk "$WORK/disk/disk" --module "$MODULE" --files "$WORK/files" \
		--timeout "$TIMEOUT" -- "./guest.sh ${TESTS[*]}"
}

"$TOP/scripts/deps.sh" --kernel "$NAME" bubblewrap
"$TOP/scripts/deps.sh" --tools
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$WORK/files" "$WORK/disk"
kernel_fix "$NAME" "$WORK"
build_guest
SECONDS=0
for guest in "${GUESTS[@]}"; do
	echo "# guest $guest with containers, kernel $NAME"
	run_guest "$guest"
done
note "took $SECONDS s"
tally_end
