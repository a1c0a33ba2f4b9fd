# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# The tests of controllers of the Linux Test Project. Sourced by run.sh.

export LTPROOT=/cgi/ltp
export PATH=/tmp/bin:$PATH:$LTPROOT/testcases/bin
export TMPDIR=/var/tmp LTP_COLORIZE_OUTPUT=n
# Guests are emulated. The tests multiply their own limits of time by this.
export LTP_TIMEOUT_MUL=3

# The find of busybox has no -delete, which the tests need to remove their cgroups. It implies
# -depth: a cgroup is removed after those below it. Nothing else has to be prepared: they take
# the hierarchies of v1 as the guest has mounted them.
prepare() {
	mkdir -p /tmp/bin
	cat >/tmp/bin/find <<-'FIND'
	#!/bin/sh
	for word; do
		shift
		if [ "$word" = -delete ]; then
			set -- "$@" -depth -exec rmdir {} \;
		else
			set -- "$@" "$word"
		fi
	done
	exec /bin/busybox find "$@"
	FIND
	chmod +x /tmp/bin/find
}

# A line of the table is a name, a program and its arguments.
list() {
	awk '!/^#/ && NF { print $1 }' /cgi/ltp/table
}

command_of() {
	awk -v name="$1" '!/^#/ && $1 == name { sub(/^[^ \t]+[ \t]+/, ""); print; exit }' /cgi/ltp/table
}

# run_program NAME LOG: print its result. Its exit code has a bit for each kind of trouble;
# 32 alone says that it can not be run here.
run_program() {
	# shellcheck disable=SC2046 # a program and its arguments
	timed "$2" $(command_of "$1")
	case $? in
	0)	result=ok ;;
	32)	result=skip ;;
	*)	result=fail ;;
	esac
	printf '%s\t%s\n' "$1" "$result"
}
