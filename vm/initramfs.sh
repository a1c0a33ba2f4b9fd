# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# Make an initramfs of everything that a guest gets: busybox, modules, files, and the
# command. Sourced by run.sh, whose variables say what is wanted.

# Only sh is linked to busybox here. The guest makes the other links, as a busybox of
# another architecture can't be run here to ask which applets it has.
stage_busybox() {
	local stage=$1 busybox

	if [ "$ARCH" = amd64 ]; then
		busybox=$(command -v busybox)
	else
		busybox=$("$VM/busybox.sh" "$ARCH") || no_guest $?
	fi
	cp "$busybox" "$stage/bin/busybox"
	ln -s busybox "$stage/bin/sh"
}

# Print the kernel's modules that the guest needs for its ports, its disks, loop and tun devices,
# unless the kernel is one that has all of them built in.
kernel_modules() {
	echo "$ARCH_PORT_MODULES"
	[ -n "$MODDIR" ] || return 0
	echo ext4 loop tun
	if [ "$GUEST" = mixed ]; then
		echo brd
	else
		echo virtio_pci virtio_blk
	fi
}

# Print the parameters of a module. The disk of the guest mixed is in memory.
module_parameters() {
	[ "$1" != brd.ko ] || echo "rd_nr=1 rd_size=$DISK_KB"
}

unpack_module() {
	case $1 in
	*.xz)	xz -dc "$1" ;;
	*.zst)	command -v zstd >/dev/null || die "zstd is missing: run scripts/deps.sh zstd"
		zstd -qdc "$1" ;;
	*.gz)	gzip -dc "$1" ;;
	*)	cat "$1" ;;
	esac
}

# Copy these modules and those that they depend on, and list them in the order in
# which they are to be loaded. modprobe does not say "insmod" for what is built in.
stage_kernel_modules() {
	local stage=$1 root=${MODDIR%/lib/modules/*} name depends word file

	: >"$stage/vm/modules.list"
	for name in $(kernel_modules); do
		depends=$(modprobe -d "$root" -S "$KREL" --show-depends "$name") ||
			die "kernel $KREL has no $name, which the guest $GUEST needs on $ARCH"
		while read -r word file _; do
			[ "$word" = insmod ] || continue
			name=$(basename "$file" | sed 's/\.ko\..*/.ko/')
			[ ! -e "$stage/vm/modules/$name" ] || continue
			unpack_module "$file" >"$stage/vm/modules/$name"
			echo "$name $(module_parameters "$name")" >>"$stage/vm/modules.list"
		done <<<"$depends"
	done
}

stage_files() {
	local stage=$1 dir

	for dir in ${FILES[@]+"${FILES[@]}"}; do
		tar -C "$dir" -c . | tar -C "$stage/cgi" -x --keep-old-files ||
			die "--files $dir: something of that name is in /cgi already, or a file can not be read"
	done
	[ -z "$MODULE" ] || cp "$MODULE" "$stage/cgi/cgroup_inspect.ko"
}

stage_conf() {
	local stage=$1 rows=24 cols=80

	if [ -n "$INTERACTIVE" ]; then
		read -r rows cols < <(stty size)
		# A terminal that does not know its size says 0.
		[ "$rows" -gt 0 ] || rows=24
		[ "$cols" -gt 0 ] || cols=80
	fi
	cat >"$stage/vm/conf" <<-CONF
	GUEST=$GUEST
	CPUS=$CPUS
	NONCE=$NONCE
	LOAD=$LOAD
	INTERACTIVE=$INTERACTIVE
	ROWS=$rows
	COLS=$cols
	TERMINAL=${TERM:-linux}
	DISK_KB=$DISK_KB
	PORT_OUT=/dev/${ARCH_PORTS[0]}
	PORT_FILES=/dev/${ARCH_PORTS[1]}
	PORT_RESULT=/dev/${ARCH_PORTS[2]}
	CONF
	printf '%s\n' "$COMMAND" >"$stage/vm/command"
}

# Whoever owns the staged files, cpio makes root their owner.
make_initramfs() {
	local stage=$1

	mkdir -p "$stage"/{bin,etc,cgi/out,vm/modules}
	ln -s bin "$stage/sbin"
	stage_busybox "$stage"
	stage_kernel_modules "$stage"
	stage_files "$stage"
	stage_conf "$stage"
	echo 'root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/bin/false' >"$stage/etc/passwd"
	echo 'root:x:0:
nogroup:x:65534:' >"$stage/etc/group"
	cp "$VM/guest/session.sh" "$VM/guest/cgi-session.service" "$stage/vm"
	install -m 755 "$VM/guest/init" "$stage/init"
	(cd "$stage" && find . -print0 | cpio --quiet -0 -o -H newc -R 0:0)
}
