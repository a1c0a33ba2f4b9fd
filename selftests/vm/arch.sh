# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034
# What differs between architectures when a guest boots; nothing else does.
# Architectures have Debian's names. Sourced by run.sh after lib.sh and apt.sh.

ARCH_NAMES="amd64 i386 arm64 s390x"

# The suite that a foreign guest's busybox comes from, whatever the kernel.
ARCH_BUSYBOX_SUITE=bookworm
ARCH_BUSYBOX_PACKAGE=busybox-static

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

# Print the Debian packages that guests of these architectures need on the host.
arch_packages() {
	local arch

	for arch; do
		arch_set "$arch"
		echo "$ARCH_PACKAGE"
	done | sort -u
}

# Print the newest busybox in the cache for a foreign guest, if any.
cached_busybox() {
	find "$1" -path '*.deb/bin/busybox' -type f 2>/dev/null | sort -V | tail -n 1
}

# Print the path of a static busybox of the guest's architecture. The folder is
# named by the package's file, which has the version; it is complete, or not
# there: it is made beside and renamed. Each step is judged, as $( ) goes on
# after one that failed.
arch_busybox() {
	local arch=$1 dir=$CGI_CACHE/busybox/$ARCH_BUSYBOX_SUITE-$1 work deb

	lock "$CGI_CACHE/busybox/lock"
	if [ -z "$(cached_busybox "$dir")" ]; then
		note "downloading $ARCH_BUSYBOX_PACKAGE for $arch"
		# What a run that was killed left behind.
		rm -rf "$CGI_CACHE"/busybox/tmp.*
		{ mkdir -p "$dir" && work=$(mktemp -d "$CGI_CACHE/busybox/tmp.XXXXXX"); } ||
			die "no folder can be made in $CGI_CACHE/busybox"
		apt_root "$CGI_CACHE/apt/busybox-$arch" "$arch" "$ARCH_BUSYBOX_SUITE"
		{ apt_private apt-get -q=2 update &&
		  (cd "$work" && apt_private apt-get -q=2 download "$ARCH_BUSYBOX_PACKAGE:$arch"); } >&2 ||
			die "$ARCH_BUSYBOX_PACKAGE for $arch can not be had: $CGI_CHECK"
		deb=$(basename "$work"/*.deb)
		{ dpkg-deb -x "$work/$deb" "$work/root" && [ -x "$work/root/bin/busybox" ] &&
		  rm -rf "${dir:?}/$deb" && mv -T "$work/root" "$dir/$deb"; } ||
			die "$deb can not be unpacked in $CGI_CACHE/busybox, or has no bin/busybox"
		rm -rf "$work"
	fi
	cached_busybox "$dir"
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
