#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Build the selftests outside a kernel tree, into a folder that can be copied
# to where they run: programs, run_tests.sh and the list that it reads.

set -euo pipefail

HERE=$(dirname "$(readlink -f "$0")")

usage() {
	echo "usage: build.sh DIR [ARCH]: for amd64 (default), arm64, s390x or i386." \
	     "Exit code 122 if something that has to be downloaded can not be had." >&2
	exit 2
}

{ [ $# -eq 1 ] || [ $# -eq 2 ]; } || usage
TOOLCHAIN=trixie
case ${2:-amd64} in
amd64)	TOOLCHAIN=host CROSS='' ;;
arm64)	CROSS=aarch64-linux-gnu- ;;
s390x)	CROSS=s390x-linux-gnu- ;;
i386)	CROSS=i686-linux-gnu- ;;
*)	usage ;;
esac
DIR=$(realpath -m "$1")
KSFT_DIR=$("$HERE/fetch-kselftest.sh")
BUILD=$(mktemp -d)
trap 'rm -rf "$BUILD"' EXIT
find "$HERE" -maxdepth 1 -type f \( -name '*.c' -o -name Makefile \) -exec cp {} "$BUILD" \;
cp -r "$HERE/lib" "$BUILD"
# lib.mk behaves otherwise below another make, such as that of "make check".
unset MAKEFLAGS MAKELEVEL MFLAGS
"$HERE/../scripts/toolchain.sh" --dir "$BUILD" "$TOOLCHAIN" -- \
	make -s -j"$(nproc)" "KSFT_DIR=$KSFT_DIR" "CROSS_COMPILE=$CROSS" >"$BUILD/log" 2>&1 || {
	status=$?
	cat "$BUILD/log" >&2
	# The toolchain could not be had, and has said so; make ends with 2.
	[ "$status" -ne 122 ] || exit "$status"
	echo "build.sh: the selftests do not build for ${2:-amd64}" >&2
	exit 1
}
# Compilers see other things on other architectures.
! grep -q 'warning:' "$BUILD/log" || cat "$BUILD/log" >&2
mkdir -p "$DIR"
xargs -I{} cp "$BUILD/{}" "$DIR" <"$BUILD/tests"
cp "$BUILD/tests" "$HERE/run_tests.sh" "$HERE/settings" "$DIR"
