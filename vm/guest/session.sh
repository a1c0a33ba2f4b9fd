# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# What both guests do once they are up: load the module, run the command, send
# back files and result. Works with busybox and with Debian's tools.
#
# Needs VM, the folder of this file, and from conf: CPUS, NONCE, LOAD, INTERACTIVE, ROWS, COLS,
# and the ports PORT_OUT, PORT_FILES, PORT_RESULT.

# on_port PORT COMMAND...: run the command with the port as its standard output, and wait
# until the port has sent everything, which setting its attributes does. This is a
# subshell, as a session leader that opens a terminal gets it as its controlling one.
# The attributes are set each time, as some ports (hvc) forget them when closed.
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

# Write a line to the result port. It has the number of this run, so no line of the
# command's or of the kernel's can pass for it.
record() {
	on_port "$PORT_RESULT" printf 'record %s %s\n' "$NONCE" "$*"
}

# Nothing has to be flushed: the image is discarded, and the ports have sent everything.
# But a thread of the kernel may print the log later, and nothing here can tell when it
# has. So the guest writes its last words to the log and waits, and run.sh ends it when
# it sees them. If they never arrive, or if there is a shell, during which run.sh does
# not look, the guest ends by itself. It does that by a sysrq and not by reboot(2), as
# services that can not be stopped must not keep it alive.
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

# The terminal on the host turns a newline into a return and a newline.
run_shell() (
	stty sane -onlcr rows "$ROWS" cols "$COLS"
	TERM=$TERMINAL exec setsid -c sh "$VM/command"
)

# The command gets a session of its own, so that a "kill 0" or a signal from the
# terminal stays in it.
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

# What the command started and left behind must not take the memory or the pids that the
# rest of the session needs, so all processes but PID 1 are killed. Under systemd this
# is not done, as there are processes of others.
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
