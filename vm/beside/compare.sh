#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Compare the results of tests of others in two conditions. What is odd is found by one rule,
# and judged by another once it was run again.

set -euo pipefail

usage() {
	cat <<USAGE
usage: compare.sh WITHOUT... -- WITH...
       compare.sh --again CASE WITHOUT... -- WITH...

Each file has the results of one run, a line for each case: its name, a tab, and ok, fail or
skip. A case that a file lacks is missing there.

The first form prints for each case its verdict, its name, and how often it had which result
without and with. The verdict is

  same   with has only results that without has, too, and without has only one
  flaky  the same, but the results without differ
  odd    with has a result that without never has

The second form gives WITH the files of the runs that were made since CASE was odd, and
WITHOUT all files of one condition. It prints the same line for that case alone. The verdict is

  differs  more than half of these runs have a result that without never has, or all have one
           that less than half of those without have
  rare     fewer have a result that without never has, but some
  flaky    none has, but the results without differ
  gone     none has, and without has only one
USAGE
}

# The rules, for awk. "first" is how many of the files are without, "runs" how many there are.
# shellcheck disable=SC2016 # for awk
PROGRAM='
	BEGIN { FS = OFS = "\t" }
	FNR == 1 { file++ }
	$2 !~ /^(ok|fail|skip)$/ {
		print FILENAME ": \"" $0 "\" is no result" >"/dev/stderr"
		wrong = 1
	}
	{
		if (!($1 in known)) {
			known[$1] = 1
			name[++names] = $1
		}
		of[$1, file] = $2
	}
	function result(name, file) {
		return (name, file) in of ? of[name, file] : "missing"
	}
	# Count the results of a case in the files from one number to another.
	function count(name, from, to, into,	i) {
		delete into
		for (i = from; i <= to; i++)
			into[result(name, i)]++
	}
	function text(counts,	all, i, n, words) {
		n = split("ok fail skip missing", words, " ")
		for (i = 1; i <= n; i++)
			if (words[i] in counts)
				all = all (all ? ", " : "") counts[words[i]] " " words[i]
		return all
	}
	# How many runs have a result that never came without.
	function strange(without, with,		n, i) {
		for (i in with)
			if (!(i in without))
				n += with[i]
		return n + 0
	}
	function kinds(counts,	n, i) {
		for (i in counts)
			n++
		return n
	}
	# All runs have a result that less than half of those without have.
	function turned(without, with,		i) {
		if (kinds(with) > 1)
			return 0
		for (i in with)
			return 2 * without[i] < first
	}
	function verdict(without, with,		n) {
		n = strange(without, with)
		if (again == "")
			return n ? "odd" : kinds(without) > 1 ? "flaky" : "same"
		if (2 * n > runs - first || !n && turned(without, with))
			return "differs"
		return n ? "rare" : kinds(without) > 1 ? "flaky" : "gone"
	}
	function judge(name) {
		count(name, 1, first, without)
		count(name, first + 1, runs, with)
		print verdict(without, with), name, text(without), text(with)
	}
	END {
		if (wrong)
			exit 2
		if (again != "")
			judge(again)
		else
			for (i = 1; i <= names; i++)
				judge(name[i])
	}'

wrong_usage() {
	usage >&2
	exit 2
}

AGAIN=
case ${1-} in
-h|--help)	usage; exit 0 ;;
--again)	AGAIN=${2-}
		[ -n "$AGAIN" ] || wrong_usage
		shift 2 ;;
esac
WITHOUT=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
	WITHOUT+=("$1")
	shift
done
{ [ ${#WITHOUT[@]} -gt 0 ] && [ $# -gt 1 ]; } || wrong_usage
shift
# A file without a line would not be counted as one.
for file in "${WITHOUT[@]}" "$@"; do
	[ -s "$file" ] || { echo "compare.sh: $file has no results" >&2; exit 2; }
done
awk -v again="$AGAIN" -v first=${#WITHOUT[@]} -v runs=$((${#WITHOUT[@]} + $#)) "$PROGRAM" \
	"${WITHOUT[@]}" "$@"
