# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# What both guests do once they are up: load the module, run the command, send
# back files and result. Works with busybox and with Debian's tools.
#
# Needs VM, the folder of this file, and from conf: CPUS, NONCE, LOAD, INTERACTIVE, ROWS, COLS,
# and the serial ports PORT_OUT, PORT_FILES, PORT_RESULT.

# Opened in a subshell: a session leader that opens a serial port would get it
# as its controlling terminal.
log() {
	(printf 'guest: %s\n' "$*" >"$PORT_OUT")
}

# A line that a line of the command's or of the kernel's can not be mistaken for.
record() {
	(printf 'record %s %s\n' "$NONCE" "$*" >"$PORT_RESULT")
	drain "$PORT_RESULT"
}

# Setting attributes waits until the port has sent everything.
drain() {
	stty -F "$1" raw -echo clocal
}

prepare_ports() {
	drain "$PORT_OUT"
	drain "$PORT_FILES"
	drain "$PORT_RESULT"
}

# Nothing is left to flush: the image is discarded, the ports are drained.
# Without delay too, so that a guest which can not stop its services ends.
power_off() {
	drain "$PORT_OUT"
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
		dmesg | tail -n 10 | sed 's/^/guest: dmesg: /' >"$PORT_OUT"
		record "module $why"
		power_off
	fi
}

# Its own session, so that "kill 0" or a terminal signal stays in it.
run_command() {
	cd /cgi || return
	if [ -n "$INTERACTIVE" ]; then
		# The terminal on the host makes the returns.
		stty -F "$PORT_OUT" sane -onlcr rows "$ROWS" cols "$COLS"
		# shellcheck disable=SC2094 # a terminal
		TERM=$TERMINAL setsid -c sh "$VM/command" \
			<"$PORT_OUT" >"$PORT_OUT" 2>&1
	else
		setsid sh "$VM/command" </dev/null >"$PORT_OUT" 2>&1
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
	cat "$archive" >"$PORT_FILES" || return
	drain "$PORT_FILES"
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
