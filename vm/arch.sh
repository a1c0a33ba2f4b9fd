# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034
# What differs between architectures when a guest boots; nothing else does.
# Architectures have Debian's names. Sourced by run.sh after lib.sh.

ARCH_NAMES="amd64 i386 arm64 s390x"

# arch_set ARCH: set ARCH_...
#   QEMU		emulator; PACKAGE has it in Debian 12
#   MACHINE	its arguments for machine and processor
#   CONSOLE	the kernel log's device, as the kernel's console= wants it
#   PORTS	the guest's devices for command, files and result
#   PORT_ARGS	what gives QEMU these four, from the chardevs console, out, files and result
#   PORT_MODULES	drivers of the ports that may be modules
#   SYSRQ	how to ask for a sysrq on the console: by a break or by Ctrl-O
arch_set() {
	ARCH_SYSRQ="break"
	ARCH_PORT_MODULES=
	case $1 in
	amd64)	arch_set_pc qemu-system-x86_64 max ;;
	# With the processor "max" these kernels WARN at boot.
	i386)	arch_set_pc qemu-system-i386 qemu32 ;;
	arm64)	arch_set_arm64 ;;
	s390x)	arch_set_s390x ;;
	*)	die "no guest can be booted on '$1'; known: $ARCH_NAMES" ;;
	esac
}

# Four 8250 ports are there without a driver module or a bus.
arch_set_pc() {
	ARCH_QEMU=$1
	ARCH_PACKAGE=qemu-system-x86
	ARCH_MACHINE=(-cpu "$2")
	ARCH_CONSOLE=ttyS0,115200
	ARCH_PORTS=(ttyS1 ttyS2 ttyS3)
	ARCH_PORT_ARGS=(-serial chardev:console -serial chardev:out
		-serial chardev:files -serial chardev:result)
}

# One PL011 is all that the machine has; 8250 ports on PCI are built in as on a
# PC, and count in the order of their slots. The architected pointer
# authentication would take most of the time under TCG.
arch_set_arm64() {
	ARCH_QEMU=qemu-system-aarch64
	ARCH_PACKAGE=qemu-system-arm
	ARCH_MACHINE=(-M virt -cpu "max,pauth-impdef=on")
	ARCH_CONSOLE=ttyAMA0
	ARCH_PORTS=(ttyS0 ttyS1 ttyS2)
	ARCH_PORT_ARGS=(-serial chardev:console
		-device "pci-serial,addr=4,chardev=out"
		-device "pci-serial,addr=5,chardev=files"
		-device "pci-serial,addr=6,chardev=result")
}

# No 8250 at all, but consoles on virtio: a write to them is done when QEMU has
# taken the bytes. The firmware's console has no break.
arch_set_s390x() {
	ARCH_QEMU=qemu-system-s390x
	ARCH_PACKAGE=qemu-system-misc
	ARCH_MACHINE=(-M s390-ccw-virtio -cpu max)
	ARCH_CONSOLE=ttysclp0
	ARCH_PORTS=(hvc0 hvc1 hvc2)
	ARCH_PORT_ARGS=(-serial chardev:console -device virtio-serial-ccw
		-device "virtconsole,nr=0,chardev=out"
		-device "virtconsole,nr=1,chardev=files"
		-device "virtconsole,nr=2,chardev=result")
	ARCH_PORT_MODULES=virtio_console
	ARCH_SYSRQ=ctrl-o
}

# fifo_write FIFO TEXT: opened both ways, so that it waits for nobody.
fifo_write() {
	printf '%b' "$2" 1<>"$1"
}

# arch_sysrq KEY: have the guest's kernel act on it, by the fifos of the chardevs
# console and monitor.
arch_sysrq() {
	if [ "$ARCH_SYSRQ" = break ]; then
		fifo_write "$TMP/monitor.in" 'chardev-send-break console\n'
		sleep 0.3
		fifo_write "$TMP/console.in" "$1"
	else
		fifo_write "$TMP/console.in" "\017$1"
	fi
}
