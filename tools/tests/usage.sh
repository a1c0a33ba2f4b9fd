#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Options, exit statuses, colours, and what is said when the module's files can't be read.

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

GOOD=$SNAPSHOTS/mixed-6.1.snapshot
FOLDER=$TMP/live

live_is_saved() {
	run 0 --dir "$FOLDER" "$@" && cp "$TMP/out" "$TMP/live.out" &&
		run 0 -i "$GOOD" "$@" && same "$TMP/out" "$TMP/live.out"
}

saves() {
	run 0 --dir "$FOLDER" save && same "$GOOD" "$TMP/out" &&
		grep -q "holders is of a later moment" "$TMP/err"
}

reads_stdin() {
	"$CGINSPECT" -i - tasks <"$GOOD" >"$TMP/stdin" && run 0 -i "$GOOD" tasks &&
		same "$TMP/out" "$TMP/stdin"
}

help_fits() {
	run 0 --help && [ "$(wc -l <"$TMP/out")" -le 24 ] && [ "$(wc -L <"$TMP/out")" -le 80 ]
}

# Each column of a table is in its help.
help_has_columns() {
	local table=$1 column

	run 0 "$table" --help && cp "$TMP/out" "$TMP/help" || return
	run 0 -i "$GOOD" "$table" --json || return
	for column in $(jq -r '.[][0] | keys[]' "$TMP/out"); do
		grep -q "^  [* ] $column " "$TMP/help" || { echo "# no $column"; return 1; }
	done
}

no_color() {
	run 0 -i "$GOOD" "$@" && ! grep -q $'\e' "$TMP/out" &&
		run 0 -i "$GOOD" --color=always "$@" && grep -q $'\e' "$TMP/out"
}

# What would change nothing is refused.
idle_options() {
	local command

	for command in why\ / json dot; do
		# shellcheck disable=SC2086 # a command with its argument
		says 2 "${command%% *} does not take --color=always" -i "$GOOD" $command --color=always ||
			return
	done
	for command in why\ / json dot check tasks; do
		# shellcheck disable=SC2086 # a command with its argument
		says 2 "${command%% *} does not take --ascii" -i "$GOOD" $command --ascii || return
	done
	says 2 "no --color=always, no --ascii" -i "$GOOD" tree -J --ascii &&
		says 2 "no --color=always, no --ascii" -i "$GOOD" tasks -J --color &&
		says 2 "--dir is where to read the running system" -i "$GOOD" --dir "$TMP" tasks &&
		says 2 "diff of two files takes no --dir" --dir "$TMP" diff "$GOOD" "$GOOD"
}

auto_color() {
	local command

	for command in why\ / json check "tasks -J"; do
		# shellcheck disable=SC2086 # a command with its arguments
		run 0 -i "$GOOD" $command && cp "$TMP/out" "$TMP/plain" &&
			run 0 -i "$GOOD" --color=auto $command && same "$TMP/plain" "$TMP/out" || return
	done
}

# The last one counts, as of other options.
color_taken_back() {
	run 0 -i "$GOOD" --color=always --color=never tasks -J
}

# What is saved is read by check and html later.
save_checks() {
	make_live "$TMP/checked" "$GOOD"
	run 0 --dir "$TMP/checked" save || return
	sed -i '$d' "$TMP/checked/check"
	run 3 --dir "$TMP/checked" save && grep -q 'check' "$TMP/err" || return
	rm "$TMP/checked/check"
	says 3 "has no check: this module does not make it" --dir "$TMP/checked" check
}

# As it is shown, and as mount takes it. A controller that was disabled is in no hierarchy.
names_of_hierarchies() {
	run 0 -i "$GOOD" tree name=cgi_named && grep -q 'name=cgi_named' "$TMP/out" || return
	awk -F '\t' -v OFS='\t' '/^## / { section = $0 } section == "## subsystems" &&
		$2 == "memory" { $8 = "disabled" } { print }' "$GOOD" >"$TMP/disabled"
	says 1 "controller memory is disabled" -i "$TMP/disabled" tree memory
}

# On a terminal there are colours, unless NO_COLOR is set.
terminal_color() {
	script -qec "$CGINSPECT -i $GOOD check" /dev/null >"$TMP/tty" && grep -q $'\e' "$TMP/tty" &&
		NO_COLOR=1 script -qec "$CGINSPECT -i $GOOD check" /dev/null >"$TMP/tty" &&
		! grep -q $'\e' "$TMP/tty" &&
		NO_COLOR='' script -qec "$CGINSPECT -i $GOOD check" /dev/null >"$TMP/tty" &&
		grep -q $'\e' "$TMP/tty"
}

# A check that found something ends with 1 and names it.
bad_check() {
	sed 's/^ok 5 /# 0:1 is not linked\nnot ok 5 /' "$GOOD" >"$TMP/bad"
	run 1 -i "$TMP/bad" check && grep -q '^not ok 5 ' "$TMP/out" &&
		grep -q '0:1 is not linked' "$TMP/out" && grep -q '^24 of 25 are ok' "$TMP/out" &&
		run 1 -i "$TMP/bad" check --json &&
		answers '.check[4] | .ok == false and .remarks == ["0:1 is not linked"]' "$TMP/out"
}

sorts() {
	run 0 -i "$GOOD" csses -S serial -o serial --noheadings &&
		tr -d ' ' <"$TMP/out" >"$TMP/sorted" && [ "$(wc -l <"$TMP/sorted")" -gt 9 ] &&
		sort -n "$TMP/sorted" | same - "$TMP/sorted" &&
		run 0 -i "$GOOD" tasks -S comm -o comm --noheadings && cp "$TMP/out" "$TMP/sorted" &&
		run 0 -i "$GOOD" tasks -o comm --noheadings && ! cmp -s "$TMP/out" "$TMP/sorted" &&
		LC_ALL=C sort "$TMP/out" | same - "$TMP/sorted" &&
		run 0 -i "$GOOD" csses -S serial -o css && [ "$(head -n 1 "$TMP/out")" = CSS ]
}

full() {
	! "$CGINSPECT" -i "$GOOD" "$@" >/dev/full 2>"$TMP/err" &&
		grep -q "the output can not be written" "$TMP/err"
}

# What --raw prints for a name, undone by printf, is the name.
repeated() {
	run 0 -i "$GOOD" tasks -n -o tid,comm && mv "$TMP/out" "$TMP/once" &&
		run 0 -i "$GOOD" tasks -n -o tid,comm,TID && same "$TMP/once" "$TMP/out" &&
		run 0 -i "$GOOD" tasks --json -o tid,tid && ! grep 'tid.*tid' "$TMP/out"
}

raw_is_name() {
	local path

	run 0 -i "$GOOD" cgroups --raw -n -o path || return
	while read -r path; do
		printf '%b\n' "$path"
	done <"$TMP/out" >"$TMP/names"
	fields "$GOOD" cgroups path | while read -r path; do
		printf '%b\n' "${path//\\/\\0}"
	done | same - "$TMP/names" && ! grep $'\e' "$TMP/out"
}

filters() {
	if "$CGINSPECT" --version | grep -q 'libsmartcols 2\.3'; then
		run 0 --help && ! grep -e -Q "$TMP/out" &&
			says 2 "-Q needs libsmartcols 2.40 or newer" -i "$GOOD" tasks -Q 'tid == 1'
	else
		run 0 --help && grep -qe -Q "$TMP/out" &&
			run 0 -i "$GOOD" tasks -Q 'tid == 1' -n -o tid &&
			[ "$(tr -d ' ' <"$TMP/out")" = 1 ] &&
			run 0 -i "$GOOD" cgroups -Q 'unaccounted < 1' -n -o unaccounted &&
			[ "$(tr -d ' ' <"$TMP/out" | sort -u | xargs)" = "0 ~0" ] &&
			run 0 -i "$GOOD" tasks -Q 'STATE == "zombie"' -n -o comm &&
			[ "$(wc -l <"$TMP/out")" = 1 ] &&
			run 0 -i "$GOOD" tasks -Q 'ppid == 2 && comm =~ "^kswapd"' -r -n -o tid &&
			fields "$GOOD" tasks ppid comm tid | awk '$1 == 2 && $2 ~ /^kswapd/ {
				print $3 }' | same - "$TMP/out" && [ -s "$TMP/out" ] &&
			run 0 -i "$GOOD" csses -Q 'pages > 0 || css == "pids:1"' -S css -rno css &&
			[ "$(xargs <"$TMP/out")" = "memory:1 pids:1" ] &&
			says 2 "-Q 'tid =='" -i "$GOOD" tasks -Q 'tid ==' &&
			says 2 "tasks has no column 'path'" -i "$GOOD" tasks -Q 'path == "/"'
	fi
}

# Lines are printed in portions, but with -S, which by tid leaves the order as it is; what is
# printed is the same. A name is wider than all before it, or not plain, or empty.
many_rows() {
	local rows=$1 name=$2 options

	awk -F '\t' -v OFS='\t' -v rows="$rows" -v name="$name" '
		/^## / { on = $0 == "## tasks"; print; next }
		!on || /^#/ { print; next }
		{ while (at < rows) { $1 = 1000000 + ++at
			$3 = at == rows ? name : "w"; print } }' "$GOOD" >"$TMP/many"
	for options in "" -n -r "-n -r" "-o comm" "-o tid,comm,start" -O; do
		# shellcheck disable=SC2086 # several options
		run 0 -i "$TMP/many" tasks $options && mv "$TMP/out" "$TMP/portions" &&
			run 0 -i "$TMP/many" tasks $options -S tid &&
			same "$TMP/out" "$TMP/portions" || return
	done
}

# lists NR MORE ARGUMENT...: so many of the 20 css_sets of a cgroup, and how many more there are.
lists() {
	local nr=$1 more=$2

	shift 2
	run 0 -i "$TMP/sets" cgroup 0:1 "$@" &&
		[ "$(grep -c ' 000000000000f0[0-9]* *live' "$TMP/out")" -eq "$nr" ] &&
		[ "$(grep -o 'and [0-9]* more (--all)' "$TMP/out" | xargs)" = "$more" ]
}

many_css_sets() {
	awk -F '\t' -v OFS='\t' '
		/^#cgroup\tparent/ { cgroups = 1 }
		/^## / { cgroups = 0 }
		$2 == "0:1" && links { next }
		{ print; links = /^#css_set\tcgroup/ || links && !/^## / }
		/^#css_set\trefs/ { for (i = 10; i < 10 + nr; i++)
			print "000000000000f0" i, 1, 0, 0, 0, 0, 0, "live", "-", "0:1", "-" }
		/^#css_set\tcgroup/ { for (i = 10; i < 10 + nr; i++)
			print "000000000000f0" i, "0:1", "/" }' nr="$1" "$GOOD" >"$TMP/sets"
}

css_sets_are_cut() {
	many_css_sets 16 && lists 16 "" && many_css_sets 20 && lists 16 "and 4 more (--all)" &&
		lists 20 "" --all && run 0 -i "$TMP/sets" cgroup 0:1 --json &&
		answers '.cgroups[0].css_sets | length == 20' "$TMP/out"
}

# What a program would not get is refused, and what it gets is not.
json_is_whole() {
	local option

	for option in "-S tid" "-Q tid==1" -r -n; do
		# shellcheck disable=SC2086 # an option and its value
		says 2 "jq can sort and select" -i "$GOOD" tasks --json $option || return
	done
	run 0 -i "$GOOD" tasks --json -o tid,comm && answers '.tasks[0] | length == 2' "$TMP/out"
}

make_live "$FOLDER" "$GOOD"
for command in tasks "tree --tasks" "cgroup /shop/till" dot json check holders; do
	# shellcheck disable=SC2086 # a command with its options
	case $command in
	json|dot)
		tally_case "the running system: $command" live_is_saved $command --holders ;;
	*)	tally_case "the running system: $command" live_is_saved $command ;;
	esac
done
tally_case "save has snapshot, holders and check" saves
tally_case "standard input" reads_stdin
tally_case "--help fits a screen" help_fits
for table in tasks sets links cgroups csses hierarchies controllers holders; do
	tally_case "$table --help has all columns" help_has_columns "$table"
done
tally_case "colours of a tree" no_color tree
tally_case "colours of check" no_color check
tally_case "colours of a table" no_color tasks
tally_case "colours on a terminal" terminal_color
tally_case "check found something" bad_check
tally_case "--json with what is for people" json_is_whole
tally_case "-S" sorts
tally_case "a cgroup of many css_sets" css_sets_are_cut
tally_case "a column that is chosen twice" repeated
for rows in 0 1 1023 1024 1025 3000; do
	tally_case "a table of $rows lines" many_rows "$rows" a-longer-name
	tally_case "a table of $rows lines with a name that is not plain" many_rows "$rows" 'caf\\303\\251é'
done
tally_case "--raw" raw_is_name
tally_case "-Q" filters
tally_case "no room for the output of a table" full tasks
tally_case "no room for the output of JSON" full json
tally_case "no room for the help" full --help
tally_case "no room for the help of a table" full tasks --help
tally_case "no room for the version" full --version
tally_case "no command" says 2 "which command?"
tally_case "no such command" says 2 "there is no command 'task2'" task2
tally_case "no such column" says 2 "tasks has no column 'x'; it has: tid" -i "$GOOD" tasks -o x
tally_case "no such column to sort by" says 2 "no column 'x'" -i "$GOOD" tasks -S x
tally_case "an option of another command" says 2 "tree does not take -o" -i "$GOOD" tree -o tid
tally_case "an option that would do nothing" idle_options
tally_case "--color=auto for all commands" auto_color
tally_case "--color that is taken back" color_taken_back
tally_case "-O and -o" says 2 "so it takes no -o" -i "$GOOD" tasks -O -o tid
tally_case "a check that is cut is not saved" save_checks
tally_case "other names of hierarchies" names_of_hierarchies
tally_case "an argument too few" says 2 "task takes TID" -i "$GOOD" task
tally_case "an argument too many" says 2 "tasks takes no argument" -i "$GOOD" tasks 1
tally_case "no number of a task" says 2 "not 'sleep'" -i "$GOOD" task sleep
tally_case "no such task" says 1 "there is no task 999999" -i "$GOOD" task 999999
tally_case "no such cgroup" says 1 "there is no cgroup '/none'" -i "$GOOD" cgroup /none
tally_case "no such controller" says 1 "cgroup 'none'" -i "$GOOD" tree none
tally_case "no controller but a name" says 1 "a path begins with /" -i "$GOOD" tree shop
tally_case "a picture of a task and a cgroup" says 2 "are two pictures" -i "$GOOD" dot --task 1 \
	--cgroup /
tally_case "a picture of no task" says 1 "there is no task 999999" -i "$GOOD" dot --task 999999
tally_case "a picture of no number" says 2 "not 'sleep'" -i "$GOOD" dot --task sleep
tally_case "a picture of no cgroup" says 1 "there is no cgroup '/none'" -i "$GOOD" dot --cgroup /none
tally_case "a picture of no hierarchy" says 1 "there is no hierarchy 'none'" -i "$GOOD" dot \
	--hierarchy none
tally_case "no room for a picture" full dot
tally_case "save of a file" says 2 "it takes no -i" -i "$GOOD" save
tally_case "no such folder" says 3 "there is no folder $TMP/none" --dir "$TMP/none" tasks
if [ -r /sys/kernel/debug ] && [ -z "$(ls /sys/kernel/debug)" ]; then
	tally_case "debugfs is not mounted" says 3 "mount -t debugfs" tasks
fi
mkdir "$TMP/off"
tally_case "the graph is off" says 3 "the graph is off" --dir "$TMP/off" tasks
tally_end
