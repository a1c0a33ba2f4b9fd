#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Build a kernel of our own from the distribution's source package with the options of
# its config, keep what boots and what builds modules for it in the cache, and print
# where it is, as kernel.sh does.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=../scripts/apt.sh
. "$TOP/scripts/apt.sh"
# shellcheck source=../scripts/newest.sh
. "$TOP/scripts/newest.sh"

usage() {
	cat <<USAGE
usage: own.sh [--update] [--clean] NAME

NAME is one of: $(kernel_names "$VM/kernels" own). Its options are in vm/NAME/config.

  --update  look for a newer version of the source at once, not after a day
  --clean   remove every kernel NAME from the cache, and build anew

Prints what kernel.sh prints; MODDIR is empty, as nothing is built as a module.
Exit code: $CGI_EXIT_NOT_HAD if the source can not be downloaded and no kernel NAME is cached.
USAGE
}

# Print the versions of the source package, newest first.
candidates() {
	apt_private apt-cache madison "$PACKAGE" |
		awk -F ' *\\| *' '{ print $2 }' | sort -rVu
}

# The package is a tarball in a tarball.
unpack() {
	local work=$1 version=$2

	mkdir "$work/deb" "$work/src"
	note "downloading $PACKAGE ($version)"
	(cd "$work/deb" && apt_private apt-get -q=2 download "$PACKAGE=$version" >&2) &&
		dpkg-deb --fsys-tarfile "$work"/deb/*.deb |
		tar -xO "./usr/src/$PACKAGE.tar.xz" |
		tar -xJ -C "$work/src" --strip-components=1 &&
		rm -r "$work/deb"
}

# The build takes minutes, so it is nice to whatever else runs on this machine.
kbuild() {
	local src=$1

	shift
	nice make -s -C "$src" -j"$(nproc)" "$@" >>"$LOG" 2>&1 || {
		tail -n 20 "$LOG" >&2
		die "make $* failed; all of its output is in $LOG"
	}
}

# An option that was renamed, or that depends on one that is off, is dropped by Kconfig
# without a word. So each line that was asked for is looked up in the result.
configure() {
	local src=$1
	local -a lost

	kbuild "$src" "KCONFIG_ALLCONFIG=$CONFIG" allnoconfig
	mapfile -t lost < <(grep '^CONFIG_' "$CONFIG" | grep -vxFf "$src/.config")
	[ ${#lost[@]} -eq 0 ] ||
		die "$PACKAGE did not take these lines of $NAME/config: ${lost[*]}"
}

# Keep the image, and the part of the tree that external modules are built with.
keep() {
	local src=$1 root=$2

	mkdir -p "$root/build" &&
		cp "$src/arch/x86/boot/bzImage" "$root/vmlinuz" &&
		cp "$src/vmlinux.symvers" "$src/Module.symvers" &&
		(cd "$src" && tar -c --exclude='*.o' --exclude='.*.cmd' \
			.config Module.symvers Makefile include scripts \
			arch/x86/Makefile* arch/x86/include tools/objtool/objtool) |
		tar -C "$root/build" -x
}

describe() {
	local root=$1 version=$2 krel

	krel=$(make -s -C "$3" kernelrelease) || return
	cat <<-DESCRIBE
	KERNEL=$NAME
	KREL=$krel
	VERSION=$version
	KDIR=$root/build
	VMLINUZ=$root/vmlinuz
	MODDIR=
	DESCRIBE
}

# install_kernel ROOT VERSION: leave the finished kernel in ROOT. It is built beside it
# and then renamed, so ROOT is whole or not there. This fails if the source can not
# be had; if the kernel does not build, the script ends.
install_kernel() {
	local root=$1 version=$2

	# This runs as the condition of an if, where set -e does nothing.
	WORK=$(mktemp -d "$CACHE/tmp.XXXXXX") || die "no folder can be made in $CACHE"
	unpack "$WORK" "$version" || return
	begin "building the kernel $NAME, which takes many minutes"
	: >"$LOG"
	configure "$WORK/src"
	kbuild "$WORK/src" bzImage
	kbuild "$WORK/src" modules_prepare
	{ keep "$WORK/src" "$WORK/root" &&
		describe "$root" "$version" "$WORK/src" >"$WORK/root/describe" &&
		mv -T "$WORK/root" "$root"; } || die "the kernel that was built can not be kept in $root"
	rm -rf "$WORK"
	finish
}

# Look for the newest version and choose its kernel, built here if need be.
choose() {
	local version root
	local -a suites

	NEWEST_WHY="$PACKAGE can not be downloaded: $CGI_CHECK"
	IFS=, read -ra suites <<<"$SUITES"
	apt_root "$CGI_CACHE/apt/$NAME" "$ARCH" "${suites[@]}"
	apt_private apt-get -q=2 update >&2 || return 1
	while read -r version; do
		root=$CACHE/$version-$KEY
		if newest_whole "$root" || install_kernel "$root" "$version"; then
			newest_keep "$root"
			return
		fi
		NEWEST_DOUBTS+=("$PACKAGE ($version) can not be downloaded")
		note "${NEWEST_DOUBTS[-1]}, trying the next older"
	done < <(candidates)
	return 1
}

UPDATE=
CLEAN=
while [ $# -gt 0 ]; do
	case $1 in
	--update)	UPDATE=1 ;;
	--clean)	CLEAN=1 ;;
	-h|--help)	usage; exit 0 ;;
	-*)		usage_error "unknown option '$1'; see own.sh --help" ;;
	*)		break ;;
	esac
	shift
done
[ $# -eq 1 ] || usage_error "one kernel name is needed; see own.sh --help"

ROW=$(kernel_row "$VM/kernels" "$1")
{
	read -r NAME; read -r SUITES; read -r ARCH; read -r _; read -r PREFIX; read -r _
	read -r TIER
} <<<"$ROW"
[ "$TIER" = own ] || usage_error "the kernel '$NAME' is not built here: see kernel.sh"
CONFIG=$VM/$NAME/config
PACKAGE=linux-source-$PREFIX
CACHE=$CGI_CACHE/$NAME
LOG=$CACHE/build.log
"$TOP/scripts/deps.sh" bc bison flex libelf-dev >&2
# The key changes whenever the kernel has to be built anew: with its row of the table,
# the compiler, the options, and the functions that prepare the source.
KEY=$({ echo "$SUITES $ARCH $PREFIX"; gcc --version; cat "$CONFIG"; declare -f unpack configure keep; } |
	sha256sum | cut -c 1-12)

newest_use "$CACHE" "$KEY" describe
WORK=
trap '[ -z "$WORK" ] || rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
if [ -n "$CLEAN" ]; then
	newest_lock
	rm -rf "$CACHE"/*-* "$CACHE"/*.choice
fi
newest_find choose "$UPDATE" ||
	not_had "no kernel '$NAME' is cached, and $NEWEST_WHY"
ROOT=$(newest_folder)
newest_tell "$NAME: $(sed -n 's/^VERSION=//p' "$ROOT/describe")"
cat "$ROOT/describe"
