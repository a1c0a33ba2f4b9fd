#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Last in a guest with the debug kernel: did its checkers really watch to the
# end, and is nothing leaked? Once with the module, as its functions have no
# names afterwards; then without, as its data could still point to what it
# forgot to free. KTAP, and the counts.

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

# The first report of lockdep, and any of KASAN, ends lockdep's work.
lockdep_works() {
	grep -q '^ debug_locks: *1$' /proc/lockdep_stats
}

# An object is judged when it is older than 5 s, and was the same in the scan
# before. A scan is refused if kmemleak has given up.
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
