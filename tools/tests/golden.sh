#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What cginspect prints for snapshots that were saved, against what it is known to print.
# UPDATE=1 takes what it prints now for right: look at the difference before you commit it.

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

# golden NAME STATUS SNAPSHOT ARGUMENT...
golden() {
	local file=$TESTS/golden/$1 wanted=$2 snapshot=$3

	shift 3
	run "$wanted" -i "$SNAPSHOTS/$snapshot.snapshot" "$@" || return
	[ -z "${UPDATE-}" ] || cp "$TMP/out" "$file"
	same "$file" "$TMP/out"
}

# The number of the first task with this name.
task_of() {
	fields "$SNAPSHOTS/$1.snapshot" tasks comm tid | awk -F '\t' -v comm="$2" '$1 == comm {
		print $2; exit }'
}

# Each cgroup of the scene, one after the other.
all_whys() {
	local path

	while read -r path; do
		"$CGINSPECT" -i "$SNAPSHOTS/$1.snapshot" why "$path" 2>&1 || [ $? -eq 1 ] || return
	done < <(fields "$SNAPSHOTS/$1.snapshot" cgroups path | grep "^$2") >"$TMP/whys"
	[ -z "${UPDATE-}" ] || cp "$TMP/whys" "$TESTS/golden/$1.why"
	same "$TESTS/golden/$1.why" "$TMP/whys"
}

# What a snapshot is about.
cgroup_of() {
	case $1 in
	states-*)	echo /states/switched/leaving ;;
	*)		echo /shop/till ;;
	esac
}

for name in mixed-6.1 mixed-s390x-6.12 states-7.3; do
	for table in tasks sets links cgroups csses hierarchies controllers holders; do
		tally_case "$name: $table" golden "$name.$table" 0 "$name" "$table"
	done
done
for name in $(snapshots); do
	tally_case "$name: tree" golden "$name.tree" 0 "$name" tree
	tally_case "$name: tree of v2" golden "$name.tree-0" 0 "$name" tree 0 --css-sets --tasks
	tally_case "$name: task" golden "$name.task" 0 "$name" task "$(task_of "$name" sleep)"
	tally_case "$name: dying" golden "$name.dying" 0 "$name" dying --holders
	tally_case "$name: cgroup" golden "$name.cgroup" 0 "$name" cgroup "$(cgroup_of "$name")"
	tally_case "$name: dot" golden "$name.dot" 0 "$name" dot --holders
	tally_case "$name: check" golden "$name.check" 0 "$name" check
done
tally_case "states-7.3: why" all_whys states-7.3 /states
tally_case "chosen columns" golden mixed-6.1.columns 0 mixed-6.1 \
	tasks -o tid,START,comm --noheadings --sort start
tally_case "added columns" golden mixed-6.1.added 0 mixed-6.1 tasks -o +list -S tgid
tally_case "raw" golden mixed-6.1.raw 0 mixed-6.1 cgroups --raw -o path,cgroup
tally_case "colours" golden mixed-6.1.color 0 mixed-6.1 tree --color=always
tally_case "ASCII" golden mixed-6.1.ascii 0 mixed-6.1 tree --ascii 0
tally_end
