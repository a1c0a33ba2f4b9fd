#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Judge the sources without running them. Each check prints a line that sums it up.
# This fails if one of them finds something or can not be made. It works on a copy, so
# the tree stays as it is.

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=apt.sh
. "$TOP/scripts/apt.sh"
# shellcheck source=newest.sh
. "$TOP/scripts/newest.sh"

PACKAGES=(git perl python3 sparse shellcheck codespell python3-docutils mandoc)

# The newest checkpatch is in one of these. Release candidates are left out, as their
# checkpatch may still change.
SUITES=(trixie-backports sid)

# The type ALLOC_WITH_SIZEOF asks for kzalloc_obj(), which kernels before 7.0 lack.
IGNORED=ALLOC_WITH_SIZEOF

FAILED=0

# --- the kernel's own tools -------------------------------------------------

# Print "version package" of every linux-source, newest first.
source_candidates() {
	local -a names

	mapfile -t names < <(apt_private apt-cache pkgnames linux-source- |
		grep -E '^linux-source-[0-9.]+$')
	[ ${#names[@]} -gt 0 ] || return 0
	apt_private apt-cache madison "${names[@]}" |
		awk -F ' *\\| *' '{ sub(/^ */, "", $1); print $2, $1 }' |
		sort -k1,1Vr -u
}

# install_scripts DIR VERSION PACKAGE: the scripts are unpacked beside DIR, which is then
# renamed, so they are whole or not there.
install_scripts() {
	local dir=$1 version=$2 package=$3 work

	work=$(mktemp -d "$CGI_CACHE/lint/tmp.XXXXXX") || die "no folder can be made in $CGI_CACHE/lint"
	(
		trap 'rm -rf "$work"' EXIT
		cd "$work" || exit 1
		note "downloading $package ($version)"
		apt_private apt-get -q=2 download "$package=$version" >&2 || exit 1
		dpkg-deb --fsys-tarfile ./*.deb |
			tar -xO "./usr/src/$package.tar.xz" |
			tar -xJ --strip-components=1 --wildcards \
				'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' \
				'*/scripts/const_structs.checkpatch' \
				'*/tools/docs/kernel-doc' '*/tools/lib/python/*' || exit 1
		rm ./*.deb && mv -T "$work" "$dir"
	)
}

# Look for the newest version and choose its scripts, unpacked here if need be.
choose_scripts() {
	local version package dir

	NEWEST_WHY="no linux-source package of ${SUITES[*]} can be downloaded: $CGI_CHECK"
	apt_root "$CGI_CACHE/apt/lint" amd64 "${SUITES[@]}"
	apt_private apt-get -q=2 update >&2 || return 1
	while read -r version package; do
		dir=$CGI_CACHE/lint/$package-$version
		if newest_whole "$dir" || install_scripts "$dir" "$version" "$package"; then
			newest_keep "$dir"
			return 0
		fi
		NEWEST_DOUBTS+=("$package ($version) can not be had whole")
		note "${NEWEST_DOUBTS[-1]}, trying the next older"
	done < <(source_candidates)
	return 1
}

# Print the folder of the newest kernel's scripts. This has to run in a subshell, so
# that the lock ends with it.
find_scripts() {
	newest_use "$CGI_CACHE/lint" scripts scripts/checkpatch.pl
	newest_find choose_scripts || not_had "there is no checkpatch.pl, as $NEWEST_WHY"
	newest_tell "$(basename "$(newest_folder)")"
	newest_folder
}

# --- the files --------------------------------------------------------------

# What the module or cginspect has printed, which the tests compare with: no sources.
DATA='^(selftests/snapshots/|tools/tests/golden/|tools/fuzz/seeds/)'

make_copy() {
	tar -C "$TOP" -c -T "$TMP/files" | tar -C "$TMP/tree" -x
}

# c_files DIR...: print the C files and headers there, one a line.
c_files() {
	local dir

	for dir; do
		grep -E "^$dir/.*\.[ch]\$" "$TMP/files" || true
	done
}

is_script() {
	case $1 in
	*.sh|*/tools/completion/*)	return 0 ;;
	*.*)	return 1 ;;
	esac
	head -n 1 "$1" | grep -qaE '^#!.*/(ba|da)?sh( |$)'
}

scripts() {
	local file

	while read -r file; do
		! is_script "$TMP/tree/$file" || printf '%s\n' "$file"
	done <"$TMP/files"
}

# --- the checks -------------------------------------------------------------

# check NAME OF COUNT COMMAND...: every line that the command prints is a finding, whatever
# its exit code. A check that had nothing to look at, or that failed without a word, has
# failed, too.
check() {
	local name=$1 of=$2 count=$3 status=0

	shift 3
	(cd "$TMP/tree" && "$@") >"$TMP/found" 2>&1 </dev/null || status=$?
	if [ "$count" -eq 0 ]; then
		echo "there is nothing to look at" >>"$TMP/found"
	elif [ "$status" -ne 0 ] && [ ! -s "$TMP/found" ]; then
		echo "it ended with status $status and said nothing" >>"$TMP/found"
	fi
	if [ ! -s "$TMP/found" ]; then
		echo "lint: $name: clean ($count $of)"
		return
	fi
	FAILED=$((FAILED + 1))
	sed "s#$TMP/##g; s#^tree/##; s/^/  /" "$TMP/found"
	echo "lint: $name: FAILED, $(wc -l <"$TMP/found") lines of findings ($count $of)"
}

# Run where it may leave its cache files. It looks for the kernel's own names with capitals
# below its root, and there is no kernel here.
checkpatch() {
	local file ignored

	cd "$TMP"
	mkdir -p root/include
	for file in "${C[@]}"; do
		ignored=$IGNORED
		case $file in
		# The one place where kernels may be told apart.
		module/compat.h)	ignored+=,LINUX_VERSION_CODE ;;
		# Names of types and members can't have parentheses, and have no side effects.
		debugfs/column.h)	ignored+=,MACRO_ARG_PRECEDENCE,MACRO_ARG_REUSE ;;
		# A loop's variable is set and read.
		tools/cginspect/graph.h)	ignored+=,MACRO_ARG_REUSE ;;
		# The names of cJSON and of libFuzzer.
		tools/cginspect/json.c|tools/fuzz/fuzz.[ch])	ignored+=,CAMELCASE ;;
		# A signal handler of user space sets it.
		tools/cginspect/cmd_watch.c)	ignored+=,VOLATILE ;;
		esac
		perl "$SCRIPTS/scripts/checkpatch.pl" --no-tree --root="$TMP/root" --strict --terse \
			--show-types --no-summary --ignore "$ignored" \
			-f "$TMP/tree/$file" || true
	done
}

module_make() {
	make -C "$KDIR" "M=$TMP/tree" "$@" modules
}

# Print what make's output complains about. Kbuild's remark that the kernel was built
# with another version of the compiler is left out: it is about the machine.
complaints() {
	grep -E 'warning:|error:|Error|\*\*\*' | grep -v 'the compiler differs from' || true
}

build() {
	module_make W=1 >"$TMP/log" 2>&1 || echo "make failed"
	complaints <"$TMP/log"
}

# Add a file with a fault that sparse must find, as the proof that it was run.
plant() {
	cat >module/cgi_planted.c <<-'PLANTED'
	// SPDX-License-Identifier: GPL-2.0-only
	#include <linux/compiler.h>

	int cgi_planted(int __user *user);

	int cgi_planted(int __user *user)
	{
		return *user;
	}
	PLANTED
	echo 'cgroup_inspect-y += module/cgi_planted.o' >>Kbuild
}

# A warning of sparse does not fail the build. And if Kbuild finds sparse too old, it
# goes on without it, so the log is searched for every file.
sparse_all() {
	local file

	plant
	module_make C=2 CHECK=sparse >"$TMP/log" 2>&1 || echo "make failed"
	grep -q 'cgi_planted.c:.*warning: dereference of noderef' "$TMP/log" ||
		echo "sparse was not run: the planted fault was not found"
	for file in "${MODULE[@]}"; do
		# The unit tests are not built for this kernel, but for the debug kernel.
		[[ $file == *.h || $file == module/tests/* ]] || grep -q "^ *CHECK .*/$file\$" "$TMP/log" ||
			echo "$file: sparse was not run"
	done
	grep -v 'cgi_planted\.c' "$TMP/log" | complaints
}

kernel_doc() {
	local status=0

	python3 "$SCRIPTS/tools/docs/kernel-doc" -none -Wall -Werror "${MODULE[@]}" || status=$?
	[ "$status" -eq 0 ] || echo "kernel-doc ended with status $status"
}

spdx() {
	local file

	while read -r file; do
		head -n 3 "$file" | grep -qF 'SPDX-License-Identifier: GPL-2.0-only' ||
			echo "$file: no SPDX-License-Identifier: GPL-2.0-only in its first three lines"
	done <"$TMP/files"
}

# The compiler's warnings, and those of the machine's own libraries.
tools_build() {
	make -s -C tools CFLAGS="-O2 -Werror" OUT="$TMP/tools" 2>&1 || echo "make failed"
}

man_pages() {
	mandoc -T lint -W warning "${MAN[@]}" || true
}

# nowhere REGEX ALLOWED WHY FILE...: print the lines that match REGEX, but for those in
# files that match ALLOWED.
nowhere() {
	local regex=$1 allowed=$2 why=$3

	shift 3
	grep -nE "$regex" /dev/null "$@" | grep -vE "^($allowed):" | sed "s#\$#   <- $why#"
	return 0
}

versions() {
	nowhere 'LINUX_VERSION|KERNEL_VERSION|linux/version\.h' 'module/compat\.h' \
		'kernels are told apart in module/compat.h only' Kbuild "${C[@]}"
}

# What is different in a kernel tree is in as few files as possible.
markers() {
	local allowed='module/(compat\.h|version\.h|main\.c|mode\.c|collect/holders/holders\.c)'

	nowhere 'CGI_IN_TREE' "$allowed|debugfs/(file|root)\.[ch]" \
		'scripts/lint.sh, markers, says which files may differ in a kernel tree' "${MODULE[@]}"
}

# CONFIG_KPROBES is a name like any other; the rest is the API.
kprobes() {
	nowhere '[a-z]_kprobe|struct kprobe|linux/kprobes\.h|__symbol_(get|put)|kallsyms_lookup_name' \
		'module/collect/ksym\.c' 'symbols are looked up in module/collect/ksym.c only' "${MODULE[@]}"
}

# What the files of each room may include beside their own and that of all, which are
# mode.h and version.h; module/README.md draws it. The tests may include anything.
ALLOWED=(
	"module/snapshot"
	"module/derive module/snapshot"
	"module/check module/snapshot"
	"module/collect module/snapshot module/compat"
	"module/collect/holders module/collect module/snapshot module/compat"
	"module/mode module/collect module/compat"
	"module/take module/check module/derive module/collect module/collect/holders module/snapshot"
	"debugfs module/take module/check module/snapshot"
	"module/main debugfs module/collect"
)
# "FILE HEADER": what may be included all the same; module/README.md says why.
EXCEPTIONS=(
	"debugfs/file.c module/compat.h"
)

# room FILE: a folder of module/, a file there without its ending, or debugfs.
room() {
	case $1 in
	module/*/*)	echo "${1%/*}" ;;
	module/*)	echo "${1%.*}" ;;
	*)		echo "${1%%/*}" ;;
	esac
}

# may_include FILE HEADER
may_include() {
	local from to row

	from=$(room "$1")
	to=$(room "$2")
	case $from in
	"$to"|module/tests)	return 0 ;;
	esac
	case $to in
	module/mode|module/version)	return 0 ;;
	esac
	for row in "${EXCEPTIONS[@]}"; do
		[ "$row" != "$1 $2" ] || return 0
	done
	for row in "${ALLOWED[@]}"; do
		[ "${row%% *}" = "$from" ] || continue
		[[ " ${row#* } " != *" $to "* ]] || return 0
	done
	return 1
}

# Includes that go against the direction, and headers of the kernel that a room of
# plain data, or a view, must not know.
dependencies() {
	local file line header

	while IFS=: read -r file line header; do
		header=${header#*\"}
		header=$(realpath -m --relative-to=. "${file%/*}/${header%\"*}")
		may_include "$file" "$header" ||
			echo "$file:$line: includes $header   <- $(room "$file") must not know $(room "$header")"
	done < <(grep -n '^#include "' /dev/null "${MODULE[@]}")
	nowhere '#include.*linux/cgroup' 'module/(collect/.*|compat\.h|tests/rcu_css_sets_kunit\.c)' \
		'only collectors know kernel objects' "${MODULE[@]}"
	nowhere '#include.*cset_link\.h' 'module/collect/[a-z_]*\.c' \
		'only collectors walk links' "${MODULE[@]}"
	nowhere '#include.*linux/sched/' \
		'module/((collect|tests)/.*|take\.c|snapshot/pause\.c)|debugfs/(file|pager)\.c' \
		'plain data knows no tasks' "${MODULE[@]}"
	nowhere '^[^*]*\bcgi_(pause|pause_now|sort|array_sort)\(' \
		'(module/(snapshot|derive|check|tests|collect/holders)|debugfs)/.*' \
		'with cgroup_mutex held a pause is cgi_hold_pause()' "${MODULE[@]}"
	nowhere '#include.*linux/(fs|uio|debugfs|seq_file)\.h' 'debugfs/(file|root)\.c|module/collect/.*' \
		'plain data and views know no files' "${MODULE[@]}"
}

# The files of cginspect without their endings, from the lowest to the highest: each may
# include headers of its own level and of those below.
LEVELS=(
	"error page text"
	"graphviz input kinds options"
	"table"
	"columns snapshot"
	"graph json scols"
	"filter show tree"
	"check cmd context dying objects objects_json"
	"diff dot dot_* match picture picture_* report why why_*"
	"cmd_* help"
	"main"
)
# "HEADER FILE...": who alone may include the header of a library; main says its version.
LIBRARIES=(
	"libsmartcols.h scols show tree main"
	"cjson/cJSON.h json"
)

# level NAME: the number of its level, nothing if there is none.
level() {
	local i name

	for i in "${!LEVELS[@]}"; do
		for name in ${LEVELS[i]}; do
			# shellcheck disable=SC2053 # a pattern
			[[ $1 != $name ]] || { echo "$i"; return; }
		done
	done
}

# Includes of cginspect that go upwards, and libraries where they are not known.
levels() {
	local file line header name row
	# No name is a pattern of files.
	set -f

	for file in "${CGINSPECT[@]}"; do
		name=$(basename "${file%.*}")
		[ -n "$(level "$name")" ] || echo "$file: LEVELS in scripts/lint.sh does not have it"
	done
	while IFS=: read -r file line header; do
		name=$(basename "${file%.*}")
		header=${header#*\"}
		header=${header%.h*}
		[ -n "$(level "$name")" ] || continue
		[ "$(level "$header")" -le "$(level "$name")" ] 2>/dev/null ||
			echo "$file:$line: includes $header.h   <- $name is below $header"
	done < <(grep -n '^#include "' /dev/null "${CGINSPECT[@]}")
	for row in "${LIBRARIES[@]}"; do
		header=${row%% *}
		name=${row#* }
		nowhere "#include <$header>" "tools/cginspect/(${name// /|})\.[ch]" \
			"the library is for $name only" "${CGINSPECT[@]}"
	done
}

# The page of cginspect and its tests, which no tool of the kernel knows.
page_files() {
	awk '{ line = $0; while (sub(/\t/, "        ", line)) { } }
		length(line) > 100 { print FILENAME ":" FNR ": is longer than 100 columns" }
		/^ +[^ *]/ { print FILENAME ":" FNR ": begins with blanks" }
		/[ \t]$/ { print FILENAME ":" FNR ": ends with blanks" }' "${WEB[@]}"
}

shell_scripts() {
	shellcheck -f gcc -x -P SCRIPTDIR "${SH[@]}"
}

spelling() {
	# nd is a macro of manuals.
	codespell -L nd "${ALL[@]}"
}

# --strict makes a warning of docutils an error.
documents() {
	local file

	for file in "${RST[@]}"; do
		rst2html --strict --no-raw --no-file-insertion "$file" /dev/null
	done
}

uncovered() {
	scripts/howto.sh | sed 's/$/   <- no test runs this command of howto.rst/'
}

# --- all of it --------------------------------------------------------------

[ $# -eq 0 ] || usage_error "takes no argument"
"$TOP/scripts/deps.sh" "${PACKAGES[@]}"
"$TOP/scripts/deps.sh" --tools
need git perl python3 sparse shellcheck codespell rst2html mandoc make

TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

SCRIPTS=$(find_scripts)
FOUND=$("$VM/kernel.sh" "$(kernel_default "$VM/kernels")")
KREL=$(sed -n 's/^KREL=//p' <<<"$FOUND")
KDIR=$(sed -n 's/^KDIR=//p' <<<"$FOUND")

mkdir "$TMP/tree"
tree_files >"$TMP/tracked"
grep -vE "$DATA" "$TMP/tracked" >"$TMP/files" || true
[ -s "$TMP/files" ] || die "no files: make lint needs a git checkout"
make_copy
mapfile -t ALL <"$TMP/files"
mapfile -t C < <(c_files '.*')
mapfile -t MODULE < <(c_files module debugfs)
mapfile -t SH < <(scripts)
mapfile -t TOOLS < <(c_files tools)
mapfile -t CGINSPECT < <(c_files tools/cginspect)
mapfile -t WEB < <(grep -E '^tools/.*\.(js|css|html)$' "$TMP/files")
mapfile -t MAN < <(grep '\.8$' "$TMP/files")
mapfile -t RST < <(grep '\.rst$' "$TMP/files")

echo "lint: scripts of ${SCRIPTS##*/}, build and sparse ($(sparse --version)) for $KREL"
check checkpatch files ${#C[@]} checkpatch
check W=1 files ${#MODULE[@]} build
check sparse files ${#MODULE[@]} sparse_all
check kernel-doc files ${#MODULE[@]} kernel_doc
check shellcheck scripts ${#SH[@]} shell_scripts
check SPDX files ${#ALL[@]} spdx
check version-macros files ${#C[@]} versions
check markers files ${#MODULE[@]} markers
check symbol-lookup files ${#MODULE[@]} kprobes
check dependencies files ${#MODULE[@]} dependencies
check levels files ${#CGINSPECT[@]} levels
check codespell files ${#ALL[@]} spelling
check tools files ${#TOOLS[@]} tools_build
check page files ${#WEB[@]} page_files
check man files ${#MAN[@]} man_pages
check rst files ${#RST[@]} documents
check howto documents 1 uncovered
if [ "$FAILED" -gt 0 ]; then
	note "$FAILED of the checks failed"
	exit 1
fi
