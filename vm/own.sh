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
# shellcheck source=../scripts/source.sh
. "$TOP/scripts/source.sh"

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

# The build takes minutes, so it is nice to whatever else runs on this machine.
kbuild() {
	local src=$1

	shift
	nice make -s -C "$src" -j"$(nproc)" "$@" >>"$LOG" 2>&1 || {
		tail -n 20 "$LOG" >&2
		die "make $* failed; all of its output is in $LOG"
	}
}

configure() {
	local src=$1 refused

	kbuild "$src" "KCONFIG_ALLCONFIG=$CONFIG" allnoconfig
	refused=$(source_refused "$CONFIG" "$src/.config")
	[ -z "$refused" ] || die "$PACKAGE did not take these lines of $NAME/config: $refused"
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
	source_unpack "$WORK" "$version" || return
	begin "building the kernel $NAME, which takes many minutes"
	: >"$LOG"
	configure "$WORK/linux"
	kbuild "$WORK/linux" bzImage
	kbuild "$WORK/linux" modules_prepare
	{ keep "$WORK/linux" "$WORK/root" &&
		describe "$root" "$version" "$WORK/linux" >"$WORK/root/describe" &&
		mv -T "$WORK/root" "$root"; } || die "the kernel that was built can not be kept in $root"
	rm -rf "$WORK"
	finish
}

# An option or a function that is changed needs another kernel of the same version.
choose() {
	source_choose install_kernel "-$KEY"
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
KEY=$({ echo "$SUITES $ARCH $PREFIX"; gcc --version; cat "$CONFIG"; declare -f source_unpack configure keep; } |
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
