#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Find, download and unpack a distribution kernel with what builds modules for
# it, all below the cache, and print where it is.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=../scripts/apt.sh
. "$TOP/scripts/apt.sh"
# shellcheck source=../scripts/newest.sh
. "$TOP/scripts/newest.sh"

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
  ARCH=    its architecture, as Debian names it
  TOOLCHAIN= what builds for it: toolchain.sh \$TOOLCHAIN -- make ...
  CONFIG=  its .config

The newest version is looked up once a day, or at once with --update. If there is
a reason why it may not be the newest, this is said at each use.

Exit code: $CGI_EXIT_NOT_HAD if its package lists or packages can not be had and none is
cached, 1 if what was downloaded is of no use.

If CGI_KERNEL_FILE names a file with such lines for NAME, that file is printed
and nothing is looked up. A script sets it so that all its steps use one version.
USAGE
}

# Print "version release" of every kernel that fits this row, newest first. Packages
# without a full version in their name are metapackages, which have no content; but
# the packages of release candidates can look like that, too.
candidates() {
	local abi="${PREFIX//./\\.}\.[0-9.]+(-[0-9]+)?(\+[a-z0-9.]+)?" version=.
	local -a names

	if [ "$PREFIX" = rc ]; then
		abi='[0-9.]+([-~]rc[0-9]+)?(\+[a-z0-9.]+)?'
		version='~rc'
	fi
	mapfile -t names < <(apt_private apt-cache pkgnames linux-headers- |
		grep -E "^linux-headers-$abi-$FLAVOUR\$")
	[ ${#names[@]} -gt 0 ] || return 0
	apt_private apt-cache madison "${names[@]}" |
		awk -F ' *\\| *' -v version="$version" '$2 ~ version {
			sub(/^ *linux-headers-/, "", $1); print $2, $1 }' |
		sort -k1,1Vr -k2,2Vr -u
}

# build_packages VERSION KREL: print what the headers package depends on, as apt-get
# download wants it: the common headers, and the build tools that run on this
# machine. Their names have no fixed form, so they are read from its dependencies.
build_packages() {
	local version=$1 krel=$2

	apt_private apt-cache show "linux-headers-$krel=$version" |
		sed -n 's/^Depends: //p' | tr ',' '\n' |
		sed -n -E -e 's/^ *(linux-headers-[^ ]+).*/\1/p' \
			-e "s/^ *(linux-kbuild-[^ ]+).*/\1:$CGI_HOST_ARCH/p" |
		sed "s/\$/=$version/"
}

# image_packages VERSION KREL: print the sets of packages that can hold the image, its
# modules and its config, a set a line. Up to 6.18 one package has all of them, later
# ones have three. A release that was not signed yet has only an -unsigned image.
image_packages() {
	local version=$1 krel=$2 name
	local rest="linux-modules-$krel=$version linux-base-$krel=$version"

	for name in "linux-binary-$krel" "linux-binary-unsigned-$krel" \
		    "linux-image-$krel" "linux-image-$krel-unsigned"; do
		apt_private apt-cache show "$name=$version" >/dev/null 2>&1 || continue
		case $name in
		linux-binary-*)	echo "$name=$version $rest" ;;
		*)		echo "$name=$version" ;;
		esac
	done
	return 0
}

# download_image VERSION KREL: download the first of these sets that can be had whole.
download_image() {
	local -a packages

	while read -ra packages; do
		apt_private apt-get -q=2 download "${packages[@]}" >&2 && return
	done < <(image_packages "$1" "$2")
	return 1
}

# download VERSION KREL: fetch everything into the current folder, or fail. apt-get
# checks size and hash, and never leaves a partial file here.
download() {
	local version=$1 krel=$2
	local -a packages

	mapfile -t packages < <(build_packages "$version" "$krel")
	[ ${#packages[@]} -ge 2 ] || return 1
	apt_private apt-get -q=2 download "linux-headers-$krel=$version" \
		"${packages[@]}" >&2 && download_image "$version" "$krel"
}

# relocate TREE ROOT: makefiles and links name their siblings by absolute paths. Let
# them name those below ROOT, which is where the tree will be moved to.
relocate() {
	local tree=$1 root=$2 link target

	find "$tree/usr/src" -maxdepth 2 -name Makefile -type f -print0 |
		xargs -0 -r sed -i -E "s#(^|[[:space:]=])/usr/(src|lib)/linux-#\1$root/usr/\2/linux-#g" ||
		return
	find "$tree/usr/src" "$tree/usr/lib" -type l -lname '/usr/*' |
	while read -r link; do
		target=$(readlink "$link") && ln -sfn "$root$target" "$link" || return
	done
}

# install_tree ROOT VERSION KREL: leave the finished tree in ROOT. It is built beside it
# and then renamed, so ROOT is whole or not there. Each step is judged by itself, as
# the caller looks at the exit code and set -e does nothing then: it is
# CGI_EXIT_NOT_HAD if the packages can not be downloaded, and another one if they
# were, but are of no use.
install_tree() {
	local root=$1 version=$2 krel=$3 work

	work=$(mktemp -d "$CGI_CACHE/kernels/tmp.XXXXXX") ||
		die "no folder can be made in $CGI_CACHE/kernels"
	(
		trap 'rm -rf "$work"' EXIT
		mkdir -p "$work/debs" "$work/root/usr/lib" && cd "$work/debs" &&
			ln -s usr/lib "$work/root/lib" || exit 1
		begin "downloading kernel $krel ($version)"
		download "$version" "$krel" || exit "$CGI_EXIT_NOT_HAD"
		for deb in *.deb; do
			unpack_deb "$deb" "$work/root" || exit 1
		done
		relocate "$work/root" "$root" &&
			depmod -b "$work/root" "$krel" &&
			describe "$work/root" "$version" "$krel" >/dev/null &&
			echo "$version $krel" >"$work/root/whole" &&
			rm -rf "$root" &&
			mv -T "$work/root" "$root" &&
			finish
	)
}

# first_of ROOT PATH...: print the first of these that is there.
first_of() {
	local root=$1 path

	shift
	for path; do
		[ ! -e "$root/$path" ] || { echo "$root/$path"; return; }
	done
	note "the packages lack $path"
	return 1
}

# describe ROOT VERSION KREL: print where everything is in a tree. Fails if the packages
# are not laid out as expected.
describe() {
	local root=$1 version=$2 krel=$3 makefile image moddir config

	makefile=$(first_of "$root" "usr/src/linux-headers-$krel/Makefile") &&
		image=$(first_of "$root" "usr/lib/modules/$krel/vmlinuz" "boot/vmlinuz-$krel") &&
		first_of "$root" "lib/modules/$krel/kernel" >/dev/null &&
		config=$(first_of "$root" "usr/lib/modules/$krel/config" "boot/config-$krel" \
			"usr/src/linux-headers-$krel/.config") || return
	moddir=$root/lib/modules/$krel
	cat <<-DESCRIBE
	KERNEL=$NAME
	KREL=$krel
	VERSION=$version
	KDIR=${makefile%/Makefile}
	VMLINUZ=$image
	MODDIR=$moddir
	ARCH=$ARCH
	TOOLCHAIN=$TOOLCHAIN
	CONFIG=$config
	DESCRIBE
}

# The newest kernel may be in a suite that can not be read just now. If that kernel
# was chosen before, an older one from another suite must not take its place.
older_than_chosen() {
	local chosen

	chosen=$(newest_folder) && dpkg --compare-versions "$1" lt "$(version_of "$chosen")"
}

# Print the version of a tree's packages.
version_of() {
	cut -d ' ' -f 1 "$1/whole"
}

# Look for the newest version in these suites and choose its tree, made here if need
# be. On failure NEWEST_WHY says what is wrong.
choose_in() {
	local version krel root lists suite status

	NEWEST_WHY="the package lists of $* can not be had: $CGI_CHECK"
	lists=$(printf '%s-' "$@" | tr -c 'a-z0-9\n-' _)$ARCH
	apt_lists "$CGI_CACHE/apt/$lists" "$ARCH" "$@" || {
		NEWEST_DOUBTS+=("$NEWEST_WHY")
		return 1
	}
	for suite in ${APT_LACKING[@]+"${APT_LACKING[@]}"}; do
		NEWEST_DOUBTS+=("no package lists of $suite could be had")
	done
	NEWEST_WHY="$* has no kernel $PREFIX of flavour $FLAVOUR: change its row in vm/kernels"
	while read -r version krel; do
		if older_than_chosen "$version"; then
			NEWEST_DOUBTS+=("the newest to be had in $* is $version")
			newest_keep "$(newest_folder)"
			return 0
		fi
		NEWEST_WHY="no version in $* can be downloaded whole: $CGI_CHECK, or try another mirror"
		root=$CGI_CACHE/kernels/$krel-$ARCH-$version
		status=0
		newest_whole "$root" || install_tree "$root" "$version" "$krel" || status=$?
		case $status in
		0)	newest_keep "$root"
			return 0 ;;
		"$CGI_EXIT_NOT_HAD")
			NEWEST_DOUBTS+=("$krel ($version) can not be had whole") ;;
		*)	OF_NO_USE="$krel ($version) was downloaded, but can not be unpacked or is not laid out as expected"
			NEWEST_DOUBTS+=("$OF_NO_USE") ;;
		esac
		note "${NEWEST_DOUBTS[-1]}, trying the next older"
	done < <(candidates)
	return 1
}

choose() {
	local group
	local -a groups suites

	IFS=/ read -ra groups <<<"$SUITES"
	for group in "${groups[@]}"; do
		IFS=, read -ra suites <<<"$group"
		choose_in "${suites[@]}" && return
		[ "$group" = "${groups[-1]}" ] || note "$NEWEST_WHY; looking elsewhere"
	done
	return 1
}

# End, as there is no kernel to go on with. If packages came whole, but this script
# does not understand them, it is to blame and not the mirror.
no_kernel() {
	[ -z "$OF_NO_USE" ] || die "no kernel '$NAME', and none is cached; $OF_NO_USE"
	not_had "no kernel '$NAME', and none is cached; $NEWEST_WHY"
}

# Print the newest released version that any row has chosen.
newest_release() {
	local choice

	for choice in "$CGI_CACHE"/kernels/*.choice; do
		version_of "$(cat "$choice")" 2>/dev/null || true
	done | { grep -v '~rc' || true; } | sort -V | tail -n 1
}

# Debian's release candidates can be older than its newest release.
tell_old_candidate() {
	local version=$1 release

	[ "$PREFIX" = rc ] || return 0
	release=$(newest_release)
	[ -z "$release" ] || ! dpkg --compare-versions "$version" lt "$release" ||
		note "$NAME: release candidate $version is older than stable $release"
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
if [ -r "${CGI_KERNEL_FILE-}" ] && grep -qxF "KERNEL=$1" "$CGI_KERNEL_FILE"; then
	cat "$CGI_KERNEL_FILE"
	exit
fi
{
	read -r NAME; read -r SUITES; read -r ARCH; read -r FLAVOUR; read -r PREFIX
	read -r TOOLCHAIN; read -r TIER
} <<<"$ROW"
[ "$TIER" != series ] ||
	usage_error "the kernel '$NAME' is built and booted by make check-$NAME alone"
if [ "$TIER" = own ]; then
	FOUND=$("$VM/own.sh" ${UPDATE:+--update} "$NAME")
	cat <<-FOUND
	$FOUND
	ARCH=$ARCH
	TOOLCHAIN=$TOOLCHAIN
	CONFIG=$(sed -n 's/^KDIR=//p' <<<"$FOUND")/.config
	FOUND
	exit
fi
need apt-get dpkg-deb tar depmod flock
newest_use "$CGI_CACHE/kernels" \
	"$NAME-$(sha256sum <<<"$SUITES $ARCH $FLAVOUR $PREFIX" | cut -c 1-12)" whole
OF_NO_USE=
# A signal takes effect when the step at hand has ended and tidied up.
trap 'exit 143' TERM
newest_find choose "$UPDATE" || no_kernel
ROOT=$(newest_folder)
read -r VERSION KREL <"$ROOT/whole"
newest_tell "$NAME: $VERSION"
tell_old_candidate "$VERSION"
describe "$ROOT" "$VERSION" "$KREL"
