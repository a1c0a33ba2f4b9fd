#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Build the systemd guest's root disk, a plain Debian, in the cache and print
# its path. The name holds a hash of the recipe, so a change makes a new one.
# With --install, make a disk with more on it.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=../scripts/apt.sh
. "$TOP/scripts/apt.sh"

usage() {
	cat <<USAGE
usage: rootfs.sh
       rootfs.sh --install DIR PACKAGE...

With --install, makes DIR/disk: the same Debian and each PACKAGE, which are kept in the
cache, and whatever DIR/install.sh does. That is run as root of the Debian, with DIR as
/mnt, where it reaches neither this machine's kernel nor a network.
USAGE
}

SUITE=bookworm
# kmod and procps are for the commands that are run there. The other packages bring
# services, sessions and slices, as any machine has them.
PACKAGES=systemd,systemd-sysv,libpam-systemd,dbus,udev,cron,rsyslog,kmod,procps
DISK_MB=600
# What a file system does not use of its disk takes no room.
INSTALL_MB=2048

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

# run_install ROOT DIR: bwrap makes a user namespace, whose root can do nothing to this
# machine: no script of a package can load a module, for example.
run_install() {
	bwrap --bind "$1" / --dev /dev --proc /proc --tmpfs /tmp --ro-bind "$2" /mnt \
		--unshare-all --uid 0 --gid 0 --die-with-parent --clearenv \
		--setenv PATH /usr/sbin:/usr/bin --setenv HOME /root --setenv LC_ALL C.UTF-8 \
		--chdir / sh /mnt/install.sh >&2
}

# make_disk TAR DIR MB [install]: make DIR/disk. This runs as root of the namespace. There
# no device nodes can be made, so those in the tar are left out; the guest mounts devtmpfs
# over /dev.
make_disk() {
	local dir=$2

	mkdir "$dir/root"
	tar -C "$dir/root" --exclude='./dev/*' -xf "$1"
	mkdir "$dir/root/cgi"
	echo cgi-systemd >"$dir/root/etc/hostname"
	# Without an id systemd would treat each boot as the first one of the machine.
	sha256sum <<<"$SUITE $PACKAGES" | cut -c 1-32 >"$dir/root/etc/machine-id"
	[ -z "${4-}" ] || run_install "$dir/root" "$dir" || {
		rm -rf "$dir/root"
		return 1
	}
	truncate -s "${3}M" "$dir/disk"
	mke2fs -q -t ext4 -O ^has_journal -L cgi-root -m 0 \
		-d "$dir/root" "$dir/disk" >&2
	rm -rf "$dir/root"
}

# Set WORK to a folder that is removed in the end, and make WORK/root.tar.
get_tar() {
	need mmdebstrap mke2fs tar
	[ "$(id -u)" -eq 0 ] || need newuidmap
	rootly true ||
		die "no user namespace can be had: give $(id -un) ids in /etc/subuid and /etc/subgid, or be root"
	rootly rm -rf "$CGI_CACHE"/rootfs/tmp.*
	WORK=$(mktemp -d "$CGI_CACHE/rootfs/tmp.XXXXXX") ||
		die "no folder can be made in $CGI_CACHE/rootfs"
	trap 'rootly rm -rf "$WORK"' EXIT
	trap 'exit 143' TERM
	make_tar "$WORK" ||
		not_had "the packages of the systemd guest can not be had: $CGI_CHECK"
}

# build_disk DISK: the disk is made beside DISK and then renamed, so it is whole or not
# there.
build_disk() {
	begin "building the systemd guest's root disk"
	get_tar
	{ rootly "$VM/rootfs.sh" --make-disk "$WORK/root.tar" "$WORK" "$DISK_MB" &&
		mv "$WORK/disk" "$1"; } ||
		die "the systemd guest's root disk can not be made in $CGI_CACHE/rootfs"
	finish
}

# build_tar TAR: the same for a tar. One that nothing has used for a week is removed.
build_tar() {
	begin "getting the systemd guest's Debian with ${*:2}"
	get_tar
	find "$CGI_CACHE/rootfs" -name '*.tar' -mtime +7 -delete
	mv "$WORK/root.tar" "$1"
	finish
}

# The lock is held only while the tar is made.
install_disk() {
	local dir=$1 tar

	shift
	PACKAGES=$PACKAGES,$(IFS=,; echo "$*")
	tar=$CGI_CACHE/rootfs/$SUITE-$({ echo "$PACKAGES"; declare -f make_tar; } |
		sha256sum | cut -c 1-16).tar
	(
		lock "$CGI_CACHE/rootfs/lock"
		[ -e "$tar" ] || build_tar "$tar" "$@"
		touch "$tar"
	)
	rootly "$VM/rootfs.sh" --make-disk "$tar" "$dir" "$INSTALL_MB" install
}

case ${1-} in
-h|--help)	usage; exit 0 ;;
--make-disk)	make_disk "${@:2}"; exit ;;
--install)	[ $# -ge 3 ] || usage_error "--install needs a folder and packages"
		need_bwrap --unshare-all --uid 0 --gid 0
		install_disk "${@:2}"
		exit ;;
esac
[ $# -eq 0 ] || usage_error "takes no argument; see rootfs.sh --help"

DISK=$CGI_CACHE/rootfs/$SUITE-$({ echo "$PACKAGES $DISK_MB"; declare -f make_tar make_disk; } |
	sha256sum | cut -c 1-16).ext4
lock "$CGI_CACHE/rootfs/lock"
[ -e "$DISK" ] || build_disk "$DISK"
printf '%s\n' "$DISK"
