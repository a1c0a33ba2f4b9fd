#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# This runs last in a guest with the debug kernel: did its checkers really watch to the
# end, and is nothing leaked? kmemleak is asked with the module loaded, as it can't name
# the module's functions afterwards. It is asked again without the module, whose data
# could still point to something that it forgot to free. A reference that was kept is no
# leak to kmemleak if the kernel has the object on some list, so the kernel is asked for
# what such a reference would keep. The output is KTAP, and the counts.

set -u

KMEMLEAK=/sys/kernel/debug/kmemleak
CGROUPS=/sys/fs/cgroup
DISK=/var/tmp
# More seconds than a worker of a loop device, and the css of io that it holds, lives on idly.
PATIENCE=90
passed=0
failed=0

result() {
	if [ "$1" -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) $2"
	else
		failed=$((failed + 1))
		echo "not ok $((passed + failed)) $2"
	fi
}

# lockdep switches itself off at its first report, and at any report of KASAN.
lockdep_works() {
	grep -q '^ debug_locks: *1$' /proc/lockdep_stats
}

# kmemleak reports an object only if it is older than 5 s and did not change since the
# scan before. The write fails if kmemleak has given up.
scanned_twice() {
	sleep 6
	echo scan >"$KMEMLEAK" || return
	sleep 6
	echo scan >"$KMEMLEAK"
}

nothing_leaked() {
	cat "$KMEMLEAK" >/tmp/leaks || return
	sed 's/^/# /' /tmp/leaks
	! grep -q . /tmp/leaks
}

# A file that somebody has open, or has a reference to, keeps its file system.
disk_unmounts() {
	grep -q " $DISK ext4 " /proc/mounts && umount "$DISK"
}

# left ROOT NUMBER: say so if a hierarchy of v1 has not as many directories as the kernel counts
# cgroups in it. What was removed is counted as long as it is held.
left() {
	directories=$(find "$1" -type d | wc -l)
	[ "$2" -eq "$directories" ] ||
		echo "# $1 has $directories cgroups, the kernel counts $2"
}

# Print where a cgroup is left that was removed. A hierarchy of several controllers is looked at
# for each of them.
removed_cgroups() {
	sed -n 's/^nr_dying_descendants \([1-9]\)/# cgroup2 has removed cgroups: \1/p' \
		"$CGROUPS/unified/cgroup.stat"
	while read -r controller hierarchy count _; do
		[ "$hierarchy" != 0 ] || continue
		root=$(awk -v want=",$controller," '
			$3 == "cgroup" && index("," $4 ",", want) { print $2; exit }' /proc/mounts)
		[ -z "$root" ] || left "$root" "$count"
	done </proc/cgroups
}

# Pages of files are charged to whoever has read them first.
none_left() {
	echo 3 >/proc/sys/vm/drop_caches
	end=$(($(date +%s) + PATIENCE))
	while removed_cgroups >/tmp/removed && grep -q . /tmp/removed; do
		[ "$(date +%s)" -lt "$end" ] || {
			cat /tmp/removed
			return 1
		}
		sleep 2
	done
}

module=$(sed -n 's/^\(cgroup_inspect\|planted\) .*/\1/p' /proc/modules)
scanned_twice
result $? "kmemleak scanned twice"
nothing_leaked
result $? "nothing leaked"
[ -n "$module" ] && rmmod "$module"
result $? "the module can be unloaded"
scanned_twice && nothing_leaked
result $? "nothing was held by the module alone"
disk_unmounts
result $? "nothing is open on the disk"
none_left
result $? "no cgroup is left that was removed"
lockdep_works
result $? "lockdep is still on"
echo "1..$((passed + failed))"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
