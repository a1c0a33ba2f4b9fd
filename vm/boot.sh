# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Run QEMU until the guest has said everything, or its time is over. Sourced by
# run.sh, whose variables say what is wanted. What comes out is in
#   $LOGS/console.log, $LOGS/output.log	the kernel's log and the command's output
#   $LOGS/console.first.log		the log of a first attempt, if boot() made two
#   $LOGS/console.broken.log		where that one ended in a breakpoint that was gone
#   $TMP/result, $TMP/files		the record of how it ended, and the files
# and in the variables below. judge.sh turns them into what run.sh says.
QEMU_PID=
QEMU_STATUS=0
TIMED_OUT=
# How many lines the kernel's log had before the guest was asked what hangs.
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

# On a busy host QEMU's processors do not run for a while, which looks like a stall
# to the guest's kernel. So it is told to wait for a minute, not for 20 or 30
# seconds, before it reports one.
kernel_args() {
	echo "console=$ARCH_CONSOLE ignore_loglevel panic_on_warn=1 oops=panic panic=-1" \
		"sysrq_always_enabled rcupdate.rcu_cpu_stall_timeout=60 watchdog_thresh=30" \
		"workqueue.watchdog_thresh=60" \
		"$ARCH_ARGS" "$CLOCK" \
		"$([ "$GUEST" != systemd-hybrid ] ||
			echo systemd.unified_cgroup_hierarchy=0)" "$APPEND"
}

# Print what a kernel that was built here has to be told of its clock. It has no ACPI, so the time
# stamp counter is the only one that is finer than a tick. The kernel does not trust it where the
# processors claim no constant rate, but those of QEMU share one counter, that of the host. How
# fast it is the kernel can not find out where much else runs: its clock was four times too
# fast then, and so were the limits of the tests.
clock_args() {
	local khz

	[ -z "$MODDIR" ] || return 0
	gcc -O2 -Wall -o "$TMP/tsc" "$VM/tsc.c" && khz=$("$TMP/tsc") || return
	echo "tsc=reliable tsc_early_khz=$khz"
}

# two_way ID FILE: print the option for a chardev called ID. What the guest writes to
# it goes to FILE, and what is written to the fifo $TMP/ID.in goes to the guest.
two_way() {
	local id=$1 file=$2

	: >"$file"
	ln -s "$(readlink -f "$file")" "$TMP/$id.out"
	mkfifo "$TMP/$id.in"
	echo "pipe,id=$id,path=$TMP/$id"
}

# The guest has four ports: kernel log, command, files, result. The command's port
# is QEMU's standard output, so nothing else may be written there. Each processor
# gets a socket of its own, as a kernel without ACPI finds only the first of each.
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

# wait_for_log S: wait until the kernel's log has not grown for a second, but for S
# seconds at most.
wait_for_log() {
	local until=$((SECONDS + $1)) size=-1 now

	while [ $SECONDS -lt "$until" ]; do
		now=$(stat -c %s "$LOGS/console.log")
		[ "$now" -ne "$size" ] || return 0
		size=$now
		sleep 1
	done
}

# The guest's kernel lists all tasks (t), the blocked ones (w), the locks that are
# held (d), and what each processor does (l). The list of all tasks comes first, as
# it is the least worth showing. The kernel needs CONFIG_MAGIC_SYSRQ_SERIAL.
ask_what_hangs() {
	local key

	LINES_BEFORE=$(wc -l <"$LOGS/console.log")
	note "timeout: asking the guest's kernel what it does"
	for key in t w d l; do
		arch_sysrq "$key"
		wait_for_log 20
	done
	# grep -q would end at the first match, and tail would fail at its next write.
	tail -n "+$((LINES_BEFORE + 1))" "$LOGS/console.log" | grep -a 'sysrq: Show' >/dev/null ||
		note "the guest's kernel does not answer a sysrq (is CONFIG_MAGIC_SYSRQ_SERIAL on?)"
}

# The guest writes these words to its log last, so if they came through, then so did
# everything before them.
log_is_whole() {
	grep -aqF "cgi: the log ends here $NONCE" "$LOGS/console.log"
}

# End QEMU when the guest has said everything. The guest can't know when that is: a
# thread of its kernel may print the log late. So it waits to be ended.
end_when_said() {
	while kill -0 "$QEMU_PID" 2>/dev/null; do
		if [ -s "$TMP/result" ] && log_is_whole; then
			fifo_write "$TMP/monitor.in" 'quit\n'
			return
		fi
		sleep 0.2
	done
}

# The kernel prints this line before it runs the first process.
kernel_is_up() {
	grep -aqF 'Run /init as init process' "$LOGS/console.log"
}

# Kill a guest whose kernel does not come up in time, and leave $TMP/not-up, so that
# boot() tries once more. Such a kernel answers no sysrq, so QEMU is asked where its
# processors are.
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

# Wait until QEMU has ended. When the guest's time is over, QEMU is killed.
wait_for_qemu() {
	local timer ended watcher booter

	setpriv --pdeathsig KILL sleep "$TIMEOUT" &
	timer=$!
	end_when_said &
	watcher=$!
	end_unless_up &
	booter=$!
	# bash would print a message about a killed job.
	wait -n -p ended "$QEMU_PID" "$timer" 2>/dev/null || QEMU_STATUS=$?
	if [ "$ended" = "$timer" ]; then
		TIMED_OUT=1
		ask_what_hangs
		# QEMU may have ended by itself while the guest was asked.
		kill -KILL "$QEMU_PID" 2>/dev/null || true
		wait "$QEMU_PID" 2>/dev/null || QEMU_STATUS=$?
	else
		kill "$timer" 2>/dev/null || true
	fi
	wait "$watcher" "$booter" || true
	QEMU_PID=
}

# setpriv has the kernel kill QEMU when this script dies, even of a signal that it
# can not catch.
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

# What is built into a kernel runs before its command does, and says so in the log.
built_in_has_run() {
	grep -av 'ommand line: ' "$LOGS/console.log" | grep -a cgroup_inspect >/dev/null
}

# An emulated machine was once seen to stop while its kernel came up. If nothing that is to be
# tested has run by then, the machine is started once more. The log of the first attempt is kept,
# and judge.sh searches it for splats, too.
boot_patiently() {
	NOT_UP="after ours, which is built in, had begun"
	boot_once
	if [ ! -e "$TMP/not-up" ] || built_in_has_run; then
		return
	fi
	NOT_UP=twice
	note "the kernel did not come up in $BOOT_TIMEOUT s, nothing of ours has run: booting once more"
	{ tail -n 3 "$LOGS/console.log"; grep -a -E '[RE]IP=|PC=|PSW=' "$TMP/monitor.log"; } |
		tr -d '\r' >&2 || true
	cat "$LOGS/console.log" >>"$LOGS/console.first.log"
	QEMU_STATUS=0
	boot_once
}

# When the kernel switches a static key, it puts a breakpoint into its own code and takes it
# out again. An emulated processor can run the one that is gone, as what was translated of the
# old code can outlive it, and the kernel panics. In such an oops the byte that was run, which
# stands before the marked one, is no breakpoint (cc), and it is in code of the kernel. If
# anything of ours is in the oops, as a module or built in, it is looked into.
was_gone_breakpoint() {
	tr -d '\r' <"$1" | LC_ALL=C awk '
		/int3: 0000 \[#1\]/ { oops = 1 }
		!oops { next }
		/\[cgroup_inspect\]/ || / cgi_[a-z0-9_]+\+0x/ { ours = 1 }
		/ RIP: 0010:/ && !rip { rip = 1; kernel = !/ RIP: .*\[/ }
		/ Code: / && !code {
			code = 1
			gone = /[0-9a-f][0-9a-f] <[0-9a-f][0-9a-f]>/ && !/ cc </
		}
		END { exit !(gone && kernel && !ours) }'
}

# Such a guest says nothing about the module, so it is started once more, unless a test had failed
# in it. What its kernel said until then is searched for splats, too. The line in capitals tells
# those who add up that what was counted before it does not count.
boot() {
	boot_patiently
	was_gone_breakpoint "$LOGS/console.log" || return 0
	! grep -aqE '^(# )*not ok |passed, [1-9][0-9]* failed' "$LOGS/output.log" || return 0
	note "THE GUEST MET A BREAKPOINT THAT THE KERNEL HAD REMOVED, as emulated processors can: once more"
	sed -n '/int3: 0000 \[#1\]/,$p' "$LOGS/console.log" | head -n 30 | tr -d '\r' >&2
	mv "$LOGS/console.log" "$LOGS/console.broken.log"
	sed '/int3: 0000 \[#1\]/,$d' "$LOGS/console.broken.log" >>"$LOGS/console.first.log"
	QEMU_STATUS=0
	TIMED_OUT=
	boot_patiently
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
