#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Build a suite of tests of others, statically, for the guest mixed, which has no libraries.

set -euo pipefail

# shellcheck source=../../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../../scripts/lib.sh"
HERE=$VM/beside

usage() {
	cat <<USAGE
usage: build.sh kselftests DIR KERNEL
       build.sh ltp DIR

Builds in DIR/kselftests the kernel's own tests of cgroups, from the folder KSELFTESTS, which is
tools/testing/selftests of a kernel, else from Debian's package linux-source of KERNEL's series.
Builds in DIR/ltp the tests of controllers of the Linux Test Project, from its sources in the
folder LTP. Exit code: $CGI_EXIT_NOT_HAD if the sources can not be had; the last line says why.
USAGE
}

# quietly NAME COMMAND...: what the command says is shown only if it fails.
quietly() {
	local name=$1

	shift
	"$@" >"$WORK/log" 2>&1 || {
		tail -n 40 "$WORK/log" >&2
		die "$name do not build"
	}
}

kselftests_source() {
	local series

	if [ -n "${KSELFTESTS-}" ]; then
		[ -r "$KSELFTESTS/cgroup/Makefile" ] ||
			not_had "KSELFTESTS=$KSELFTESTS has no cgroup/Makefile: name tools/testing/selftests of a kernel"
		realpath "$KSELFTESTS"
		return
	fi
	series=$(kernel_row "$VM/kernels" "$1" | sed -n 5p)
	"$TOP/selftests/fetch-kselftest.sh" "$series"
}

# What is built beside the sources would change what is in the cache, so it goes elsewhere.
build_kselftests() {
	local source

	source=$(kselftests_source "$2")
	begin "building the kernel's tests of cgroups of $(basename "${source%/tools/testing/selftests}")"
	mkdir -p "$1/kselftests"
	quietly "the kernel's tests of cgroups" make -s -C "$source/cgroup" CC=gcc-12 \
		LDFLAGS=-static "OUTPUT=$1/kselftests"
	finish
}

# The name has what the result depends on: the sources, the compiler, and how they are built.
ltp_key() {
	{
		(cd "$1" && find . -name .git -prune -o -type f -print0 | sort -z |
			xargs -0 sha256sum)
		gcc-12 --version
		cat "$HERE/left-out"
		declare -f compile_ltp keep_ltp
	} | sha256sum | cut -c 1-16
}

# compile_ltp SOURCE: the library, the tests, and the programs that tests in shell call.
compile_ltp() {
	local dir

	cd "$1" && make autotools &&
		./configure CC=gcc-12 LDFLAGS=-static --prefix=/ltp --disable-metadata || return
	for dir in testcases/kernel/controllers testcases/lib; do
		nice make -j"$(nproc)" -C "$dir" &&
			make -C "$dir" install "DESTDIR=$WORK/root" || return
	done
}

# keep_ltp SOURCE: the table of the suite goes with it, less what beside/left-out names. strip
# refuses what is no program.
keep_ltp() {
	local left_out

	find "$WORK/root/ltp" -type f -perm -u+x -exec strip -s {} + 2>/dev/null || true
	left_out=$(sed '/^#/d; /^$/d; s/[ \t].*//' "$HERE/left-out" | paste -sd '|')
	grep -vE "^(#.*|($left_out)[[:space:]].*|[[:space:]]*)\$" "$1/runtest/controllers" \
		>"$WORK/root/ltp/table"
}

make_ltp() {
	cp -r "$LTP" "$WORK/ltp"
	quietly "the tests of LTP" compile_ltp "$WORK/ltp"
	keep_ltp "$WORK/ltp"
	{ mkdir -p "${1%/*}" && mv -T "$WORK/root/ltp" "$1"; } || die "$1 can not be made"
}

build_ltp() {
	local cached

	[ -n "${LTP-}" ] ||
		not_had "Debian has no package of LTP's sources: say LTP=/path of them"
	[ -r "$LTP/runtest/controllers" ] ||
		not_had "LTP=$LTP has no runtest/controllers: name the sources of the Linux Test Project"
	LTP=$(realpath "$LTP")
	"$TOP/scripts/deps.sh" autoconf automake pkg-config
	cached=$CGI_CACHE/ltp/$(cat "$LTP/VERSION")-$(ltp_key "$LTP")
	lock "$CGI_CACHE/ltp/lock"
	[ -d "$cached" ] || {
		begin "building LTP's tests of controllers, version $(cat "$LTP/VERSION")"
		make_ltp "$cached"
		finish
	}
	mkdir -p "$1"
	cp -r "$cached" "$1/ltp"
	note "LTP's tests of controllers are of ${cached##*/}"
}

case ${1-} in
-h|--help)	usage; exit 0 ;;
kselftests)	[ $# -eq 3 ] || usage_error "kselftests needs DIR KERNEL; see build.sh --help" ;;
ltp)		[ $# -eq 2 ] || usage_error "ltp needs DIR; see build.sh --help" ;;
*)		usage_error "which suite? see build.sh --help" ;;
esac
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 143' TERM
"build_$1" "$(realpath -m "$2")" "${@:3}"
