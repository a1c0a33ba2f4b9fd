#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# In a guest with systemd and 7.2 or newer: make objects in states that are rare, leave in out/ what
# the module and the kernel say of them, and then try operations, as whys.sh does. Of one that
# neither succeeds nor fails the ERROR is "waits". On v2:
#
#	/states
#	|-switched	memory was switched off for these, which live
#	|  |-socket	a socket holds the css
#	|  |-zombie	a css_set holds it, in which a zombie is
#	|  `-leaving	the css drains: a task exits, and does not come to an end of that
#	|-drain		removed; below it `-below, removed while a task exits in it
#	|-exits		a task exits in it, and nothing else is in it
#	|-half		a zombie, whose thread lives
#	|-threads	domain threaded: the leaders of three threads
#	|  |-one	threaded: a thread
#	|  |-stuck	threaded: a thread that exits, of a process that lives
#	|  |-mixed	threaded: one that lives, and one that exits
#	|  `-invalid	domain invalid
#	|-space		removed: an open file of a cgroup namespace without tasks holds its css_set
#	|-spaced	removed: a cgroup namespace holds its css_set; the task in that is elsewhere
#	`-unreaped	removed: a zombie, which was in it, holds its css_set

# shellcheck source=lib.sh
. ./lib.sh

states=

# A task exits in DIR and can't end: it is the init of a pid namespace, and so waits for the last
# task there, whose parent is stopped and does not reap it. "waited" has these parents.
exit_in() {
	unshare -p -f sleep 1000 &
	maker=$!
	sleep 1
	init=$(pgrep -P "$maker")
	nsenter -t "$init" -p sleep 1000 &
	waited="$waited $!"
	sleep 1
	kill -STOP "${waited##* }"
	echo "$init" >"$1/cgroup.procs"
	kill -KILL "$init"
}

thread_of() {
	find "/proc/$1/task" -mindepth 1 -maxdepth 1 ! -name "$1" -printf '%f\n'
}

# thread_in DIR ARGUMENT...: a process in $states/threads, of which a thread is in DIR.
thread_in() {
	to=$1
	shift
	in_cgroup "$states/threads" ./threads "$@"
	sleep 1
	thread_of $! >"$states/threads/$to/cgroup.threads"
}

# A file on a file system that is frozen can't be deleted, and its last user waits for that, also
# if that is a thread that exits.
frozen_files() {
	truncate -s 8M /tmp/disk
	mkfs.ext4 -q /tmp/disk
	mkdir /tmp/frozen
	mount -o loop /tmp/disk /tmp/frozen
	touch /tmp/frozen/one /tmp/frozen/two
	mkfifo /tmp/end1 /tmp/end2
	thread_in stuck hold /tmp/frozen/one /tmp/end1
	thread_in mixed hold /tmp/frozen/two /tmp/end2
	fsfreeze -f /tmp/frozen
	echo >/tmp/end1
	echo >/tmp/end2
}

threads() {
	write threaded states/threads/one/cgroup.type
	write threaded states/threads/stuck/cgroup.type
	write threaded states/threads/mixed/cgroup.type
	thread_in one stay
	thread_in mixed stay
	frozen_files
	in_cgroup "$states/half" ./threads leave
}

# The shell that starts it turns into a sleep, which never waits for a child.
zombie_in() {
	sh -c "(echo 0 >$1/cgroup.procs && exec sleep 0.2) & exec sleep 1000" &
}

spaces() {
	in_cgroup "$states/space" unshare -C sleep 1000
	maker=$!
	sleep 1
	sleep 1000 9<"/proc/$maker/ns/cgroup" &
	sleep 1
	kill "$maker"
	in_cgroup "$states/spaced" unshare -C sleep 1000
	sleep 1
	echo $! >"$v2/cgroup.procs"
	zombie_in "$states/unreaped"
}

switch_off() {
	in_cgroup "$states/switched/socket" unshare -n sleep 1000
	zombie_in "$states/switched/zombie"
	exit_in "$states/switched/leaving"
	sleep 2
	write -memory states/switched/cgroup.subtree_control
}

scene() {
	states=$v2/states
	mkdir "$states"
	write "+memory +pids" cgroup.subtree_control
	write "+memory +pids" states/cgroup.subtree_control
	mkdir -p "$states"/switched/socket "$states/switched/zombie" "$states/switched/leaving" \
		"$states/drain/below" "$states/exits" "$states/half" "$states/threads/one" \
		"$states/threads/stuck" "$states/threads/mixed" "$states/threads/invalid" \
		"$states/space" "$states/spaced" "$states/unreaped"
	write +memory states/switched/cgroup.subtree_control
	threads
	spaces
	exit_in "$states/drain/below"
	exit_in "$states/exits"
	switch_off
	sleep 1
	rmdir "$states/drain/below" "$states/drain" "$states/space" "$states/spaced" \
		"$states/unreaped"
	sleep 2
}

# Who waits can't be killed, and must not keep the pipe that what is said here goes through.
wait_for() {
	(exec >/tmp/said 2>&1 && "$@") &
	sleep 2
	if kill -0 $! 2>/dev/null; then
		echo waits
		return 1
	fi
	cat /tmp/said
	wait $!
}

tries() {
	sleep 1000 &
	probe=$!
	for folder in $(cd "$v2" && find states -mindepth 1 -type d | sort); do
		try_procs "/$folder"
	done
	for folder in half threads threads/one threads/stuck threads/mixed threads/invalid exits; do
		try_controllers "/states/$folder"
	done
	for folder in $(cd "$v2" && find states -mindepth 1 -type d | sort -r); do
		[ "$folder" = states/switched/leaving ] || try "/$folder" rmdir rmdir "$v2/$folder"
	done
	try /states/switched -pids wait_for write -pids states/switched/cgroup.subtree_control
	try pids mount wait_for mount -t cgroup -o pids none /mnt
	try memory mount wait_for mount -t cgroup -o memory none /mnt
	try /states/switched/leaving rmdir rmdir "$states/switched/leaving"
}

mkdir -p "$out"
v2=$(mount_of cgroup2)
waited=
scene
save_all
tries
fsfreeze -u /tmp/frozen
# shellcheck disable=SC2086 # one word for each
kill -CONT $waited
