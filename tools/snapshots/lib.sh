# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# What the scenes share that are made in guests; it is sourced, never run. A scene leaves its files
# in $out, and sets $v2, where cgroup2 is mounted.

dir=/sys/kernel/debug/cgroup_inspect
out=/cgi/out

# Where a controller is mounted, or cgroup2.
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

# write WORDS FILE: The echo of the shell does not say which error it is.
write() {
	/bin/echo "$1" >"$v2/$2"
}

# try PATH WHAT COMMAND...: note the error with which it fails, as a line of errors.
try() {
	path=$1
	what=$2
	shift 2
	said=$("$@" 2>&1) && said=ok
	case $said in
	ok)			error=- ;;
	*busy*)			error=EBUSY ;;
	*"not supported"*)	error=EOPNOTSUPP ;;
	*"No such file"*)	error=ENOENT ;;
	*"wrong fs type"*)	error=EINVAL ;;
	*)			error=$said ;;
	esac
	printf '%s\t%s\t%s\n' "$path" "$what" "$error" >>"$out/errors"
}

# What succeeds is undone: the probe, a task that does nothing, goes back to the root.
try_procs() {
	try "$1" cgroup.procs write "$probe" "$1/cgroup.procs"
	echo "$probe" >"$v2/cgroup.procs"
}

try_controllers() {
	for controller in memory pids; do
		case " $(cat "$v2$1/cgroup.subtree_control") " in
		*" $controller "*)
			try "$1" "-$controller" write "-$controller" "$1/cgroup.subtree_control"
			[ "$error" = EBUSY ] || write "+$controller" "$1/cgroup.subtree_control"
			;;
		*)
			try "$1" "+$controller" write "+$controller" "$1/cgroup.subtree_control"
			[ "$error" != - ] || write "-$controller" "$1/cgroup.subtree_control"
			;;
		esac
	done
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

# What the module says, as one file, and what the kernel says: "dirs" has the folders of all
# hierarchies as "H:INODE H:PARENT", "proc" /proc/PID/cgroup of the threads that lived meanwhile.
save_all() {
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
}
