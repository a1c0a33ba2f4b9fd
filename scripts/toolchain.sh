#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Run a command with the compilers, or with the drgn, of another release, from a
# folder in the cache. Nothing is installed into this machine.

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=apt.sh
. "$TOP/scripts/apt.sh"

# Kbuild calls these; the libraries are for its tools in linux-kbuild-*.
COMMON=(
	gcc make libc6-dev libelf1t64 zlib1g libssl3t64 pahole kmod libc-bin
	bash coreutils findutils grep sed gawk diffutils perl dash
)
# These compile modules and selftests for other architectures.
CROSS=(
	gcc-aarch64-linux-gnu libc6-dev-arm64-cross
	gcc-s390x-linux-gnu libc6-dev-s390x-cross
	gcc-i686-linux-gnu libc6-dev-i386-cross
)
KNOWN=(host trixie trixie-llvm sid drgn)

usage() {
	cat <<USAGE
usage: toolchain.sh [--dir DIR]... NAME -- COMMAND...

Runs COMMAND with the tools of NAME, one of: ${KNOWN[*]}
host is this machine; each of the others is a root that is made in the cache once.
In a root, COMMAND sees nothing of this machine but the cache, which it can only
read, and each DIR; they have the same paths there as here. It starts in the first
DIR (default: the current one) and gets no variables from the caller. Exit code:
that of COMMAND, or $CGI_EXIT_NOT_HAD if the packages of NAME can not be downloaded.
USAGE
}

# recipe NAME: set SUITES and PACKAGES of the root.
recipe() {
	case $1 in
	trixie)
		SUITES=(trixie trixie-updates trixie-security)
		PACKAGES=("${COMMON[@]}" "${CROSS[@]}")
		;;
	# LLVM is in a root of its own, as few need it and it is as big as all the rest.
	trixie-llvm)
		SUITES=(trixie trixie-updates trixie-security)
		PACKAGES=("${COMMON[@]}" clang lld llvm)
		;;
	sid)
		SUITES=(sid)
		PACKAGES=("${COMMON[@]}")
		;;
	# This compiles nothing: check-drgn.sh copies it into a guest.
	drgn)
		SUITES=(trixie trixie-updates trixie-security)
		PACKAGES=(python3-drgn python3 libc-bin coreutils tar gawk dash)
		;;
	*)	usage_error "unknown toolchain '$1'; known: ${KNOWN[*]}" ;;
	esac
}

# download_all DIR: apt finds out what PACKAGES depend on, and downloads all of it to DIR.
# It installs nothing.
download_all() {
	apt_lists "$CGI_CACHE/apt/toolchain-$NAME" "$CGI_HOST_ARCH" "${SUITES[@]}" &&
		apt_private apt-get -q=2 -y --no-install-recommends --download-only \
			-o "Dir::Cache::archives=$1" install "${PACKAGES[@]}" >&2
}

# unpack_all DEBS ROOT: packages are only unpacked. As no maintainer script makes the link
# from awk to gawk, it is made here.
unpack_all() {
	local debs=$1 root=$2

	mkdir "$root/usr" "$root/etc"
	find "$debs" -name '*.deb' -print0 |
		xargs -0 -P "$(nproc)" -n 1 "$TOP/scripts/toolchain.sh" --unpack "$root" &&
		ln -s gawk "$root/usr/bin/awk"
}

# make_root ROOT: the root is made beside ROOT and then renamed, so it is whole or not
# there.
make_root() {
	local root=$1 start=$SECONDS

	need apt-get dpkg-deb tar
	WORK=$(mktemp -d "$CACHE/tmp.XXXXXX") || die "no folder can be made in $CACHE"
	mkdir -p "$WORK/debs/partial" "$WORK/root"
	note "making the toolchain root $NAME"
	download_all "$WORK/debs" ||
		not_had "the packages of toolchain $NAME can not be downloaded: $CGI_CHECK"
	unpack_all "$WORK/debs" "$WORK/root" || die "toolchain $NAME can not be unpacked in $CACHE"
	mv -T "$WORK/root" "$root" || die "toolchain $NAME can not be kept in $CACHE"
	rm -rf "$WORK"
	note "made in $((SECONDS - start)) s, $(du -sm "$root" | cut -f 1) MB"
}

# run_inside ROOT COMMAND...: the folders of the root are bound one by one. bwrap can't make
# mount points in a root that is bound read only, and in one that is not they would
# stay for good.
run_inside() {
	local root=$1 dir
	local -a args=(
		--ro-bind "$root/usr" /usr --ro-bind "$root/etc" /etc
		--symlink usr/bin /bin --symlink usr/sbin /sbin
		--symlink usr/lib /lib --symlink usr/lib64 /lib64
		--dev /dev --proc /proc --tmpfs /tmp
		--ro-bind "$CGI_CACHE" "$CGI_CACHE"
	)

	shift
	for dir in "${DIRS[@]}"; do
		args+=(--bind "$dir" "$dir")
	done
	exec bwrap "${args[@]}" --chdir "${DIRS[0]}" --die-with-parent --unshare-net \
		--clearenv --setenv PATH /usr/bin:/usr/sbin --setenv HOME /tmp \
		--setenv LC_ALL C.UTF-8 "$@"
}

# Set ROOT, and make that root if it is not in the cache. The lock is held only while it
# is made; many runs can use a root at the same time.
find_root() {
	recipe "$NAME"
	CACHE=$CGI_CACHE/toolchains
	ROOT=$CACHE/$NAME-$({ echo "${SUITES[@]}" "${PACKAGES[@]}"
		declare -f unpack_deb unpack_all; } | sha256sum | cut -c 1-12)
	[ ! -d "$ROOT" ] || return 0
	(
		lock "$CACHE/lock"
		WORK=
		trap '[ -z "$WORK" ] || rm -rf "$WORK"' EXIT
		trap 'exit 143' TERM
		# A run that was killed may have left these. The lock says that no other
		# run is working on them now.
		rm -rf "$CACHE"/tmp.*
		[ -d "$ROOT" ] || make_root "$ROOT"
	)
}

check_dirs() {
	local i

	for i in "${!DIRS[@]}"; do
		[ -d "${DIRS[i]}" ] || usage_error "no folder '${DIRS[i]}' for --dir"
		DIRS[i]=$(realpath -e "${DIRS[i]}")
		case ${DIRS[i]} in
		/|/usr|/usr/*|/etc|/etc/*|/bin|/lib*|/sbin|/dev|/proc|/tmp)
			usage_error "'${DIRS[i]}' can not be a folder to work in: it would hide the toolchain's own" ;;
		esac
	done
}

if [ "${1-}" = --unpack ]; then
	unpack_deb "$3" "$2"
	exit
fi
DIRS=()
while [ $# -gt 0 ]; do
	case $1 in
	--dir)		[ $# -ge 2 ] || usage_error "--dir needs a folder"
			DIRS+=("$2"); shift ;;
	-h|--help)	usage; exit 0 ;;
	-*)		usage_error "unknown option '$1'; see toolchain.sh --help" ;;
	*)		break ;;
	esac
	shift
done
{ [ $# -ge 3 ] && [ "$2" = -- ]; } || usage_error "a name, -- and a command are needed; see toolchain.sh --help"
NAME=$1
shift 2
[ ${#DIRS[@]} -gt 0 ] || DIRS=("$PWD")
if [ "$NAME" = host ]; then
	cd "${DIRS[0]}"
	exec "$@"
fi
check_dirs
need_bwrap --unshare-net
find_root
run_inside "$ROOT" "$@"
