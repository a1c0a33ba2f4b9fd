#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# In a guest: show every file of the module, on what is there or, where nothing
# is, on a small scene:
#
#	v2		name=cgi_named	memory
#	/		/		/
#	`-shop		`-night		`-cache (removed, its page cache stays)
#	  `-till

dir=/sys/kernel/debug/cgroup_inspect
lines=20

mount_of() {
	awk -v want="$1" '$3 ~ /^cgroup/ && ("," $4 "," ~ want || $3 == want) {
		print $2; exit }' /proc/mounts
}

scene() {
	v2=$(mount_of cgroup2)
	named=$(mount_of ,name=cgi_named,)
	memory=$(mount_of ,memory,)
	mkdir -p "$v2/shop/till" "$named/night"
	sleep 1000 &
	echo $! >"$v2/shop/till/cgroup.procs"
	sleep 1000 &
	echo $! >"$v2/shop/till/cgroup.procs"
	echo $! >"$named/night/tasks"
	# The short sleep becomes a zombie: the shell that started it turns into a sleep,
	# which never waits for a child.
	sh -c "sleep 0.2 & exec sleep 1000" &
	echo $! >"$named/night/tasks"
	[ -n "$memory" ] || return 0
	mkdir "$memory/cache"
	sh -c "echo \$\$ >$memory/cache/tasks; dd if=/dev/zero of=/tmp/page bs=4096 count=5 2>/dev/null"
	sleep 1
	rmdir "$memory/cache"
}

# If there is no graph, most files do not exist; info says why.
show() {
	[ -e "$dir/$1" ] || return 0
	echo
	echo "== $1"
	head -n "$lines" "$dir/$1" | cut -c 1-160
	total=$(wc -l <"$dir/$1")
	[ "$total" -le "$lines" ] || echo "... $((total - lines)) more lines"
}

centiseconds() {
	awk '{ printf "%d", $1 * 100 }' /proc/uptime
}

# Print the time that one reading of all files takes: the same process reads them 10
# times.
cost() {
	name=$1
	shift
	began=$(centiseconds)
	cat "$@" "$@" "$@" "$@" "$@" "$@" "$@" "$@" "$@" "$@" >/dev/null
	echo "$(($(centiseconds) - began)) ms: $name"
}

[ ! -d /sys/fs/cgroup/systemd ] && [ ! -e /sys/fs/cgroup/init.scope ] && scene
for file in info tasks css_sets links cgroups csses hierarchies subsystems check stats; do
	show "$file"
done
echo
echo "== all memberships: one file, and one for each task in /proc"
cost "$dir/tasks" "$dir/tasks"
cost "/proc/*/task/*/cgroup" /proc/[0-9]*/task/[0-9]*/cgroup
mkdir -p /cgi/out
for file in "$dir"/*; do
	cat "$file" >"/cgi/out/$(basename "$file")" || exit 1
done
