#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does the module build with clang, and does what comes out work? KTAP, and the
# line "N passed, N failed, N skipped".

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=tally.sh
. "$TOP/scripts/tally.sh"

DEFAULT=(6.12 7.3)
TESTS=(membership links)

# Debian configured its kernels for gcc, and its headers lack Kconfig to do that
# anew. These are what Kconfig answers for clang, where the flags of the compiler
# or the code in headers depend on it. None changes the layout of anything. But
# objtool must leave the calls of __fentry__, as gcc does: this kernel's ftrace
# wants to find those in a module, and warns of nops.
ANSWERS=(
	CC_IS_GCC=
	GCC_VERSION=0
	CC_IS_CLANG=y
	CC_HAS_MIN_FUNCTION_ALIGNMENT=
	CC_HAS_NAMED_AS=
	USE_X86_SEG_SUPPORT=
	CC_IMPLICIT_FALLTHROUGH=-Wimplicit-fallthrough
	CC_OPT_INLINE_MEMSET=
	FTRACE_MCOUNT_USE_CC=
	FTRACE_MCOUNT_USE_OBJTOOL=y
	HAVE_OBJTOOL_NOP_MCOUNT=
	UBSAN_ARRAY_BOUNDS=y
	UBSAN_BOUNDS_STRICT=
)

usage() {
	cat <<USAGE
usage: llvm.sh [KERNEL]...

Builds the module with clang, ld.lld and W=1 for each KERNEL (default: ${DEFAULT[*]}),
no warning allowed, loads it in a guest, and runs ${TESTS[*]} there. A kernel that was
configured for gcc is told, as far as that matters, what its Kconfig would have
answered for clang.
USAGE
}

# check NAME COMMAND...
check() {
	tally_quiet "$WORK/log" "$@"
}

# answer DIR OPTION=VALUE: for make and for the C code, as Kconfig writes it. A
# string is quoted; y is 1 in C; an option without a value is not set.
answer() {
	local conf=$1/include/config/auto.conf header=$1/include/generated/autoconf.h
	local option=CONFIG_${2%%=*} value=${2#*=}

	case $value in
	-*)	value="\"$value\"" ;;
	esac
	sed -i "/^$option=/d" "$conf"
	sed -i "/^#define $option /d" "$header"
	[ -n "$value" ] || return 0
	echo "$option=$value" >>"$conf"
	echo "#define $option ${value/#y/1}" >>"$header"
}

# Copy the kernel's own part of the headers, and answer there anew.
headers_for_clang() {
	local kdir=$1 copy=$2 link answer

	cp -a "$kdir" "$copy"
	# The tools are linked to, from where the original is.
	for link in scripts tools; do
		[ ! -L "$copy/$link" ] || ln -sfn "$(readlink -f "$kdir/$link")" "$copy/$link"
	done
	sed -i "s#^KBUILD_OUTPUT=.*#KBUILD_OUTPUT=$copy#" "$copy/Makefile"
	for answer in "${ANSWERS[@]}"; do
		answer "$copy" "$answer"
	done
}

# build DIR KERNEL [MAKE-ARGS...]
build() {
	"$VM/build.sh" "$1" "$2" LLVM=1 "${@:3}"
}

no_warning() {
	local log=$1 status

	[ -r "$log" ] || {
		echo "$log can not be read"
		return 1
	}
	# Kbuild's own remarks, which name no file.
	status=0
	grep -E '(warning|WARNING):' "$log" |
		grep -v -E '^warning: (the compiler|pahole version) differs' || status=$?
	[ "$status" -ne 0 ]
}

# Kbuild takes the kernel's compiler without a word if LLVM=1 has no effect.
by_clang() {
	local dir=$1 object

	for object in "$dir"/module/*.o "$dir"/module/*/*.o "$dir"/debugfs/*.o; do
		readelf -p .comment "$object" | tee "$dir/comment"
		if ! grep -q 'clang version' "$dir/comment" || grep -q 'GCC:' "$dir/comment"; then
			echo "$object is not clang's"
			return 1
		fi
	done
	# The linker leaves its name in nothing that is relocatable.
	grep -q 'ld\.lld' "$dir/.cgroup_inspect.o.cmd" "$dir/.cgroup_inspect.ko.cmd" || {
		cat "$dir/.cgroup_inspect.o.cmd" "$dir/.cgroup_inspect.ko.cmd"
		echo "ld.lld did not link it"
		return 1
	}
}

in_guest() {
	"$VM/run.sh" --kernel "$1" --module "$2" --files "$WORK/tests-$ARCH" --guest mixed \
		--timeout 900 -- "./run_tests.sh ${TESTS[*]}"
}

check_kernel() {
	local name=$1 dir=$WORK/$1 found

	found=$("$VM/kernel.sh" "$name") || exit
	ARCH=$(sed -n 's/^ARCH=//p' <<<"$found")
	echo "# $name: kernel $(sed -n 's/^KREL=//p' <<<"$found") ($(sed -n 's/^VERSION=//p' <<<"$found"))"
	mkdir "$dir"
	if build "$dir" "$name" >"$WORK/log" 2>&1 && no_warning "$dir/build.log" >"$WORK/log"; then
		echo "# $name: builds with the kernel's own configuration"
	else
		echo "# $name: its own configuration does not do: $(grep -m 1 -E 'error:|warning:' "$WORK/log" ||
			tail -n 1 "$WORK/log")"
		headers_for_clang "$(sed -n 's/^KDIR=//p' <<<"$found")" "$dir/headers"
		check "$name: builds with clang" build "$dir" "$name" \
			-C "$dir/headers" || return 0
	fi
	check "$name: no warning" no_warning "$dir/build.log" || true
	check "$name: clang compiled, ld.lld linked" by_clang "$dir" || true
	[ -d "$WORK/tests-$ARCH" ] || "$TOP/selftests/build.sh" "$WORK/tests-$ARCH" "$ARCH"
	check "$name: ${TESTS[*]} pass in a guest" in_guest "$name" "$dir/cgroup_inspect.ko" || true
}

case ${1-} in
-h|--help)	usage; exit 0 ;;
-*)		usage_error "unknown option '$1'; see llvm.sh --help" ;;
esac
[ $# -gt 0 ] || set -- "${DEFAULT[@]}"
NEEDED=(binutils bubblewrap)
for kernel; do
	kernel_row "$VM/kernels" "$kernel" >/dev/null
	NEEDED+=(--kernel "$kernel")
done
"$TOP/scripts/deps.sh" "${NEEDED[@]}" >&2
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 143' TERM
echo "KTAP version 1"
for kernel; do
	check_kernel "$kernel"
done
echo "1..$((PASSED + FAILED))"
tally_end
