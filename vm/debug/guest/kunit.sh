#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The results of the unit tests, which ran when the module was loaded. As many
# as the suite plans must have passed, and neither more nor fewer than there are
# in the source.

set -u

RESULTS=/sys/kernel/debug/kunit/cgroup_inspect/results
# In module/tests/check_kunit.c: entries of cgi_cases[], and rows of the tables of
# parameters. Who adds one says so here; one that is gone by mistake is noticed.
CASES=13
PARAMETERS=57

fail() {
	echo "unit tests: $*"
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
}

# Print why the results can not be believed, or else passed, failed, skipped and
# the numbers of cases and parameters. A case with parameters ends with a line of counts;
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
				print pass, fail, skip, cases, params
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
# shellcheck disable=SC2086 # five numbers
set -- $verdict
[ "$4" -eq "$CASES" ] ||
	fail "$4 cases, $CASES are expected; see CASES in kunit.sh"
[ "$5" -eq "$PARAMETERS" ] ||
	fail "$5 parameters, $PARAMETERS are expected; see PARAMETERS in kunit.sh"
[ "$2" -eq 0 ] || expectations
echo "unit tests: $4 cases, $5 parameters"
echo "$1 passed, $2 failed, $3 skipped"
[ "$2" -eq 0 ] && [ "$3" -eq 0 ] && [ "$1" -gt 0 ]
