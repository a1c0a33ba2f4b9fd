#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Plant one fault after the other in the cgroup graph, by unsound.ko. While it is there every
# file must be readable, and "check" must fail at the invariant that the fault is about, and
# name the object; and "tasks" must say what it said before of the tasks in that graph, or less,
# but nothing else. When it is put right again all must be ok. The output is KTAP, and the
# counts. With names as arguments only these faults are planted.

set -u

CGI=/sys/kernel/debug/cgroup_inspect
PLANT=/sys/module/unsound/parameters/plant
V2=/sys/fs/cgroup/unified
TOP=$V2/unsound
passed=0
failed=0

# Fault, number of the invariant, and an extended regular expression for the line that
# names the object. @X stands for cgroup X as H:ID, %X for its css of pids, $X for its
# css_set, and &X for its task.
# shellcheck disable=SC2016 # for sed, not for the shell
FAULTS='
cgroup_parent		13	cgroup @a/d is not a child
cgroup_parent_below	13	cgroup @b/e is not a child
css_parent		14	%t is not a child
css_parent_self		14	%t is not a child
sibling_next		18	cgroup @a: its children
sibling_next_head	18	cgroup @a: its children
sibling_next_self	18	cgroup @a: its children
sibling_prev		18	cgroup @a: its children
children_next		18	cgroup @a: its children
children_prev		18	cgroup @a: its children
siblings_crossed	18	cgroup @a: its children
css_sibling_next	18	%top: its children
css_siblings_crossed	18	%top: its children
css_ss			14	%a names another controller
css_cgroup		21	%a is online, but its cgroup
self_cgroup		13	cgroup @a/c names another
cgroup_root		13	cgroup @a/c names another
link_cset		18	cgroup @a: its cset_links
link_cgrp		18	cgroup @a: its cset_links
cset_link_next		18	cgroup @a: its cset_links
cset_links_crossed	18	cgroup @a: its cset_links
cgrp_link_next		18	css_set $a: its cgrp_links
cgrp_links_crossed	18	css_set $a: its cgrp_links
tasks_next		18	css_set $a: its tasks
tasks_prev		18	css_set $a: its tasks
tasks_crossed		7	css_set $a counts 1 tasks
dying_tasks_next	18	css_set $a: its dying_tasks
task_css_set		3	task &a 
default_cgroup		9	css_set $a
dom_cset		10	css_set $a
cset_subsys		8	css_set $a in
killed_css		8	css_set $a in @a uses
task_unlisted		3	task &a runs
task_elsewhere		3	task &a points
mg_tasks		17	css_set $a
nr_tasks		7	css_set $a counts 2
dead			24	css_set $a is dead
saturated		15	css_set $a: its reference count
online_cnt		21	%a has online_cnt 2
css_not_online		21	%a is not online
css_dying		21	%a is dying
css_released		21	%a is released
css_no_ref		21	%a is not counted
css_hidden		20	cgroup @a: pids
cgroup_css		20	cgroup @a: pids
subtree_control_on	20	cgroup @a: pids
subtree_control_off	20	cgroup @a: pids
subtree_mask_on		20	cgroup @a/c: pids
subtree_mask_off	20	cgroup @a: pids
e_csets_moved		22	%a is used by 1
e_csets_next		18	%a: its e_csets
threaded_csets_moved	23	css_set $t has
threaded_csets_next	18	css_set $t: its threaded_csets
nr_threaded_children	23	cgroup @t counts 0
populated_apart		11	cgroup @t counts
ancestors		19	cgroup @a/c has
ancestors_self		19	cgroup @a/c has
nr_cgrps		25	hierarchy 0 counts 2
nr_descendants		12	cgroup @a counts 9
level			13	cgroup @a/c has level 7
css_set_unlisted	4	task &a points
link_of_css_set_alone	5	link of css_set $a and
link_of_cgroup_alone	6	css_set $a has
no_such_controller	1	controllers that do not exist
two_hierarchies		2	pids is on 2 hierarchies
'

# Faults after which the kernel itself says something else of a task.
MOVING=' task_css_set two_hierarchies '

die() {
	echo "# unsound.sh: $*"
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
}

result() {
	if [ "$1" -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) $2"
	else
		failed=$((failed + 1))
		echo "not ok $((passed + failed)) $2"
	fi
}

enter() {
	sleep 3600 &
	echo $! >"$1/cgroup.procs" || die "no task can be put into $1"
	echo $! >>/tmp/tids
}

# The graph that vm/debug/unsound/ knows.
make_graph() {
	umount /sys/fs/cgroup/pids || die "pids is in use on v1"
	mkdir "$TOP" || die "cgroup2 is not mounted at $V2"
	echo +pids >"$V2/cgroup.subtree_control" || die "pids is not on v2"
	echo +pids >"$TOP/cgroup.subtree_control" || die "pids can not be enabled"
	for dir in a a/c a/d a/d/f b b/e t t/w; do
		mkdir "$TOP/$dir" || die "no $dir"
	done
	echo threaded >"$TOP/t/w/cgroup.type" || die "no threaded cgroup"
	for dir in a b t t/w; do
		enter "$TOP/$dir"
	done
}

# field FILE COLUMN WHERE-COLUMN VALUE: one field of the last such row; of csses, for pids.
field() {
	awk -F '\t' -v want="$2" -v where="$3" -v value="$4" '
		NR == 1 { sub(/^#/, ""); for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at[where] == value && (want != "css" || $at[want] ~ /^pids:/) { found = $at[want] }
		END { print found }' \
		"$CGI/$1"
}

# name KEY VALUE: a line of sed's
name() {
	echo "s|$1\\([: ]\\)|$2\\1|; s|$1\$|$2|"
}

# The names of the objects, before anything is wrong.
look_up() {
	for key in top a a/c a/d b b/e t t/w; do
		dir=$TOP/${key#top}
		id=0:$(stat -c %i "$dir")
		name "@$key" "$id"
		name "%$key" "$(field csses css cgroup "$id")"
		task=$(head -n 1 "$dir/cgroup.threads")
		name "&$key" "$task"
		name "[$]$key" "$(field tasks css_set tid "$task")"
	done >/tmp/names
	cat "$CGI/tasks" >/tmp/tasks
	tasks_lines /tmp/tasks >/tmp/tasks.sound
}

all_ok() {
	cat "$CGI/check" >/tmp/check || return
	! grep '^not ok' /tmp/check | sed 's/^/# /' | grep .
}

# Whatever the files say, they must come to an end. What check says stays in /tmp/check.
readable() {
	for file in "$CGI"/*; do
		cat "$file" >"/tmp/${file##*/}" || {
			echo "# $file is not readable"
			return 1
		}
	done
}

# The lines about the tasks in the graph, without the column that says on which list they are:
# after some faults that can't be known.
tasks_lines() {
	awk -F '\t' 'NR == FNR { wanted[$1] = 1; next }
		$1 in wanted { print $1 "\t" $2 "\t" $3 "\t" $4 "\t" $5 "\t" $6 "\t" $7 }' \
		/tmp/tids "$1"
}

# A membership may be missing, and "-" stands for none. Nothing else may be said than before.
tasks_right() {
	tasks_lines /tmp/tasks >/tmp/tasks.now
	awk -F '\t' '
		NR == FNR { line[$1] = $0; next }
		{
			n = split($6, memberships, " ")
			split(line[$1], before, "\t")
			for (i = 1; i <= n; i++)
				if (memberships[i] != "-" &&
				    !index(" " before[6] " ", " " memberships[i] " "))
					wrong = wrong "# " $1 " was not in " memberships[i] "\n"
			before[6] = $6
			for (i = 1; i <= NF; i++)
				if ($i != before[i])
					wrong = wrong "# " $1 " had " before[i] ", not " $i "\n"
			delete line[$1]
		}
		END {
			for (tid in line)
				wrong = wrong "# no line for " tid "\n"
			printf "%s", wrong
			exit wrong != ""
		}' /tmp/tasks.sound /tmp/tasks.now
}

# judge FAULT INVARIANT REGEX
judge() {
	echo "$1" >"$PLANT" || die "no fault $1"
	readable
	result $? "$1: every file can be read"
	case $MOVING in
	*" $1 "*)	;;
	*)		tasks_right
			result $? "$1: tasks says nothing else than before" ;;
	esac
	awk -v number="$2" -v regex="$3" '
		/^#/ { named = named || $0 ~ regex; next }
		/^not ok / && $3 == number { found = named }
		{ named = 0 }
		END { exit !found }' /tmp/check
	named=$?
	result "$named" "$1: check names it ($2: $3)"
	[ "$named" -eq 0 ] || grep -v '^ok' /tmp/check | sed 's/^/# /'
	echo none >"$PLANT" || die "the fault is not put right"
	all_ok
	result $? "$1: all ok again"
}

make_graph
insmod ./unsound.ko || die "unsound.ko can not be loaded"
# unsound.ko holds the css of pids that a has now. It is killed, and another one made.
echo none >"$PLANT"
echo -pids >"$TOP/cgroup.subtree_control"
echo +pids >"$TOP/cgroup.subtree_control" || die "pids can't be enabled again"
all_ok || die "check fails before anything is planted"
look_up
cat "$PLANT" >/tmp/planted
echo "$FAULTS" | sed -f /tmp/names >/tmp/faults
while read -r fault number regex; do
	[ -n "$fault" ] || continue
	[ $# -eq 0 ] || case " $* " in
	*" $fault "*)	;;
	*)		continue ;;
	esac
	judge "$fault" "$number" "$regex"
	grep -vx "$fault" /tmp/planted >/tmp/left
	mv /tmp/left /tmp/planted
done </tmp/faults
[ $# -gt 0 ] || {
	! grep . /tmp/planted
	result $? "every fault of unsound.ko was planted"
}
rmmod unsound
echo "1..$((passed + failed))"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
