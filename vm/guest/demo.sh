#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# In a guest: show with cginspect what there is to see, then every file of the module, on
# what is there or, where nothing is, on a small scene:
#
#	v2		name=cgi_named	memory
#	/		/		/
#	|-shop		`-night		`-cache (removed, its page cache stays)
#	| `-till
#	`-door (removed, a socket stays)

dir=/sys/kernel/debug/cgroup_inspect
lines=20
# There is one in guests of the architecture of the machine that runs them.
cginspect=

mount_of() {
	awk -v want="$1" '$3 ~ /^cgroup/ && ("," $4 "," ~ want || $3 == want) {
		print $2; exit }' /proc/mounts
}

# The short sleep becomes a zombie: the shell that started it turns into a sleep, which
# never waits for a child.
scene() {
	v2=$(mount_of cgroup2)
	named=$(mount_of ,name=cgi_named,)
	memory=$(mount_of ,memory,)
	mkdir -p "$v2/shop/till" "$v2/door" "$named/night"
	sleep 1000 &
	echo $! >"$v2/shop/till/cgroup.procs"
	echo $! >"$named/night/tasks"
	clerk=$!
	sh -c "echo \$\$ >$v2/shop/till/cgroup.procs; echo \$\$ >$named/night/tasks
		sleep 0.2 & echo \$! >/tmp/zombie; exec sleep 1000" &
	sh -c "echo \$\$ >$v2/door/cgroup.procs; exec nc -l -p 4711" >/dev/null 2>&1 &
	porter=$!
	if [ -n "$memory" ]; then
		mkdir "$memory/cache"
		sh -c "echo \$\$ >$memory/cache/tasks
			dd if=/dev/zero of=/tmp/page bs=4096 count=5 2>/dev/null"
	fi
	sleep 1
	zombie=$(cat /tmp/zombie)
	echo $porter >"$v2/cgroup.procs"
	rmdir "$v2/door" ${memory:+"$memory/cache"}
}

title() {
	echo
	echo "== $*"
}

# Print a command and what it prints.
run() {
	echo "# $*"
	"$@" 2>&1
	echo
}

[ ! -x ./cginspect ] || cginspect=./cginspect

story() {
	title "a zombie: v1 and named hierarchies of /proc say that it is in the root"
	run cat "/proc/$zombie/cgroup"
	run cginspect task "$zombie"
	title "two tasks that share a css_set, and all that it leads to"
	run cginspect task "$clerk"
	title "removed, but still held, and by whom"
	run cginspect dying --holders
	title "a hierarchy as a tree, with what was removed"
	run cginspect tree 0 --tasks | head -n 40
}

cginspect() {
	"$cginspect" "$@"
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

if [ ! -d /sys/fs/cgroup/systemd ] && [ ! -e /sys/fs/cgroup/init.scope ]; then
	scene
	[ -z "$cginspect" ] || [ ! -e "$dir/links" ] || story
fi
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
[ -z "$cginspect" ] || [ ! -e "$dir/links" ] || cginspect save >/cgi/out/saved
