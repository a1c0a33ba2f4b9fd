#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Judge the results of the unit tests, which ran when the module was loaded. All that each
# suite plans must have passed, and that must be as many as there are in the source.

set -u

KUNIT=/sys/kernel/debug/kunit
# The suites of module/tests/*_kunit.c: name, entries of cases[], rows of its table of
# parameters. Who adds one of them says so here, so that one that is lost is noticed.
SUITES="cgroup_inspect_snapshot 5 0
cgroup_inspect_room 9 0
cgroup_inspect_pause 6 0
cgroup_inspect_escape 2 35
cgroup_inspect_keys 6 0
cgroup_inspect_derive 12 0
cgroup_inspect_tasks 4 24
cgroup_inspect_tries 4 16
cgroup_inspect_check_trees 2 61
cgroup_inspect_check_css_sets 2 39
cgroup_inspect_released 9 0
cgroup_inspect_rcu_css_sets 2 7
cgroup_inspect_pager 7 0
cgroup_inspect_pieces 6 2
cgroup_inspect_holders 28 0
cgroup_inspect_page_sums 4 0
cgroup_inspect_picture 13 0
cgroup_inspect_moment 1 8"

fail() {
	echo "unit tests: $*"
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
}

# judge SUITE: print why its results can not be believed, or else passed, failed, skipped and
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
				print pass, fail, skip, cases, params + 0
		}' "$KUNIT/$1/results"
}

# The results name cases, but only the kernel's log has what was expected.
expectations() {
	dmesg | sed 's/^\[[^]]*\] //' |
		sed -n "/# Subtest: $1/,/^\(not \)\?ok .* $1\$/p" |
		grep -v '^ *ok ' | sed 's/^/# /'
}

# suite NAME CASES PARAMETERS: show and judge its results, and add them up.
suite() {
	[ -r "$KUNIT/$1/results" ] ||
		fail "$KUNIT/$1/results is missing (module built without CGI_KUNIT=y?)"
	cat "$KUNIT/$1/results"
	verdict=$(judge "$1")
	case $verdict in
	why*)	fail "$1: ${verdict#why }" ;;
	esac
	read -r pass fail skip cases parameters <<-VERDICT
	$verdict
	VERDICT
	[ "$cases" -eq "$2" ] ||
		fail "$1: $cases cases, $2 are expected; see SUITES in kunit.sh"
	[ "$parameters" -eq "$3" ] ||
		fail "$1: $parameters parameters, $3 are expected; see SUITES in kunit.sh"
	[ "$fail" -eq 0 ] || expectations "$1"
	passed=$((passed + pass))
	failed=$((failed + fail))
	skipped=$((skipped + skip))
}

passed=0
failed=0
skipped=0
while read -r name cases parameters; do
	suite "$name" "$cases" "$parameters"
done <<SUITES
$SUITES
SUITES
[ "$(find "$KUNIT" -name 'cgroup_inspect*' -type d | wc -l)" -eq "$(echo "$SUITES" | wc -l)" ] ||
	fail "there are suites that kunit.sh does not know; see SUITES there"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$skipped" -eq 0 ] && [ "$passed" -gt 0 ]
