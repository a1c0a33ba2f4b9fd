#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Build the systemd guest's root disk, a plain Debian, in the cache and print
# its path. The name holds a hash of the recipe, so a change makes a new one.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=../scripts/apt.sh
. "$TOP/scripts/apt.sh"

SUITE=bookworm
# kmod and procps are for the commands that are run there. The other packages bring
# services, sessions and slices, as any machine has them.
PACKAGES=systemd,systemd-sysv,libpam-systemd,dbus,udev,cron,rsyslog,kmod,procps
DISK_MB=600

# Run a command as root, or as root of a user namespace. That has the ids of
# /etc/subuid, because the files in the image have several owners.
rootly() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		unshare --map-root-user --map-auto "$@"
	fi
}

# If this fails, the last lines of the log show what apt said.
make_tar() {
	apt_sources "$SUITE" "$SUITE-updates" "$SUITE-security" >"$1/sources.list"
	mmdebstrap --variant=minbase --include="$PACKAGES" \
		--architectures=amd64 \
		--aptopt='Acquire::Check-Valid-Until "false"' \
		--aptopt='Acquire::Languages "none"' \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/info/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--format=tar "$SUITE" "$1/root.tar" "$1/sources.list" >"$1/log" 2>&1 || {
		tail -n 20 "$1/log" >&2
		return 1
	}
}

# This runs as root of the namespace. There no device nodes can be made, so those in
# the tar are left out; the guest mounts devtmpfs over /dev.
make_disk() {
	local work=$1

	mkdir "$work/root"
	tar -C "$work/root" --exclude='./dev/*' -xf "$work/root.tar"
	mkdir "$work/root/cgi"
	echo cgi-systemd >"$work/root/etc/hostname"
	# Without an id systemd would treat each boot as the first one of the machine.
	sha256sum <<<"$SUITE $PACKAGES" | cut -c 1-32 >"$work/root/etc/machine-id"
	truncate -s "${DISK_MB}M" "$work/disk"
	mke2fs -q -t ext4 -O ^has_journal -L cgi-root -m 0 \
		-d "$work/root" "$work/disk" >&2
	rm -rf "$work/root"
}

# build_disk DISK: the disk is made beside DISK and then renamed, so it is whole or not
# there.
build_disk() {
	need mmdebstrap mke2fs tar
	[ "$(id -u)" -eq 0 ] || need newuidmap
	rootly true ||
		die "no user namespace can be had: give $(id -un) ids in /etc/subuid and /etc/subgid, or be root"
	rootly rm -rf "$CGI_CACHE"/rootfs/tmp.*
	WORK=$(mktemp -d "$CGI_CACHE/rootfs/tmp.XXXXXX") ||
		die "no folder can be made in $CGI_CACHE/rootfs"
	trap 'rootly rm -rf "$WORK"' EXIT
	trap 'exit 143' TERM
	begin "building the systemd guest's root disk"
	make_tar "$WORK" ||
		not_had "the packages of the systemd guest can not be had: $CGI_CHECK"
	{ rootly "$VM/rootfs.sh" --make-disk "$WORK" && mv "$WORK/disk" "$1"; } ||
		die "the systemd guest's root disk can not be made in $CGI_CACHE/rootfs"
	finish
}

if [ "${1-}" = --make-disk ]; then
	make_disk "$2"
	exit
fi
[ $# -eq 0 ] || usage_error "takes no argument"

DISK=$CGI_CACHE/rootfs/$SUITE-$({ echo "$PACKAGES $DISK_MB"; declare -f make_tar make_disk; } |
	sha256sum | cut -c 1-16).ext4
lock "$CGI_CACHE/rootfs/lock"
[ -e "$DISK" ] || build_disk "$DISK"
printf '%s\n' "$DISK"
