#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# This runs last in a guest with the debug kernel: did its checkers really watch to the
# end, and is nothing leaked? kmemleak is asked with the module loaded, as it can't name
# the module's functions afterwards. It is asked again without the module, whose data
# could still point to something that it forgot to free. The output is KTAP, and the
# counts.

set -u

KMEMLEAK=/sys/kernel/debug/kmemleak
passed=0
failed=0

result() {
	if [ "$1" -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) $2"
	else
		failed=$((failed + 1))
		echo "not ok $((passed + failed)) $2"
	fi
}

# lockdep switches itself off at its first report, and at any report of KASAN.
lockdep_works() {
	grep -q '^ debug_locks: *1$' /proc/lockdep_stats
}

# kmemleak reports an object only if it is older than 5 s and did not change since the
# scan before. The write fails if kmemleak has given up.
scanned_twice() {
	sleep 6
	echo scan >"$KMEMLEAK" || return
	sleep 6
	echo scan >"$KMEMLEAK"
}

nothing_leaked() {
	cat "$KMEMLEAK" >/tmp/leaks || return
	sed 's/^/# /' /tmp/leaks
	! grep -q . /tmp/leaks
}

module=$(sed -n 's/^\(cgroup_inspect\|planted\) .*/\1/p' /proc/modules)
scanned_twice
result $? "kmemleak scanned twice"
nothing_leaked
result $? "nothing leaked"
[ -n "$module" ] && rmmod "$module"
result $? "the module can be unloaded"
scanned_twice && nothing_leaked
result $? "nothing was held by the module alone"
lockdep_works
result $? "lockdep is still on"
echo "1..$((passed + failed))"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
