#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# In a guest with systemd: make cgroups with which operations fail, leave in out/saved what the
# module says about them, and then try. "errors" has what the kernel answered, as lines "PATH WHAT
# ERROR" with TABs between them; WHAT is rmdir, cgroup.procs, +CONTROLLER, -CONTROLLER or mount.

# shellcheck source=lib.sh
. ./lib.sh

scene() {
	mkdir -p "$v2/why"
	write "+memory +pids" cgroup.subtree_control
	write "+memory +pids" why/cgroup.subtree_control
	for name in empty task both both/below parent parent/enables pids pids/below threaded \
		threaded/thread threaded/invalid zombie gone held cold cold/below; do
		mkdir "$v2/why/$name"
	done
	in_cgroup "$v2/why/task" sleep 1000
	in_cgroup "$v2/why/both" sleep 1000
	in_cgroup "$v2/why/both/below" sleep 1000
	write +memory why/parent/cgroup.subtree_control
	write +memory why/parent/enables/cgroup.subtree_control
	write +pids why/pids/cgroup.subtree_control
	in_cgroup "$v2/why/pids/below" sleep 1000
	write threaded why/threaded/thread/cgroup.type
	in_cgroup "$v2/why/cold/below" sleep 1000
	for name in zombie gone; do
		sh -c "(echo 0 >$v2/why/$name/cgroup.procs && exec sleep 0.2) & exec sleep 1000" &
	done
	in_cgroup "$v2/why/held" unshare -n sleep 1000
	holder=$!
	sleep 3
	write 1 why/cold/cgroup.freeze
	echo "$holder" >"$v2/cgroup.procs"
	sleep 1
	rmdir "$v2/why/gone" "$v2/why/held"
	sleep 2
}

tries() {
	sleep 1000 &
	probe=$!
	for folder in $(cd "$v2" && find why -mindepth 1 -type d | sort); do
		try_procs "/$folder"
		try_controllers "/$folder"
		try "/$folder" rmdir rmdir "$v2/$folder"
		[ "$error" != - ] || mkdir "$v2/$folder"
	done
	for controller in memory pids; do
		try $controller mount mount -t cgroup -o $controller none /mnt
	done
}

mkdir -p "$out"
v2=$(mount_of cgroup2)
scene
./cginspect save >"$out/saved" || exit 1
tries
for path in $(cd "$v2" && find why -mindepth 1 -type d | sort) why/gone why/held; do
	./cginspect why "/$path" 2>&1
done
