# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034
# Everything that differs between architectures when a guest boots is here, and
# nowhere else. Architectures have Debian's names. Sourced by run.sh after lib.sh.

ARCH_NAMES="amd64 i386 arm64 s390x"

# arch_set ARCH: set ARCH_...
#   QEMU		emulator; PACKAGE has it in Debian 12
#   MACHINE	its arguments for machine and processor
#   ARGS	arguments of the kernel
#   CONSOLE	the kernel log's device, as the kernel's console= wants it
#   PORTS	the guest's devices for command, files and result
#   PORT_ARGS	what gives QEMU these four, from the chardevs console, out, files and result
#   PORT_MODULES	drivers of the ports that may be modules
#   SYSRQ	how to ask for a sysrq on the console: by a break or by Ctrl-O
arch_set() {
	ARCH_SYSRQ="break"
	ARCH_PORT_MODULES=
	ARCH_ARGS=
	case $1 in
	amd64)	arch_set_pc qemu-system-x86_64 max ;;
	# With the processor "max" Debian's i386 kernels WARN while they boot.
	i386)	arch_set_pc qemu-system-i386 qemu32 ;;
	arm64)	arch_set_arm64 ;;
	s390x)	arch_set_s390x ;;
	*)	die "no guest can be booted on '$1'; known: $ARCH_NAMES" ;;
	esac
}

# A PC has four 8250 ports, which need neither a driver module nor a bus. At boot its kernel tries
# whether the timer interrupts, and panics if it has not seen five ticks in the time of ten. On a
# busy host QEMU's processors can stand still for that long, so it is told not to try.
arch_set_pc() {
	ARCH_QEMU=$1
	ARCH_PACKAGE=qemu-system-x86
	ARCH_MACHINE=(-cpu "$2")
	ARCH_CONSOLE=ttyS0,115200
	ARCH_ARGS=no_timer_check
	ARCH_PORTS=(ttyS1 ttyS2 ttyS3)
	ARCH_PORT_ARGS=(-serial chardev:console -serial chardev:out
		-serial chardev:files -serial chardev:result)
}

# The machine has only one port of its own, a PL011. The others are 8250 ports on
# PCI, whose driver is built in; the kernel numbers them in the order of their
# slots. QEMU would spend most of its time on pointer authentication as the
# architecture defines it, so it may use an algorithm of its own.
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

# The machine can't have 8250 ports, but it has consoles on virtio: a write to them
# is done when QEMU has taken the bytes. A break can't be sent to its own console.
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

# fifo_write FIFO TEXT: the fifo is opened for reading and writing, because opening
# it for writing alone would wait for a reader.
fifo_write() {
	printf '%b' "$2" 1<>"$1"
}

# arch_sysrq KEY: send a sysrq to the guest's kernel, through the fifos of the
# chardevs console and monitor.
arch_sysrq() {
	if [ "$ARCH_SYSRQ" = break ]; then
		fifo_write "$TMP/monitor.in" 'chardev-send-break console\n'
		sleep 0.3
		fifo_write "$TMP/console.in" "$1"
	else
		fifo_write "$TMP/console.in" "\017$1"
	fi
}
