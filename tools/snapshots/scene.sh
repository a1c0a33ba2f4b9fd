#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# In a guest: make a small scene, and leave in out/ what the module says about it, and the
# kernel. On v2:
#
#	/
#	|-shop		`-till: two tasks of one css_set, a zombie
#	|-jobs		nine that were removed, each held by a network namespace
#	|-cache		removed, held by a namespace; below it `-below
#	`-		names with a blank, a backslash, a control character, bytes

# shellcheck source=lib.sh
. ./lib.sh

# A network namespace that a task keeps, which has gone to the root cgroup: of its own
# cgroup only sockets of the kernel are left.
held() {
	mkdir "$v2/$1"
	in_cgroup "$v2/$1" unshare -n sleep 1000
	held="$held $!"
}

remove_held() {
	sleep 2
	for pid in $held; do
		echo "$pid" >"$v2/cgroup.procs"
	done
	sleep 1
	rmdir "$v2"/jobs/[0-9]* "$v2/cache/below" "$v2/cache"
}

scene() {
	v2=$(mount_of cgroup2)
	held=
	mkdir -p "$v2/shop/till" "$v2/jobs" "$v2/two words" "$v2/dev\\x2ddisk" \
		"$v2/$(printf 'esc\033[31mape')" "$v2/$(printf 'caf\303\251 \377')"
	in_cgroup "$v2/shop/till" sleep 1000
	in_cgroup "$v2/shop/till" sleep 1000
	# The short sleep becomes a zombie: the shell that started it turns into a sleep,
	# which never waits for a child.
	in_cgroup "$v2/shop/till" sh -c "sleep 0.2 & exec sleep 1000"
	for job in 1 2 3 4 5 6 7 8 9; do
		held "jobs/$job"
	done
	mkdir "$v2/cache"
	held cache/below
	remove_held
}

scene
mkdir -p "$out"
save_all
# The program itself, where it was built for this machine.
[ ! -e ./cginspect ] || {
	./cginspect save >"$out/save" && ./cginspect -i "$out/save" check &&
		./cginspect task 1 && ./cginspect tree --tasks &&
		! ./cginspect --dir /sys/kernel/debug/none tasks 2>"$out/said" &&
		grep "the module is not loaded: modprobe" "$out/said"
} >/dev/null || exit 1
rm -f "$out/save" "$out/said"
