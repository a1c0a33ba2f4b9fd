#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# JSON of all saved snapshots, and of what differs between two, against the schema; and that it
# refuses what is wrong.

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

SCHEMA=$TOP/tools/schema/cginspect.json

# valid FILE...: each is as the schema has it; else it shows what is not, which is in "wrong".
valid() {
	local file
	local -a instances=()

	for file; do
		instances+=(-i "$file")
	done
	/usr/bin/python3 -m jsonschema -F '{error.json_path}: {error.message:.200}'$'\n' \
		"${instances[@]}" "$SCHEMA" 2>"$TMP/wrong" && return
	sed 's/^/#   /' "$TMP/wrong" | head -5
	return 1
}

tables_are_valid() {
	local table

	for table in tasks css_sets links cgroups csses hierarchies subsystems holders; do
		run 0 -i "$1" "$table" --json && mv "$TMP/out" "$TMP/$table.json" || return
	done
	run 0 -i "$1" dying --json && mv "$TMP/out" "$TMP/dying.json" &&
		run 0 -i "$1" dying --holders --json && mv "$TMP/out" "$TMP/dying-holders.json" &&
		run 0 -i "$1" json && mv "$TMP/out" "$TMP/all.json" && valid "$TMP"/*.json
}

# Answers about cgroups that live, were removed or are frozen, and about controllers.
answers_are_valid() {
	local what nr=0

	for what in / /why /why/pids /why/task /why/threaded/invalid /why/cold/below /why/gone \
		/why/held memory; do
		run 0 -i "$SNAPSHOTS/whys.saved" why "$what" --json --all &&
			mv "$TMP/out" "$TMP/why$((nr++)).json" || return
	done
	run 0 -i "$SNAPSHOTS/states-7.3.snapshot" why /states --json && mv "$TMP/out" "$TMP/why$nr.json" &&
		answers 'any(.why[]; .waits)' "$TMP/why$nr.json" && valid "$TMP"/why*.json
}

# Of each two, and backwards, so that there is each word for a change.
diffs_are_valid() {
	local old new

	for old in before leaked moved; do
		for new in before leaked moved; do
			[ "$old" != "$new" ] || continue
			run 1 diff "$SNAPSHOTS/changes.$old" "$SNAPSHOTS/changes.$new" --json &&
				mv "$TMP/out" "$TMP/diff-$old-$new.json" || return
		done
	done
	run 0 diff "$SNAPSHOTS/changes.moved" "$SNAPSHOTS/changes.moved" --json &&
		mv "$TMP/out" "$TMP/diff-none.json" && valid "$TMP"/diff-*.json
}

# What watch prints of the two snapshots that it reads from a pipe.
watch_is_valid() {
	local name pid status=0

	mkdir "$TMP/live" && mkfifo "$TMP/live/snapshot" || return
	"$CGINSPECT" --dir "$TMP/live" watch --json 0.05 >"$TMP/watch.json" &
	pid=$!
	for name in leaked moved; do
		timeout 20 cp "$SNAPSHOTS/changes.$name" "$TMP/live/snapshot" || status=1
		sleep 0.4
	done
	kill -INT "$pid" && timeout 20 cp "$SNAPSHOTS/changes.moved" "$TMP/live/snapshot" &&
		wait "$pid" && [ "$status" -eq 0 ] &&
		answers '.diff | length > 0' "$TMP/watch.json" && valid "$TMP/watch.json"
}

# planted FILTER PATH [FILE]: what jq makes of all.json, or of FROM or FILE, by FILTER is
# refused, at PATH.
planted() {
	jq "$1" "$TMP/${3-${FROM-all}.json}" >"$TMP/planted" && ! valid "$TMP/planted" >/dev/null &&
		grep -qF -- "$2: " "$TMP/wrong" && return
	echo "# the schema takes $1"
	return 1
}

# Every column that the program knows is there, so that none is taken as it comes.
columns_are_known() {
	jq -r '.properties | keys[]' "$SCHEMA" >"$TMP/schema-tables"
	jq -r 'to_entries[] | select(.value | type == "array" and length > 0) |
		.key as $table | .value[0] | keys[] | "\($table) \(.)"' \
		"$TMP/all.json" "$TMP/diff.json" | sort >"$TMP/printed"
	jq -r '."$defs" | to_entries[] | select(.key | endswith("_row")) |
		(.key | sub("_row$"; "")) as $table | .value.properties | keys[] |
		"\($table) \(.)"' "$SCHEMA" | sort >"$TMP/known"
	[ -s "$TMP/printed" ] && same "$TMP/known" "$TMP/printed"
}

for name in $(snapshots); do
	tally_case "$name: all JSON is as the schema has it" tables_are_valid \
		"$SNAPSHOTS/$name.snapshot"
done
tally_case "all answers of why are as the schema has them" answers_are_valid
run 0 -i "$SNAPSHOTS/mixed-7.3.snapshot" json
mv "$TMP/out" "$TMP/all.json"
run 1 diff "$SNAPSHOTS/changes.leaked" "$SNAPSHOTS/changes.moved" --json
mv "$TMP/out" "$TMP/diff.json"
tally_case "diff" diffs_are_valid
tally_case "watch" watch_is_valid
tally_case "each column is in the schema, and no other" columns_are_known
tally_case "a number that is a string" planted '.tasks[0].tid = "1"' '$.tasks[0].tid'
tally_case "a number below 0" planted '.tasks[0].ppid = -1' '$.tasks[0].ppid'
tally_case "a count that says it is exact" planted \
	'.cgroups[0].refs = {count: 1, exact: true}' '$.cgroups[0].refs'
tally_case "a list that is a string" planted '.csses[0].flags = "online,visible"' \
	'$.csses[0].flags'
tally_case "bytes that are no hexadecimal" planted '.tasks[0].comm = {bytes: "6"}' \
	'$.tasks[0].comm'
tally_case "a state that there is not" planted '.tasks[0].state = "asleep"' '$.tasks[0].state'
tally_case "a membership without a path" planted 'del(.tasks[0].cgroups[0].path)' \
	'$.tasks[0].cgroups'
tally_case "a change that there is not" planted '.diff[0].change = "grown"' \
	'$.diff[0].change' diff.json
tally_case "a change of what there is not" planted '.diff[0].kind = "link"' \
	'$.diff[0].kind' diff.json
tally_case "a place that is a string" planted '.diff[0].from = "0::/"' \
	'$.diff[0].from' diff.json
tally_case "a time of no change" planted 'del(.diff) | .time_ns = 1' '$' watch.json
tally_case "a time that is a string" planted '.time_ns = "1"' '$.time_ns' watch.json
tally_case "a table that there is not" planted '.threads = []' '$'
run 0 -i "$SNAPSHOTS/whys.saved" why /why/pids --json
mv "$TMP/out" "$TMP/why.json"
run 0 -i "$SNAPSHOTS/states-7.3.snapshot" dying --holders --json
mv "$TMP/out" "$TMP/dying.json"
DRAIN='.dying[] | select(.cgroup.path == "/states/drain")'
FROM=dying tally_case "no css_sets of a removed cgroup" planted "del(($DRAIN).css_sets)" \
	'$.dying[1]'
FROM=dying tally_case "tasks that are a number" planted "($DRAIN).below[0].css_sets[0].tasks = 1" \
	'$.dying[1]'
FROM=dying tally_case "holders that are a number" planted "($DRAIN).csses[0].holders = 1" \
	'$.dying[1]'
FROM=dying tally_case "nothing below" planted "del(($DRAIN).below)" '$.dying[1]'
FROM=dying tally_case "a css without holders" planted 'del(.dying[-1].holders)' \
	"\$.dying[$(($(jq '.dying | length' "$TMP/dying.json") - 1))]"
FROM=why tally_case "an operation that there is not" planted '.why[0].what = "chmod"' '$.why[0].what'
FROM=why tally_case "an error that is a number" planted '.why[0].error = 16' '$.why[0].error'
FROM=why tally_case "a wait that is a string" planted '.why[0].waits = "yes"' '$.why[0].waits'
FROM=why tally_case "no evidence" planted 'del(.why[0].evidence)' '$.why[0]'
FROM=why tally_case "evidence of nothing" planted '.why[0].evidence = ""' '$.why[0].evidence'
FROM=why tally_case "objects that are a string" planted '.why[0].objects = "0:1"' \
	'$.why[0].objects'
FROM=why tally_case "more than the manual has" planted '.why[0].more = 1' '$.why[0]'
tally_end
