#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Run test programs one after the other and add up their KTAP results; works
# with busybox. Without arguments it runs what the file "tests" beside it lists.
#
# A case that fails counts as failed. So does a program that prints no plan,
# another number of results than its plan, or that ends otherwise than with 0
# (passed) or 4 (skipped): one more failure for each such program.
#
# CGI_TEST_TIMEOUT is the number of seconds that one program may take, instead of
# the timeout in the file "settings".

set -u

dir=$(cd "$(dirname "$0")" && pwd) || exit 1
out=$(mktemp -d "${TMPDIR:-/tmp}/run_tests.XXXXXX") || exit 1
trap 'rm -rf "$out"' EXIT
trap 'exit 130' INT TERM
passed=0
failed=0
skipped=0
number=0

# Seconds that one program may take.
limit() {
	[ -z "${CGI_TEST_TIMEOUT:-}" ] || {
		echo "$CGI_TEST_TIMEOUT"
		return
	}
	[ ! -r "$dir/settings" ] || sed -n 's/^timeout=//p' "$dir/settings"
}

# The exit code goes through a file: a pipe has only that of its last command.
run() {
	seconds=$(limit)
	cd "$dir" || return
	{
		if [ "${seconds:-0}" -gt 0 ]; then
			timeout "$seconds" "./$1"
		else
			"./$1"
		fi
		echo $? >"$out/code"
	} 2>&1 | tee "$out/log" | sed 's/^/# /'
	code=$(cat "$out/code")
}

# Print the number of passed, failed, skipped cases and the reason, if any, why
# the program as a whole is a failure.
judge() {
	awk -v code="$code" '
		/^1\.\.[0-9]+/ && !planned {
			planned = 1
			plan = substr($1, 4) + 0
			if (!plan && /# *SKIP/)
				whole = 1
		}
		/^ok [0-9]+/ { if (/# *SKIP/) skip++; else pass++ }
		/^not ok [0-9]+/ { fail++ }
		/^Bail out!/ { bail = 1 }
		END {
			nr = pass + fail + skip
			if (!planned)
				why = "no plan"
			else if (nr != plan)
				why = nr " results, planned " plan
			else if (bail)
				why = "bailed out"
			else if (code == 4 && !whole && !(skip && !fail))
				why = "exit 4, but nothing was skipped"
			else if (code != 0 && code != 4 && !fail)
				why = "exit " code
			else if (!nr && !whole)
				why = "nothing ran"
			if (whole && code != 4)
				why = "a skip that exits with " code
			if (code == 124 || code == 143)
				why = "timeout"
			else if (code > 128)
				why = "signal " code - 128
			print pass + 0, fail + (why != ""), skip + (whole && why == ""), why
		}' "$out/log"
}

run_one() {
	number=$((number + 1))
	echo "# selftests: cgroup_inspect: $1"
	code=127
	began=$(date +%s)
	: >"$out/log"
	echo 127 >"$out/code"
	run "$1"
	echo "# test $number of $total took $(($(date +%s) - began)) s"
	judge >"$out/verdict"
	read -r pass fail skip why <"$out/verdict"
	passed=$((passed + pass))
	failed=$((failed + fail))
	skipped=$((skipped + skip))
	if [ "$fail" -ne 0 ]; then
		echo "not ok $number selftests: cgroup_inspect: $1${why:+ # $why}"
	elif [ "$pass" -eq 0 ]; then
		echo "ok $number selftests: cgroup_inspect: $1 # SKIP$(reason)"
	else
		echo "ok $number selftests: cgroup_inspect: $1"
	fi
}

reason() {
	sed -n 's/.*# *SKIP//p' "$out/log" | head -n 1
}

if [ $# -eq 0 ]; then
	[ -r "$dir/tests" ] || {
		echo "run_tests.sh: $dir/tests is missing: name the programs, or make install" >&2
		exit 1
	}
	# shellcheck disable=SC2046
	set -- $(cat "$dir/tests")
fi

echo "TAP version 13"
total=$#
echo "1..$total"
for test; do
	run_one "$test"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
