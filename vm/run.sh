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
# shellcheck source=boot.sh
. "$VM/boot.sh"
# shellcheck source=judge.sh
. "$VM/judge.sh"

EXIT_MODULE=123
EXIT_SPLAT=124
EXIT_LOST=125
CGI_EXIT_DIE=$EXIT_LOST

KERNEL_NAME=$(kernel_default "$VM/kernels")
CPUS=2
GUEST=mixed
IMAGE=
MODULE=
FILES=()
APPEND=
APART=
# The kernel derives its limit of threads from the memory: 1024 MB allow 7600, and the
# tests make 5000.
MEMORY=1024
TIMEOUT=300
# The disk of the guest mixed, which has room for some files and a little swap. vm/debug/config
# and vm/race/config say it, too.
DISK_KB=32768
# No guest takes nearly as long to boot, not even on a busy machine.
BOOT_TIMEOUT=150
OUT=
LOAD=1
OOM=
INTERACTIVE=

usage() {
	cat <<USAGE
usage: run.sh [OPTION]... -- COMMAND...
       run.sh [OPTION]... --shell

  --kernel NAME     one of: $(kernel_names "$VM/kernels") (default $KERNEL_NAME)
  --guest NAME      mixed (default), systemd or systemd-hybrid
  --disk FILE       the root disk of a systemd guest (default: what rootfs.sh makes)
  --module FILE.ko  becomes /cgi/cgroup_inspect.ko and is loaded
  --no-load         only copy the module
  --oom             the command fills the memory of cgroups, so in the kernel log a trace of
                    who was killed for that is no fault
  --files DIR       copy what is in DIR to /cgi; may be given more than once
  --append ARGS     more kernel arguments
  --apart REGEX     lines of the kernel log that the caller judges, and run.sh does not;
                    each is looked at with its number and ":" before it, so no "^"
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
		--disk)		IMAGE=$(value "$@"); shift ;;
		--module)	MODULE=$(value "$@"); shift ;;
		--files)	FILES+=("$(value "$@")"); shift ;;
		--append)	APPEND=$(value "$@"); shift ;;
		--apart)	APART=$(value "$@"); shift ;;
		--mem)		MEMORY=$(number "$@"); shift ;;
		--timeout)	TIMEOUT=$(number "$@"); shift ;;
		--boot-timeout)	BOOT_TIMEOUT=$(number "$@"); shift ;;
		--out)		OUT=$(value "$@"); shift ;;
		--no-load)	LOAD= ;;
		--oom)		OOM=1 ;;
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
	[ -z "$IMAGE" ] || [ "$GUEST" != mixed ] ||
		usage_error "the guest mixed has no root disk for --disk"
	[ -z "$IMAGE" ] || [ -f "$IMAGE" ] || usage_error "no file '$IMAGE' for --disk"
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

# no_guest CODE: a script that had to get or make a part of the guest ended with CODE.
no_guest() {
	[ "$1" -eq "$CGI_EXIT_NOT_HAD" ] || exit "$EXIT_LOST"
	exit "$1"
}

parse "$@"
check_usage
need busybox cpio xz modprobe setpriv

TMP=$(mktemp -d)
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

arch_set "$ARCH"
command -v "$ARCH_QEMU" >/dev/null ||
	die "$ARCH_QEMU is missing: run scripts/deps.sh $ARCH_PACKAGE"
ACCEL=$(qemu_accel)
[ "$GUEST" = mixed ] || [ -n "$IMAGE" ] || IMAGE=$("$VM/rootfs.sh") || no_guest $?
LOGS=${OUT:-$TMP/logs}
mkdir -p "$LOGS"
rm -f "$LOGS"/console.{first,broken}.log
FOUND=$("$VM/kernel.sh" "$KERNEL_NAME") || no_guest $?
found() {
	sed -n "s/^$1=//p" <<<"$FOUND"
}
KREL=$(found KREL)
VMLINUZ=$(found VMLINUZ)
MODDIR=$(found MODDIR)
[ "$GUEST" = mixed ] || [ -n "$MODDIR" ] ||
	usage_error "kernel $KERNEL_NAME has no modules, which the guest $GUEST needs: use mixed"
CLOCK=$(clock_args) || die "the speed of this machine's time stamp counter can not be measured"
note "kernel $KREL ($(found VERSION), $ARCH), guest $GUEST, $ACCEL"

NONCE=$(od -An -N 16 -t x1 /dev/urandom | tr -d ' \n')
make_initramfs "$TMP/stage" >"$TMP/initramfs"
if [ -n "$INTERACTIVE" ]; then
	boot_interactive
else
	boot
fi
judge
