# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2153,SC2154
# Say what came of a guest, from what boot.sh left, and end with the exit code for
# that. Sourced by run.sh.

# Print why there is no record. Several reasons can apply; the first one explains the
# others.
lost_reason() {
	local panic

	panic=$(grep -a -m 1 'Kernel panic' "$LOGS/console.log" || true)
	if [ -n "$panic" ]; then
		echo "panic: $panic"
	elif [ -n "$TIMED_OUT" ]; then
		echo "timeout after $TIMEOUT s"
	elif [ -e "$TMP/not-up" ]; then
		echo "its kernel did not come up in $BOOT_TIMEOUT s, $NOT_UP"
	elif [ "$QEMU_STATUS" -ne 0 ]; then
		echo "QEMU failed ($QEMU_STATUS): $(tail -n 3 "$TMP/qemu.err")"
	else
		echo "no result"
	fi
}

# Show the last lines of the kernel's log. For a guest that hung, these are the last
# ones before it was asked why, and then the tasks that are blocked.
show_log() {
	local blocked

	note "console, last lines:"
	if [ -n "$TIMED_OUT" ]; then
		head -n "$LINES_BEFORE" "$LOGS/console.log" | tail -n 40
		blocked=$(grep -an 'sysrq: Show Blocked State' "$LOGS/console.log" |
			tail -n 1 | cut -d : -f 1)
		[ -z "$blocked" ] ||
			tail -n "+$blocked" "$LOGS/console.log" | head -n 200
		echo "(all tasks and the rest are in console.log; give --out to keep it)"
	else
		tail -n 40 "$LOGS/console.log"
	fi | sed '/sysrq: HELP/d; s/\r//g' >&2
}

lost() {
	show_log || true
	note "VM lost: $*"
	exit "$EXIT_LOST"
}

# In a shell, Ctrl-A x ends QEMU. There is no result then, but nothing failed.
ended_by_user() {
	[ -n "$INTERACTIVE" ] && [ "$QEMU_STATUS" -eq 0 ] &&
		! grep -aq 'Kernel panic' "$LOGS/console.log"
}

# take_files SIZE SUM: put the files where the caller wants them. If they are not
# whole, the VM counts as lost.
take_files() {
	local size=$1 sum=${2-}

	case $size in
	none)	return ;;
	failed)	lost "the guest could not pack /cgi/out" ;;
	esac
	if [ "$(stat -c %s "$TMP/files")" != "$size" ] ||
	   [ "$(sha256sum <"$TMP/files" | cut -d ' ' -f 1)" != "$sum" ]; then
		lost "the files in /cgi/out did not come back whole"
	fi
	if [ -z "$OUT" ]; then
		note "there are files in /cgi/out; give --out to keep them"
		return
	fi
	mkdir "$TMP/back"
	tar -C "$TMP/back" -xzf "$TMP/files" --no-same-owner
	for own in console.log console.{first,broken}.log output.log; do
		[ ! -e "$TMP/back/$own" ] ||
			die "the command wrote /cgi/out/$own, a name that run.sh needs itself"
	done
	cp -a "$TMP/back/." "$OUT"
}

check_whole() {
	log_is_whole || lost "the kernel log is cut at its end"
}

# Print a log. If the command fills the memory of cgroups, the head of the trace that the kernel
# prints a few lines after each "invoked oom-killer" is another line. All else stays, so that a
# trace for another reason is still found, and the numbers of lines are right.
log_to_judge() {
	if [ -z "$OOM" ]; then
		cat "$1"
		return
	fi
	LC_ALL=C awk '
		/ invoked oom-killer: / { left = 6 }
		left > 0 && sub(/Call Trace:/, "trace of the OOM killer:") { left = 0 }
		{ left--; print }' "$1"
}

check_log() {
	local patterns found=0 log logs=("$LOGS/console.log")

	patterns=$(sed '/^#/d; /^$/d' "$VM/splats")
	[ ! -e "$LOGS/console.first.log" ] || logs+=("$LOGS/console.first.log")
	mkdir -p "$TMP/judged"
	for log in "${logs[@]}"; do
		log_to_judge "$log" >"$TMP/judged/${log##*/}"
	done
	grep -a -h -n -E "$patterns" "${logs[@]/#*\//$TMP/judged/}" >"$TMP/splats" || found=$?
	if [ "$found" -eq 0 ] && [ -n "$APART" ]; then
		mv "$TMP/splats" "$TMP/matches"
		grep -a -v -E -- "$APART" "$TMP/matches" >"$TMP/splats" || found=$?
	fi
	case $found in
	0)	tr -d '\r' <"$TMP/splats" >&2
		note "kernel log not clean (command: exit $1)"
		exit "$EXIT_SPLAT" ;;
	1)	;;
	*)	lost "the kernel log can not be searched (grep: $found)" ;;
	esac
}

judge() {
	local record what rest

	# QEMU makes this file, so it is not there if QEMU did not get that far.
	record=$(sed -n "s/^record $NONCE //p" "$TMP/result" 2>/dev/null | head -n 1) || true
	read -r what rest <<<"$record"
	case $what in
	setup)	lost "guest setup failed: $rest" ;;
	module)	check_whole
		check_log "not run"
		note "the module did not load: $rest"
		exit "$EXIT_MODULE" ;;
	exit)	;;
	*)	ended_by_user || lost "$(lost_reason)"
		check_log none
		exit 0 ;;
	esac
	read -r status _ size sum <<<"$rest"
	take_files "$size" "$sum"
	check_whole
	check_log "$status"
	# The exit code of a shell is that of its last command, which means nothing here.
	[ -z "$INTERACTIVE" ] || status=0
	exit "$status"
}
