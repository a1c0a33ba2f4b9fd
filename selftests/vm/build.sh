#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Build the module for a kernel of the table, and print the path of the .ko.
# The tree is left alone: the sources are copied first.

set -euo pipefail

VM=$(dirname "$(readlink -f "$0")")
# shellcheck source=lib.sh
. "$VM/lib.sh"

usage() {
	echo "usage: build.sh DIR [KERNEL]: build in DIR (default kernel: $(kernel_default "$VM/kernels"))"
}

copy_sources() {
	mkdir -p "$DIR"
	for part in Kbuild module debugfs; do
		cp -a "$TOP/$part" "$DIR/"
	done
	find "$DIR" -name '*.o' -delete
}

[ $# -ge 1 ] || { usage >&2; exit 2; }
TOP=$(readlink -f "$VM/../..")
DIR=$(realpath -m "$1")
NAME=${2:-$(kernel_default "$VM/kernels")}
DESCRIPTION=$("$VM/kernel.sh" "$NAME")
KDIR=$(sed -n 's/^KDIR=//p' <<<"$DESCRIPTION")
copy_sources
make -s -C "$KDIR" "M=$DIR" W=1 modules >"$DIR/build.log" 2>&1 || {
	cat "$DIR/build.log" >&2
	die "the module does not build for kernel $NAME"
}
echo "$DIR/cgroup_inspect.ko"
