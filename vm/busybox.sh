#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Download a static busybox of another architecture into the cache, for guests of
# that architecture, and print its path.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=../scripts/apt.sh
. "$TOP/scripts/apt.sh"

# Every kernel of an architecture gets the same busybox.
SUITE=bookworm
PACKAGE=busybox-static

usage() {
	cat <<USAGE
usage: busybox.sh ARCH

ARCH has Debian's name. Exit code: $CGI_EXIT_NOT_HAD if the package can not be downloaded.
USAGE
}

# Print the newest busybox in the cache, if there is any.
cached() {
	find "$DIR" -path '*.deb/bin/busybox' -type f 2>/dev/null | sort -V | tail -n 1
}

# Leave the unpacked package in $DIR, in a folder that is named after the package's
# file and so has the version in its name. The folder is made beside $DIR and then
# renamed, so it is whole or not there.
install_package() {
	local deb

	note "downloading $PACKAGE for $ARCH"
	{ mkdir -p "$DIR" && WORK=$(mktemp -d "$CACHE/tmp.XXXXXX"); } ||
		die "no folder can be made in $CACHE"
	apt_root "$CGI_CACHE/apt/busybox-$ARCH" "$ARCH" "$SUITE"
	{ apt_private apt-get -q=2 update &&
	  (cd "$WORK" && apt_private apt-get -q=2 download "$PACKAGE:$ARCH"); } >&2 ||
		not_had "$PACKAGE for $ARCH can not be had: $CGI_CHECK"
	deb=$(basename "$WORK"/*.deb)
	{ dpkg-deb -x "$WORK/$deb" "$WORK/root" && [ -x "$WORK/root/bin/busybox" ] &&
	  rm -rf "${DIR:?}/$deb" && mv -T "$WORK/root" "$DIR/$deb"; } ||
		die "$deb can not be unpacked in $CACHE, or has no bin/busybox"
}

case ${1-} in
-h|--help)	usage; exit 0 ;;
-*)		usage_error "unknown option '$1'; see busybox.sh --help" ;;
esac
[ $# -eq 1 ] || usage_error "one architecture is needed; see busybox.sh --help"
ARCH=$1
CACHE=$CGI_CACHE/busybox
DIR=$CACHE/$SUITE-$ARCH

lock "$CACHE/lock"
WORK=
trap '[ -z "$WORK" ] || rm -rf "$WORK"' EXIT
trap 'exit 143' TERM
# A run that was killed may have left these. The lock says that no other run is
# working on them now.
rm -rf "$CACHE"/tmp.*
[ -n "$(cached)" ] || install_package
cached
