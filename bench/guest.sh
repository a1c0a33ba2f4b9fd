#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# What the benchmark does in the guest, which has nothing else to do:
# guest.sh POINT TASKS CGROUPS HIERARCHIES DEPTH SPREAD COMMAND...
# COMMAND is "compare ROUNDS [SIDE]...", "disturb ROUNDS SECONDS" or "throttled OPENS" or
# "tool ROUNDS".

set -eu

POINT=$1 TASKS=$2 CGROUPS=$3 HIERARCHIES=$4 DEPTH=$5 SPREAD=$6
shift 6
FS=/sys/fs/cgroup
FILES=/sys/kernel/debug/cgroup_inspect
# Every kernel has these on v1, in as many hierarchies as a point may have beside v2.
# pids stays on v2, where it is needed for the comparison of holds.
V1='cpu,cpuacct blkio devices freezer net_cls,net_prio perf_event hugetlb'

fail() {
	echo "guest.sh: $*" >&2
	exit 1
}

# Do it again until it succeeds; hierarchies go away some time after they are unmounted.
retry() {
	tries=0
	until "$@" 2>/dev/null; do
		tries=$((tries + 1))
		[ "$tries" -le 100 ] || fail "this does not come to pass: $*"
		sleep 0.1
	done
}

unmount_v1() {
	awk '$3 == "cgroup" { print $2 }' /proc/mounts | while read -r dir; do
		umount "$dir"
	done
}

mount_v1() {
	mkdir -p "$FS/$1"
	mount -t cgroup -o "nosuid,nodev,noexec,$1" cgroup "$FS/$1"
}

# Leave as many hierarchies mounted as there are to be, and print where.
mount_all() {
	left=$HIERARCHIES
	unmount_v1
	retry grep -qw pids "$FS/unified/cgroup.controllers"
	echo "$FS/unified"
	for controllers in $V1; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || break
		retry mount_v1 "$controllers"
		echo "$FS/$controllers"
	done
}

# There are as many hierarchies as there are to be, and all tasks: if not, something else
# is measured than what the table says.
check_scene() {
	cat $FILES/snapshot >/dev/null
	figures hierarchies tasks css_sets links cgroups csses >counts
	read -r hierarchies tasks rest <counts
	[ "$hierarchies" -eq "$HIERARCHIES" ] ||
		fail "$hierarchies hierarchies, not $HIERARCHIES"
	[ "$tasks" -ge "$TASKS" ] || fail "$tasks tasks, not $TASKS: $rest"
	printf '%s\t' "$POINT" >>out/scenes.tsv
	tr ' ' '\t' <counts >>out/scenes.tsv
	awk -v point="$POINT" '{
		printf "point %s: %s hierarchies, %s tasks, %s css_sets, ", point, $1, $2, $3
		printf "%s links, %s cgroups, %s csses\n", $4, $5, $6 }' counts
}

# figures KEY...: print what the file stats says about the keys, in one line.
figures() {
	awk -v keys="$*" '
		{ sub(":$", "", $1); value[$1] = $2 }
		END {
			n = split(keys, key, " ")
			for (i = 1; i <= n; i++)
				printf "%s%s", value[key[i]], i < n ? " " : "\n"
		}' $FILES/stats
}

ln -s /cgi/lib /lib
ln -s /cgi/lib /lib64
echo 4194304 >/proc/sys/kernel/pid_max
echo 200000 >/proc/sys/kernel/threads-max
insmod floor.ko
MOUNTS=$(mount_all)
# shellcheck disable=SC2086 # a word for each mount
./scene "$TASKS" "$CGROUPS" "$DEPTH" "$SPREAD" $MOUNTS
check_scene
case $1 in
compare)
	rounds=$2
	shift 2
	./compare "$POINT" "$rounds" out "$@" ;;
disturb)
	./disturb "$POINT" "$2" "$3" "$CGROUPS" out ;;
throttled)
	./throttled "$POINT" "$2" "$CGROUPS" out ;;
tool)
	./tool "$POINT" "$2" out ./cginspect ;;
esac
