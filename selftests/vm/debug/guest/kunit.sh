#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The results of the unit tests, which ran when the module was loaded. As many
# as the suite plans must have passed, and enough parameters.

set -u

RESULTS=/sys/kernel/debug/kunit/cgroup_inspect/results
# Of the table of doctored snapshots; a shorter one was cut by mistake.
MIN_PARAMETERS=30

fail() {
	echo "unit tests: $*"
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
}

# Print why the results can not be believed, or else passed, failed, skipped and
# the number of parameters. A case with parameters ends with a line of counts;
# the suite's own are the sum of these and of the other cases.
judge() {
	awk '
		function count(key) {
			return match($0, key ":[0-9]+") ?
				substr($0, RSTART + length(key) + 1) + 0 : -1
		}
		/^    1\.\.[0-9]+$/ { plan = substr($1, 4) + 0 }
		/^    (not )?ok [0-9]/ { cases++ }
		/not ok / { bad++ }
		/^    # .*: pass:/ { parametrised++; params += count("total") }
		/^# Totals: / { pass = count("pass"); fail = count("fail"); skip = count("skip") }
		END {
			if (!plan || cases != plan)
				print "why", cases + 0, "cases ended of", plan + 0
			else if (pass + fail + skip != cases - parametrised + params)
				print "why", "the totals are not those of the cases"
			else if (bad && !fail)
				print "why", "a case failed, but is not counted"
			else
				print pass, fail, skip, params
		}' "$RESULTS"
}

# The results name cases, but only the kernel's log has what was expected.
expectations() {
	dmesg | sed 's/^\[[^]]*\] //' |
		sed -n '/# Subtest: cgroup_inspect/,/^\(not \)\?ok .* cgroup_inspect$/p' |
		grep -v '^ *ok ' | sed 's/^/# /'
}

[ -r "$RESULTS" ] || fail "$RESULTS is missing (module built without CGI_KUNIT=y?)"
cat "$RESULTS"
verdict=$(judge)
case $verdict in
why*)	fail "${verdict#why }" ;;
esac
# shellcheck disable=SC2086 # four numbers
set -- $verdict
[ "$4" -ge "$MIN_PARAMETERS" ] ||
	fail "only $4 parameters of $MIN_PARAMETERS and more"
[ "$2" -eq 0 ] || expectations
echo "unit tests: $4 parameters"
echo "$1 passed, $2 failed, $3 skipped"
[ "$2" -eq 0 ] && [ "$3" -eq 0 ] && [ "$1" -gt 0 ]
