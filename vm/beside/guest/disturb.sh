#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Do something in a guest, over and over, until /tmp/stop is there, while others are tested.
# Then say in out/counts how often it was done. /tmp/begun says that another program has begun.

set -u

DIR=/sys/kernel/debug/cgroup_inspect
UNIFIED=/sys/fs/cgroup/unified
# An emulated processor that did nothing but read would leave too little for what is tested. So
# each step is followed by a pause that is so many times as long, and not less than that many
# hundredths of a second.
TIMES=4
LEAST=20
readings=0
rounds=0
wrong=0

centiseconds() {
	awk '{ printf "%d", $1 * 100 }' /proc/uptime
}

# step COMMAND...: do it, and pause. A program that begins ends the pause, as it would have come
# to its end in a long one, and nothing would have been done beside it.
step() {
	rm -f /tmp/begun
	began=$(centiseconds)
	"$@"
	pause=$((($(centiseconds) - began) * TIMES))
	[ "$pause" -ge "$LEAST" ] || pause=$LEAST
	until [ "$pause" -le 0 ] || [ -e /tmp/begun ] || [ -e /tmp/stop ]; do
		sleep 0.1
		pause=$((pause - 10))
	done
}

blame() {
	wrong=$((wrong + 1))
	echo "wrong: $*" >>/cgi/out/wrong
}

# read_whole FILE: a file is there and is not empty; of check it is also known what it must
# not say.
read_whole() {
	if ! cat "$DIR/$1" >/tmp/reading 2>/tmp/why || ! [ -s /tmp/reading ]; then
		blame "$1 can not be read: $(cat /tmp/why)"
	elif [ "$1" = check ] && grep '^not ok' /tmp/reading >/tmp/why; then
		blame "check says $(cat /tmp/why)"
	else
		readings=$((readings + 1))
	fi
}

poll() {
	for file in snapshot check holders; do
		step read_whole "$file"
	done
}

# The control for poll: whoever wants to know the same without us reads /proc and the folders.
read_others() {
	cat /proc/[0-9]*/task/[0-9]*/cgroup 2>/dev/null >/tmp/reading
	find /sys/fs/cgroup -name cgroup.procs -exec cat {} + 2>/dev/null >>/tmp/reading
	readings=$((readings + 1))
}

# around MODULE COMMAND...: load it, run the command, which must succeed, and unload it.
around() {
	module=$1
	shift
	insmod "$module.ko" 2>/tmp/why || {
		blame "$module.ko does not load: $(cat /tmp/why)"
		return
	}
	"$@" || blame "$* fails beside $module.ko"
	rmmod "$module" 2>/tmp/why || {
		blame "$module can not be unloaded: $(cat /tmp/why)"
		return
	}
	rounds=$((rounds + 1))
}

load() {
	step around cgroup_inspect read_whole check
}

# The control for load: another module, which knows no cgroup. While it is loaded, as much is read
# as takes about the time that loading ours and reading check take. Tests of how processors are
# shared depend on how long each disturbance lasts, not only on their sum.
other() {
	step around floor read_others_twice
}

read_others_twice() {
	read_others && read_others
}

# A fault: hold each cgroup that a test makes, as a reader would that forgets to let go. A page
# of a file is charged to the memory of the cgroup in which a process writes it, for as long
# as the file is there.
hold() {
	for dir in "$UNIFIED"/*/*/; do
		[ -d "$dir" ] || continue
		rounds=$((rounds + 1))
		sh -c "echo \$\$ >$dir/cgroup.procs && echo x >/tmp/held.$rounds" 2>/dev/null
	done
	sleep 0.01
}

until [ -e /tmp/stop ]; do
	case $1 in
	read)	step read_others ;;
	*)	"$1" ;;
	esac
done
echo "$readings $rounds $wrong" >/cgi/out/counts
