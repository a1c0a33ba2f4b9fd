# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034
# What becomes of our sources in a kernel tree, and what of the kernel's, patch by patch.
# Sourced by make-patch after lib.sh, which sets WORK.

INTREE=$TOP/intree
INSPECT=kernel/cgroup/inspect

# What only a module needs; reach.h has another form in a kernel tree. From 7.2 on no page
# holds a css that was removed, so nobody searches for such pages.
LEFT_OUT='^(compat\.h|collect/(ksym|layout|reach|cset_link)\.[ch]'
LEFT_OUT+='|collect/holders/page[a-z_]*\.[ch]|tests/page_sums_kunit\.c)$'
# Tests of the module's coming and going, and of the documents of this repository.
TESTS_LEFT_OUT='unload failing_load howto howto_held howto_refused'
# What the documents are called there.
GUIDE=Documentation/admin-guide/cgroup-inspect.rst
SELFTESTS=tools/testing/selftests/cgroup_inspect

# The headers that Kbuild asks what the kernel has.
mapfile -t ASKED < <(sed -n 's/.*call cgi-\(has\|names\),\([^,]*\),.*/include\/linux\/\2/p' \
	"$TOP/Kbuild" | xargs -n 1 realpath -m --relative-to=. | sort -u)

# --- editing the kernel's files ---------------------------------------------------
# A regex comes to awk by its environment: what -v gives it goes through another escaping.

# edit FILE SED-SCRIPT: what is looked for must be there.
edit() {
	local file=$WORK/$1 before

	before=$(cksum <"$file")
	sed -i -E "$2" "$file"
	[ "$before" != "$(cksum <"$file")" ] ||
		die "$1 is not as the series expects it: it is made for $MADE_FOR"
}

# add_after FILE REGEX TEXT: add lines after the first line that matches.
add_after() {
	local file=$WORK/$1

	text=$3 regex=$2 awk '
		{ print }
		!done && $0 ~ ENVIRON["regex"] { print ENVIRON["text"]; done = 1 }
		END { exit !done }' "$file" >"$file.new" ||
		die "$1 has no line like '$2': the series is made for $MADE_FOR"
	mv "$file.new" "$file"
}

# add_before FILE REGEX TEXT
add_before() {
	local file=$WORK/$1

	text=$3 regex=$2 awk '
		!done && $0 ~ ENVIRON["regex"] { print ENVIRON["text"]; done = 1 }
		{ print }
		END { exit !done }' "$file" >"$file.new" ||
		die "$1 has no line like '$2': the series is made for $MADE_FOR"
	mv "$file.new" "$file"
}

# --- our sources --------------------------------------------------------------------

# Print what Kbuild asks for.
probes() {
	grep -o 'DCGI_[A-Z0-9_]*' "$TOP/Kbuild" | sed 's/^D//' | grep -vx CGI_COUNTS_TOUCHES | sort -u
}

# Print what Kbuild finds in the headers of the kernel, for unifdef. They are asked by Kbuild's
# own rules, so the answers are those that the module would be built with.
answers() {
	local probe yes

	# CFLAGS of Kbuild are evaluated by make, which needs no more than the headers.
	# shellcheck disable=SC2016 # for make
	yes=$(printf 'include %s/Kbuild\nall: ; @echo $(ccflags-y)\n' "$TOP" |
		make -s -f - "srctree=$WORK" all)
	probes | while read -r probe; do
		case " $yes " in
		*" -D$probe "*)	echo "-D$probe" ;;
		*)		echo "-U$probe" ;;
		esac
	done
	# compat.h defines the second one itself, if the kernel's TASK_FROZEN is a macro.
	printf '%s\n' -DCGI_IN_TREE -DCGI_HAVE_TASK_FROZEN
}

# Print what is ours, as far as git does not leave it out.
our_files() {
	if [ -e "$TOP/.git" ]; then
		tree_files
	else
		(cd "$TOP" && find . -type f -printf '%P\n')
	fi
}

# Print the sources of the module as "FILE PLACE", the place below kernel/cgroup/inspect.
sources() {
	local file

	our_files | grep -E '^(module|debugfs)/.*\.[ch]$' | sort | while read -r file; do
		printf '%s %s\n' "$file" "${file#module/}"
	done | out=$LEFT_OUT awk '$2 !~ ENVIRON["out"]'
	echo "module/compat.h options.h"
	echo "intree/reach.h collect/reach.h"
}

# transform FILE PLACE: print the file as it is in a kernel tree. Its checkpatch asks for
# kzalloc_obj(), which older kernels do not have.
transform() {
	local status=0

	unifdef "${ANSWERS[@]}" "$TOP/$1" >"$WORK/.git/unifdef" || status=$?
	[ "$status" -le 1 ] || die "unifdef can not read $1"
	sed -E -e 's#^(\#include ")\.\./module/#\1../#' \
		-e 's#^(\#include ")\.\./\.\./debugfs/#\1../debugfs/#' \
		-e 's#^(\#include "(\.\./)*)compat\.h#\1options.h#' -e 's#_CGI_COMPAT_H#_CGI_OPTIONS_H#' \
		-e 's#^(\#include ")cset_link\.h#\1../../cgroup-internal.h#' \
		-e 's#\bmodule/((collect|derive|check|snapshot)/)#\1#' \
		-e 's#\b(kzalloc|kvmalloc)\(sizeof\((\*[a-z_0-9]+)\), #\1_obj(\2, #' \
		"$WORK/.git/unifdef" |
		if [ "$2" = main.c ]; then sed 's#^\(\#include "\)\.\./debugfs/#\1debugfs/#'; else cat; fi |
		cat -s | sed '${/^$/d}'
}

# part PLACE: print which patch a file belongs to.
part() {
	case $1 in
	tests/*)	echo kunit ;;
	debugfs/*|main.[ch])	echo debugfs ;;
	snapshot/*|derive/*|check/*|mode.h|version.h)	echo records ;;
	*)		echo collect ;;
	esac
}

# Print the lines of the Makefile with the objects of these parts, as Kbuild groups them.
objects() {
	local switch object line list parts=" $* "

	while read -ra line; do
		switch=${line[0]/CGI_KUNIT/CONFIG_CGROUP_INSPECT_KUNIT_TEST}
		list=
		for object in "${line[@]:2}"; do
			object=${object#module/}
			[[ ! ${object%.o}.c =~ $LEFT_OUT ]] || continue
			[[ $parts != *" $(part "${object%.o}.c") "* ]] || list+=" $object"
		done
		[ -z "$list" ] || echo "$switch +=$list"
	done < <(grep '^cgroup_inspect-' "$TOP/Kbuild")
}

# add_parts PART...: the last of the parts is new.
add_parts() {
	local file place

	while read -r file place; do
		[ "$(part "$place")" = "${!#}" ] || continue
		mkdir -p "$WORK/$INSPECT/$(dirname "$place")"
		transform "$file" "$place" >"$WORK/$INSPECT/$place"
	done < <(sources)
	{
		printf '# SPDX-License-Identifier: GPL-2.0-only\n'
		# shellcheck disable=SC2016 # for make
		printf 'obj-$(CONFIG_CGROUP_INSPECT) += cgroup_inspect.o\n\n'
		objects "$@"
		# shellcheck disable=SC2016 # for make
		printf '\n# Only the unit tests count.\nccflags-y += -DCGI_COUNTS_TOUCHES=%s\n' \
			'$(if $(CONFIG_CGROUP_INSPECT_KUNIT_TEST),1,0)'
	} >"$WORK/$INSPECT/Makefile"
	no_remnants
}

# Nothing of this may be left in a kernel tree: other kernels, other ways to the locks, and what
# only a module does.
no_remnants() {
	local found words status=0

	words="\b($(probes | paste -sd '|')|CGI_IN_TREE)\b|(LINUX|KERNEL)_VERSION"
	words+='|[a-z]_kprobe|kallsyms|ksym|compat\.h|cset_link\.h'
	words+='|THIS_MODULE|\bmodule_(init|exit)\b|MODULE_(LICENSE|VERSION|AUTHOR)'
	found=$(cd "$WORK" && grep -rnE "$words" "$INSPECT") || status=$?
	[ "$status" -ne 1 ] || return 0
	[ "$status" -eq 0 ] || die "the files can not be searched for what only a module needs"
	die "this is left of what only a module needs:
$found"
}

# --- the patches, as intree/messages names them ---------------------------------------

patch_workqueues() {
	edit kernel/cgroup/cgroup.c \
		's/^static (struct workqueue_struct \*cgroup_(offline|release|free)_wq;)/\1/'
	add_after kernel/cgroup/cgroup-internal.h '^extern bool cgrp_dfl_visible;' \
		'extern struct workqueue_struct *cgroup_offline_wq;
extern struct workqueue_struct *cgroup_release_wq;
extern struct workqueue_struct *cgroup_free_wq;'
}

patch_bpf() {
	edit kernel/bpf/cgroup.c 's/^static (struct workqueue_struct \*cgroup_bpf_destroy_wq;)/\1/'
	add_after kernel/cgroup/cgroup-internal.h '^extern struct workqueue_struct \*cgroup_free_wq;' \
		'#ifdef CONFIG_CGROUP_BPF
extern struct workqueue_struct *cgroup_bpf_destroy_wq;
#endif'
}

patch_random() {
	edit drivers/char/random.c 's/^static (u8 sysctl_bootid\[UUID_SIZE\];)/\1/'
	add_before include/linux/random.h '^#ifndef MODULE' '#ifdef CONFIG_SYSCTL
extern u8 sysctl_bootid[];
#endif
'
}

patch_records() {
	mkdir -p "$WORK/$INSPECT"
	cp "$INTREE/Kconfig" "$WORK/$INSPECT/Kconfig"
	add_before init/Kconfig '^config SOCK_CGROUP_DATA' "source \"$INSPECT/Kconfig\"
"
	# shellcheck disable=SC2016 # for make
	add_after kernel/cgroup/Makefile 'CONFIG_CGROUP_DEBUG' 'obj-$(CONFIG_CGROUP_INSPECT) += inspect/'
	mapfile -t ANSWERS < <(answers)
	add_parts records
}

patch_collect() {
	add_parts records collect
}

patch_debugfs() {
	add_parts records collect debugfs
}

patch_kunit() {
	ours "$INTREE/Kconfig.kunit" >>"$WORK/$INSPECT/Kconfig"
	add_parts records collect debugfs kunit
}

# What is for a module only falls away, and what is for a kernel tree comes before the contents.
patch_doc() {
	local ours=$TOP/Documentation/debugfs.rst

	[ "$(grep -cxE '\.\. (for a module only|end)' "$ours")" -eq 2 ] ||
		die "debugfs.rst does not mark what is for a module only"
	sed '/^\.\. for a module only$/,/^\.\. end$/d' "$ours" | cat -s >"$WORK/$GUIDE"
	add_before "$GUIDE" '^\.\. contents::' "$(ours "$INTREE/guide" | sed 1d)
"
	add_after Documentation/admin-guide/index.rst '^   cgroup-v1/index' '   cgroup-inspect'
}

# The list of tests less those that are left out, and nothing of how they are built outside.
selftests_makefile() {
	local test

	set -- -E -e '/^# In a kernel tree/,/^# kselftest\.h;/d' -e '/^ifeq .*lib\.mk/,/^endif/d'
	for test in $TESTS_LEFT_OUT; do
		set -- "$@" -e "/^TEST_GEN_PROGS/s/ $test\\b( |\$)/\\1/"
	done
	sed "$@" "$TOP/selftests/Makefile"
}

patch_selftests() {
	local dir=$WORK/$SELFTESTS file test

	mkdir -p "$dir/lib"
	our_files | grep -E '^selftests/((lib/)?[a-z_0-9]+\.[ch]|settings|run_tests\.sh)$' |
		while read -r file; do
			cp "$TOP/$file" "$dir/${file#selftests/}"
		done
	for test in $TESTS_LEFT_OUT; do
		rm "$dir/$test.c"
	done
	rm "$dir"/lib/cgi_howto.[ch]
	selftests_makefile >"$dir/Makefile"
	{ echo CONFIG_CGROUP_INSPECT=y && grep '^CONFIG_' "$TOP/selftests/config" |
		grep -vE 'MODULE|KPROBES'; } >"$dir/config"
	{ echo '# SPDX-License-Identifier: GPL-2.0-only' && echo tests &&
		(cd "$dir" && printf '%s\n' *.c | sed 's/\.c$//'); } >"$dir/.gitignore"
	! grep -rn fetch-kselftest "$dir" || die "this names a script that is not in a kernel tree"
	add_after tools/testing/selftests/Makefile '^TARGETS \+= cgroup$' 'TARGETS += cgroup_inspect'
}

# The entry goes before the first one that comes after it.
patch_maintainers() {
	local entry

	entry=$(sed -n '/^CGROUP_INSPECT/p; /^M:/{/FullName/!p}' "$TOP/MAINTAINERS" &&
		printf '%s:\t%s\n' L cgroups@vger.kernel.org S Maintained F "$GUIDE" \
			F "$INSPECT/" F "$SELFTESTS/")
	add_before MAINTAINERS '^CH[A-Z]' "$entry
"
}
