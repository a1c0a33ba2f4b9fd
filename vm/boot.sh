# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Run QEMU until the guest has said everything, or its time is over. Sourced by
# run.sh, whose variables say what is wanted. What comes out is in
#   $LOGS/console.log, $LOGS/output.log	the kernel's log and the command's output
#   $LOGS/console.first.log		the log of a kernel that did not come up
#   $TMP/result, $TMP/files		the record of how it ended, and the files
# and in these variables; judge.sh makes of them what run.sh says.
QEMU_PID=
QEMU_STATUS=0
TIMED_OUT=
# The lines of the kernel's log before it was asked what hangs.
LINES_BEFORE=0

qemu_accel() {
	case ${CGI_ACCEL:-tcg} in
	tcg)	echo tcg,thread=multi ;;
	kvm)	[[ $ARCH =~ ^(amd64|i386)$ ]] || die "CGI_ACCEL=kvm: not for $ARCH guests"
		[ -w /dev/kvm ] || die "CGI_ACCEL=kvm: no access to /dev/kvm"
		echo kvm ;;
	*)	usage_error "CGI_ACCEL must be tcg or kvm" ;;
	esac
}

# A kernel can't tell that its processor did not run because the host's was busy:
# it waits a minute, not some 20 seconds, before it calls that a stall.
kernel_args() {
	echo "console=$ARCH_CONSOLE ignore_loglevel panic_on_warn=1 oops=panic panic=-1" \
		"sysrq_always_enabled rcupdate.rcu_cpu_stall_timeout=60 watchdog_thresh=30" \
		"$([ "$GUEST" != systemd-hybrid ] ||
			echo systemd.unified_cgroup_hierarchy=0)" "$APPEND"
}

# Print the chardev ID: what comes out goes to FILE, what is written to the fifo
# $TMP/ID.in goes in.
two_way() {
	local id=$1 file=$2

	: >"$file"
	ln -s "$(readlink -f "$file")" "$TMP/$id.out"
	mkfifo "$TMP/$id.in"
	echo "pipe,id=$id,path=$TMP/$id"
}

# Ports: kernel log, command, files, result. The command's port is this
# program's own output; nothing else may write there. Without ACPI a kernel finds
# only the first processor of each socket.
qemu_args() {
	local port=stdio,id=out,signal=off

	[ -z "$INTERACTIVE" ] || port=$port,mux=on
	QEMU=("$ARCH_QEMU" "${ARCH_MACHINE[@]}"
		-nodefaults -display none -no-reboot
		-accel "$ACCEL" -m "$MEMORY" -nic none
		-smp "$CPUS,sockets=$CPUS,cores=1,threads=1"
		-kernel "$VMLINUZ" -initrd "$TMP/initramfs"
		-append "$(kernel_args)"
		-chardev "$(two_way console "$LOGS/console.log")"
		-chardev "$(two_way monitor "$TMP/monitor.log")" -mon chardev=monitor
		-chardev "$port"
		-chardev "file,id=files,path=$TMP/files"
		-chardev "file,id=result,path=$TMP/result"
		"${ARCH_PORT_ARGS[@]}")
	[ -z "$INTERACTIVE" ] || QEMU+=(-mon chardev=out)
	[ -z "$IMAGE" ] ||
		QEMU+=(-drive "file=$IMAGE,if=virtio,format=raw,snapshot=on")
}

# Until the kernel log stands still for a second, or S seconds have gone.
wait_for_log() {
	local until=$((SECONDS + $1)) size=-1 now

	while [ $SECONDS -lt "$until" ]; do
		now=$(stat -c %s "$LOGS/console.log")
		[ "$now" -ne "$size" ] || return 0
		size=$now
		sleep 1
	done
}

# All tasks, then what is worth showing: blocked ones, locks held, what each
# processor does. Needs CONFIG_MAGIC_SYSRQ_SERIAL.
ask_what_hangs() {
	local key

	LINES_BEFORE=$(wc -l <"$LOGS/console.log")
	note "timeout: asking the guest's kernel what it does"
	for key in t w d l; do
		arch_sysrq "$key"
		wait_for_log 20
	done
	# Not -q: a tail that finds nobody reading fails.
	tail -n "+$((LINES_BEFORE + 1))" "$LOGS/console.log" | grep -a 'sysrq: Show' >/dev/null ||
		note "the guest's kernel does not answer a sysrq (is CONFIG_MAGIC_SYSRQ_SERIAL on?)"
}

# The guest's last words are in the log only if all before them is.
log_is_whole() {
	grep -aqF "cgi: the log ends here $NONCE" "$LOGS/console.log"
}

# End QEMU when the guest has said all; it waits, as a thread of its kernel may
# print the log late, and only here it shows that it did.
end_when_said() {
	while kill -0 "$QEMU_PID" 2>/dev/null; do
		if [ -s "$TMP/result" ] && log_is_whole; then
			fifo_write "$TMP/monitor.in" 'quit\n'
			return
		fi
		sleep 0.2
	done
}

# The kernel says so before it runs the first process.
kernel_is_up() {
	grep -aqF 'Run /init as init process' "$LOGS/console.log"
}

# Whoever boots again looks for $TMP/not-up. Where its processors are is all that
# such a kernel can be asked.
end_unless_up() {
	local until=$((SECONDS + BOOT_TIMEOUT))

	while kill -0 "$QEMU_PID" 2>/dev/null && ! kernel_is_up; do
		if [ $SECONDS -lt "$until" ]; then
			sleep 0.5
			continue
		fi
		: >"$TMP/not-up"
		fifo_write "$TMP/monitor.in" 'info registers -a\n'
		sleep 1
		kill -KILL "$QEMU_PID" 2>/dev/null
	done
}

# Until QEMU ends; when the time is over it is made to.
wait_for_qemu() {
	local timer ended watcher booter

	setpriv --pdeathsig KILL sleep "$TIMEOUT" &
	timer=$!
	end_when_said &
	watcher=$!
	end_unless_up &
	booter=$!
	# bash would tell of a killed job.
	wait -n -p ended "$QEMU_PID" "$timer" 2>/dev/null || QEMU_STATUS=$?
	if [ "$ended" = "$timer" ]; then
		TIMED_OUT=1
		ask_what_hangs
		# It may have ended meanwhile.
		kill -KILL "$QEMU_PID" 2>/dev/null || true
		wait "$QEMU_PID" 2>/dev/null || QEMU_STATUS=$?
	else
		kill "$timer" 2>/dev/null || true
	fi
	wait "$watcher" "$booter" || true
	QEMU_PID=
}

# The setpriv makes the kernel kill QEMU even if this script is killed by a
# signal that it can not catch.
boot_once() {
	local tee

	rm -f "$TMP"/{out,*.in,*.out,not-up}
	qemu_args
	mkfifo "$TMP/out"
	tee "$LOGS/output.log" <"$TMP/out" &
	tee=$!
	setpriv --pdeathsig KILL "${QEMU[@]}" \
		</dev/null >"$TMP/out" 2>"$TMP/qemu.err" &
	QEMU_PID=$!
	wait_for_qemu
	wait "$tee" || note "output.log may not be whole"
}

# An emulated machine was seen to stop while its kernel came up. Nothing that is to
# be tested has run then, so this is no result; its log is searched all the same.
boot() {
	boot_once
	[ -e "$TMP/not-up" ] || return 0
	note "the kernel did not come up in $BOOT_TIMEOUT s, nothing of ours has run: booting once more"
	{ tail -n 3 "$LOGS/console.log"; grep -a -E '[RE]IP=|PC=|PSW=' "$TMP/monitor.log"; } |
		tr -d '\r' >&2 || true
	mv "$LOGS/console.log" "$LOGS/console.first.log"
	QEMU_STATUS=0
	boot_once
}

boot_interactive() {
	qemu_args
	setpriv --pdeathsig KILL "${QEMU[@]}" 2>"$TMP/qemu.err" || QEMU_STATUS=$?
	stty sane
}

# shellcheck disable=SC2317 # called by traps
cleanup() {
	trap - EXIT
	if [ -n "$QEMU_PID" ]; then
		kill "$QEMU_PID" 2>/dev/null || true
		wait "$QEMU_PID" 2>/dev/null || true
	fi
	rm -rf "$TMP"
}
