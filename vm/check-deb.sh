#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Build the Debian packages, install them with dpkg on the disk of a guest, and boot it: what
# was installed must work there, and be gone once the packages are removed. The last line
# sums up, as with check.sh.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=../scripts/tally.sh
. "$TOP/scripts/tally.sh"

# The guest's Debian is the release of this kernel.
KERNEL=$(kernel_default "$VM/kernels")
# cginspect's libraries, and what builds the module.
PACKAGES=(dkms libsmartcols1 libcjson1)

# step NAME COMMAND...: what follows a step needs it. Something that can not be had says nothing
# about the packages.
step() {
	local code=0

	tally_quiet "$WORK/log" "$@" || code=$?
	[ "$code" -ne "$CGI_EXIT_NOT_HAD" ] || not_had "$(tail -n 1 "$WORK/log")"
	[ "$code" -eq 0 ] || { tally_end || true; exit 1; }
}

found() {
	sed -n "s/^$1=//p" <<<"$FOUND"
}

# DKMS compiles for the kernel whose headers are installed.
install() {
	cp "$VM"/deb/{install,contents}.sh "$(found MODDIR)"/modules.{order,builtin*} "$WORK/files"
	"$VM/rootfs.sh" --install "$WORK/files" "${PACKAGES[@]}" \
		"linux-headers-$(found KREL)=$(found VERSION)"
}

case ${1-} in
-h|--help)	echo "usage: check-deb.sh"; exit 0 ;;
esac
[ $# -eq 0 ] || usage_error "takes no argument"

"$TOP/scripts/deps.sh" bubblewrap
FOUND=$("$VM/kernel.sh" "$KERNEL")
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$WORK/files"
note "building the packages"
step "the packages are built, and lintian finds no error" "$TOP/scripts/deb.sh" "$WORK/files"
note "installing them on the guest's disk, where DKMS compiles the module"
step "dpkg installs them" install
echo "# guest with the packages"
tally_run "$WORK/log" 1 "$VM/run.sh" --kernel "$KERNEL" --guest systemd --disk "$WORK/files/disk" \
	--files "$VM/deb" -- ./guest.sh
tally_end
