#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# In a guest on whose disk the packages are installed: does everything work as a user expects,
# and is nothing left when they are removed? The output is KTAP, and the counts.

set -u

KREL=$(uname -r)
FILES=/sys/kernel/debug/cgroup_inspect
passed=0
failed=0

# check NAME COMMAND...: the case is passed if the command succeeds. Else what it said is shown,
# and this fails.
check() {
	name=$1
	shift
	if "$@" >/tmp/said 2>&1; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) $name"
	else
		failed=$((failed + 1))
		sed 's/^/# /' /tmp/said
		echo "not ok $((passed + failed)) $name"
		return 1
	fi
}

# Run a command, show what it prints, and succeed if that is nothing.
is_silent() {
	"$@" >/tmp/printed 2>&1 && ! [ -s /tmp/printed ] && return
	cat /tmp/printed
	return 1
}

# Files are compared with the checksums in the packages.
is_whole() {
	dpkg-query -W cgroup-inspect-dkms cginspect &&
		is_silent dpkg --verify cgroup-inspect-dkms cginspect &&
		is_silent dpkg --audit
}

is_in_dkms() {
	dkms status
	dkms status | grep -qx "cgroup_inspect/[0-9.]*, $KREL, x86_64: installed"
}

names_the_command() {
	cginspect check && return 1
	[ $? -eq 3 ] && cginspect check 2>&1 | grep 'the module is not loaded: modprobe cgroup_inspect'
}

# The version of the module is that of its sources, and the package's begins with it.
loads() {
	modprobe cgroup_inspect && cat "$FILES/info" || return
	version=$(sed -n 's/^version: //p' "$FILES/info")
	modinfo -n cgroup_inspect | grep -x "/lib/modules/$KREL/updates/dkms/cgroup_inspect\.ko" &&
		[ -f "/usr/src/cgroup_inspect-$version/dkms.conf" ] &&
		dpkg-query -W -f '${Version}\n' cgroup-inspect-dkms | grep "^$version\(+\|\$\)" &&
		cginspect --version | grep "^cginspect $version,"
}

# This shell is one of the tasks.
shows_tasks() {
	cginspect tasks -o tid,comm --noheadings >/tmp/tasks || return
	awk -v tid=$$ '$1 == tid' /tmp/tasks | grep . && cginspect task $$
}

is_removed() {
	modprobe -r cgroup_inspect && dpkg --purge cgroup-inspect-dkms cginspect
}

# An exit code of 1 says that a package is not known, or a module.
left_nothing() {
	./contents.sh | diff /root/before - && [ -z "$(dkms status)" ] &&
		! dpkg-query -W cgroup-inspect-dkms && ! dpkg-query -W cginspect &&
		! modprobe -n cgroup_inspect && ! grep cgroup_inspect /lib/modules/"$KREL"/modules.*
}

check "the packages are installed whole" is_whole
check "DKMS has installed the module for this kernel" is_in_dkms
check "cginspect names the command that loads the module" names_the_command
check "modprobe loads it, and all versions are one" loads
check "cginspect check: the graph is sound" cginspect check
check "cginspect shows the tasks, and the chain of one" shows_tasks
check "the packages are removed" is_removed &&
	check "nothing is left of them" left_nothing
echo "1..$((passed + failed))"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
