#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copy the debug information of a kernel to FILE. It is of the very version that kernel.sh has
# chosen, and no other one would do. The cache keeps it, one version for each kernel.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=../scripts/apt.sh
. "$TOP/scripts/apt.sh"

case ${1-} in
-h|--help)	echo "usage: debuginfo.sh KERNEL FILE"; exit 0 ;;
esac
[ $# -eq 2 ] || usage_error "a kernel name and a file are needed"
NAME=$1
COPY=$2
ROW=$(kernel_row "$VM/kernels" "$NAME")
{ read -r _; read -r SUITES; read -r ARCH; } <<<"$ROW"
FOUND=$("$VM/kernel.sh" "$NAME")
found() {
	sed -n "s/^$1=//p" <<<"$FOUND"
}
KREL=$(found KREL)
VERSION=$(found VERSION)
PACKAGE=linux-image-$KREL-dbg
CACHE=$CGI_CACHE/debuginfo
FILE=$CACHE/$NAME/$VERSION/vmlinux

download() {
	local -a suites

	IFS=,/ read -ra suites <<<"$SUITES"
	apt_lists "$CGI_CACHE/apt/debuginfo-$NAME" "$ARCH" "${suites[@]}" &&
		apt_private apt-get -q=2 download "$PACKAGE=$VERSION" >&2
}

# The image comes before all modules, and the rest is not read. dpkg-deb complains about that.
unpack() {
	{ dpkg-deb --fsys-tarfile ./*.deb 2>/dev/null || true; } |
		tar -x --occurrence=1 --strip-components=5 "./usr/lib/debug/boot/vmlinux-$KREL" &&
		mv "vmlinux-$KREL" vmlinux && rm ./*.deb
}

# The folder is made beside its place and then renamed, so it is whole or not there.
make_folder() {
	begin "getting the debug information of $KREL ($VERSION)"
	WORK=$(mktemp -d "$CACHE/tmp.XXXXXX") || die "no folder can be made in $CACHE"
	trap 'rm -rf "$WORK"' EXIT
	(cd "$WORK" && download) ||
		not_had "$PACKAGE $VERSION can not be had: $CGI_CHECK"
	(cd "$WORK" && unpack) || die "$PACKAGE can not be unpacked, or has no vmlinux"
	rm -rf "${CACHE:?}/$NAME"
	mkdir "$CACHE/$NAME"
	mv -T "$WORK" "${FILE%/*}"
	finish
}

need apt-get dpkg-deb tar
lock "$CACHE/lock"
[ -e "$FILE" ] || { rm -rf "$CACHE"/tmp.*; make_folder; }
# Still under the lock: a run that has found a newer version would remove this one.
cp "$FILE" "$COPY"
