#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Trees and chains, against what the kernel said when the snapshot was saved: the folders of
# each mounted hierarchy (NAME.dirs) and /proc/PID/cgroup (NAME.proc).
# shellcheck disable=SC2016 # what is in single quotes is jq's or awk's

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

# Each live cgroup of a mounted hierarchy with its parent, as "H:ID PARENT"; the parent is
# told by where it is in the tree.
tree_is_dirs() {
	run 0 -i "$1.snapshot" tree --json || return
	jq -r 'def walk_down(above): .cgroup.cgroup as $id | "\($id) \(above) \(.cgroup.state)",
		(.children[] | walk_down($id)); .tree[] | walk_down("-")' "$TMP/out" |
		awk '$3 == "live" { print $1, $2 }' | sort >"$TMP/tree"
	sort "$1.dirs" >"$TMP/dirs"
	awk -F '[: ]' 'FNR == NR { mounted[$1]; next } $1 in mounted' "$TMP/dirs" "$TMP/tree" \
		>"$TMP/live"
	[ -s "$TMP/live" ] && same "$TMP/dirs" "$TMP/live"
}

# The chain of every eighth task that lived from before the snapshot until after it.
chains_are_proc() {
	local tid cgroups

	[ -s "$1.proc" ] || return
	while IFS=$'\t' read -r tid cgroups; do
		run 0 -i "$1.snapshot" task "$tid" --json || return
		jq -r '.task.chain[] | select(.member) | "\(.hierarchy.id) \(.cgroup.path)"' \
			"$TMP/out" | sort >"$TMP/chain"
		tr ' ' '\n' <<<"$cgroups" | awk -F : '{ print $1, $3 }' | sort >"$TMP/proc"
		same "$TMP/proc" "$TMP/chain" || return
	done < <(awk 'NR % 8 == 1' "$1.proc")
}

# Each css of the css_set is once in the chain, below its own cgroup.
csses_are_all() {
	local tid

	tid=$(fields "$1.snapshot" tasks tid comm | awk -F '\t' '$2 == "sleep" { print $1; exit }')
	run 0 -i "$1.snapshot" task "$tid" --json || return
	answers '[.task.chain[].csses[].css] | sort == (unique)' "$TMP/out" || return
	answers '([.task.chain[].csses[].css] | sort) == (.task.css_set.csses | sort)' \
		"$TMP/out" || return
	answers 'all(.task.chain[]; .cgroup.cgroup as $c | all(.csses[]; .cgroup == $c))' "$TMP/out"
}

sharing() {
	local tid set

	read -r tid set < <(fields "$1.snapshot" tasks tid css_set | tail -n 1)
	fields "$1.snapshot" tasks css_set tid | awk -v set="$set" -v tid="$tid" \
		'$1 == set && $2 != tid { print $2 }' >"$TMP/others"
	run 0 -i "$1.snapshot" task "$tid" --json || return
	jq -r '.task.shared_with[]' "$TMP/out" >"$TMP/shared"
	same "$TMP/others" "$TMP/shared"
}

# All of a hierarchy's tasks are in its tree once.
tasks_are_once() {
	run 0 -i "$1.snapshot" tree 0 --tasks --json || return
	jq -r '.. | objects | select(.css_set? and .tasks?) | .tasks[]' "$TMP/out" | sort -n >"$TMP/in"
	fields "$1.snapshot" tasks tid | sort -n >"$TMP/all"
	same "$TMP/all" "$TMP/in"
}

# What is removed and has no removed parent, oldest first but for groups, and all of it.
dying_are_all() {
	run 0 -i "$1.snapshot" dying --json || return
	fields "$1.snapshot" cgroups state cgroup | awk '$1 != "live" { print $2 }' | sort >"$TMP/wanted"
	jq -r '.dying[] | select(.cgroup) | .cgroup.cgroup, .below[].cgroup.cgroup' "$TMP/out" |
		sort >"$TMP/found"
	same "$TMP/wanted" "$TMP/found"
}

# What holds an object adds up to what is unaccounted there.
holders_add_up() {
	run 0 -i "$1.snapshot" dying --holders --json || return
	answers 'def sum: map(.refs | if type == "object" then .count else . end) | add // 0;
		all(.dying[] | select(.cgroup and (.cgroup.unaccounted | type == "number"));
		.cgroup.unaccounted == (.holders | sum))' "$TMP/out"
}

# Each line of holders about an object that was removed is in the JSON once.
holders_are_all() {
	local holders='.. | .holders? | arrays[] | "\(.object) \(.kind)"' dead

	{
		fields "$1.snapshot" cgroups state cgroup
		fields "$1.snapshot" csses state css
		fields "$1.snapshot" css_sets state css_set
	} | awk '$1 == "dying" || $1 == "draining" || $1 == "dead" { print $2 }' >"$TMP/removed"
	fields "$1.snapshot" holders object kind |
		awk 'FNR == NR { removed[$1]; next } $1 in removed' "$TMP/removed" - |
		tr '\t' ' ' | sort >"$TMP/wanted"
	run 0 -i "$1.snapshot" dying --holders --json && jq -r "$holders" "$TMP/out" | sort |
		same "$TMP/wanted" - || return
	# And so if there is a line about a css_set.
	dead=$(fields "$1.snapshot" css_sets css_set | head -n 1)
	awk -v id="$dead" '{ print } /^#object\t/ {
		print id "\t-\tcode\t1\t-\t-\t-\t-\t-" }' "$1.snapshot" >"$TMP/held"
	run 0 -i "$TMP/held" cgroup 0:/ --holders --json && jq -r "$holders" "$TMP/out" |
		grep -x "$dead code" >/dev/null
}

# Each css_set of a removed cgroup, with its tasks, is below the cgroup, in JSON and for people.
css_sets_are_all() {
	fields "$1.snapshot" cgroups state cgroup | awk '$1 != "live" { print $2 }' >"$TMP/removed"
	fields "$1.snapshot" links cgroup css_set | awk 'FNR == NR { removed[$1]; next }
		$1 in removed' "$TMP/removed" - >"$TMP/linked"
	awk '{ print $2 }' "$TMP/linked" >"$TMP/sets"
	fields "$1.snapshot" tasks css_set tid | awk 'FNR == NR { sets[$1]; next } $1 in sets {
		print "task", $2 }' "$TMP/sets" - | sort >"$TMP/tasks"
	run 0 -i "$1.snapshot" dying --all --json || return
	jq -r '.dying[] | select(.cgroup) | (., .below[]) | .cgroup.cgroup as $id | .css_sets[] |
		"\($id)\t\(.css_set)"' "$TMP/out" | sort | same <(sort "$TMP/linked") - || return
	jq -r '.. | .css_sets? | arrays[].tasks[] | "task \(.tid)"' "$TMP/out" | sort |
		same "$TMP/tasks" - || return
	run 0 -i "$1.snapshot" dying --all || return
	sed -n 's/.*css_set  *\([0-9a-f]*\) .*/\1/p' "$TMP/out" | sort |
		same <(sort "$TMP/sets") - || return
	sed -n 's/.*task .*  \([0-9][0-9]*\) .*/task \1/p' "$TMP/out" | sort | same "$TMP/tasks" -
}

# Of a group the oldest is shown with what holds it.
group_has_holders() {
	local oldest

	oldest=$(fields "$1.snapshot" cgroups path cgroup |
		awk -F '\t' '$1 == "/jobs/1" { print $2 }')
	run 0 -i "$1.snapshot" dying --holders || return
	fields "$1.snapshot" holders object kind | awk -F '\t' -v id="$oldest" '$1 == id {
		print "held by " $2 }' >"$TMP/wanted"
	awk '/cgroups below \/jobs / { on = 1; next } on && !/held by/ { exit } on' "$TMP/out" |
		sed 's/^[^h]*//; s/  .*//' >"$TMP/shown"
	[ -s "$TMP/wanted" ] && same "$TMP/wanted" "$TMP/shown" &&
		run 0 -i "$1.snapshot" dying && ! grep "held by [a-s]" "$TMP/out"
}

# References that were not counted are not taken for none.
not_counted() {
	awk -F '\t' -v OFS='\t' '$4 == "/cache/below" && $5 == "dying" { $15 = "-" } { print }' \
		"$1.snapshot" >"$TMP/uncounted"
	run 0 -i "$TMP/uncounted" dying &&
		grep '/cache/below .*unaccounted not known$' "$TMP/out" >/dev/null &&
		run 0 -i "$1.snapshot" dying && ! grep 'not known' "$TMP/out"
}

cgroup_is_whole() {
	run 0 -i "$1.snapshot" cgroup 0:/shop/till --json || return
	answers '.cgroups | length == 1' "$TMP/out" || return
	answers '.cgroups[0] | (.css_sets | length) == .cgroup.css_sets and
		([.css_sets[].tasks[]] | length) == .cgroup.tasks + .cgroup.exiting' "$TMP/out"
}

# By what a cgroup can be asked for.
cgroup_by() {
	local id

	run 0 -i "$1.snapshot" cgroup 0:/shop/till --json || return
	id=$(jq -r '.cgroups[0].cgroup.cgroup' "$TMP/out")
	cp "$TMP/out" "$TMP/by-path"
	run 0 -i "$1.snapshot" cgroup "$id" --json && same "$TMP/by-path" "$TMP/out" &&
		run 0 -i "$1.snapshot" cgroup 0:/ --json &&
		answers '[.cgroups[].cgroup.cgroup] == ["0:1"]' "$TMP/out" &&
		run 0 -i "$1.snapshot" cgroup / --json &&
		answers ".cgroups | length == $(rows "$1.snapshot" hierarchies | wc -l)" "$TMP/out"
}

# A removed cgroup and a newer one with its path are two trees.
tree_of_path() {
	awk -F '\t' -v OFS='\t' '$4 == "/jobs/1" { $4 = "/jobs/2" } { print }' "$1.snapshot" \
		>"$TMP/same-path"
	fields "$TMP/same-path" cgroups path cgroup | awk -F '\t' '$1 == "/jobs/2" { print $2 }' \
		>"$TMP/wanted"
	[ "$(wc -l <"$TMP/wanted")" -ge 2 ] && run 0 -i "$TMP/same-path" tree /jobs/2 --json &&
		jq -r '.tree[].cgroup.cgroup' "$TMP/out" | same "$TMP/wanted" - &&
		run 0 -i "$TMP/same-path" tree /jobs/2 &&
		[ "$(wc -l <"$TMP/out")" -gt "$(wc -l <"$TMP/wanted")" ]
}

# A hierarchy by its name, if there is one that has any, is the same as by its number.
tree_of_name() {
	local id name

	read -r id name < <(fields "$1.snapshot" hierarchies id name | awk '$2 != "-"')
	run 0 -i "$1.snapshot" tree "$id" && mv "$TMP/out" "$TMP/by-id" &&
		run 0 -i "$1.snapshot" tree "$name" && same "$TMP/by-id" "$TMP/out"
}

odd_name() {
	run 0 -i "$1.snapshot" cgroup '/two words' --json &&
		answers '.cgroups[0].cgroup.path == "/two words"' "$TMP/out" &&
		run 0 -i "$1.snapshot" cgroup '/dev\x2ddisk' &&
		run 0 -i "$1.snapshot" cgroup $'/esc\e[31mape' && ! grep -q $'\e' "$TMP/out"
}

# Without controllers a css_set has no csses, which is none that is missing.
no_csses() {
	awk -F '\t' -v OFS='\t' '/^## / { section = substr($0, 4) } !/^#/ {
		if (section == "csses" || section == "subsystems") next
		if (section == "css_sets") $11 = "-" } { print }' "$SNAPSHOTS/mixed-6.1.snapshot" \
		>"$TMP/new" && run 0 -i "$TMP/new" task 156 && [ ! -s "$TMP/err" ] &&
		grep -q '/shop/till' "$TMP/out"
}

# A name is found as it is shown: a blank as it is, what is no UTF-8 or is not seen escaped.
as_it_is_shown() {
	local name

	sed 's,\t/jobs\t,\t/jobs\xe2\x80\x8b\t,' "$SNAPSHOTS/mixed-6.1.snapshot" >"$TMP/new"
	for name in '/café \377' '/jobs\342\200\213' $'/jobs\xe2\x80\x8b' '/two words' \
		'/two\040words'; do
		run 0 -i "$TMP/new" cgroup "$name" || return
	done
	run 0 -i "$TMP/new" cgroups -n -o path && grep -qxF '/café \377' "$TMP/out" &&
		grep -qxF '/jobs\342\200\213' "$TMP/out"
}

for name in $(snapshots); do
	saved=$SNAPSHOTS/$name
	tally_case "$name: the tree is that of the folders" tree_is_dirs "$saved"
	tally_case "$name: the chains of tasks are /proc/PID/cgroup" chains_are_proc "$saved"
	tally_case "$name: the chain has each css of the css_set" csses_are_all "$saved"
	if fields "$saved.snapshot" hierarchies name | grep -v '^-$' >/dev/null; then
		tally_case "$name: the tree of a hierarchy by its name" tree_of_name "$saved"
	fi
	tally_case "$name: who shares a css_set" sharing "$saved"
	tally_case "$name: each task is in the tree of v2 once" tasks_are_once "$saved"
	tally_case "$name: dying has all that was removed" dying_are_all "$saved"
	tally_case "$name: holders add up to what is unaccounted" holders_add_up "$saved"
	tally_case "$name: JSON has each line of holders" holders_are_all "$saved"
	tally_case "$name: removed cgroups have their css_sets and tasks" css_sets_are_all "$saved"
done
for name in $(scenes); do
	saved=$SNAPSHOTS/$name
	tally_case "$name: each cgroup of a path is a tree" tree_of_path "$saved"
	tally_case "$name: what holds the oldest of a group" group_has_holders "$saved"
	tally_case "$name: references that were not counted" not_counted "$saved"
	tally_case "$name: a cgroup has all its css_sets and tasks" cgroup_is_whole "$saved"
	tally_case "$name: a cgroup by its identity and by its path" cgroup_by "$saved"
	tally_case "$name: a cgroup with an odd name" odd_name "$saved"
done
tally_case "a task on a kernel without controllers" no_csses
tally_case "a name as it is shown" as_it_is_shown
tally_end
