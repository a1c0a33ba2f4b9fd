#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# In a guest: make a small scene, and leave in out/ what the module says about it, as one
# file, and what the kernel says: "dirs" has the folders of all hierarchies as "H:INODE
# H:PARENT", "proc" /proc/PID/cgroup of all threads. On v2:
#
#	/
#	|-shop		`-till: two tasks of one css_set, a zombie
#	|-jobs		nine that were removed, each held by a network namespace
#	|-cache		removed, held by a namespace; below it `-below
#	`-		names with a blank, a backslash, a control character, bytes

dir=/sys/kernel/debug/cgroup_inspect
out=/cgi/out

mount_of() {
	awk -v want="$1" '$3 ~ /^cgroup/ && ("," $4 "," ~ "," want "," || $3 == want) {
		print $2; exit }' /proc/mounts
}

# in_cgroup DIR COMMAND...: started there; what it leaves behind stays there.
in_cgroup() {
	where=$1
	shift
	(echo 0 >"$where/cgroup.procs" && exec "$@") &
}

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

# mounted H:CONTROLLERS:PATH, a line of /proc/self/cgroup: print where that is mounted.
mounted() {
	controllers=${1#*:}
	controllers=${controllers%%:*}
	case $controllers in
	"")	mount_of cgroup2 ;;
	*)	mount_of "${controllers%%,*}" ;;
	esac
}

folders() {
	while read -r line; do
		id=${line%%:*}
		top=$(mounted "$line")
		[ -n "$top" ] || continue
		find "$top" -type d | while IFS= read -r folder; do
			above=$id:$(stat -c %i "$(dirname "$folder")")
			[ "$folder" != "$top" ] || above=-
			echo "$id:$(stat -c %i "$folder") $above"
		done
	done </proc/self/cgroup
}

# Those of removed cgroups are left out: /proc says so in the path.
proc() {
	for task in /proc/[0-9]*/task/[0-9]*; do
		grep -q '^State:.Z' "$task/status" 2>/dev/null && continue
		cgroups=$(tr '\n' ' ' 2>/dev/null <"$task/cgroup")
		[ -n "$cgroups" ] && printf '%s\t%s\n' "${task##*/}" "${cgroups% }"
	done | grep -v '(deleted)'
}

scene
mkdir -p "$out"
proc >"$out/before"
{
	cat "$dir/snapshot"
	echo "## holders"
	cat "$dir/holders"
	echo "## check"
	cat "$dir/check"
} >"$out/snapshot" || exit 1
proc | grep -xFf "$out/before" >"$out/proc"
rm "$out/before"
folders >"$out/dirs"
# The program itself, where it was built for this machine.
[ ! -e ./cginspect ] || {
	./cginspect save >"$out/save" && ./cginspect -i "$out/save" check &&
		./cginspect task 1 && ./cginspect tree --tasks &&
		! ./cginspect --dir /sys/kernel/debug/none tasks 2>"$out/said" &&
		grep "the module is not loaded: modprobe" "$out/said"
} >/dev/null || exit 1
rm -f "$out/save" "$out/said"
