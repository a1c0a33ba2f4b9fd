# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# What both guests do once they are up: load the module, run the command, send
# back files and result. Works with busybox and with Debian's tools.
#
# Needs VM, the folder of this file, and from conf: CPUS, NONCE, LOAD, INTERACTIVE, ROWS, COLS,
# and the ports PORT_OUT, PORT_FILES, PORT_RESULT.

# on_port PORT COMMAND...: run it with the port as its standard output, and wait
# until the port has sent everything, as setting attributes does.
# A subshell, since a session leader that opens a terminal would get it as its
# controlling one. Set at every opening: some ports (hvc) forget when closed.
on_port() (
	exec >"$1" || exit
	shift
	stty raw -echo clocal <&1
	"$@"
	status=$?
	stty raw -echo clocal <&1
	exit "$status"
)

log() {
	on_port "$PORT_OUT" printf 'guest: %s\n' "$*"
}

# A line that a line of the command's or of the kernel's can not be mistaken for.
record() {
	on_port "$PORT_RESULT" printf 'record %s %s\n' "$NONCE" "$*"
}

# Nothing is left to flush: the image is discarded and the ports are drained. But a
# thread of the kernel may print the log later, and nothing here can tell when. So
# run.sh ends the guest when it sees the last words there; it does not see those
# of a log that is cut, nor does it look while there is a shell. No reboot(2), so
# that a guest which can not stop its services ends.
power_off() {
	echo "<6>cgi: the log ends here $NONCE" >/dev/kmsg
	if [ -n "$INTERACTIVE" ]; then
		sleep 2
	else
		sleep 15
	fi
	echo b >/proc/sysrq-trigger
	sleep 60
	exit 1
}

setup_failed() {
	record "setup $*"
	power_off
}

load_module() {
	local why

	[ -n "$LOAD" ] || return 0
	if ! why=$(insmod /cgi/cgroup_inspect.ko 2>&1); then
		dmesg | tail -n 10 | on_port "$PORT_OUT" sed 's/^/guest: dmesg: /'
		record "module $why"
		power_off
	fi
}

# The terminal on the host makes the returns.
run_shell() (
	stty sane -onlcr rows "$ROWS" cols "$COLS"
	TERM=$TERMINAL exec setsid -c sh "$VM/command"
)

# Its own session, so that "kill 0" or a terminal signal stays in it.
run_script() {
	setsid sh "$VM/command" </dev/null 2>&1
}

run_command() {
	cd /cgi || return
	if [ -n "$INTERACTIVE" ]; then
		# shellcheck disable=SC2094 # a terminal
		run_shell <"$PORT_OUT" >"$PORT_OUT" 2>&1
	else
		on_port "$PORT_OUT" run_script
	fi
}

# PID 1 is spared. What the command started and left must not take the memory
# or the pids that the rest needs. Under systemd there are others' processes.
kill_leftovers() {
	[ $$ -ne 1 ] || kill -KILL -1
}

# Print size and checksum of what was sent, so that the host can tell.
send_files() {
	local archive=/tmp/cgi-out.tar.gz

	if [ -z "$(ls -A /cgi/out)" ]; then
		echo none
		return
	fi
	tar -C /cgi/out -c . | gzip -1 >"$archive" || return
	on_port "$PORT_FILES" cat "$archive" || return
	echo "$(wc -c <"$archive") $(sha256sum <"$archive" | cut -d ' ' -f 1)"
}

session() {
	local status files

	export HOME=/root
	mkdir -p /cgi/out
	[ "$(nproc)" -eq "$CPUS" ] || setup_failed "$(nproc) of $CPUS CPUs came up"
	load_module
	run_command
	status=$?
	kill_leftovers
	files=$(send_files) || files=failed
	record "exit $status files $files"
	power_off
}
