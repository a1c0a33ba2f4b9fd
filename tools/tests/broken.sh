#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What is no snapshot, or no whole one: one clear error with the line, whatever is asked, and
# never a wrong answer.
# shellcheck disable=SC2016 # what is in single quotes is awk's

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

GOOD=$SNAPSHOTS/mixed-6.1.snapshot
LINES=$(wc -l <"$GOOD")

# The number of the line with this text.
line_of() {
	grep -nxF -- "$1" "$GOOD" | cut -d : -f 1
}

# edited AWK-PROGRAM: the good snapshot with a change, as broken.
edited() {
	awk -F '\t' -v OFS='\t' "$1" "$GOOD" >"$TMP/broken"
	! cmp -s "$GOOD" "$TMP/broken"
}

# refused LINE WORDS: the file broken is refused with this line and these words.
refused() {
	says 3 "broken:$1: $2" -i "$TMP/broken" "${COMMAND[@]}"
}

broken() {
	edited "$1" && refused "$2" "$3"
}

COMMAND=(tasks)
FIRST=$(($(line_of "## tasks") + 2))

# Every cut of the file: at bytes all over it, and at lines all over it.
cut_in_lines() {
	local size at

	size=$(stat -c %s "$GOOD")
	for at in $(seq 9 1999 "$((size - 2))"); do
		head -c "$at" "$GOOD" >"$TMP/broken"
		if [ "$(tail -c 1 "$TMP/broken" | wc -l)" -eq 0 ]; then
			says 3 "the file was cut" -i "$TMP/broken" tasks || return
		fi
	done
}

# Before the mark of the last section that each snapshot has.
cut_between_lines() {
	local at

	for at in $(seq 1 7 "$(line_of "## stats")"); do
		head -n "$at" "$GOOD" >"$TMP/broken"
		run 3 -i "$TMP/broken" tree || return
		grep -q "^cginspect: $TMP/broken:[0-9]*: " "$TMP/err" || return
	done
}

# Between the lines of holders, which is followed by check; before the first line of stats.
cut_late() {
	head -n "$(($(line_of "## check") - 3))" "$GOOD" >"$TMP/broken" &&
		says 3 "no section check: the file was cut" -i "$TMP/broken" dying --holders &&
		head -n "$(line_of "## stats")" "$GOOD" >"$TMP/broken" &&
		says 3 "stats is empty: the file was cut" -i "$TMP/broken" tasks
}

missing_section() {
	edited '/^## / { off = $0 == "## csses" } !off' && says 3 "no section csses" \
		-i "$TMP/broken" tasks
}

foreign() {
	says 3 "$1" -i "$2" tasks
}

long_line() {
	head -c 1048576 /dev/zero | tr '\000' x >"$TMP/long-name"
	awk -F '\t' -v OFS='\t' -v first="$FIRST" -v name="$TMP/long-name" '
		NR == first { getline $3 <name } { print }' "$GOOD" >"$TMP/long"
	run 0 -i "$TMP/long" tasks --json &&
		answers '.tasks[0].comm | length == 1048576' "$TMP/out" &&
		run 0 -i "$TMP/long" tasks && run 0 -i "$TMP/long" tree --tasks
}

many_columns() {
	edited '/^#tid/ { for (i = 0; i < 300; i++) $0 = $0 "\tc" i } { print }' &&
		refused "$((FIRST - 1))" "there are more than 256 columns"
}

# Cgroups within each other, so many that who calls himself for each runs out of stack.
many_levels() {
	awk -F '\t' -v OFS='\t' '/^#cgroup\tparent/ { on = 1; print; next } /^## / { on = 0 }
		on && $2 == "-" && !done { done = 1; print; split($1, id, ":"); above = $1
			for (i = 1; i <= 20000; i++) { $1 = id[1] ":" 1000000 + i; $2 = above
				above = $1; $4 = "/x"; print } next }
		{ print }' "$GOOD" >"$TMP/broken"
	says 3 "there are more than 10000 levels" -i "$TMP/broken" tree &&
	says 3 "there are more than 10000 levels" -i "$TMP/broken" tree --json
}

# 16,384 identities that had the same hash, whatever the secret was, when it was a product for
# each 8 bytes: what changes the highest bit of one word is undone by two bits of the next.
same_hash() {
	LC_ALL=C awk -F '\t' -v OFS='\t' '{ print } /^#css_set\trefs/ {
		getline; print
		for (i = 0; i < 16384; i++) {
			$1 = ""
			for (bits = i + 16384; bits > 1; bits = int(bits / 2))
				$1 = $1 (bits % 2 ? "aaaaaaa\341aaaae" "aa\341" : "aaaaaaaaaaaaaaaa")
			print } }' "$GOOD" >"$TMP/hash"
	timeout 20 "$CGINSPECT" -i "$TMP/hash" task 1 >/dev/null
}

# Of levels that are removed and live by turns, each removed one is shown once, and no other.
by_turns() {
	awk -F '\t' -v OFS='\t' '/^#cgroup\tparent/ { on = 1; print; next } /^## / { on = 0 }
		on && $2 == "-" && !done { done = 1; print; split($1, id, ":"); above = $1
			for (i = 1; i <= 4000; i++) { $1 = id[1] ":" 1000000 + i; $2 = above
				above = $1; $4 = "/turn"; $5 = i % 2 ? "dying" : "live"; print }
			next }
		{ print }' "$GOOD" >"$TMP/turns"
	timeout 20 "$CGINSPECT" -i "$TMP/turns" dying >"$TMP/out" &&
		[ "$(grep -c '^cgroup /turn ' "$TMP/out")" -eq 2000 ] &&
		[ "$(grep -c /turn "$TMP/out")" -eq 2000 ] && ! grep live "$TMP/out" &&
		run 0 -i "$TMP/turns" dying --json &&
		answers '[.. | select(.path? == "/turn")] | length == 2000 and
			all(.[]; .state == "dying")' "$TMP/out"
}

# A cgroup with more csses than there are controllers takes no longer for each.
many_csses() {
	awk -F '\t' -v OFS='\t' '{ print } /^#css\tcgroup/ { for (i = 0; i < 60000; i++)
			print "memory:" 100000 + i, "0:142", "-", i, "dying", 1, 0, 0, 1, 0, "-",
				"-", "-", "-" }' "$GOOD" >"$TMP/csses"
	timeout 20 "$CGINSPECT" -i "$TMP/csses" dying --all >"$TMP/out" &&
		[ "$(grep -c '─css memory' "$TMP/out")" -eq 60000 ]
}

two_links() {
	edited '/^#css_set\tcgroup/ { print; getline; print } { print }' &&
		says 3 "this css_set has two cgroups of one hierarchy" -i "$TMP/broken" task 1 &&
		says 3 "this css_set has two cgroups of one hierarchy" \
			-i "$TMP/broken" tree --css-sets
}

# A stranger's parent, or its own, does not make a loop.
loop() {
	edited '/^#cgroup\tparent/ { on = 1; print; next } /^## / { on = 0 }
		on && $2 != "-" && !done { done = 1; $2 = $1 } { print }' &&
		says 3 "the parent of this cgroup does not come before it" -i "$TMP/broken" tree
}

# What names objects that are not there is shown as far as it goes.
dangling() {
	edited "NR == $FIRST { \$5 = \"0000000000000bad\" } { print }" &&
		run 0 -i "$TMP/broken" task 1 && grep -q "is not in the snapshot" "$TMP/err" &&
		run 0 -i "$TMP/broken" task 1 --json && answers '.task.css_set == null' "$TMP/out" &&
		run 0 -i "$TMP/broken" tree --tasks &&
		edited '/^#css_set\trefs/ { print; while (getline && !/^## /) { $11 = "memory:9999"
			print } } { print }' &&
		run 0 -i "$TMP/broken" task 1 &&
		grep -q "the css memory:9999 of this task is not in the snapshot" "$TMP/err" &&
		edited '$4 == "/jobs/1" && NF > 14 { $2 = "0:999999" } { print }' &&
		run 0 -i "$TMP/broken" tree && grep -q '^/jobs/1 .* dying ' "$TMP/out"
}

other_format() {
	edited '$0 == "format: 2" { $0 = "format: 3" } { print }' &&
		run 0 -i "$TMP/broken" tasks && grep -q "has format 3" "$TMP/err" &&
		run 0 -i "$GOOD" tasks && [ ! -s "$TMP/err" ]
}

unknown_section() {
	edited '/^## stats/ { print "## later\n#a\tb\n1\n2\t3\t4" } { print }' &&
		run 0 -i "$TMP/broken" tasks && mv "$TMP/out" "$TMP/out2" &&
		run 0 -i "$GOOD" tasks && same "$TMP/out" "$TMP/out2"
}

# Bytes that the module never prints, as they are: none reaches the terminal.
hostile_bytes() {
	edited "NR == $FIRST { \$3 = \"a\\033[31m\\302\\2331m\\342\\200\\256b\\377\" } { print }" &&
		run 0 -i "$TMP/broken" tasks -o tid,comm &&
		grep -qF 'a\033[31m\302\2331m\342\200\256b\377' "$TMP/out" &&
		run 0 -i "$TMP/broken" tasks --json && jq -e . "$TMP/out" >/dev/null
}

# Nor by a message, about a number, an identity that is there twice, or a file.
quiet_message() {
	local name=$TMP/$'odd\e[31m'

	edited "NR == $FIRST { \$2 = \"\\033[31m\\302\\2331m\" } { print }" &&
		says 3 'tgid can not be '"'"'\033[31m\302\2331m'"'" -i "$TMP/broken" tasks &&
		! grep -q $'\e' "$TMP/err" &&
		edited '/^#css_set\trefs/ { print; getline; $1 = "\033[31m"; print } { print }' &&
		says 3 'css_sets has \033[31m twice' -i "$TMP/broken" task 1 &&
		! grep -q $'\e' "$TMP/err" &&
		says 3 'odd\033[31m: No such file' -i "$name" tasks && ! grep -q $'\e' "$TMP/err"
}

twin_css_sets() {
	edited '{ print } /^#css_set\trefs/ { getline; print; print }' &&
		says 3 "; if these are two with one hash, boot with no_hash_pointers" \
			-i "$TMP/broken" task 1
}

check_cut() {
	edited '/^ok 7 / { next } { print }' && says 3 "this is no verdict 7" \
		-i "$TMP/broken" check --json &&
		edited '/^ok 25 / { next } { print }' && says 3 "24 verdicts and not 25" \
		-i "$TMP/broken" check --json &&
		edited '/^ok 7 / { sub(/7/, "6") } { print }' && says 3 "this is no verdict 7" \
		-i "$TMP/broken" check --json &&
		edited '/^ok / { next } /^1\.\./ { $0 = "1..0" } { print }' &&
		says 3 "check has no plan" -i "$TMP/broken" check
}

tally_case "cut in a line" cut_in_lines
tally_case "cut between lines" cut_between_lines
tally_case "cut in what is added at the end" cut_late
tally_case "a section is missing" missing_section
tally_case "a section is there twice" broken '{ print } END { print "## info\nformat: 2" }' \
	$((LINES + 1)) "there are two sections info"
tally_case "a column is there twice" broken '/^#tid/ { $4 = "comm" } { print }' $((FIRST - 1)) \
	"there are two columns comm"
tally_case "a column has no name" broken '/^#tid/ { $4 = "" } { print }' $((FIRST - 1)) \
	"the name of column 4 is no word"
tally_case "the columns are missing" broken '!/^#tid/' $((FIRST - 1)) \
	"the line with the columns of tasks is missing"
tally_case "a line has a field more" broken "NR == $FIRST { \$0 = \$0 \"\\tx\" } { print }" $FIRST \
	"tasks has 14 columns, this line has 15"
tally_case "a line has a field less" broken "NR == $FIRST { sub(/\\t[^\\t]*\$/, \"\") } { print }" \
	$FIRST "tasks has 14 columns, this line has 13"
tally_case "a field is empty" broken "NR == $FIRST { \$3 = \"\" } { print }" $FIRST \
	"column comm is empty"
tally_case "an empty line" broken "NR == $FIRST { print \"\" } { print }" $FIRST "column tid is empty"
tally_case "a number is a word" broken "NR == $FIRST { \$2 = \"one\" } { print }" $FIRST \
	"column tgid can not be 'one'"
tally_case "a number has a zero in front" broken "NR == $FIRST { \$2 = \"01\" } { print }" $FIRST \
	"column tgid can not be '01'"
tally_case "a number has more than 64 bits" broken \
	"NR == $FIRST { \$2 = \"18446744073709551616\" } { print }" $FIRST \
	"column tgid can not be '18446744073709551616'"
COMMAND=(cgroups)
tally_case "a count is a word" broken '$1 == "0:1" && NF > 14 { $15 = "~~1" } { print }' \
	"$(awk -F '\t' '$1 == "0:1" && NF > 14 { print NR; exit }' "$GOOD")" \
	"column unaccounted can not be '~~1'"
COMMAND=(tasks)
tally_case "an escape is cut" broken "NR == $FIRST { \$3 = \"a\\\\\\\\04\" } { print }" $FIRST \
	"column comm can not be"
# What a command does not need is not looked at, but nobody saves it, nor gets it as JSON.
count_elsewhere() {
	edited '$1 == "0:1" && NF > 14 { $15 = "~~1" } { print }' &&
		run 0 -i "$TMP/broken" tasks && run 0 -i "$GOOD" tasks &&
		says 3 "column unaccounted can not be '~~1'" -i "$TMP/broken" json || return
	make_live "$TMP/live" "$TMP/broken" &&
		says 3 "column unaccounted can not be '~~1'" --dir "$TMP/live" save
}

tally_case "a count is a word, in another section" count_elsewhere
tally_case "memberships are no list" broken "NR == $FIRST { \$6 = \"0:/\" } { print }" $FIRST \
	"column cgroups can not be '0:/'"
# The same as in the line before are known to be right; so those are, not these.
tally_case "memberships are no list, in two lines" broken \
	"NR == $FIRST || NR == $((FIRST + 1)) { \$6 = \"0:/\" } { print }" $FIRST \
	"column cgroups can not be '0:/'"
tally_case "a key has no value" broken '/^kernel: / { $0 = "kernel:" } { print }' \
	"$(grep -n '^kernel: ' "$GOOD" | cut -d : -f 1)" "this is not 'key: value'"
tally_case "a NUL byte" eval 'tr x "\000" <"$GOOD" >"$TMP/broken" && grep -q x "$GOOD" &&
	says 3 "there is a NUL byte" -i "$TMP/broken" tasks'
tally_case "lines of another system" eval 'sed "s/\$/\r/" "$GOOD" >"$TMP/broken" &&
	says 3 "lines end with a carriage return" -i "$TMP/broken" tasks'
COMMAND=(task 1)
tally_case "a task is there twice" broken "{ print } NR == $FIRST" $((FIRST + 1)) \
	"tasks has 1 twice, here and in line $FIRST"
tally_case "two css_sets have one hash" twin_css_sets
tally_case "a line of 1 MB" long_line
tally_case "300 columns" many_columns
tally_case "20,000 levels of cgroups" many_levels
tally_case "many identities that someone chose for their hash" same_hash
tally_case "levels that are removed by turns" by_turns
tally_case "60,000 csses of one cgroup" many_csses
tally_case "a css_set with two cgroups of a hierarchy" two_links
tally_case "a cgroup that is its own parent" loop
tally_case "a css_set that is not listed" dangling
tally_case "another format" other_format
tally_case "a section of a newer module" unknown_section
tally_case "bytes that would reach the terminal" hostile_bytes
tally_case "bytes that would reach the terminal in a message" quiet_message
tally_case "check has a verdict less" check_cut
: >"$TMP/empty"
rows "$GOOD" tasks | sed '1i #tid' >"$TMP/table"
gzip -c "$GOOD" >"$TMP/gzip"
echo "KTAP version 1" >"$TMP/ktap"
echo "tasks of a colleague" >"$TMP/other"
tally_case "an empty file" foreign "is empty" "$TMP/empty"
tally_case "a table alone" foreign "table:1: this is no snapshot: it is one table alone" "$TMP/table"
tally_case "a compressed file" foreign "zcat" "$TMP/gzip"
tally_case "check alone" foreign "it is the file check alone" "$TMP/ktap"
tally_case "any other file" foreign "this is no snapshot of cgroup_inspect" "$TMP/other"
tally_case "a folder" foreign "Is a directory" "$TMP"
tally_case "no such file" foreign "No such file" "$TMP/none"
tally_end
