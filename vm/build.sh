#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Build the module for a kernel of the table, and print the path of the .ko.
# The tree is left alone: the sources are copied first.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"

usage() {
	cat <<USAGE
usage: build.sh [--from FOLDER] DIR [KERNEL] [MAKE-ARGS...]

Builds in DIR for KERNEL (default: $(kernel_default "$VM/kernels")) and prints the
path of the .ko. Warnings are shown, and are a failure if the compiler is of the
major version that the kernel was built with. LLVM=1 builds with clang. --from builds
what is in FOLDER, a module of that name, and not cgroup_inspect. Exit code:
$CGI_EXIT_NOT_HAD if the kernel or the compiler can not be had.
USAGE
}

copy_sources() {
	mkdir -p "$DIR"
	if [ -n "$FROM" ]; then
		cp -r "$FROM/." "$DIR/"
		return
	fi
	for part in Kbuild module debugfs; do
		cp -a "$TOP/$part" "$DIR/"
	done
	# A "make" in the tree may have left objects. DIR itself may hold files of others.
	find "$DIR/module" "$DIR/debugfs" -name '*.o' -delete
}

field() {
	sed -n "s/^$1=//p" <<<"$DESCRIPTION"
}

in_toolchain() {
	"$TOP/scripts/toolchain.sh" --dir "$DIR" "$TOOLCHAIN" -- "$@"
}

# Set ARGS, which tell Kbuild the architecture and the compiler. By themselves the
# headers ask for the very compiler that the kernel was built with, and no machine
# has that for every kernel.
set_compiler() {
	local arch cross='' cc=gcc

	case $(field ARCH) in
	amd64)	arch=x86 ;;
	i386)	arch=i386 ;;
	arm64)	arch=arm64 cross=aarch64-linux-gnu- ;;
	s390x)	arch=s390 cross=s390x-linux-gnu- ;;
	*)	die "no compiler is known for architecture $(field ARCH)" ;;
	esac
	[ "$TOOLCHAIN" != host ] || cc=gcc-12
	if [[ " $* " == *" LLVM="* ]]; then
		TOOLCHAIN=trixie-llvm
		cc=clang cross=''
	fi
	CC=$cross$cc
	ARGS=("ARCH=$arch" "CROSS_COMPILE=$cross" "CC=$CC")
	# Debian's headers set CC to gcc even if LLVM=1 is given.
	[ "$CC" != clang ] || ARGS=("ARCH=$arch" CC=clang)
}

# compiler and kernel_compiler print "GCC 14" or "Clang 19": the one for the compiler
# that builds the module, the other for the one that built the kernel.
compiler() {
	in_toolchain "$CC" -dM -E -x c /dev/null | awk '
		$2 == "__GNUC__"	{ gcc = $3 }
		$2 == "__clang_major__"	{ clang = $3 }
		END { print clang ? "Clang " clang : "GCC " gcc }'
}

kernel_compiler() {
	awk -F= '
		$1 == "CONFIG_GCC_VERSION"	{ gcc = int($2 / 10000) }
		$1 == "CONFIG_CLANG_VERSION"	{ clang = int($2 / 10000) }
		END { print clang ? "Clang " clang : "GCC " gcc }' "$(field CONFIG)"
}

# Print the compiler's and the linker's warnings. Kbuild's remark that the kernel was
# built with another compiler names no file, and is not wanted.
warnings() {
	grep -E '^[^ ]+:[0-9]+(:[0-9]+)?: warning:|^WARNING: modpost:|: warning: objtool:|: warning: .*\(\)|(^|[/-])(cc1|ld|ld\.[a-z]+): warning:' \
		"$DIR/build.log"
}

# older OURS THEIRS: headers of a kernel that a newer compiler built can use
# attributes that an older one does not know, and warns about.
older() {
	[ "${1% *}" = "${2% *}" ] && [ "${1#* }" -lt "${2#* }" ]
}

build() {
	in_toolchain make -s -j"$(nproc)" -C "$(field KDIR)" "M=$DIR" W=1 "${ARGS[@]}" "$@" modules \
		>"$DIR/build.log" 2>&1 || {
		cat "$DIR/build.log" >&2
		die "the module does not build for kernel $NAME"
	}
}

FROM=
MODULE=cgroup_inspect
if [ "${1-}" = --from ]; then
	[ -f "${2-}/Kbuild" ] || usage_error "--from needs a folder with a Kbuild"
	FROM=$(realpath "$2")
	MODULE=${FROM##*/}
	shift 2
fi
case ${1-} in
-h|--help)	usage; exit 0 ;;
''|-*)		usage_error "a folder is needed; see build.sh --help" ;;
esac
DIR=$(realpath -m "$1")
shift
case ${1-} in
''|*=*)	NAME=$(kernel_default "$VM/kernels") ;;
*)	NAME=$1; shift ;;
esac
DESCRIPTION=$("$VM/kernel.sh" "$NAME") || exit
TOOLCHAIN=$(field TOOLCHAIN)
copy_sources
set_compiler "$@"
# This is the first use of the toolchain, which makes it if it is not in the cache.
# If it can't be had, this shows here and not as a module that does not build.
OURS=$(compiler) || exit
begin "building $MODULE.ko for kernel $NAME"
THEIRS=$(kernel_compiler)
! older "$OURS" "$THEIRS" || ARGS+=(KCFLAGS=-Wno-attributes)
build "$@"
if warnings >/dev/null; then
	cat "$DIR/build.log" >&2
	[ "$OURS" != "$THEIRS" ] || die "the module builds with warnings for kernel $NAME"
fi
finish
echo "$DIR/$MODULE.ko"
