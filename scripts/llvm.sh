#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does the module build with clang, and does what comes out work? The output is KTAP,
# and the line "N passed, N failed, N skipped".

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=tally.sh
. "$TOP/scripts/tally.sh"

DEFAULT=(6.12 7.3)
TESTS=(membership links)

# Debian configured its kernels for gcc, and its headers lack Kconfig, so they can't be
# configured anew. These are the answers that Kconfig would give for clang, as far as
# compiler flags or the code in headers depend on them. None of them changes the layout
# of a structure. One answer is not Kconfig's: objtool must not turn the calls of
# __fentry__ into nops. gcc leaves the calls, so that is what this kernel's ftrace
# wants to find in a module, and it warns of nops.
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

# check NAME COMMAND...: the case NAME is passed if the command succeeds.
check() {
	tally_quiet "$WORK/log" "$@"
}

# answer DIR OPTION=VALUE: set an option for make and for the C code, in the form that
# Kconfig writes. A string is quoted; y is 1 in C; without a value the option is unset.
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

# headers_for_clang KDIR COPY: copy the headers, and give the answers in the copy.
headers_for_clang() {
	local kdir=$1 copy=$2 link answer

	cp -a "$kdir" "$copy"
	# The links to the tools are relative, so in the copy they would lead nowhere.
	for link in scripts tools; do
		[ ! -L "$copy/$link" ] || ln -sfn "$(readlink -f "$kdir/$link")" "$copy/$link"
	done
	sed -i "s#^KBUILD_OUTPUT=.*#KBUILD_OUTPUT=$copy#" "$copy/Makefile"
	for answer in "${ANSWERS[@]}"; do
		answer "$copy" "$answer"
	done
}

# build DIR KERNEL [MAKE-ARGS...]: build the module in DIR with clang.
build() {
	"$VM/build.sh" "$1" "$2" LLVM=1 "${@:3}"
}

no_warning() {
	local log=$1 status

	[ -r "$log" ] || {
		echo "$log can not be read"
		return 1
	}
	# Kbuild's remarks about other versions of the tools are no warnings of clang's.
	status=0
	grep -E '(warning|WARNING):' "$log" |
		grep -v -E '^warning: (the compiler|pahole version) differs' || status=$?
	[ "$status" -ne 0 ]
}

# If LLVM=1 had no effect, Kbuild would take gcc without a word. So the objects are
# asked who made them.
by_clang() {
	local dir=$1 object
	local -a objects

	mapfile -t objects < <(find "$dir/module" "$dir/debugfs" -name '*.o')
	[ "${#objects[@]}" -gt 0 ] || return
	for object in "${objects[@]}"; do
		readelf -p .comment "$object" | tee "$dir/comment"
		if ! grep -q 'clang version' "$dir/comment" || grep -q 'GCC:' "$dir/comment"; then
			echo "$object is not clang's"
			return 1
		fi
	done
	# The linker does not leave its name in a relocatable file, so the commands that
	# Kbuild wrote down are looked at.
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
