#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# planted.sh SECONDS: have the planted races happen. racer.ko counts for some seconds; then tasks
# are forked all the time, while `tasks` is opened, until the planted read is reported or the time
# is over. Whether KCSAN watches a read just then is chance, so the time is generous.

set -u

TASKS=/sys/kernel/debug/cgroup_inspect/tasks
seconds=$1
opened=0
refused=0

# A report is whole when its last line is there.
was_reported() {
	dmesg | sed -n '/BUG: KCSAN: .*cgi_planted/,$p' |
		grep -q 'Reported by Kernel Concurrency Sanitizer'
}

keep_forking() {
	while :; do
		(:)
	done
}

# Not ":", which would end the shell if the file can't be opened.
open_often() {
	i=0
	while [ $i -lt 50 ]; do
		i=$((i + 1))
		if true <"$TASKS"; then
			opened=$((opened + 1))
		else
			refused=$((refused + 1))
		fi
	done
}

insmod racer.ko && sleep 5 && rmmod racer || exit
keep_forking &
began=$(date +%s)
until was_reported || [ $(($(date +%s) - began)) -ge "$seconds" ]; do
	open_often
done
kill $!
echo "# tasks was opened $opened times in $(($(date +%s) - began)) s, and $refused times refused"
[ "$opened" -gt 0 ] && [ "$refused" -eq 0 ]
