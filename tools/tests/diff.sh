#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# diff, against what a script did in a guest between two snapshots (changes.leaks, changes.moves),
# against what awk finds in their text, and on snapshots to which something was done here.
# shellcheck disable=SC2016 # what is in single quotes is awk's or jq's

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

CHANGES=$SNAPSHOTS/changes
GOOD=$SNAPSHOTS/systemd-6.1.snapshot

# rows_of STATUS FILE FILE: the differences as "CHANGE KIND OBJECT NAME" in out.
rows_of() {
	run "$1" diff "$2" "$3" -r -n -o change,kind,object,name
}

# What the script did is all there is, but for who reads and for threads of the kernel.
as_done() {
	local threads

	rows_of 1 "$CHANGES.$1" "$CHANGES.$3" || return
	threads=$(fields "$CHANGES.$1" tasks kthread tid
		fields "$CHANGES.$3" tasks kthread tid)
	awk -v threads="$(awk '$1 == "yes" { print $2 }' <<<"$threads" | xargs)" '
		BEGIN { n = split(threads, t, " "); for (i = 1; i <= n; i++) thread[t[i]] }
		$2 == "task" && ($3 in thread || $4 == "cat") { next }
		$2 == "css_set" { $3 = "-" } { print }' "$TMP/out" | sort >"$TMP/found"
	tr '\t' ' ' <"$CHANGES.$2" | sort | same - "$TMP/found"
}

# leaked, removed and made by the ids alone: nothing of this is got anew in these snapshots but
# thread ids.
came_and_went() {
	local old=$CHANGES.$1 new=$CHANGES.$2

	{
		awk -F '\t' 'FNR == NR { seen[$0]; next } !($0 in seen) { print "made task", $1 }' \
			<(fields "$old" tasks tid start) <(fields "$new" tasks tid start)
		awk -F '\t' 'FNR == NR { seen[$0]; next } !($0 in seen) { print "ended task", $1 }' \
			<(fields "$new" tasks tid start) <(fields "$old" tasks tid start)
		awk -F '\t' 'FNR == NR { state[$1] = $2; next } { here[$1] }
			!($1 in state) && $2 == "live" { print "made cgroup", $1 }
			$2 == "dying" && state[$1] != "dying" { print "leaked cgroup", $1 }
			END { for (id in state) if (!(id in here))
				print state[id] == "dying" ? "freed" : "removed", "cgroup", id }' \
			<(fields "$old" cgroups cgroup state parent | grep -v '	-$') \
			<(fields "$new" cgroups cgroup state parent | grep -v '	-$')
		awk -F '\t' 'FNR == NR { tasks[$1] = $2; next } { here[$1] }
			!($1 in tasks) && $2 { print "made css_set", $1 }
			!$2 && (!($1 in tasks) || tasks[$1]) { print "leaked css_set", $1 }
			END { for (id in tasks) if (!(id in here))
				print tasks[id] ? "removed" : "freed", "css_set", id }' \
			<(fields "$old" css_sets css_set tasks) \
			<(fields "$new" css_sets css_set tasks)
	} | sort >"$TMP/wanted"
	rows_of 1 "$old" "$new" || return
	awk '$2 ~ /^(task|cgroup|css_set)$/ && $1 !~ /^(moved|exited|renamed)$/ { print $1, $2, $3 }' \
		"$TMP/out" | sort | same "$TMP/wanted" -
}

# Backwards, what was made is removed.
backwards() {
	run 1 diff "$CHANGES.leaked" "$CHANGES.moved" -r -n -o change,kind,object &&
		awk '$1 ~ /^(made|ended|removed)$/ && $2 != "css_set" {
			to = $2 == "task" ? "ended" : "removed"
			print $1 == "made" ? to : "made", $2, $3 }' "$TMP/out" | sort >"$TMP/wanted" &&
		run 1 diff "$CHANGES.moved" "$CHANGES.leaked" -r -n -o change,kind,object &&
		grep -q 'is of a later moment than' "$TMP/err" &&
		awk '$1 ~ /^(made|ended|removed)$/ && $2 != "css_set" && $3 != "0:23"' "$TMP/out" |
		sort | same "$TMP/wanted" -
}

# Where the traveller was and is, with nothing about hierarchies in which it was not moved.
moved() {
	run 1 diff "$CHANGES.leaked" "$CHANGES.moved" --json || return
	answers '[.diff[] | select(.change == "moved")] | length == 1 and (.[0] |
		[.from[], .to[] | "\(.hierarchy) \(.controllers | join(",")) \(.path)"] ==
		["11 pids /", "0  /from", "11 pids /limited", "0  /to"])' "$TMP/out"
}

json_is_table() {
	run 1 diff "$CHANGES.leaked" "$CHANGES.moved" --json &&
		jq -r '.diff[] | "\(.change) \(.kind) \(.object) \(.name)"' "$TMP/out" >"$TMP/json" &&
		rows_of 1 "$CHANGES.leaked" "$CHANGES.moved" && same "$TMP/json" "$TMP/out" &&
		run 1 diff "$CHANGES.leaked" "$CHANGES.moved" && ! grep -q 'boot_id' "$TMP/err" || return
	[ -z "${UPDATE-}" ] || cp "$TMP/out" "$TESTS/golden/changes.diff"
	same "$TESTS/golden/changes.diff" "$TMP/out"
}

nothing() {
	run 0 diff "$1" "$1" && [ ! -s "$TMP/out" ] && run 0 diff "$1" "$1" --json &&
		answers '. == { diff: [] }' "$TMP/out"
}

# Colours where nobody is at a terminal, whether lines are printed as they come or, with -S, all
# at once.
colours() {
	run 1 diff "$CHANGES.leaked" "$CHANGES.moved" "$@" && cp "$TMP/out" "$TMP/plain" &&
		! grep -q $'\e' "$TMP/plain" &&
		run 1 diff "$CHANGES.leaked" "$CHANGES.moved" --color=always "$@" &&
		grep -q $'^\e\[32mmade' "$TMP/out" && grep -q $'^\e\[1;33mmoved' "$TMP/out" &&
		sed $'s/\e\\[[0-9;]*m//g' "$TMP/out" | same "$TMP/plain" -
}

# edited AWK-PROGRAM: the good snapshot with a change, as new.
edited() {
	awk -F '\t' -v OFS='\t' '/^## / { section = substr($0, 4) }'"$1" "$GOOD" >"$TMP/new"
	! cmp -s "$GOOD" "$TMP/new"
}

# becomes LINES AWK-PROGRAM: these lines are the difference that the change makes.
becomes() {
	edited "$2" && rows_of 1 "$GOOD" "$TMP/new" && same <(printf '%s' "${1:+$1$'\n'}") "$TMP/out"
}

# becomes_not AWK-PROGRAM: the change is none that is shown.
becomes_not() {
	edited "$1" && run 0 diff "$GOOD" "$TMP/new" && [ ! -s "$TMP/out" ]
}

# The first css_set of which all tasks are in a service.
CRON=$(fields "$GOOD" cgroups path cgroup | awk -F '\t' '$1 ~ /cron.service$/ { print $2 }')
SET=$(fields "$GOOD" css_sets default css_set | awk -v id="$CRON" '$1 == id { print $2 }')
TASK=$(fields "$GOOD" tasks css_set tid | awk -v id="$SET" '$1 == id { print $2 }')
CSS=$(fields "$GOOD" csses cgroup css | awk -v id="$CRON" '$1 == id && /memory/ { print $2 }')
PLACE=/system.slice/cron.service

# A css_set that got the address of one that was in another cgroup.
address_anew() {
	becomes "removed css_set $SET $PLACE
made css_set $SET /init.scope
moved task $TASK cron" 'section == "links" && $1 == "'"$SET"'" && $2 ~ /^0:/ { $2 = init }
		section == "css_sets" && $1 == "'"$SET"'" { $9 = $9; $10 = init }
		section == "tasks" && $1 == "'"$TASK"'" { sub(/0::[^\t]*/, "0::/init.scope") }
		BEGIN { init = "'"$(fields "$GOOD" cgroups path cgroup |
			awk -F '\t' '$1 == "/init.scope" { print $2 }')"'" } { print }' || return
	run 1 diff "$GOOD" "$TMP/new" --json && answers '[.diff[] | select(.kind == "task")] |
		length == 1 and .[0].from == [{ hierarchy: 0, controllers: [], path: "'$PLACE'" }]
		and .[0].to[0].path == "/init.scope"' "$TMP/out"
}

odd_name() {
	becomes "renamed cgroup $CRON /system.slice/a\\x20\\x5cb" \
		'section == "cgroups" && $1 == "'"$CRON"'" { $4 = "/system.slice/a\\040\\134b" } { print }' &&
		run 1 diff "$TMP/new" "$GOOD" --json &&
		answers '.diff[0] | .name == "'$PLACE'" and .detail == "was /system.slice/a \\b"' "$TMP/out"
}

# What is put together from names is a name again, in JSON and as text.
odd_detail() {
	sed 's/^14\t1\tlater\t/14\t1\ta\\134b\\040c\t/' "$CHANGES.moved" >"$TMP/new" &&
		! cmp -s "$CHANGES.moved" "$TMP/new" &&
		run 1 diff "$CHANGES.leaked" "$TMP/new" --json &&
		answers '.diff[0] | .name == "a\\b c" and .detail == "v1 name=a\\b c"' "$TMP/out" &&
		run 1 diff "$CHANGES.leaked" "$TMP/new" && grep -qF 'v1 name=a\b c' "$TMP/out"
}

# A name that nobody may show, in each column that has names.
hostile_name() {
	edited 'section == "cgroups" && $1 == "'"$CRON"'" { $4 = "/a\033[31m\\134033" }
		section == "tasks" && $1 == "'"$TASK"'" { $3 = "\033[31m"; $14 = 5 }
		section == "csses" && $1 == "'"$CSS"'" { $5 = "dying"; $9 = "~5" } { print }' &&
		run 1 diff "$GOOD" "$TMP/new" && [ "$(wc -l <"$TMP/out")" -gt 4 ] &&
		! grep -q $'\e' "$TMP/out" && run 1 diff "$TMP/new" "$GOOD" &&
		! grep -q $'\e' "$TMP/out"
}

# with_boot ID: the good snapshot of a boot with this id.
with_boot() {
	sed "s/^boot_id: .*/boot_id: $1/" "$GOOD"
}

no_boot_id() {
	with_boot - >"$TMP/old" && with_boot - >"$TMP/new" &&
		run 0 diff "$TMP/old" "$TMP/new" && grep -q 'boot_id is not known, but' "$TMP/err" &&
		run 0 diff "$GOOD" "$TMP/new" && run 0 diff "$TMP/old" "$GOOD" &&
		run 0 diff "$GOOD" "$GOOD" && ! grep -q boot_id "$TMP/err" &&
		sed '/^time_ns/d' "$TMP/old" >"$TMP/new" && run 0 diff "$TMP/old" "$TMP/new" &&
		grep -q 'nothing tells whether they are of one boot' "$TMP/err"
}

# two_boots WORDS SED-SCRIPT: a snapshot that is changed so is taken for one of another boot.
two_boots() {
	with_boot - | sed "$2" >"$TMP/new"
	says 3 "are of two boots, which have nothing in common: $1" diff "$GOOD" "$TMP/new"
}

# One of the snapshots from standard input.
piped() {
	local status=0

	"$CGINSPECT" diff "${@:2}" <"$1" >"$TMP/out" || status=$?
	[ "$status" -eq 1 ] && same "$TMP/wanted" "$TMP/out"
}

live() {
	mkdir -p "$TMP/live" && cp "$CHANGES.moved" "$TMP/live/snapshot" &&
		run 1 diff "$CHANGES.leaked" "$CHANGES.moved" && cp "$TMP/out" "$TMP/wanted" &&
		run 1 --dir "$TMP/live" diff "$CHANGES.leaked" && same "$TMP/wanted" "$TMP/out" &&
		piped "$CHANGES.moved" "$CHANGES.leaked" - &&
		piped "$CHANGES.leaked" - "$CHANGES.moved" &&
		says 3 "standard input is empty" diff - -
}

# The message says in which of the two files it is.
broken() {
	head -n 50 "$GOOD" >"$TMP/cut"
	says 3 "$TMP/cut:51: there is no section" diff "$GOOD" "$TMP/cut" &&
		says 3 "$TMP/cut:51: there is no section" diff "$TMP/cut" "$GOOD" &&
		edited '{ print } section == "tasks" && $1 == "'"$TASK"'"' &&
		says 3 "$TMP/new:" diff "$GOOD" "$TMP/new" && grep -q "has $TASK twice" "$TMP/err" &&
		says 3 "has $TASK twice" diff "$TMP/new" "$GOOD"
}

# An older module has not all columns: what they tell apart is taken for the same. If it does not
# know its boot and the time either, nothing tells.
older() {
	awk -F '\t' -v OFS='\t' '/^## / { tasks = $0 == "## tasks" } tasks && NF > 13 { NF = 13 }
		{ print }' "$GOOD" >"$TMP/older"
	sed '/^\(boot_id\|time_ns\|boottime_ns\): /d' "$TMP/older" >"$TMP/oldest"
	run 0 diff <(sed 's/^boot_id: .*/boot_id: -/' "$TMP/older") "$GOOD" &&
		grep -q 'boot_id is not known, but' "$TMP/err" &&
		run 0 diff "$TMP/oldest" "$GOOD" && run 0 diff "$GOOD" "$TMP/oldest" &&
		grep -q 'nothing tells whether they are of one boot' "$TMP/err" &&
		run 0 diff "$TMP/older" "$GOOD" && run 0 diff "$GOOD" "$TMP/older"
}

# large AGE: a system with 20,000 tasks and 5,000 cgroups of this age.
large() {
	awk -F '\t' -v OFS='\t' -v age="$1" '
		FNR == NR { if (/^## /) section = substr($0, 4)
			if (!(section in row) && !/^#/) row[section] = $0
			if (section == "cgroups" && !/^#/ && $2 != "-") row[section] = $0; next }
		{ print }
		/^#tid/ { for (i = 0; i < 20000; i++) { $0 = row["tasks"]; $1 = $2 = 100000 + i
			$14 = age + i; print } }
		/^#cgroup\tparent/ { getline; top = $1; print; for (i = 0; i < 5000; i++) {
			$0 = row["cgroups"]; $1 = "0:" 100000 + i; $2 = top; $4 = "/many/" i; $5 = "live"
			$16 = age + i; print } }' "$GOOD" "$GOOD"
}

all_is_new() {
	large 1000000 >"$TMP/old" && large 2000000 >"$TMP/new" || return
	timeout 30 "$CGINSPECT" diff "$TMP/old" "$TMP/new" --json >"$TMP/out" || [ $? -eq 1 ] || return
	answers '[.diff[] | "\(.change) \(.kind)"] | group_by(.) |
		map("\(.[0]) \(length)") == ["ended task 20000", "made cgroup 5000",
		"made task 20000", "removed cgroup 5000"]' "$TMP/out"
}

tally_case "five cgroups and two css_sets that leak are seven lines" as_done before leaks leaked
tally_case "all else that a script did" as_done leaked moves moved
for pair in "before leaked" "leaked moved" "before moved" "moved before"; do
	# shellcheck disable=SC2086 # two names
	tally_case "what came and went: $pair" came_and_went $pair
done
tally_case "backwards" backwards
tally_case "from where to where a task was moved" moved
tally_case "JSON and text" json_is_table
tally_case "colours" colours
tally_case "colours of sorted lines" colours -S object
for name in $(snapshots); do
	tally_case "$name and itself" nothing "$SNAPSHOTS/$name.snapshot"
done
tally_case "a thread id that is used anew" becomes "ended task $TASK cron
made task $TASK other" 'section == "tasks" && $1 == "'"$TASK"'" { $3 = "other"; $14 = 5 } { print }'
tally_case "a task with another name" becomes_not \
	'section == "tasks" && $1 == "'"$TASK"'" { $3 = "other" } { print }'
tally_case "an address that a css_set got anew" address_anew
tally_case "an inode that a cgroup got anew" becomes "removed cgroup $CRON $PLACE
made cgroup $CRON $PLACE
removed css_set $SET $PLACE
made css_set $SET $PLACE
moved task $TASK cron" 'section == "cgroups" && $1 == "'"$CRON"'" { $16 += 1000 } { print }'
tally_case "a cgroup that leaks with its csses" becomes "leaked cgroup $CRON $PLACE" '
	section == "cgroups" && $1 == "'"$CRON"'" || section == "csses" && $2 == "'"$CRON"'" {
		$5 = "dying" } { print }'
tally_case "a cgroup that tasks have still to leave" becomes "removed cgroup $CRON $PLACE" '
	section == "cgroups" && $1 == "'"$CRON"'" { $5 = "draining" } { print }'
tally_case "a css that leaks alone" becomes "leaked css $CSS $PLACE" '
	section == "csses" && $1 == "'"$CSS"'" { $5 = "dying" } { print }'
tally_case "a css that is gone" becomes "removed css $CSS $PLACE" '
	section == "csses" && $1 == "'"$CSS"'" { next } { print }'
tally_case "a css of the same id" becomes "removed css $CSS $PLACE
made css $CSS $PLACE" 'section == "csses" && $1 == "'"$CSS"'" { $4 += 1000 } { print }'
tally_case "a css_set without a task" becomes "leaked css_set $SET $PLACE" '
	section == "css_sets" && $1 == "'"$SET"'" { $3 = 0; $4 = 1 } { print }'
tally_case "a css_set of a threaded domain" becomes_not '
	section == "css_sets" && $1 == "'"$SET"'" { $3 = 0; $5 = 1 } { print }'
tally_case "a css_set whose tasks are not known" becomes_not '
	section == "css_sets" && $1 == "'"$SET"'" { $3 = "-" } { print }'
tally_case "one that may be a domain" becomes "leaked css_set $SET $PLACE" '
	section == "css_sets" && $1 == "'"$SET"'" { $3 = 0; $5 = "-" } { print }'
tally_case "a hierarchy that lingers" becomes "leaked hierarchy 0 -" '
	section == "hierarchies" && $1 == 0 { $7 = "lingering" } { print }'
tally_case "a controller on another hierarchy" becomes "moved controller pids pids" '
	section == "subsystems" && $2 == "pids" { $4 = 5 } { print }'
tally_case "a task that has exited" becomes "exited task $TASK cron" '
	section == "tasks" && $1 == "'"$TASK"'" { $4 = "zombie" } { print }'
tally_case "names with blanks and backslashes" odd_name
tally_case "a detail with a backslash" odd_detail
tally_case "names that nobody may show" hostile_name
tally_case "no boot id" no_boot_id
tally_case "two boots" eval 'with_boot 1 >"$TMP/new" &&
	says 3 "boot_id differs" diff "$GOOD" "$TMP/new"'
tally_case "two boots by the kernel" two_boots "the kernel differs" 's/^kernel: .*/kernel: 6.2/'
tally_case "two boots by their time" two_boots "the time of the boot" 's/^time_ns: 1/time_ns: 2/'
tally_case "two boots by the first task" two_boots "the start of the first tasks" \
	's/^\(1\t1\t.*\t\)[0-9]*$/\15/'
tally_case "an older module" older
tally_case "the running system, and standard input" live
tally_case "a broken file" broken
tally_case "20,000 tasks and 5,000 cgroups" all_is_new
tally_case "-i" says 2 "takes its snapshots as arguments" -i "$GOOD" diff "$GOOD"
tally_case "no snapshot" says 2 "diff takes FILE [FILE]" diff
tally_case "three snapshots" says 2 "no more than two" diff "$GOOD" "$GOOD" "$GOOD"
tally_case "no such column" says 2 "diff has no column 'x'" diff "$GOOD" "$GOOD" -o x
tally_end
