#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Have drgn read the cgroup graph from a guest kernel's memory, by that kernel's debug
# information, and compare it with the module's tables, object by object. The last line sums up,
# as with check.sh.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=../scripts/tally.sh
. "$TOP/scripts/tally.sh"

# The initramfs has the debug information, so the guest has it in memory twice while it boots, and
# the kernel takes long to unpack it.
MEMORY=3072
BOOT_TIMEOUT=400
TIMEOUT=1200

usage() {
	cat <<USAGE
usage: check-drgn.sh [KERNEL]

KERNEL is one of: $(kernel_names "$VM/kernels") (default $(kernel_default "$VM/kernels"))

Exit code: 0 if something passed and nothing failed, 2 for wrong usage, $CGI_EXIT_NOT_HAD if
something that has to be downloaded can not be had; the last line says what.
USAGE
}

case ${1-} in
-h|--help)	usage; exit 0 ;;
-*)		usage_error "unknown option '$1'; see check-drgn.sh --help" ;;
esac
[ $# -le 1 ] || usage_error "too many arguments; see check-drgn.sh --help"
NAME=${1:-$(kernel_default "$VM/kernels")}
need_amd64_of_debian "$NAME" \
	"drgn is Debian's for amd64, and Debian must have the kernel's debug information"

# make_root DIR: a root with drgn, to be used by chroot in the guest.
make_root() {
	local dir

	mkdir -p "$1"/{dev,proc,sys,tmp}
	"$TOP/scripts/toolchain.sh" --dir "$WORK" drgn -- tar -C / -cf "$WORK/drgn.tar" usr etc
	tar -C "$1" -xf "$WORK/drgn.tar"
	for dir in bin sbin lib lib64; do
		ln -s "usr/$dir" "$1/$dir"
	done
	cp "$VM"/drgn/*.py "$1"
	"$VM/debuginfo.sh" "$NAME" "$1/vmlinux"
	rm "$WORK/drgn.tar"
}

# drgn would start threads that help it to read debug information, and stay. With
# no_hash_pointers the module prints addresses as they are.
run_guest() {
	# shellcheck disable=SC2016 # for the guest's shell
	"$VM/run.sh" --kernel "$NAME" --mem "$MEMORY" --timeout "$TIMEOUT" \
		--boot-timeout "$BOOT_TIMEOUT" \
		--append "no_hash_pointers cgroup_no_v1=misc,rdma" --module "$MODULE" \
		--files "$WORK/files" -- '
		for dir in dev proc sys; do
			mount -o rbind "/$dir" "root/$dir" || exit
		done
		mount -t tmpfs tmpfs root/tmp && cd root &&
			OMP_NUM_THREADS=1 exec chroot . python3 -B /compare.py /vmlinux'
}

"$TOP/scripts/deps.sh" --kernel "$NAME" bubblewrap
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
kernel_fix "$NAME" "$WORK"
MODULE=$("$VM/build.sh" "$WORK/build" "$NAME")
make_root "$WORK/files/root"
SECONDS=0
echo "# guest mixed with drgn, kernel $NAME"
tally_run "$WORK/log" 1 run_guest
echo "# test 1 of 1 took $SECONDS s"
tally_end
