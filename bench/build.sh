#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Build what the benchmark runs in the guest, into a folder that can be copied there.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
HERE=$TOP/bench

usage() {
	cat <<USAGE
usage: build.sh [--sanitize] DIR [KERNEL]

Leaves in DIR, for KERNEL (default: $(kernel_default "$VM/kernels")): the programs, the
module "floor", cginspect and ps with their libraries. --sanitize builds programs that find their own
faults; what they measure means nothing. Exit code: $CGI_EXIT_NOT_HAD if something that has
to be downloaded can not be had.
USAGE
}

# Print the file with the types of the kernel. Only the running kernel has them as they
# are, so they are fetched from a guest, once for each kernel.
kernel_types() {
	local krel types

	krel=$("$VM/kernel.sh" "$NAME" | sed -n 's/^KREL=//p')
	types=$CGI_CACHE/bench/types-$krel
	if [ ! -e "$types" ]; then
		"$VM/run.sh" --kernel "$NAME" --timeout 300 --out "$WORK/types" -- \
			'cp /sys/kernel/btf/vmlinux out/types' >&2 ||
			die "kernel $NAME does not show its types: is CONFIG_DEBUG_INFO_BTF on?"
		mkdir -p "${types%/*}"
		mv "$WORK/types/types" "$types.new"
		mv "$types.new" "$types"
	fi
	echo "$types"
}

# What adds the figures up is tested each time, and its own faults are looked for.
check_series() {
	make -s -C "$1" SANITIZE=1 check >"$WORK/log" 2>&1 || {
		cat "$WORK/log" >&2
		die "the statistics of the benchmark are wrong"
	}
	make -s -C "$1" clean
}

build_programs() {
	local src=$WORK/src types

	mkdir "$src"
	cp -r "$HERE"/Makefile "$HERE"/*.[ch] "$HERE"/bpf "$src"
	check_series "$src"
	types=$(kernel_types)
	bpftool btf dump file "$types" format c >"$src/vmlinux.h"
	make -s -j"$(nproc)" -C "$src" "SANITIZE=$SANITIZE" >"$WORK/log" 2>&1 || {
		cat "$WORK/log" >&2
		die "the programs of the benchmark do not build"
	}
	! grep 'warning:' "$WORK/log" >&2 || die "the programs of the benchmark build with warnings"
	cp "$src"/{compare,disturb,scene,throttled,tool} "$DIR"
}

build_cginspect() {
	make -s -C "$TOP/tools" OUT="$WORK/tools" SAN="$SANITIZE"
	cp "$WORK/tools/cginspect" "$DIR"
}

# Copy what a program is linked with. The guest has no libraries of its own.
copy_libraries() {
	{ ldd "$1" 2>/dev/null || true; } | awk '$2 == "=>" { print $3 } $1 ~ "^/" { print $1 }' |
		xargs -r -I{} cp -Lu {} "$DIR/lib"
}

build_floor() {
	local module

	module=$("$VM/build.sh" --from "$HERE/floor" "$WORK/floor" "$NAME")
	cp "$module" "$DIR"
}

SANITIZE=
while [ $# -gt 0 ]; do
	case $1 in
	--sanitize)	SANITIZE=1 ;;
	-h|--help)	usage; exit 0 ;;
	-*)		usage_error "unknown option '$1'; see build.sh --help" ;;
	*)		break ;;
	esac
	shift
done
{ [ $# -eq 1 ] || [ $# -eq 2 ]; } || usage_error "a folder is needed; see build.sh --help"
need bpftool clang ldd ps
DIR=$(realpath -m "$1")
NAME=${2:-$(kernel_default "$VM/kernels")}
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 143' TERM
mkdir -p "$DIR/lib"
build_programs
build_floor
build_cginspect
cp -L "$(command -v ps)" "$DIR/ps"
for program in ps cginspect compare disturb scene throttled tool; do
	copy_libraries "$DIR/$program"
done
cp "$HERE/guest.sh" "$DIR"
