#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Install the packages on the guest's disk. rootfs.sh runs this in a namespace on this machine,
# because an emulated processor compiles much slower. Packages and modules.* are in /mnt.

set -eu

# dpkg was told to leave out what the guests do not need, manuals among it.
rm -f /etc/dpkg/dpkg.cfg.d/*
# The headers are there. This is what a kernel's package and depmod add for dependencies.
for modules in /lib/modules/*; do
	cp /mnt/modules.* "$modules"
	depmod "${modules##*/}"
done
/mnt/contents.sh >/root/before
DEBIAN_FRONTEND=noninteractive dpkg -i /mnt/*.deb || {
	cat /var/lib/dkms/cgroup_inspect/*/build/make.log
	exit 1
}
