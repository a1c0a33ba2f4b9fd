#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Boot a guest, run a command in it, bring back its output, files and exit
# code, and judge the kernel log.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=arch.sh
. "$VM/arch.sh"
# shellcheck source=initramfs.sh
. "$VM/initramfs.sh"

EXIT_MODULE=123
EXIT_SPLAT=124
EXIT_LOST=125
CGI_EXIT_DIE=$EXIT_LOST

KERNEL_NAME=$(kernel_default "$VM/kernels")
CPUS=2
GUEST=mixed
MODULE=
FILES=()
APPEND=
# The kernel's limit of threads follows from it: 1024 makes that 7600.
MEMORY=1024
TIMEOUT=300
# Far above what any of them takes, on a busy machine too.
BOOT_TIMEOUT=150
OUT=
LOAD=1
INTERACTIVE=

usage() {
	cat <<USAGE
usage: run.sh [OPTION]... -- COMMAND...
       run.sh [OPTION]... --shell

  --kernel NAME     one of: $(kernel_names "$VM/kernels") (default $KERNEL_NAME)
  --guest NAME      mixed (default), systemd or systemd-hybrid
  --module FILE.ko  becomes /cgi/cgroup_inspect.ko and is loaded
  --no-load         only copy the module
  --files DIR       copy what is in DIR to /cgi; may be given more than once
  --append ARGS     more kernel arguments
  --mem MB          memory of the guest (default $MEMORY)
  --timeout S       wall clock, the boot included (default $TIMEOUT)
  --boot-timeout S  a kernel that has not come to its first process by then is
                    booted once more (default $BOOT_TIMEOUT)
  --out DIR         keep console.log and output.log there, and put there what
                    the command left in /cgi/out
  --shell           a shell on this terminal; leave it by exit or Ctrl-A x

COMMAND is run by the guest's sh in /cgi. The accelerator is TCG unless
CGI_ACCEL=kvm is set. Exit code: that of the command (0 for a
shell), or
  2    wrong usage
  $EXIT_MODULE  the module did not load
  $EXIT_SPLAT  the kernel log is not clean
  $EXIT_LOST  VM lost: the guest did not get to the command's end, or could not be made
  $CGI_EXIT_NOT_HAD  there is no guest, as something that it needs can not be had
USAGE
}

value() {
	[ $# -ge 2 ] || usage_error "$1 needs a value; see run.sh --help"
	printf '%s' "$2"
}

number() {
	[[ ${2-} =~ ^[1-9][0-9]*$ ]] || usage_error "$1 needs a positive number"
	printf '%s' "$2"
}

parse() {
	while [ $# -gt 0 ]; do
		case $1 in
		--kernel)	KERNEL_NAME=$(value "$@"); shift ;;
		--guest)	GUEST=$(value "$@"); shift ;;
		--module)	MODULE=$(value "$@"); shift ;;
		--files)	FILES+=("$(value "$@")"); shift ;;
		--append)	APPEND=$(value "$@"); shift ;;
		--mem)		MEMORY=$(number "$@"); shift ;;
		--timeout)	TIMEOUT=$(number "$@"); shift ;;
		--boot-timeout)	BOOT_TIMEOUT=$(number "$@"); shift ;;
		--out)		OUT=$(value "$@"); shift ;;
		--no-load)	LOAD= ;;
		--shell)	INTERACTIVE=1 ;;
		-h|--help)	usage; exit 0 ;;
		--)		shift; break ;;
		*)		usage_error "unknown option '$1'; see run.sh --help" ;;
		esac
		shift
	done
	COMMAND=$*
}

check_usage() {
	local dir

	case $GUEST in
	mixed|systemd|systemd-hybrid) ;;
	*)	usage_error "unknown guest '$GUEST'; known: mixed systemd systemd-hybrid" ;;
	esac
	ARCH=$(kernel_row "$VM/kernels" "$KERNEL_NAME" | sed -n 3p)
	[ "$GUEST" = mixed ] || [ "$ARCH" = amd64 ] ||
		usage_error "the guest $GUEST exists for amd64 kernels only, $KERNEL_NAME is $ARCH: use mixed"
	[ -z "$MODULE" ] || [ -f "$MODULE" ] || usage_error "no module '$MODULE': build it first"
	[ -n "$MODULE" ] || LOAD=
	for dir in ${FILES[@]+"${FILES[@]}"}; do
		[ -d "$dir" ] || usage_error "no folder '$dir' for --files"
	done
	if [ -n "$INTERACTIVE" ]; then
		[ -z "$COMMAND" ] || usage_error "--shell takes no command"
		{ [ -t 0 ] && [ -t 1 ]; } || usage_error "--shell needs a terminal"
		COMMAND='exec sh -l'
	fi
	[ -n "$COMMAND" ] || usage_error "no command; see run.sh --help"
}

# --- QEMU -------------------------------------------------------------------

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

# --- what came back ---------------------------------------------------------

# Why there is no record; the first that applies.
lost_reason() {
	local panic

	panic=$(grep -a -m 1 'Kernel panic' "$LOGS/console.log" || true)
	if [ -n "$panic" ]; then
		echo "panic: $panic"
	elif [ -n "$TIMED_OUT" ]; then
		echo "timeout after $TIMEOUT s"
	elif [ -e "$TMP/not-up" ]; then
		echo "its kernel did not come up in $BOOT_TIMEOUT s, twice"
	elif [ "$QEMU_STATUS" -ne 0 ]; then
		echo "QEMU failed ($QEMU_STATUS): $(tail -n 3 "$TMP/qemu.err")"
	else
		echo "no result"
	fi
}

# The last lines; of a guest that hung, also what is blocked in it.
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

# no_guest CODE: of the script that was to get or to make a part of the guest.
no_guest() {
	[ "$1" -eq "$CGI_EXIT_NOT_HAD" ] || exit "$EXIT_LOST"
	exit "$1"
}

lost() {
	show_log || true
	note "VM lost: $*"
	exit "$EXIT_LOST"
}

# Ctrl-A x ends QEMU without a result, and without a failure.
ended_by_user() {
	[ -n "$INTERACTIVE" ] && [ "$QEMU_STATUS" -eq 0 ] &&
		! grep -aq 'Kernel panic' "$LOGS/console.log"
}

# Files are either whole or an error.
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
	for own in console.log console.first.log output.log; do
		[ ! -e "$TMP/back/$own" ] ||
			die "the command wrote /cgi/out/$own, a name that run.sh needs itself"
	done
	cp -a "$TMP/back/." "$OUT"
}

check_whole() {
	log_is_whole || lost "the kernel log is cut at its end"
}

check_log() {
	local patterns found=0 logs=("$LOGS/console.log")

	patterns=$(sed '/^#/d; /^$/d' "$VM/splats")
	[ ! -e "$LOGS/console.first.log" ] || logs+=("$LOGS/console.first.log")
	grep -a -h -n -E "$patterns" "${logs[@]}" >"$TMP/splats" || found=$?
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

	# The file is QEMU's, which may not have come that far.
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
	# How a shell was left says nothing about the guest.
	[ -z "$INTERACTIVE" ] || status=0
	exit "$status"
}

parse "$@"
check_usage
need busybox cpio xz modprobe setpriv

QEMU_PID=
QEMU_STATUS=0
TIMED_OUT=
LINES_BEFORE=0
TMP=$(mktemp -d)
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

arch_set "$ARCH"
command -v "$ARCH_QEMU" >/dev/null ||
	die "$ARCH_QEMU is missing: run scripts/deps.sh $ARCH_PACKAGE"
ACCEL=$(qemu_accel)
IMAGE=
[ "$GUEST" = mixed ] || IMAGE=$("$VM/rootfs.sh") || no_guest $?
LOGS=${OUT:-$TMP/logs}
mkdir -p "$LOGS"
rm -f "$LOGS/console.first.log"
FOUND=$("$VM/kernel.sh" "$KERNEL_NAME") || no_guest $?
found() {
	sed -n "s/^$1=//p" <<<"$FOUND"
}
KREL=$(found KREL)
VMLINUZ=$(found VMLINUZ)
MODDIR=$(found MODDIR)
[ "$GUEST" = mixed ] || [ -n "$MODDIR" ] ||
	usage_error "kernel $KERNEL_NAME has no modules, which the guest $GUEST needs: use mixed"
note "kernel $KREL ($(found VERSION), $ARCH), guest $GUEST, $ACCEL"

NONCE=$(od -An -N 16 -t x1 /dev/urandom | tr -d ' \n')
make_initramfs "$TMP/stage" >"$TMP/initramfs"
if [ -n "$INTERACTIVE" ]; then
	boot_interactive
else
	boot
fi
judge
