#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# JSON: that each table has all rows with all columns, and what becomes of each kind of field.

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

TABLES=(tasks css_sets links cgroups csses hierarchies subsystems holders)

# Each field of the text, as the contract has it, against the same field of the JSON: a
# number is the same number, a list its items, "-" null. Names are compared below.
whole() {
	local snapshot=$1 table=$2

	run 0 -i "$snapshot" "$table" --json || return
	answers "keys == [\"$table\"]" "$TMP/out" || return
	rows "$snapshot" "$table" >"$TMP/rows"
	answers ".$table | length == $(wc -l <"$TMP/rows")" "$TMP/out" || return
	awk -v mark="## $table" 'found { sub(/^#/, ""); print; exit } $0 == mark { found = 1 }' \
		"$snapshot" | tr '\t' '\n' | jq -R . | jq -sc 'sort' >"$TMP/columns"
	jq -c ".${table}[] | keys" "$TMP/out" | sort -u >"$TMP/keys"
	same "$TMP/columns" "$TMP/keys"
}

# plain SNAPSHOT TABLE COLUMN...: columns that are the same in both.
plain() {
	local snapshot=$1 table=$2 list

	shift 2
	list=$(printf '.%s, ' "$@")
	run 0 -i "$snapshot" "$table" --json || return
	fields "$snapshot" "$table" "$@" >"$TMP/text"
	jq -r ".${table}[] | [${list%, }] | map(if type == \"object\" then \"~\\(.count)\"
		elif type == \"array\" then join(\",\") elif . == null then \"-\"
		elif . == true then \"yes\" elif . == false then \"no\" else tostring end) |
		join(\"\\t\")" "$TMP/out" >"$TMP/fields"
	same "$TMP/text" "$TMP/fields"
}

for name in $(snapshots); do
	file=$SNAPSHOTS/$name.snapshot
	for table in "${TABLES[@]}"; do
		tally_case "$name: $table has all rows and columns" whole "$file" "$table"
	done
	tally_case "$name: tasks" plain "$file" tasks tid tgid state css_set kthread list pidns ppid
	tally_case "$name: css_sets" plain "$file" css_sets css_set refs unaccounted dom csses
	tally_case "$name: cgroups" plain "$file" cgroups cgroup parent refs unaccounted controllers
	tally_case "$name: csses" plain "$file" csses css refs flags pages swap writeback
	tally_case "$name: hierarchies" plain "$file" hierarchies id controllers dying flags
	tally_case "$name: controllers" plain "$file" subsystems id blocked_by max_ids
done

# The text of one field, put into a snapshot as the name of task 1, and what JSON has.
NAMES=(
	'two\040words'		'"two words"'
	'\011\134\042'		'"\t\\\""'
	'caf\303\251'		'"café"'
	'café'			'"café"'
	'\000'			'""'
	'\055'			'"-"'
	'-'			'null'
	'a\377b'		'{"bytes":"61ff62"}'
	'\303'			'{"bytes":"c3"}'
	'a\000b'		'{"bytes":"610062"}'
	'\302\205'		'"\u0085"'
	'\355\240\200'		'{"bytes":"eda080"}'
	'\300\257'		'{"bytes":"c0af"}'
)

with_name() {
	awk -F '\t' -v OFS='\t' '$1 == "1" && NF > 10 { $3 = ENVIRON["NAME"] } { print }' \
		"$SNAPSHOTS/mixed-6.1.snapshot" >"$TMP/named"
}

becomes() {
	NAME=$1 with_name
	run 0 -i "$TMP/named" tasks --json || return
	answers ".tasks[0].comm == ($2)" "$TMP/out"
}

for ((i = 0; i < ${#NAMES[@]}; i += 2)); do
	tally_case "the name ${NAMES[i]} is ${NAMES[i + 1]}" becomes "${NAMES[i]}" "${NAMES[i + 1]}"
done

# The text of the detail of a holder, and what JSON has.
DETAILS=(
	'files:~5'		'{"files":{"count":5,"exact":false}}'
	'inode:18,fs:ext4'	'{"inode":18,"fs":"ext4"}'
	'inode:1,path:17'	'{"inode":1,"path":"17"}'
	'comm:1,2:3'		'{"comm":"1,2:3"}'
	'name:~5'		'{"name":"~5"}'
)

detail_becomes() {
	DETAIL=$1 awk -F '\t' -v OFS='\t' '/^#object\t/ { print; getline; $9 = ENVIRON["DETAIL"] }
		{ print }' "$SNAPSHOTS/mixed-6.1.snapshot" >"$TMP/detailed"
	run 0 -i "$TMP/detailed" holders --json && answers ".holders[0].detail == ($2)" "$TMP/out"
}

for ((i = 0; i < ${#DETAILS[@]}; i += 2)); do
	tally_case "the detail ${DETAILS[i]}" detail_becomes "${DETAILS[i]}" "${DETAILS[i + 1]}"
done

# What jq makes of a number is not what was printed: it computes with floating point.
exact() {
	awk -F '\t' -v OFS='\t' '$1 == "1" && NF > 10 { $14 = "18446744073709551615" } { print }' \
		"$SNAPSHOTS/mixed-6.1.snapshot" >"$TMP/big"
	run 0 -i "$TMP/big" tasks --json && grep -q '"start":18446744073709551615' "$TMP/out"
}

newer() {
	awk -F '\t' -v OFS='\t' '/^## / { on = $2 == "" && $0 == "## tasks"; print; next }
		on { print $0, /^#/ ? "later" : "a\\040b"; next } { print }' \
		"$SNAPSHOTS/mixed-6.1.snapshot" >"$TMP/newer"
	run 0 -i "$TMP/newer" tasks --json && answers 'all(.tasks[]; .later == "a b")' "$TMP/out"
}

sections() {
	run 0 -i "$SNAPSHOTS/mixed-6.1.snapshot" json || return
	answers 'keys == ["cgroups", "css_sets", "csses", "hierarchies", "holders", "info", "links",
		"stats", "subsystems", "tasks"]' "$TMP/out" || return
	answers '.info.format == 2 and (.info.version | type == "string")' "$TMP/out"
}

# A name that is behind the number of its task can be empty, too.
empty_holder() {
	sed 's/^cgroup_mutex_held_by: .*/cgroup_mutex_held_by: 77 \\000/' \
		"$SNAPSHOTS/mixed-6.1.snapshot" >"$TMP/empty"
	run 0 -i "$TMP/empty" json && answers '.stats.cgroup_mutex_held_by == "77 "' "$TMP/out"
}

tally_case "a number of 64 bits is not rounded" exact
tally_case "a column of a newer module is a string" newer
tally_case "json has all sections" sections
tally_case "a task with an empty name that holds cgroup_mutex" empty_holder
tally_end
