#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Test the series of make-patch: git am takes it on the sources of the newest kernel that Debian
# has of vm/kernels' row "intree", checkpatch finds nothing, each patch builds, and the
# selftests of the tree pass in a guest whose kernel has the code built in.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=../scripts/apt.sh
. "$TOP/scripts/apt.sh"
# shellcheck source=../scripts/newest.sh
. "$TOP/scripts/newest.sh"
# shellcheck source=../scripts/source.sh
. "$TOP/scripts/source.sh"
# shellcheck source=../scripts/tally.sh
. "$TOP/scripts/tally.sh"

NAME=intree
CONFIG=$VM/$NAME/config
INSPECT=kernel/cgroup/inspect
# What the patches change besides, as far as it is compiled.
OTHERS=(kernel/cgroup/ kernel/bpf/cgroup.o drivers/char/random.o)
# Each patch adds files, but who looks after them only the last one says. And names of types
# and members can't have parentheses, and have no side effects.
IGNORED=FILE_PATH_CHANGES,MACRO_ARG_PRECEDENCE,MACRO_ARG_REUSE
# Tests of what is there without the graph, for a kernel that was booted so.
GRAPH_0=(locks rcu_only rebind exec)
TIMEOUT=2700

usage() {
	cat <<USAGE
usage: check-intree.sh [--build]

  --build  stop before the guests

The sources and what is built of them stay in the cache, which takes 3 GB, so that a second
run builds only what has changed. Exit code: $CGI_EXIT_NOT_HAD if the sources can not be had.
USAGE
}

# --- the sources ------------------------------------------------------------------

# unpack FOLDER VERSION: the sources become a repository of one commit, on which the series is put.
unpack() {
	local folder=$1 version=$2

	source_unpack "$folder" "$version" || return
	{ git -C "$folder/linux" init -q -b base &&
		git -C "$folder/linux" add -A -f &&
		git -C "$folder/linux" commit -q -m "$PACKAGE $version"; } ||
		die "no repository can be made of $folder/linux"
}

# Git may know no user here, and what it knows of other repositories must not matter. The name has
# a blank, as most have.
SETTINGS=(user.name 'check intree' user.email check-intree@localhost)

settle_git() {
	local i

	export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
	export GIT_CONFIG_COUNT=$((${#SETTINGS[@]} / 2))
	for ((i = 0; i < GIT_CONFIG_COUNT; i++)); do
		export "GIT_CONFIG_KEY_$i=${SETTINGS[2 * i]}"
		export "GIT_CONFIG_VALUE_$i=${SETTINGS[2 * i + 1]}"
	done
}

# Of a folder that is not whole something may be left, and versions that are not the newest have
# served.
install_source() {
	local root=$1 version=$2 work

	work=$(mktemp -d "$CACHE/tmp.XXXXXX") || die "no folder can be made in $CACHE"
	unpack "$work" "$version" || { rm -rf "$work"; return 1; }
	rm -rf "${CACHE:?}"/[0-9]*
	mkdir "$work/build" && mv -T "$work" "$root"
}

choose() {
	source_choose install_source ''
}

# --- the series -------------------------------------------------------------------

# An earlier run has left its series there, or a part of it, and if it was killed a lock of Git's.
clean_base() {
	rm -f "$LINUX"/.git/*.lock
	git -C "$LINUX" am --abort 2>/dev/null || true
	git -C "$LINUX" checkout -q -f --detach base && git -C "$LINUX" clean -q -d -f -x
}

apply() {
	clean_base && git -C "$LINUX" am -q --whitespace=error-all "$WORK"/series/*.patch
}

# Print the commits of the series, the first one first.
commits() {
	git -C "$LINUX" rev-list --reverse base.."$SERIES"
}

checkpatch() {
	(cd "$LINUX" && HOME=$WORK perl scripts/checkpatch.pl --strict --show-types \
		--ignore "$IGNORED" "$1") >"$WORK/checkpatch" 2>&1 || true
	grep -q '^total: 0 errors, 0 warnings, 0 checks' "$WORK/checkpatch" &&
		! grep -E '^(ERROR|WARNING|CHECK):' "$WORK/checkpatch"
}

# refuses CODE TEXT ARGUMENT...: make-patch ends with CODE, says TEXT, and leaves nothing.
refuses() {
	local code=$1 text=$2 status=0

	shift 2
	(cd "$WORK" && "$TOP/scripts/make-patch" "$@") >"$WORK/said" 2>&1 || status=$?
	echo "it ended with $status" >>"$WORK/said"
	cat "$WORK/said"
	[ "$status" -eq "$code" ] && grep -qF -- "$text" "$WORK/said" && [ ! -e "$WORK/none" ]
}

# tree VERSION PATCHLEVEL FOLDER: make what is a kernel tree at a glance.
tree() {
	mkdir -p "$3/kernel/cgroup"
	printf 'VERSION = %s\nPATCHLEVEL = %s\n' "$1" "$2" >"$3/Makefile"
	: >"$3/kernel/cgroup/cgroup-internal.h"
}

refuses_nobody() {
	GIT_CONFIG_COUNT=0 refuses 1 'nobody signs off' "$LINUX" "$WORK/none"
}

check_refusals() {
	local old=$WORK/old newest=$WORK/newest

	tree 6 12 "$old"
	tree "${PREFIX%.*}" "${PREFIX#*.}" "$newest"
	tally_quiet "$WORK/log" "what is no kernel tree is refused" \
		refuses 2 'is no kernel tree' "$VM" "$WORK/none" || true
	tally_quiet "$WORK/log" "a kernel that is too old is refused" \
		refuses 1 "the series is made for $PREFIX, and for nothing older" "$old" "$WORK/none" || true
	tally_quiet "$WORK/log" "a folder that is there is not written to" \
		refuses 2 'is there already' "$LINUX" "$old" || true
	tally_quiet "$WORK/log" "a tree without the files that are to be changed is refused" \
		refuses 1 "the series is made for $PREFIX" "$newest" "$WORK/none" || true
	tally_quiet "$WORK/log" "where git knows no user, nothing is signed off" refuses_nobody || true
}

# The letter has its subject, the release, the table of performance.rst, and nothing that is to be filled in.
letter_is_whole() {
	local letter=$WORK/series/0000-cover-letter.txt subject

	subject=$(sed -n 2p "$TOP/intree/cover")
	[ -n "$subject" ] && sed '/^Subject: /{N;s/\n / /}' "$letter" | grep -F "] $subject" >/dev/null &&
		grep -qE '^tasks / floor, centre .* [0-9.]+ ' "$letter" &&
		grep -qF "It is made for Linux $PREFIX." "$letter" &&
		! grep -nE '@[A-Z]+@|\*\*\* [A-Z]+ HERE' "$letter"
}

# As lint.sh judges the document that it is made of.
document_is_sound() {
	mkdir -p "$WORK/doc" &&
		git -C "$WORK/doc" apply --include='*/cgroup-inspect.rst' "$WORK"/series/0008-*.patch &&
		rst2html --strict --no-raw --no-file-insertion \
			"$WORK/doc/Documentation/admin-guide/cgroup-inspect.rst" /dev/null
}

# What the caller has set is not taken over, and the repository of a hook that calls is let be.
same_for_others() {
	printf '%s\n' '[diff]' 'noprefix = true' '[format]' 'signOff = true' \
		'[core]' 'autocrlf = true' >"$WORK/gitconfig"
	GIT_DIR=$WORK/nowhere GIT_INDEX_FILE=$WORK/nowhere.index GIT_AUTHOR_NAME=other \
		GIT_CONFIG_GLOBAL=$WORK/gitconfig "$TOP/scripts/make-patch" "$LINUX" "$WORK/again" &&
		diff -r -I '^From [0-9a-f]* ' -I '^Date: ' "$WORK/series" "$WORK/again"
}

make_series() {
	clean_base && "$TOP/scripts/make-patch" "$LINUX" "$WORK/series"
}

check_series() {
	local patch

	tally_quiet "$WORK/log" "make-patch writes a series" make_series || return
	tally_quiet "$WORK/log" "its cover letter is whole" letter_is_whole || true
	tally_quiet "$WORK/log" "other settings of git give the same series" same_for_others || true
	tally_quiet "$WORK/log" "its document is sound reStructuredText" document_is_sound || true
	tally_quiet "$WORK/log" "git am takes it, and finds no fault in its blanks" apply || return
	SERIES=$(git -C "$LINUX" rev-parse HEAD) || die "$LINUX has no commit"
	for patch in "$WORK"/series/*.patch; do
		tally_quiet "$WORK/log" "checkpatch --strict: $(basename "$patch" .patch)" \
			checkpatch "$patch" || true
	done
}

# --- building it --------------------------------------------------------------------

# kbuild TARGET...: fails if anything is warned of, too.
kbuild() {
	nice make -s -C "$LINUX" "O=$BUILD" -j"$(nproc)" "$@" >"$WORK/build" 2>&1 || {
		tail -n 30 "$WORK/build"
		return 1
	}
	! grep -E 'warning:|WARNING:' "$WORK/build"
}

# configure LINE...: the options of the guest's kernel and these. Each must be taken.
configure() {
	local refused

	{ cat "${BASE_CONFIG:-$CONFIG}" && printf '%s\n' "$@"; } >"$WORK/config"
	kbuild "KCONFIG_ALLCONFIG=$WORK/config" allnoconfig || return
	refused=$(source_refused "$WORK/config" "$BUILD/.config")
	[ -z "$refused" ] || {
		echo "the kernel did not take: $refused"
		return 1
	}
}

WITH=(CONFIG_CGROUP_INSPECT=y CONFIG_CGROUP_INSPECT_KUNIT_TEST=y)
WITHOUT=('# CONFIG_CGROUP_INSPECT is not set')

# Nothing of ours that is called may be in a patch to come.
nothing_is_missing() {
	local -a objects
	local missing

	[ -e "$LINUX/$INSPECT/Kconfig" ] || return 0
	mapfile -t objects < <(find "$BUILD/$INSPECT" -name '*.o')
	[ ${#objects[@]} -gt 0 ] || {
		echo "no object was built in $INSPECT"
		return 1
	}
	missing=$(comm -23 \
		<(nm -u "${objects[@]}" | awk 'NF == 2 && $2 ~ /^cgi_/ { print $2 }' | sort -u) \
		<(nm --defined-only "${objects[@]}" | awk 'NF == 3 { print $3 }' | sort -u))
	[ -z "$missing" ] || {
		echo "missing: $missing"
		return 1
	}
}

# go_to COMMIT: a header that nearly all include is written anew on the way, and with its new time
# nearly all would be compiled again. If it is what the last kernel was built with, it gets
# back its time.
HEADER=include/linux/random.h

go_to() {
	git -C "$LINUX" checkout -q --detach "$1" || return
	! cmp -s "$LINUX/$HEADER" "$BUILD/random.h.built" ||
		touch -r "$BUILD/random.h.built" "$LINUX/$HEADER"
}

# Earlier patches do not have the option, or not that of the unit tests.
build_patch() {
	local commit=$1
	local -a lines=("${WITH[@]}")

	go_to "$commit" || return
	# What an earlier run has built there is not of this patch.
	[ -e "$LINUX/$INSPECT" ] || rm -rf "${BUILD:?}/$INSPECT"
	grep -qs KUNIT "$LINUX/$INSPECT/Kconfig" || lines=("${WITH[0]}")
	[ -e "$LINUX/$INSPECT/Kconfig" ] || lines=()
	configure "${lines[@]}" && kbuild W=1 "${OTHERS[@]}" && nothing_is_missing
}

# sparse is run by Kbuild, which goes on without if it is too old, and says so: that ends with 2.
# Else it must find a fault that is planted.
sparse_all() {
	local planted=$LINUX/$INSPECT/planted.c status=0

	printf '%s\n' '// SPDX-License-Identifier: GPL-2.0-only' 'int cgi_planted(int __user *user);' \
		'int cgi_planted(int __user *user) { return *user; }' >"$planted"
	nice make -C "$LINUX" "O=$BUILD" C=2 CHECK=sparse "$INSPECT/planted.o" "$INSPECT/" \
		>"$WORK/sparse" 2>&1 || status=$?
	rm "$planted"
	[ "$status" -eq 0 ] || {
		tail -n 30 "$WORK/sparse"
		echo "make ended with $status"
		return 1
	}
	! grep -q 'sparse is not available or not up to date' "$WORK/sparse" || return 2
	grep -q 'planted.c:.*warning: dereference of noderef' "$WORK/sparse" || {
		echo "the planted fault was not found"
		return 1
	}
	! grep -v planted "$WORK/sparse" | grep -E "$INSPECT/.*(warning|error):"
}

check_sparse() {
	local status=0

	sparse_all >"$WORK/log" 2>&1 || status=$?
	if [ "$status" -eq 2 ]; then
		SKIPPED=$((SKIPPED + 1))
		echo "# SKIP sparse $(sparse --version): $(grep -m 1 'sparse is not' "$WORK/sparse")"
		return
	fi
	[ "$status" -eq 0 ] || sed 's/^/# /' "$WORK/log"
	tally_case "sparse finds nothing" [ "$status" -eq 0 ]
}

# Nothing but what the code needs: whatever it uses is there without other options.
build_least() {
	printf '%s\n' CONFIG_64BIT=y CONFIG_CGROUPS=y CONFIG_DEBUG_KERNEL=y CONFIG_DEBUG_FS=y \
		"${NEEDED[@]}" >"$WORK/least"
	BUILD=$LEAST BASE_CONFIG=$WORK/least configure "${WITH[0]}" &&
		BUILD=$LEAST kbuild vmlinux
}

NEEDED=(CONFIG_NET=y)

# The kernel without comes first, as the one with is booted.
check_builds() {
	local commit

	for commit in $(commits); do
		tally_quiet "$WORK/log" "builds with W=1: $(git -C "$LINUX" log -1 --format=%s "$commit")" \
			build_patch "$commit" || true
	done
	tally_quiet "$WORK/log" "the last patch is taken again" go_to "$SERIES" || return
	begin "building the whole kernel, which takes many minutes"
	tally_quiet "$WORK/log" "the kernel builds with CONFIG_CGROUP_INSPECT=n" \
		build_whole "${WITHOUT[@]}" || true
	tally_quiet "$WORK/log" "the kernel builds with CONFIG_CGROUP_INSPECT=y" \
		build_whole "${WITH[@]}" || return
	finish
	check_sparse
	tally_quiet "$WORK/log" "it builds with hardly any option" build_least || true
}

build_whole() {
	configure "$@" && kbuild bzImage && cp -p "$LINUX/$HEADER" "$BUILD/random.h.built"
}

# --- the guests -----------------------------------------------------------------------

# With no make in the guest, run_tests.sh runs them.
build_selftests() {
	mkdir -p "$WORK/tests" || return
	make -s -C "$LINUX/tools/testing/selftests/cgroup_inspect" "OUTPUT=$WORK/tests" \
		-j"$(nproc)" >"$WORK/build" 2>&1 || {
		cat "$WORK/build"
		return 1
	}
	! grep 'warning:' "$WORK/build" &&
		cp "$LINUX"/tools/testing/selftests/cgroup_inspect/{run_tests.sh,settings} "$WORK/tests"
}

# run.sh takes this for what kernel.sh would print.
describe() {
	local krel

	krel=$(make -s -C "$LINUX" "O=$BUILD" kernelrelease) || return
	cat >"$WORK/kernel" <<-DESCRIBE
	KERNEL=$NAME
	KREL=$krel
	VERSION=${ROOT##*/}
	KDIR=$BUILD
	VMLINUZ=$BUILD/arch/x86/boot/bzImage
	MODDIR=
	ARCH=$ARCH
	TOOLCHAIN=host
	CONFIG=$BUILD/.config
	DESCRIBE
}

# boot ARGS COMMAND
boot() {
	mkdir -p "$WORK/guests"
	"$VM/run.sh" --kernel "$NAME" --guest mixed --files "$WORK/tests" --files "$WORK/kunit" \
		--out "$(mktemp -d "$WORK/guests/XXXXXX")" --mem 2048 --timeout "$TIMEOUT" \
		--append "$1" -- "$2"
}

# What run.sh is given. Nothing searches pages there.
prepare() {
	mkdir -p "$WORK/kunit" && describe &&
		sed '/^cgroup_inspect_page_sums /d' "$VM/debug/guest/kunit.sh" >"$WORK/kunit/kunit.sh" &&
		chmod +x "$WORK/kunit/kunit.sh"
}

# As this is called where set -e does nothing, each step is a case.
check_guests() {
	tally_quiet "$WORK/log" "the selftests build in the tree" build_selftests || return
	tally_quiet "$WORK/log" "the guests can be described" prepare || return
	export CGI_KERNEL_FILE=$WORK/kernel
	echo "# unit tests, run when the kernel came up"
	tally_run "$WORK/log" 1 boot '' ./kunit.sh
	# They leave behind what a snapshot then takes for earlier ones.
	echo "# selftests, the code built in"
	tally_run "$WORK/log" 1 boot kunit.enable=0 "CGI_TEST_TIMEOUT=900 ./run_tests.sh"
	echo "# selftests without the graph, by cgroup_inspect.graph=0"
	tally_run "$WORK/log" 1 boot "kunit.enable=0 cgroup_inspect.graph=0" \
		"CGI_TEST_TIMEOUT=900 ./run_tests.sh ${GRAPH_0[*]}"
}

GUESTS=1
case ${1-} in
'')		;;
--build)	GUESTS= ;;
-h|--help)	usage; exit 0 ;;
*)		usage_error "unknown argument '$1'; see check-intree.sh --help" ;;
esac
[ $# -le 1 ] || usage_error "too many arguments; see check-intree.sh --help"
ROW=$(kernel_row "$VM/kernels" "$NAME")
{ read -r _; read -r SUITES; read -r ARCH; read -r _; read -r PREFIX; } <<<"$ROW"
PACKAGE=linux-source-$PREFIX
CACHE=$CGI_CACHE/$NAME-series
"$TOP/scripts/deps.sh" bc bison flex libelf-dev git unifdef sparse perl binutils \
	python3-docutils
settle_git
newest_use "$CACHE" source linux/Makefile
# Two runs can't work on one folder.
newest_lock
newest_find choose || not_had "$PACKAGE is not in the cache, and $NEWEST_WHY"
ROOT=$(newest_folder)
newest_tell "$PACKAGE: ${ROOT##*/}"
LINUX=$ROOT/linux BUILD=$ROOT/build LEAST=$ROOT/least
WORK=$(mktemp -d)
trap 'tally_keep "$NAME" "$WORK/guests"; rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
SECONDS=0
SERIES=
echo "# $PACKAGE ${ROOT##*/}, $(gcc --version | head -n 1)"
check_refusals
if check_series && check_builds && [ -n "$GUESTS" ]; then
	check_guests || true
fi
note "took $SECONDS s"
tally_keep "$NAME" "$WORK/guests"
tally_end
