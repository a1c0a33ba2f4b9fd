#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Build the selftests outside a kernel tree, into a folder that can be copied
# to where they run: programs, run_tests.sh and the list that it reads.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
HERE=$TOP/selftests

usage() {
	usage_error "usage: build.sh DIR [ARCH]: for amd64 (default), arm64, s390x or i386;" \
		"exit code $CGI_EXIT_NOT_HAD if something that has to be downloaded can not be had"
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
begin "building the selftests for ${2:-amd64}"
"$TOP/scripts/toolchain.sh" --dir "$BUILD" "$TOOLCHAIN" -- \
	make -s -j"$(nproc)" "KSFT_DIR=$KSFT_DIR" "CROSS_COMPILE=$CROSS" >"$BUILD/log" 2>&1 || {
	status=$?
	cat "$BUILD/log" >&2
	# If it is the toolchain that can't be had, it has said so. make itself ends with 2.
	[ "$status" -ne "$CGI_EXIT_NOT_HAD" ] || exit "$status"
	die "the selftests do not build for ${2:-amd64}"
}
finish
# A compiler can find something on one architecture only, so its warnings are shown.
! grep -q 'warning:' "$BUILD/log" || cat "$BUILD/log" >&2
mkdir -p "$DIR"
xargs -I{} cp "$BUILD/{}" "$DIR" <"$BUILD/tests"
# The tests of howto run the commands that these print.
cp "$TOP/Documentation/howto.rst" "$TOP/README.md" "$DIR"
cp "$BUILD/tests" "$HERE/run_tests.sh" "$HERE/settings" "$DIR"
