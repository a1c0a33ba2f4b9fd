#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Build the selftests outside a kernel tree, into a folder that can be copied
# to where they run: programs, run_tests.sh and the list that it reads.

set -euo pipefail

HERE=$(dirname "$(readlink -f "$0")")

[ $# -eq 1 ] || {
	echo "usage: build.sh DIR" >&2
	exit 2
}
DIR=$(realpath -m "$1")
KSFT_DIR=$("$HERE/fetch-kselftest.sh")
BUILD=$(mktemp -d)
trap 'rm -rf "$BUILD"' EXIT
find "$HERE" -maxdepth 1 -type f \( -name '*.[ch]' -o -name Makefile \) -exec cp {} "$BUILD" \;
# lib.mk behaves otherwise below another make, such as that of "make check".
unset MAKEFLAGS MAKELEVEL MFLAGS
make -s -j"$(nproc)" -C "$BUILD" "KSFT_DIR=$KSFT_DIR" >"$BUILD/log" 2>&1 || {
	cat "$BUILD/log" >&2
	echo "build.sh: the selftests do not build" >&2
	exit 1
}
mkdir -p "$DIR"
xargs -I{} cp "$BUILD/{}" "$DIR" <"$BUILD/tests"
cp "$BUILD/tests" "$HERE/run_tests.sh" "$HERE/settings" "$DIR"
