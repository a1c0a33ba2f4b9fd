#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Run tests of others in a guest, as often as is wanted, while disturb.sh does something
# beside them. The results of each time are in out/results.N, what the programs said in out/log.N,
# and how often something was done beside them in out/counts.

set -u

usage() {
	echo "usage: run.sh SUITE nothing|poll|load|other|read|hold TIMES [PROGRAM...]"
	exit 2
}

# Blocks in each of two disks in memory, for files and for swap. That of the guest has no room
# for what tests of memory write, and the root is no file system whose pages can be reclaimed.
KB=524288

make_disks() {
	umount /var/tmp && rmmod brd && insmod /vm/modules/brd.ko rd_nr=2 "rd_size=$KB" &&
	mke2fs -b 4096 /dev/ram0 "$KB" >/dev/null && mount -t ext4 /dev/ram0 /var/tmp &&
	mkswap /dev/ram1 >/dev/null && swapon /dev/ram1
}

# The processes of a session, from the fields that follow the name.
in_session() {
	cat /proc/[0-9]*/stat 2>/dev/null |
		awk -v session="$1" '{ pid = $1; sub(/.*\) /, ""); if ($4 == session) print pid }'
}

# timed LOG COMMAND...: run it for no longer than a quarter of an hour. What it leaves behind,
# perhaps in groups of their own, is killed, as it would run beside the next one.
timed() {
	log=$1
	shift
	rm -f /tmp/session
	# shellcheck disable=SC2016 # for the other shell
	setsid sh -c 'echo $$ >/tmp/session; exec timeout -k 10 900 "$@"' sh "$@" >"$log" 2>&1
	status=$?
	in_session "$(cat /tmp/session)" | xargs -r kill -KILL 2>/dev/null
	return "$status"
}

# run_all N PROGRAM...: each result is shown at once, for a guest that does not come to its end.
run_all() {
	number=$1
	shift
	mkdir -p "/cgi/out/log.$number"
	for program; do
		echo "# $number: $program"
		: >/tmp/begun
		run_program "$program" "/cgi/out/log.$number/$program" |
			tee -a "/cgi/out/results.$number"
	done
}

[ $# -ge 3 ] || usage
suite=$1 beside=$2 times=$3
shift 3
# shellcheck source=/dev/null
. "./$suite.sh" || exit
make_disks && prepare || exit
[ $# -gt 0 ] || {
	# shellcheck disable=SC2046 # names without blanks
	set -- $(list)
}
disturber=
if [ "$beside" != nothing ]; then
	./disturb.sh "$beside" &
	disturber=$!
fi
cd /var/tmp || exit
i=0
while [ "$i" -lt "$times" ]; do
	i=$((i + 1))
	run_all "$i" "$@"
done
: >/tmp/stop
[ -z "$disturber" ] || wait "$disturber"
