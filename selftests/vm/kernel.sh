#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Find, download and unpack a distribution kernel with what builds modules for
# it, all below the cache, and print where it is.

set -euo pipefail

VM=$(dirname "$(readlink -f "$0")")
# shellcheck source=lib.sh
. "$VM/lib.sh"
# shellcheck source=apt.sh
. "$VM/apt.sh"

# A lookup that old is made again, so that security updates get tested.
MAX_AGE_MINUTES=$((24 * 60))

usage() {
	cat <<USAGE
usage: kernel.sh [--update] NAME

Prints, for eval or awk:
  KERNEL=  name in the kernels table ($(kernel_names "$VM/kernels"))
  KREL=    release, as uname -r says
  VERSION= version of the packages
  KDIR=    build folder: make -C \$KDIR M=... modules
  VMLINUZ= the image
  MODDIR=  its modules (lib/modules/\$KREL)

The choice is kept for a day; --update looks for a newer version at once.
USAGE
}

# Print "version release" of every image of this row, newest first.
candidates() {
	local abi="${PREFIX//./\\.}\.[0-9.]+(-[0-9]+)?(\+[a-z0-9.]+)?"
	local -a names

	mapfile -t names < <(apt_private apt-cache pkgnames linux-headers- |
		grep -E "^linux-headers-$abi-$FLAVOUR\$")
	[ ${#names[@]} -gt 0 ] || return 0
	apt_private apt-cache madison "${names[@]}" |
		awk -F ' *\\| *' '{ sub(/^ *linux-headers-/, "", $1); print $2, $1 }' |
		sort -k1,1Vr -k2,2Vr -u
}

# Print what the headers package is built from: the common headers, the host
# tools, each as apt-get download wants it. Their names have no fixed form.
build_packages() {
	local version=$1 krel=$2

	apt_private apt-cache show "linux-headers-$krel=$version" |
		sed -n 's/^Depends: //p' | tr ',' '\n' |
		sed -n -E 's/^ *(linux-(headers|kbuild)-[^ ]+).*/\1/p' |
		sed "s/\$/=$version/"
}

# Newer kernels keep vmlinuz in linux-binary-*; a release that was not signed
# yet has only the -unsigned image.
image_packages() {
	local version=$1 krel=$2 name

	for name in "linux-binary-$krel" "linux-image-$krel" \
		    "linux-image-$krel-unsigned"; do
		apt_private apt-cache show "$name=$version" >/dev/null 2>&1 &&
			echo "$name=$version"
	done
	return 0
}

# download_image VERSION KREL: the first image package that can be had.
download_image() {
	local package

	for package in $(image_packages "$1" "$2"); do
		apt_private apt-get -q=2 download "$package" >&2 && return
	done
	return 1
}

# Fetch everything into the current folder, or fail. apt-get checks size and
# hash, and leaves a partial file in no case.
download() {
	local version=$1 krel=$2
	local -a packages

	mapfile -t packages < <(build_packages "$version" "$krel")
	[ ${#packages[@]} -ge 2 ] || return 1
	apt_private apt-get -q=2 download "linux-headers-$krel=$version" \
		"${packages[@]}" >&2 && download_image "$version" "$krel"
}

# The makefiles name their siblings by absolute paths; make them those of ROOT,
# where the tree will finally be.
relocate() {
	local tree=$1 root=$2 link target

	find "$tree/usr/src" -maxdepth 2 -name Makefile -type f -print0 |
		xargs -0 sed -i -E "s#(^|[[:space:]=])/usr/(src|lib)/linux-#\1$root/usr/\2/linux-#g"
	find "$tree/usr/src" "$tree/usr/lib" "$tree/lib/modules" -type l \
		-lname '/usr/*' 2>/dev/null |
	while read -r link; do
		target=$(readlink "$link")
		ln -sfn "$root$target" "$link"
	done
}

# Leave the finished tree in $1, or nothing: it is built beside and renamed.
install_tree() {
	local root=$1 version=$2 krel=$3 work

	work=$(mktemp -d "$CGI_CACHE/kernels/tmp.XXXXXX")
	(
		trap 'rm -rf "$work"' EXIT
		mkdir "$work/debs" "$work/root" && cd "$work/debs" || exit 1
		note "downloading $krel ($version)"
		download "$version" "$krel" || exit 1
		for deb in *.deb; do
			dpkg-deb -x "$deb" "$work/root" || exit 1
		done
		rm -rf "$work/root/usr/share"
		relocate "$work/root" "$root"
		depmod -b "$work/root" "$krel" || exit 1
		describe "$root" "$version" "$krel" "$work/root" \
			>"$work/root/describe" || exit 1
		rm -rf "$root"
		mv "$work/root" "$root"
	)
}

# Print the result for a tree that will be in $1 and now is in $4; fail if
# the packages were not laid out as expected.
describe() {
	local root=$1 version=$2 krel=$3 now=$4 image

	for image in "boot/vmlinuz-$krel" "lib/modules/$krel/vmlinuz" \
		     "usr/lib/modules/$krel/vmlinuz"; do
		[ -e "$now/$image" ] && break
	done
	if ! { [ -e "$now/$image" ] && [ -d "$now/lib/modules/$krel/kernel" ] &&
	       [ -e "$now/usr/src/linux-headers-$krel/Makefile" ]; }; then
		note "the packages of $krel lack the image, the modules or the headers"
		return 1
	fi
	cat <<-DESCRIBE
	KERNEL=$NAME
	KREL=$krel
	VERSION=$version
	KDIR=$root/usr/src/linux-headers-$krel
	VMLINUZ=$root/$image
	MODDIR=$root/lib/modules/$krel
	DESCRIBE
}

# Look the newest version up and make its tree; the choice file names it.
choose() {
	local version krel root
	local -a suites

	IFS=, read -ra suites <<<"$SUITES"
	apt_root "$CGI_CACHE/apt/$ROW_KEY" "$ARCH" "${suites[@]}"
	apt_private apt-get -q=2 update >&2 || return 1
	while read -r version krel; do
		root=$CGI_CACHE/kernels/$krel-$ARCH-$version
		if [ -e "$root/describe" ] ||
		   install_tree "$root" "$version" "$krel"; then
			echo "$root" >"$CHOICE.tmp"
			mv "$CHOICE.tmp" "$CHOICE"
			return 0
		fi
		note "$krel ($version) can not be had whole, trying the next older"
	done < <(candidates)
	note "no version of kernel '$NAME' in ${SUITES//,/ } can be downloaded whole"
	return 1
}

chosen() {
	[ -e "$CHOICE" ] && [ -e "$(cat "$CHOICE")/describe" ]
}

fresh() {
	[ -n "$(find "$CHOICE" -mmin "-$MAX_AGE_MINUTES")" ]
}

UPDATE=
while [ $# -gt 0 ]; do
	case $1 in
	--update)	UPDATE=1 ;;
	-h|--help)	usage; exit 0 ;;
	-*)		usage_error "unknown option '$1'; see kernel.sh --help" ;;
	*)		break ;;
	esac
	shift
done
[ $# -eq 1 ] || usage_error "one kernel name is needed; see kernel.sh --help"

ROW=$(kernel_row "$VM/kernels" "$1")
{ read -r NAME; read -r SUITES; read -r ARCH; read -r FLAVOUR; read -r PREFIX; } <<<"$ROW"
if [ "$FLAVOUR" = debug ]; then
	exec "$VM/debug.sh" ${UPDATE:+--update}
fi
ROW_KEY=$NAME-$(sha256sum <<<"$ROW" | cut -c 1-12)
CHOICE=$CGI_CACHE/kernels/$ROW_KEY.choice

need apt-get dpkg-deb depmod flock
# Not at once, but when the step at hand has ended and tidied up.
trap 'exit 143' TERM
lock "$CGI_CACHE/kernels/lock"
# What a run that was killed left behind; the lock says that none is at it now.
rm -rf "$CGI_CACHE"/kernels/tmp.*
if [ -n "$UPDATE" ] || ! chosen || ! fresh; then
	if ! choose; then
		chosen || die "kernel '$NAME' can not be downloaded and none is cached: check the network and apt's configuration"
		note "lookup failed, staying with the cached version"
	fi
fi
ROOT=$(cat "$CHOICE")
cat "$ROOT/describe"
