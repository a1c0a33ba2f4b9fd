# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# What does race/judge.awk make of the reports of KCSAN in a kernel's log? Sourced by
# selftest.sh. No guest is booted.

# access WORDS FUNCTION...: print one side of a report, as the kernel words it, by a task or BY. A
# function that begins with cgi_ is the module's.
access() {
	local words=$1 function module

	shift
	echo "[   12.345678] $words to 0xffff888003d2c0a4 of 4 bytes by ${BY-task 77} on cpu 1:"
	for function; do
		module=
		[ "${function#cgi_}" = "$function" ] || module=" [cgroup_inspect]"
		echo "[   12.345679]  $function+0x1b/0x2c0$module"
	done
	echo "[   12.345680] "
}

# report TITLE: print a report with the sides that stand in the input.
report() {
	echo "[   12.345670] =================================================================="
	echo "[   12.345671] BUG: KCSAN: data-race in $1"
	echo "[   12.345672] "
	cat
	echo "[   12.345681] value changed: 0x00000000 -> 0x00000010"
	echo "[   12.345682] "
	echo "[   12.345683] Reported by Kernel Concurrency Sanitizer on:"
	echo "[   12.345684] CPU: 1 UID: 0 PID: 77 Comm: cat"
	echo "[   12.345685] =================================================================="
}

# judged NAME CODE REGEX...: the log in the input must be judged so, and each REGEX must match a
# line of what is said.
judged() {
	local name=$1 code=$2 got regex ok=0

	shift 2
	# A serial port sends a return at the end of each line.
	sed 's/$/\r/' >"$TMP/race.log"
	awk -v module=cgroup_inspect -v "explained=$TMP/explained" -f "$VM/race/judge.awk" \
		"$TMP/race.log" >"$TMP/log" 2>&1
	got=$?
	[ "$got" -eq "$code" ] || ok=1
	for regex; do
		grep -qE -- "$regex" "$TMP/log" || ok=1
	done
	echo "exit $got, wanted $code and: $*" >>"$TMP/log"
	result "$ok" "a log with races: $name"
}

test_races() {
	cat >"$TMP/explained" <<-'LIST'
	# a comment
	cgi_marked	do_exit	one bit of any moment
	cgi_any	*	one bit of any moment
	cgi_calls>its_callee	*	the kernel reads it so itself
	LIST
	judged "none" 0 '^# no report used: cgi_marked do_exit$' \
		'^# 0 reports, 0 of ours' </dev/null
	judged "of the kernel alone" 0 '^# of the kernel alone: fork / do_exit \(1 times\)$' < <(
		{ access write fork; access read do_exit; } | report "do_exit / fork")
	judged "a plain read of ours" 1 '^# OF OURS: plain: cgi_marked / do_exit \(1 times\)$' < <(
		{ access write do_exit; access read cgi_marked vfs_open; } |
			report "cgi_marked / do_exit")
	judged "of ours, marked and listed" 0 \
		'^# of ours, marked and explained: cgi_marked / do_exit \(1 times\)$' \
		'^# no report used: cgi_any \*$' '^# 1 reports, 1 of ours' < <(
		{ access "read (marked)" cgi_marked.isra.0 vfs_open; access write do_exit; } |
			report "cgi_marked / do_exit")
	judged "of ours, marked, but listed with another function" 1 \
		'^# OF OURS: not listed: cgi_marked / fork \(2 times\)$' < <(
		{ access write fork; access "read (marked)" cgi_marked; } |
			report "cgi_marked / fork"
		{ access "read (marked)" cgi_marked; access write fork; } |
			report "cgi_marked / fork")
	judged "of ours, listed with any function" 0 '^# 2 reports, 2 of ours' < <(
		{ access write fork; access "read (marked)" cgi_any; } | report "cgi_any / fork"
		access "race at unknown origin, with read (marked)" cgi_any |
			report "cgi_any+0x1b/0x2c0")
	judged "in what ours has called, listed" 0 \
		'^# of ours, not marked in the kernel, explained: cgi_calls>its_callee / fork ' < <(
		{ access write fork; access read its_callee cgi_calls; } |
			report "fork / its_callee")
	judged "in what ours has called, not listed" 1 \
		'^# OF OURS: not listed: cgi_any>its_callee / fork ' < <(
		{ access write fork; access read its_callee cgi_any; } | report "fork / its_callee")
	judged "an interrupt that came upon ours" 0 '^# of the kernel alone: fork / do_exit ' \
		'^# 1 reports, 0 of ours' < <(
		{ BY=interrupt access write fork asm_sysvec_apic_timer_interrupt cgi_any vfs_open
		  access read do_exit; } | report "do_exit / fork")
	judged "ours in an interrupt" 1 '^# OF OURS: not listed: cgi_calls>fork / do_exit ' < <(
		{ BY=interrupt access write fork cgi_calls asm_sysvec_apic_timer_interrupt vfs_open
		  access read do_exit; } | report "do_exit / fork")
	judged "a report that is cut" 1 ' 1 reports can not be read$' < <(
		{ access write fork; access read do_exit; } | report "do_exit / fork" | sed 6,20d)
	echo "cgi_any *" >"$TMP/explained"
	judged "a line of the list without a reason" 2 'can not be read: cgi_any \*$' </dev/null
}
