#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# why, against what the kernel answered to those who tried (whys.errors), and on snapshots in which
# something is changed here.
# shellcheck disable=SC2016 # what is in single quotes is awk's or jq's

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

WHYS=$SNAPSHOTS/whys
GOOD=$SNAPSHOTS/mixed-6.1.snapshot

# foretells PATH WHAT ERROR: why knew that this fails so, that it waits, or that it does neither.
foretells() {
	local filter of=${2/[+-]*/cgroup.subtree_control}

	case $2 in
	+*)	filter="select(.what == \"cgroup.subtree_control\" and
			(.objects | index(\"${2#+}\")))" ;;
	-*)	filter="select(.what == \"cgroup.subtree_control\" and
			(.evidence | test(\" enables [a-z,]*${2#-}\")))" ;;
	*)	filter="select(.what == \"$2\")" ;;
	esac
	"$CGINSPECT" -i "${SAVED-$WHYS.saved}" why "$1" --json >"$TMP/out" 2>"$TMP/err" ||
		[ $? -eq 1 ] || return
	answers "any(.why[]; .what == \"$of\" and .waits) ==
		(\"$3\" == \"waits\")" "$TMP/out" || { echo "#   for $1 $2"; return 1; }
	[ "$3" = waits ] ||
		answers "(first(.why[] | $filter | .error) // \"-\") == \"$3\"" "$TMP/out" ||
		{ echo "#   for $1 $2, and not $3"; jq -c '.why[]' "$TMP/out"; return 1; }
}

# All that was tried with one operation, so many of which failed. Of controllers that a cgroup does
# not have (ENOENT) why says nothing.
all_are_foretold() {
	local path what error nr=0

	while IFS=$'\t' read -r path what error; do
		# shellcheck disable=SC2053 # it is a pattern
		[[ $what == $1 ]] || continue
		foretells "$path" "$what" "${error/ENOENT/-}" || return
		[[ $error == - || $error == ENOENT ]] || nr=$((nr + 1))
	done <"${ERRORS-$WHYS.errors}"
	[ "$nr" -ge "$2" ] || { echo "# only $nr of them failed"; return 1; }
}

# edited AWK-PROGRAM: a snapshot, the good one or BASE, with a change, as new.
edited() {
	awk -F '\t' -v OFS='\t' '/^## / { section = substr($0, 4) }'"$1" "${BASE-$GOOD}" >"$TMP/new"
	! cmp -s "${BASE-$GOOD}" "$TMP/new"
}

# says_why CGROUP WHAT ERROR REASON EVIDENCE AWK-PROGRAM: with the change, why has this answer, of
# which REASON and EVIDENCE are a part.
says_why() {
	edited "$6" && run 0 -i "$TMP/new" why "$1" --json || return
	WHAT=$2 ERROR=$3 REASON=$4 EVIDENCE=$5 answers 'any(.why[]; .what == env.WHAT and
		(.error // "-") == env.ERROR and (.reason | contains(env.REASON)) and
		(.evidence | contains(env.EVIDENCE)))' "$TMP/out" || { cat "$TMP/out"; return 1; }
	run 0 -i "$TMP/new" why "$1" || return
	awk -v what="  $2: " -v error="$3: " -v reason="$4" -v evidence="$5" '
		found && index($0, "    ") == 1 && index($0, evidence) { exit done = 1 }
		{ found = index($0, what) == 1 && index($0, reason) &&
			(error == "-: " || index($0, error)) }
		END { exit !done }' "$TMP/out"
}

nothing() {
	run 1 -i "$GOOD" why "/two words" && grep -q '^  nothing is in the way of rmdir' "$TMP/out" &&
		run 1 -i "$GOOD" why "/two words" --json && answers '. == { why: [] }' "$TMP/out" &&
		run 1 -i "$GOOD" why /jobs && run 1 -i "$GOOD" why pids &&
		run 1 -i "$GOOD" why 1:/ && ! grep -q rmdir "$TMP/out"
}

# An older module has no column attach, so what it would say is not known but of v1 and a root.
WITHOUT_ATTACH='section == "cgroups" && NF == 19 { NF = 17 } { print }'
nothing_without_attach() {
	edited "$WITHOUT_ATTACH" && run 1 -i "$TMP/new" why "/two words" &&
		grep -q '^  nothing is in the way of rmdir; of the rest that is not known' "$TMP/out" &&
		! grep -q cgroup.procs "$TMP/out" && run 1 -i "$TMP/new" why 0:/ &&
		grep -q 'of cgroup.procs or cgroup.subtree_control$' "$TMP/out" &&
		run 1 -i "$TMP/new" why 1:/ && grep -q 'of cgroup.procs$' "$TMP/out"
}

# A path in several hierarchies is answered for each.
each_hierarchy() {
	run 0 -i "$GOOD" why / && [ "$(grep -c '^cgroup / ' "$TMP/out")" -eq \
		"$(rows "$GOOD" hierarchies | wc -l)" ] && run 0 -i "$GOOD" why 2:/ --json &&
		answers '[.why[].object] | unique == ["2:1"]' "$TMP/out"
}

# Without holders there are numbers, with them names.
without_holders() {
	awk '/^## holders/ { exit } { print }' "$GOOD" >"$TMP/new"
	run 0 -i "$TMP/new" why /jobs/1 && grep -q '^    unaccounted 11$' "$TMP/out" &&
		run 0 -i "$GOOD" why /jobs/1 && grep -q 'net_ns 9 (task 159 sleep)' "$TMP/out" &&
		[ ! -s "$TMP/err" ]
}

# Of the running system holders are read if they are needed, and not if they are not.
live_holders() {
	mkdir -p "$TMP/live" && awk '/^## holders/ { exit } { print }' "$GOOD" >"$TMP/live/snapshot" &&
		run 0 --dir "$TMP/live" why /shop/till && [ ! -s "$TMP/err" ] &&
		run 0 --dir "$TMP/live" why /jobs/1 && [ ! -s "$TMP/err" ] &&
		grep -q "^    unaccounted 11$" "$TMP/out" &&
		awk '/^## check/ { exit } on { print } /^## holders/ { on = 1 }' "$GOOD" \
			>"$TMP/live/holders" && run 0 --dir "$TMP/live" why /jobs/1 &&
		grep -q 'net_ns 9' "$TMP/out" && grep -q 'holders is of a later moment' "$TMP/err"
}

# What can not be opened, here a socket, is done without, and a message says so once.
refused_holders() {
	mkdir -p "$TMP/refused" && unreadable "$TMP/refused/holders" &&
		awk '/^## holders/ { exit } { print }' "$GOOD" >"$TMP/refused/snapshot" &&
		run 0 --dir "$TMP/refused" why /jobs/1 && grep -q "^    unaccounted 11$" "$TMP/out" &&
		[ "$(grep -c "holders: No such device or address; the rest" "$TMP/err")" -eq 1 ]
}

# Nothing is printed before all is known to be a snapshot: a table that is asked for late, what
# tables say of each other, and holders that are read late.
refused() {
	edited "$1" && says 3 "$2" -i "$TMP/new" why /shop/till
}

late_holders_are_refused() {
	mkdir -p "$TMP/live" && awk '/^## holders/ { exit } { print }' "$GOOD" >"$TMP/live/snapshot" &&
		printf '#object\tkind\n0:142\n' >"$TMP/live/holders" &&
		says 3 "holders:2" --dir "$TMP/live" why /jobs/1
}

# More than a few objects are counted, unless --all is given.
many() {
	edited '{ print } /^#tid/ { on = 1 } on && $1 == 155 { for (i = 0; i < 30; i++) {
		$1 = $2 = 5000 + i; print } }' && run 0 -i "$TMP/new" why /shop/till &&
		grep -q ', and 25 more (--all)$' "$TMP/out" && run 0 -i "$TMP/new" why /shop/till --all &&
		! grep -q more "$TMP/out" && grep -q '5029 sleep' "$TMP/out"
}

# Words and lists of the module's have no escapes, so a file that was made up can have any byte
# there but TAB and newline. None of what is no text comes to the terminal, or into JSON.
hostile() {
	local what

	edited 'section == "tasks" && $1 == 155 { $3 = "a\033[31m" }
		section == "cgroups" && $1 == "0:40" { $4 = "/a\377b"; $5 = "dying"; $15 = 1 }
		section == "cgroups" && $1 == "0:142" { $5 = "live"; $8 = "\033]0;x\007,b\377\r" }
		section == "cgroups" && $1 == "0:57" { $4 = "/jobs\033c"; $8 = "c\rd"
			$17 = "\033[2J,frozen"; $18 = "EBUSY:\033[31m" }
		section == "csses" && $1 == "memory:1" { print "a\rb:2", "0:40", "-", 9, "dying", 5, 0,
			0, 5, 0, "-", 3, 0, 0 }
		section == "subsystems" && /^[0-9]/ { $7 = "\033[1m:2@\033[1m"; $8 = "no_v1,\r\177"
			$9 = $10 = 5 } { print }' || return
	for what in 0:40 0:57 0:1 memory; do
		run 0 -i "$TMP/new" why "$what" && ! grep -n $'[\r\e\a\177]' "$TMP/out" &&
			iconv -f UTF-8 -t UTF-8 "$TMP/out" >"$TMP/text" &&
			run 0 -i "$TMP/new" why "$what" --json && answers 'all(.why[];
				all(.reason, .evidence; type == "string" and
					(test("[\u0000-\u001f\u007f]") | not)))' "$TMP/out" || return
	done
}

# What names objects that are not there is answered as far as it goes.
dangling() {
	edited 'section == "tasks" && $1 == 155 { $5 = "gone"; $13 = 77777; $2 = 88888 }
		section == "cgroups" && $4 == "/shop/till" { $18 = "EBUSY:0:4444"; $17 = "0:4444" }
		section == "subsystems" && $2 == "pids" { $7 = "pids:2@0:4444" } { print }' &&
		run 0 -i "$TMP/new" why 0:40 && run 0 -i "$TMP/new" why pids &&
		grep -q 'css pids:2' "$TMP/out"
}

# Two live cgroups and a removed one have a css right below the root css. pids:11 is not right below
# it, and freezer is not kept by its csses.
BELOW_ROOT='function put(css, cgroup, above) {
		print css, cgroup, above, 9, "online", "~1", 0, 0, "~0", 1, "-", "-", "-", "-" }
	section == "subsystems" && $2 == "pids" { $7 = "pids:9@0:40" }
	{ print }
	/^#css\t/ { put("freezer:9", "0:57", "freezer:1"); put("pids:9", "0:40", "pids:1")
		put("pids:10", "0:57", "pids:1"); put("pids:11", "0:23", "pids:9")
		put("pids:12", "0:142", "pids:1") }'
not_below_root() {
	edited "$BELOW_ROOT" && run 0 -i "$TMP/new" why 0:23 && ! grep mount: "$TMP/out" &&
		run 0 -i "$TMP/new" why 0:57 && ! grep freezer "$TMP/out"
}

# counted NUMBER: a removed cgroup with so many references from outside, which holders does not know.
counted() {
	echo '/^## holders/ { exit } section == "cgroups" && $1 == "0:142" { $15 = "'"$1"'" } { print }'
}

# What was printed last has one reason why something is still there.
answers_once() {
	[ "$(grep -c "^  removal: " "$TMP/out")" -eq 1 ]
}

not_held() {
	answers_once && run 0 -i "$TMP/new" dying --all && grep -q "/jobs/1 " "$TMP/out" &&
		! grep -F "unaccounted $1" "$TMP/out"
}

surely_held() {
	edited "$(counted 3)" && run 0 -i "$TMP/new" why 0:142 && answers_once &&
		grep -q "graph hold it: 3" "$TMP/out"
}

known_by_name() {
	edited 'section == "cgroups" && $1 == "0:142" { $15 = "-" } { print }' &&
		run 0 -i "$TMP/new" why 0:142 && answers_once && grep -q net_ns "$TMP/out"
}

# The css_set of a cgroup of v2 with rare states.
set_of() {
	fields "$STATES.snapshot" css_sets default css_set | awk -v id="$(
		fields "$STATES.snapshot" cgroups path cgroup | awk -v path="$1" '
			$1 == path { print $2 }')" '$1 == id { print $2 }'
}

# Of what drains nothing says that its own references hold it, which are not counted exactly.
own_references() {
	run 0 -i "$BASE" why /states/switched/leaving &&
		! grep -E "outside|unaccounted" "$TMP/out" &&
		run 0 -i "$BASE" why /states/drain && ! grep -E "outside|unaccounted" "$TMP/out" &&
		run 0 -i "$BASE" dying --holders && grep -q "memory:45 *draining" "$TMP/out" &&
		! grep -E "draining.*unaccounted|unknown +.*~" "$TMP/out" &&
		run 0 -i "$BASE" dot --holders && grep -q "draining css memory:45" "$TMP/out" &&
		! grep -E "draining.*(other reference|unknown)" "$TMP/out" &&
		edited 'section == "csses" && $1 == "memory:45" { $5 = "online" } { print }' &&
		run 1 diff "$TMP/new" "$BASE" && grep -q memory:45 "$TMP/out" &&
		! grep unaccounted "$TMP/out"
}

# waits_first WHAT OPERATION ERROR: why has said that it waits before it says with what it fails.
waits_first() {
	run 0 -i "$TMP/new" why "$1" --json && OPERATION=$2 ERROR=$3 answers '[.why[] |
		select(.what == env.OPERATION) | [.waits, .error]] == [[true, null],
			[false, env.ERROR]]' "$TMP/out"
}

# Nobody fails before all has drained: writes to files of v2, and mounts of v1.
fails_late() {
	edited 'section == "cgroups" && $4 == "/states/switched/zombie" { $8 = "pids" } { print }' &&
		waits_first /states/switched cgroup.subtree_control EBUSY &&
		waits_first /states mount EBUSY && waits_first pids mount EBUSY &&
		edited 'section == "subsystems" && $2 == "pids" { $7 = "hierarchy:0" } { print }' &&
		waits_first 0:/ mount EBUSY
}

# The kernel frees an unmounted hierarchy when all has drained, and one with cgroups not even then.
ends_late() {
	edited 'section == "hierarchies" && $1 == 0 { $7 = "dying" } { print }' &&
		run 0 -i "$TMP/new" why 0:/ --json && answers '[.why[] | select(.what == "removal") |
			.waits, (.evidence | contains("/states/switched/leaving"))] ==
			[true, true, false, false]' "$TMP/out" &&
		edited 'section == "hierarchies" && $1 == 0 { $7 = "lingering" } { print }' &&
		run 0 -i "$TMP/new" why 0:/ --json && answers '[.why[] |
			select(.what == "removal") | .waits] == [false]' "$TMP/out"
}

# cgroup.procs of v1 has the process of each thread, wherever its leader is.
v1_shows_threads() {
	edited 'section == "tasks" && $1 == 142 { $2 = 1 } { print }' &&
		run 0 -i "$TMP/new" why 1:138 && grep -q '^    142 systemd-udevd$' "$TMP/out"
}

# Of a thread in the domain of a threaded subtree, whose leader is in a threaded cgroup below.
domain_shows_leaders() {
	edited 'section == "tasks" && ($1 == 223 || $1 == 225) { $2 = 225 } { print }' &&
		run 0 -i "$TMP/new" why /states/threads && grep -q '^    223 threads, ' "$TMP/out"
}

# A mount waits for the end of the old hierarchy of a controller.
waits_for_the_end() {
	edited 'section == "hierarchies" && $1 == 6 { $7 = "dying" } { print }' &&
		run 0 -i "$TMP/new" why memory && grep -q '^    hierarchy 6$' "$TMP/out" &&
		run 0 -i "$TMP/new" why memory --json && answers '[.why[] | .what, .error, .waits] ==
			["mount", null, true]' "$TMP/out" && run 1 -i "$TMP/new" why pids
}

# A hierarchy that was unmounted has no files that nothing is in the way of.
not_mounted() {
	local BASE=$SNAPSHOTS/systemd-hybrid-5.10.snapshot id

	# A removable one that no task is in.
	id=$(fields "$BASE" cgroups cgroup populated children css_sets parent |
		awk '/^1:/ && $2 == 0 && $3 == 0 && $5 != "-" { print $1; exit }')
	run 1 -i "$BASE" why "$id" && grep -q 'in the way of rmdir or cgroup.procs' "$TMP/out" &&
		edited 'section == "hierarchies" && $1 == 1 { $7 = "lingering" } { print }' &&
		run 1 -i "$TMP/new" why "$id" && grep -q 'its hierarchy is not mounted' "$TMP/out" &&
		! grep -q cgroup.procs "$TMP/out"
}

# cgroup.procs of a threaded cgroup can not be read, so it is no reason.
threaded_has_no_procs() {
	run 0 -i "$STATES.snapshot" why 0:2103 && grep -q '^    225 threads$' "$TMP/out"
}

# With --json what is not known would look as if nothing was in the way.
json_says_what_is_unknown() {
	edited 'section == "cgroups" && NF > 17 { NF = 17 } { print }' &&
		run 1 -i "$TMP/new" why 0:57 --json && grep -q 'no column attach' "$TMP/err"
}

# Many removed csses of one live cgroup, each of which a css_set of its own holds.
many_csses() {
	edited '{ print } /^#css\t/ { for (i = 0; i < 10000; i++)
			print "memory:" 100000 + i, "0:40", "-", 9, "dying", 9, 1, 0, 0, 0, "-", 0, 0, 0 }
		section == "css_sets" && /^#css_set/ { getline; print; for (i = 0; i < 10000; i++) {
			$1 = "0" 1000000 + i; $11 = "memory:" 100000 + i; print } }' &&
		run 0 -i "$TMP/new" why 0:40 &&
		[ "$(grep -c "hold css memory:" "$TMP/out")" -eq 10000 ] &&
		grep -q 'css_sets 1, css_set 01009999' "$TMP/out"
}

tally_case "the kernel and why: rmdir" all_are_foretold rmdir 8
tally_case "the kernel and why: cgroup.procs" all_are_foretold cgroup.procs 4
tally_case "the kernel and why: +CONTROLLER" all_are_foretold '+*' 4
tally_case "the kernel and why: -CONTROLLER" all_are_foretold '-*' 1
tally_case "the kernel and why: mount" all_are_foretold mount 2
STATES=$SNAPSHOTS/states-7.3
SAVED=$STATES.snapshot
ERRORS=$STATES.errors
tally_case "rare states: rmdir" all_are_foretold rmdir 7
tally_case "rare states: cgroup.procs" all_are_foretold cgroup.procs 1
tally_case "rare states: +CONTROLLER" all_are_foretold '+*' 3
tally_case "rare states: a write that waits" all_are_foretold '-*' 1
tally_case "rare states: mount" all_are_foretold mount 2
unset SAVED ERRORS
ENABLED='section == "cgroups" && $4 == "/why/threaded" { $8 = "pids" }'
BASE=$WHYS.saved tally_case "no controller for an invalid domain" says_why /why/threaded/invalid \
	cgroup.subtree_control EOPNOTSUPP "which can't enable these" "+pids, type domain invalid" \
	"$ENABLED"' { print }'
BASE=$WHYS.saved tally_case "but for those that it has enabled" eval "edited '$ENABLED"'
	section == "cgroups" && $4 == "/why/threaded/invalid" { $8 = "pids" } { print }'"'"' &&
	run 0 -i "$TMP/new" why /why/threaded/invalid && ! grep subtree_control: "$TMP/out"'
BELOW_INVALID='section == "cgroups" && $4 == "/why/threaded/thread" { $18 = "EOPNOTSUPP:0:1719" }'
BASE=$WHYS.saved tally_case "a threaded cgroup whose domain is invalid" says_why \
	/why/threaded/thread cgroup.procs EOPNOTSUPP "its domain is itself in a threaded subtree" \
	"0:1719 /why/threaded (domain threaded), type threaded" "$BELOW_INVALID"' { print }'
BASE=$WHYS.saved tally_case "a controller that a threaded cgroup can't have" eval 'edited "
	section == \"cgroups\" && \$4 == \"/why/threaded\" { \$8 = \"memory,pids\" } { print }" &&
	run 1 -i "$TMP/new" why /why/threaded/thread'
BASE=$WHYS.saved tally_case "the same, and one that it can have" eval "edited '$BELOW_INVALID"'
	section == "cgroups" && $4 == "/why/threaded" { $8 = "memory,pids" } { print }'"'"' &&
	run 0 -i "$TMP/new" why /why/threaded/thread && ! grep +memory "$TMP/out" &&
	grep -q "^    +pids, type threaded" "$TMP/out"'
tally_case "which controllers keep processes out" says_why 0:40 cgroup.procs EBUSY \
	"no cgroup with processes may enable" "memory, io, type domain" \
	'section == "cgroups" && $1 == "0:40" { $18 = "EBUSY:memory,io" } { print }'
tally_case "a domain below that is not listed" says_why 0:40 cgroup.procs EBUSY \
	"tasks are in a domain below it" "0:4444, type domain" \
	'section == "cgroups" && $1 == "0:40" { $18 = "EBUSY:0:4444" } { print }'
BASE=$WHYS.saved tally_case "a removed domain with tasks" says_why /why/both \
	cgroup.subtree_control EBUSY "tasks are in it" "+memory, +pids, type domain" \
	'section == "cgroups" && $4 == "/why/both/below" { $5 = "draining" } { print }'
tally_case "a thread whose leader is elsewhere" says_why 0:40 rmdir EBUSY "tasks are in it: 3" \
	"155 sleep (a thread; cgroup.procs does not show it, as its leader is elsewhere)" \
	'section == "tasks" && $1 == 155 { $2 = 1 } { print }'
BASE=$SNAPSHOTS/systemd-hybrid-5.10.snapshot tally_case "v1 shows it" v1_shows_threads
BASE=$STATES.snapshot tally_case "a domain shows those of its threaded cgroups" domain_shows_leaders
tally_case "a kernel thread" says_why 0:40 rmdir EBUSY "tasks are in it" \
	"155 sleep (kernel thread)" \
	'section == "tasks" && $1 == 155 { $7 = "yes" } { print }'
EXITING='section == "tasks" && $1 ~ /^15[567]$/ { $4 = "exiting" }'
tally_case "tasks that are all exiting" says_why 0:40 rmdir EBUSY "all of which are exiting" \
	"155 sleep (exiting, but not done with it)" "$EXITING"' { print }'
tally_case "the same, on a kernel that does not care" eval "edited '$EXITING"'
	/^kernel: / { $0 = "kernel: 7.2.1 x86_64" } { print }'"'"' && run 1 -i "$TMP/new" why 0:40'
ZOMBIES='section == "tasks" && $1 ~ /^15[567]$/ { $4 = "zombie" }'
tally_case "zombies that are on the list, on that kernel" eval "edited '$ZOMBIES"'
	/^kernel: / { $0 = "kernel: 7.2.1 x86_64" } { print }'"'"' && run 1 -i "$TMP/new" why 0:40'
STUCK=$(fields "$STATES.snapshot" tasks comm state tid | awk '$1 == "threads" && $2 == "exiting" {
	print $3; exit }')
# The task that exits in /states/exits; and with it in /states/threads/stuck.
EXITS=$(fields "$STATES.snapshot" tasks css_set tid |
	awk -v set="$(set_of /states/exits)" '$1 == set { print $2 }')
EXITS_TOO='section == "tasks" && $1 == '"$EXITS"' { $5 = "'$(set_of /states/threads/stuck)'" }
	section == "cgroups" && $4 == "/states/threads/stuck" { $11 = 2 }'
BASE=$STATES.snapshot tally_case "a thread that exits, of a process that lives" says_why \
	/states/threads/stuck rmdir EBUSY "it: 1, exiting threads of processes that live" \
	"$STUCK threads (exiting, but its process lives)" '{ print } END { print "## later" }'
BASE=$STATES.snapshot tally_case "one whose process is not known" says_why \
	/states/exits rmdir EBUSY "tasks are in it: 1, exiting threads of processes that may live" \
	"sleep (exiting, and its process may live)" \
	'section == "tasks" && $4 == "exiting" { $2 = 99999 } { print }'
BASE=$STATES.snapshot tally_case "both" says_why \
	/states/threads/stuck rmdir EBUSY "exiting threads of processes that live, or may live" \
	"$STUCK threads (exiting, but its process lives), $EXITS sleep (exiting, and its" \
	"$EXITS_TOO"'
	section == "tasks" && $1 == '"$EXITS"' { $2 = 99999 } { print }'
BASE=$STATES.snapshot tally_case "one whose process exits as well" says_why \
	/states/threads/stuck rmdir EBUSY "tasks are in it: 1, exiting threads of processes that live" \
	"$STUCK threads (exiting, but its process lives)" "$EXITS_TOO { print }"
BASE=$STATES.snapshot tally_case "it is not in the way" eval '! grep "$EXITS sleep" "$TMP/out" &&
	run 0 -i "$TMP/new" why /states/threads/stuck --json && answers "[.why[].objects] == [[
		\"$STUCK\"]]" "$TMP/out"'
ZOMBIE_SET=$(set_of /states/switched/zombie)
BASE=$STATES.snapshot tally_case "css_sets that hold a css, by name" says_why \
	/states/switched/zombie removal - "css_sets, or csses below it, hold css memory:" \
	"css_sets 1, css_set $ZOMBIE_SET: exiting 1" '{ print } END { print "## later" }'
BASE=$STATES.snapshot tally_case "a css that drains" says_why /states/switched/leaving removal - \
	"stays until tasks that exit have left it" "css_sets 1" \
	'{ print } END { print "## later" }'
BASE=$STATES.snapshot tally_case "no references from outside are its own" own_references
BASE=$STATES.snapshot tally_case "one of a removed cgroup keeps nobody waiting" eval '
	edited "section == \"cgroups\" && \$4 == \"/states/switched/leaving\" { \$5 = \"draining\" }
	{ print }" && run 0 -i "$TMP/new" why /states/switched && ! grep waits "$TMP/out"'
BASE=$STATES.snapshot tally_case "who waits does so before it fails" fails_late
BASE=$STATES.snapshot tally_case "an unmounted hierarchy waits" ends_late
tally_case "a task that is counted and not listed" says_why 0:40 rmdir EBUSY \
	"tasks are in it: 1, which are not listed" "populated 1" "$EXITING"'
	section == "tasks" && $1 == 157 { next }
	/^kernel: / { $0 = "kernel: 7.2.1 x86_64" } { print }'
tally_case "and can be running" eval "edited '$EXITING"' section == "tasks" && $1 == 157 { next }
	{ print }'"'"' && run 0 -i "$TMP/new" why 0:40 && ! grep "all of which" "$TMP/out"'
tally_case "a cgroup below" says_why /shop rmdir EBUSY "cgroups are below it: 1" "0:40 /shop/till" \
	'{ print } END { print "## later" }'
tally_case "a freeze that is not complete" says_why 0:23 cgroup.freeze - "have not stopped" \
	"155 sleep, 0:1 / has cgroup.freeze 1" 'section == "tasks" && $1 == 155 { $12 = "resisting" }
	section == "cgroups" && $1 == "0:23" { $17 = "0:1" } { print }'
tally_case "a frozen cgroup" says_why 0:40 cgroup.freeze - "its tasks are frozen" \
	"its own cgroup.freeze is 1" \
	'section == "cgroups" && $1 == "0:40" { $17 = "self,frozen" } { print }'
tally_case "a frozen cgroup without tasks" says_why 0:74 cgroup.freeze - \
	"it is frozen, and no task that lives is in it" "its own cgroup.freeze is 1" \
	'section == "cgroups" && $1 == "0:74" { $17 = "self,frozen" } { print }'
tally_case "a css that keeps its controller" says_why 0:40 mount EBUSY "its csses keep" \
	"css pids:9" "$BELOW_ROOT"
tally_case "another one, which blocked_by does not name" says_why 0:57 mount EBUSY \
	"its csses keep" "css pids:10" "$BELOW_ROOT"
tally_case "that of a removed cgroup" says_why 0:142 mount EBUSY "its csses keep" "css pids:12" \
	"$BELOW_ROOT"
tally_case "those that do not matter" not_below_root
tally_case "the controller that it keeps" says_why pids mount EBUSY "a css of it below the root" \
	"css pids:9, 0:40 /shop/till" \
	'section == "subsystems" && $2 == "pids" { $7 = "pids:9@0:40" } { print }'
tally_case "a controller whose hierarchy is dying" waits_for_the_end
tally_case "a controller by its name on v1" says_why blkio mount EINVAL "this kernel has no v1" \
	"flags threaded,no_v1" 'section == "subsystems" && $2 == "io" { $8 = "threaded,no_v1" } { print }'
tally_case "no id is left" says_why memory mkdir ENOSPC "no id is left" "ids 65535, max_ids 65535" \
	'section == "subsystems" && $2 == "memory" { $9 = 65535 } { print }'
tally_case "a hierarchy that is dying" says_why 6:/ removal - "goes when nothing holds it" \
	"hierarchy 6 is dying, unaccounted " \
	'section == "hierarchies" && $1 == 6 { $7 = "dying" } { print }'
tally_case "a cgroup of one that is not mounted" not_mounted
tally_case "a thread of a threaded cgroup" threaded_has_no_procs
tally_case "JSON of what is not known" json_says_what_is_unknown
tally_case "a hierarchy that lingers" says_why 1:/ removal - "wait until gone from cgroups" \
	"cgroups 2, dying 0" \
	'section == "hierarchies" && $1 == 1 { $5 = 2; $7 = "lingering" } { print }'
tally_case "one with a removed cgroup" says_why 1:/ removal - \
	"they were removed: mount, wait until gone from cgroups" \
	"cgroups 1, dying 1" \
	'section == "hierarchies" && $1 == 1 { $6 = 1; $7 = "lingering" } { print }'
tally_case "one with its root alone" says_why 1:/ removal - "they have gone, so mount it and unmount it" \
	"cgroups 1, dying 0" \
	'section == "hierarchies" && $1 == 1 { $7 = "lingering" } { print }'
tally_case "a zombie in a removed cgroup" says_why 0:40 removal - "that nobody has reaped: 4" \
	"165 sleep (zombie; its parent is " \
	'section == "cgroups" && $1 == "0:40" { $5 = "dying" } { print }'
tally_case "a removed cgroup below a removed one" says_why /cache removal - \
	"removed cgroups below it hold it: 1" "0:312 /cache/below" '{ print } END { print "## later" }'
SET=$(fields "$GOOD" css_sets default css_set | awk '$1 == "0:40" { print $2 }')
tally_case "a css_set that is held" says_why 0:40 removal - "may hold css_set $SET: ~5" \
	"unaccounted ~5" \
	'section == "cgroups" && $1 == "0:40" { $5 = "dying" }
	section == "css_sets" && $1 == "'"$SET"'" { $7 = "~5" } { print }'
tally_case "a cgroup namespace" says_why 0:40 removal - "cgroup namespaces of tasks hold" "1 init" \
	'section == "cgroups" && $1 == "0:40" { $5 = "dying" } section == "tasks" && $1 == 1 {
	$10 = "0:40" } section == "css_sets" && $1 == "'"$SET"'" { $6 = 1 } { print }'
# Each css_set has the root of v2 as its default, as on a hybrid system.
tally_case "a cgroup namespace whose root is another cgroup" says_why 0:40 removal - \
	"cgroup namespaces of tasks hold css_sets of it: 2" "namespaces 2" \
	'section == "cgroups" && $1 == "0:40" { $5 = "dying" }
	section == "css_sets" && $1 == "'"$SET"'" { $6 = 2; $10 = "0:1" } { print }'
tally_case "one without a task" says_why 0:40 removal - "cgroup namespaces" "namespaces 2" \
	'section == "cgroups" && $1 == "0:40" { $5 = "dying" }
	section == "css_sets" && $1 == "'"$SET"'" { $6 = 2 } { print }'
tally_case "that of a root" says_why 0:1 removal - "cgroup namespaces" "namespaces 2" \
	'section == "cgroups" && $1 == "0:1" { $5 = "dying" }
	section == "css_sets" && $10 == "0:1" { $6 = 2 } { print }'
tally_case "a css that is held" says_why 0:40 removal - "hold css memory:7: 5" "pages 3" \
	'{ print } /^#css\t/ { print "memory:7", "0:40", "-", 9, "dying", 5, 0, 0, 5, 0, "-", 3, 0, 0 }'
# removed_css CSS_SETS CHILDREN UNACCOUNTED [REFS]: of a live cgroup, as subtree_control removes it.
removed_css() {
	printf '%s\n' '{ print } /^#css\t/ { print "memory:7", "0:40", "-", 9, "dying", '"${4-9}"',
		'"$1, $2, \"$3\""', 0, "-", 0, 0, 0 }'
}
tally_case "a css that css_sets hold" says_why 0:40 removal - \
	"css_sets, or csses below it, hold css memory:7" "css_sets 2" "$(removed_css 2 0 0)"
tally_case "a css that csses hold" says_why 0:40 removal - \
	"css_sets, or csses below it, hold css memory:7" "children 3" "$(removed_css 0 3 "~0")"
tally_case "a css that nothing holds" says_why 0:40 removal - \
	"nothing that is known holds css memory:7" "no reference is left" "$(removed_css 0 0 0 0)"
tally_case "one that has references of its own" says_why 0:40 removal - \
	"css memory:7, it should be gone soon" "refs 9" "$(removed_css 0 0 0)"
tally_case "one whose references are not counted exactly" says_why 0:40 removal - \
	"css memory:7, it may be gone soon" "refs 9" "$(removed_css 0 0 "~0")"
tally_case "a css that is held from outside alone" says_why 0:40 removal - "hold css memory:7: 4" \
	"unaccounted 4" "$(removed_css 0 0 4)"
tally_case "for one reason" answers_once
tally_case "10,000 csses that css_sets hold" many_csses
NOT_KNOWN="it is not known whether references from outside the graph hold it"
tally_case "references that are not counted" says_why 0:142 removal - "$NOT_KNOWN" \
	"unaccounted not known" "$(counted -)"
tally_case "they hold it or not" says_why 0:142 removal - "nothing that is known for sure" \
	"unaccounted not known" "$(counted -)"
tally_case "not so if one is known by name" known_by_name
tally_case "references that may be there" says_why 0:142 removal - "graph may hold it: ~3" \
	"unaccounted ~3" "$(counted "~3")"
tally_case "they may hold it or not" says_why 0:142 removal - "nothing that is known for sure" \
	"unaccounted ~3" "$(counted "~3")"
tally_case "references that are there" surely_held
for number in "~0" "~-1"; do
	tally_case "a number of $number is none, perhaps" says_why 0:142 removal - \
		"nothing that is known for sure" "unaccounted $number" "$(counted "$number")"
	tally_case "so no references of $number hold it" not_held "$number"
done
tally_case "nothing at all" says_why 0:142 removal - "nothing outside the graph" \
	"no reference is left" 'section == "cgroups" && $1 == "0:142" { $14 = $15 = 0 } { print }'
tally_case "nothing but its BPF state" says_why 0:142 removal - "nothing outside the graph" "refs 1" \
	'section == "cgroups" && $1 == "0:142" { $14 = 1; $15 = 0 } { print }'
tally_case "nothing" nothing
tally_case "nothing, as far as is known without attach" nothing_without_attach
BASE=$STATES.snapshot tally_case "an invalid domain without attach" says_why \
	/states/threads/invalid cgroup.procs EOPNOTSUPP "it is a domain in a threaded subtree" \
	"type domain invalid" "$WITHOUT_ATTACH"
tally_case "a path in several hierarchies" each_hierarchy
tally_case "with and without holders" without_holders
tally_case "holders of the running system" live_holders
tally_case "holders that can not be opened" refused_holders
tally_case "a line of css_sets that is cut" refused \
	'section == "css_sets" && /^0/ { print $1, $2; next } { print }' "css_sets"
tally_case "a line of tasks that is cut" refused \
	'section == "tasks" && $1 == 155 { print $1, $2; next } { print }' "tasks"
tally_case "a line that this does not need" refused \
	'section == "subsystems" && $2 == "pids" { print $1, $2; next } { print }' "subsystems"
tally_case "two cgroups of one hierarchy" refused \
	'section == "links" && $2 == "0:40" { print; $2 = "0:57" } { print }' "two cgroups of one"
tally_case "holders that are no table" late_holders_are_refused
tally_case "many tasks" many
tally_case "bytes that nobody may show" hostile
tally_case "what is not listed" dangling
tally_case "no such cgroup" says 1 "there is no cgroup '/none'" -i "$GOOD" why /none
tally_case "no such controller" says 1 "there is no controller 'none'" -i "$GOOD" why none
tally_case "-o" says 2 "why does not take -o" -i "$GOOD" why / -o x
tally_end
