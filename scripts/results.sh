#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Make the table of results in Documentation/testing.rst from the logs that everything.sh keeps, and
# say in README.md how long each target took, so that nobody copies a figure by hand.

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

DOCUMENT=$TOP/Documentation/testing.rst
README=$TOP/README.md
BEGIN='Written by scripts/results.sh from the logs of make check-everything.'
END='The end of what it writes.'
RULE='===================== ======= ====== ====== ======= ========================================'

usage() {
	cat <<USAGE
usage: results.sh [--write] [DIR]
       results.sh --counts LOG

Prints the table of results of the logs in DIR (default: those of the last
make check-everything). --write puts it into ${DOCUMENT#"$TOP"/} instead, and how
long each target took into ${README#"$TOP"/}, if there is a log of each, and all are of one
commit and one machine. The second form prints how many cases of one log passed,
failed and were skipped.
USAGE
}

# header LOG WHAT: print the commit that was tested, the day, the machine or the target.
header() {
	local -A place=([target]=1 [commit]=2 [day]=3 [machine]=4)

	sed -n "1s/^everything\\.sh: \\(.*\\) of \\(.*\\) at \\(.*\\)T[^ ]*, \\(.*\\)/\\${place[$2]}/p" \
		"$1"
}

# Print the kernels that a log has booted, each with its version, with commas between them.
kernels() {
	sed -n -e 's/^.*run\.sh: kernel \([^ ]*\) (\([^,]*\), [^)]*).*/\1 (\2)/p' \
		-e 's/^# [^ ]*: kernel \([^ ]*\) (\([^)]*\)).*/\1 (\2)/p' "$1" | sort -Vu |
		paste -sd , | sed 's/,/, /g'
}

# How a target ended. Make itself says 2 for all errors, and names the one of the script.
status() {
	local log=$1 status

	status=$(sed -n '$s/.* ended with \([0-9]*\) after .*/\1/p' "$log")
	if [ "$status" != 0 ] && grep -q "^make: .* Error $CGI_EXIT_NOT_HAD\$" "$log"; then
		status=$CGI_EXIT_NOT_HAD
	fi
	echo "${status:-1}"
}

# Print passed, failed and skipped of a log. What counts nothing, such as lint, is one case. A
# target of which something could not be had is skipped, and one that ended with an error has
# failed even if its last counts have no failure.
counts() {
	local passed=0 failed=0 skipped=0 code

	code=$(status "$1")
	read -r passed failed skipped < <(sed -n \
		's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$1" | tail -n 1) ||
		[ "$code" -ne 0 ] || passed=1
	if [ "$code" -eq "$CGI_EXIT_NOT_HAD" ]; then
		# What had failed before that was not summed up.
		[ "$((failed))" -gt 0 ] || failed=$(grep -c '^not ok ' "$1") || true
		skipped=$((skipped + 1))
	elif [ "$code" -ne 0 ] && [ "$((failed))" -eq 0 ]; then
		failed=1
	fi
	echo "$((passed)) $((failed)) $((skipped))"
}

minutes() {
	sed -n '$s/.* after \([0-9]*\) s$/\1/p' "$1" | awk '{ printf "%.0f\n", $1 / 60 }'
}

# row LOG: what is too long for the last column goes on in the next line.
row() {
	local target passed failed skipped first

	target=$(header "$1" target)
	[ -n "$target" ] || die "$1 has no first line of everything.sh"
	read -r passed failed skipped < <(counts "$1")
	first=$(printf '%-21s %7s %6s %6s %7s' "\`\`$target\`\`" "$(minutes "$1")" \
		"$passed" "$failed" "$skipped")
	kernels "$1" | grep . | fold -s -w 40 | sed 's/ $//' | awk -v first="$first" '
		{ printf "%-51s %s\n", NR == 1 ? first : "", $0 }
		END { if (!NR) print first " none" }' || true
}

table() {
	local log

	echo "$RULE"
	echo 'target                minutes passed failed skipped kernels'
	echo "$RULE"
	for log in "$DIR"/*.log; do
		row "$log"
	done
	echo "$RULE"
}

# only WHAT: print what all logs say in their first lines. If that is not the same, it is no run.
only() {
	local log

	for log in "$DIR"/*.log; do
		header "$log" "$1"
	done | sort -u
}

print_results() {
	echo "Commit $(only commit), $(only day | paste -sd ' '), on $(only machine):"
	echo
	table
}

# How long each took, in the order in which everything.sh makes them.
print_times() {
	local target separator=''

	echo "Measured $(only day | tail -n 1) on $(only machine), emulated, in minutes:"
	for target in $("$TOP/scripts/everything.sh" --list); do
		# shellcheck disable=SC2016 # these are for Markdown
		printf '%s`%s` %s' "$separator" "$target" "$(minutes "$DIR/$target.log")"
		separator=', '
	done | fold -s -w 80 | sed 's/ $//'
	echo .
}

# write DOCUMENT BEFORE AFTER TEXT: replace what stands between the two lines, each of which has this
# before and after its words, by the text in the file.
write() {
	local document=$1 begin=$2$BEGIN$3 end=$2$END$3

	if ! grep -qxF "$begin" "$document" || ! grep -qxF "$end" "$document"; then
		die "$document lacks the lines between which that stands"
	fi
	awk -v begin="$begin" -v end="$end" -v text="$4" '
		$0 == end { on = 0 }
		!on { print }
		$0 == begin { on = 1; print ""; while ((getline line < text) > 0) print line; print "" }' \
		"$document" >"$4.document"
	cat "$4.document" >"$document"
}

WRITE=
DIR=$CGI_CACHE/results
while [ $# -gt 0 ]; do
	case $1 in
	--write)	WRITE=1 ;;
	--counts)	counts "${2:?a log is needed}"; exit ;;
	-h|--help)	usage; exit 0 ;;
	-*)		usage_error "unknown option '$1'; see results.sh --help" ;;
	*)		DIR=$1 ;;
	esac
	shift
done
compgen -G "$DIR/*.log" >/dev/null || die "there are no logs in $DIR: run make check-everything"
if [ -n "$WRITE" ]; then
	for target in $("$TOP/scripts/everything.sh" --list); do
		[ -e "$DIR/$target.log" ] || die "there is no log of $target in $DIR"
	done
	for log in "$DIR"/*.log; do
		tail -n 1 "$log" | grep -q '^everything\.sh: .* ended with ' || die "$log is not whole"
	done
	{ [ "$(only commit | wc -l)" -eq 1 ] && [ "$(only machine | wc -l)" -eq 1 ] &&
		[[ $(only commit) != *-dirty ]]; } ||
		die "the logs are not of one run: $(only commit | paste -sd ' '), on" \
			"$(only machine | paste -sd ';')"
	WORK=$(mktemp -d)
	trap 'rm -rf "$WORK"' EXIT
	print_results >"$WORK/table"
	print_times >"$WORK/times"
	write "$DOCUMENT" '.. ' '' "$WORK/table"
	write "$README" '<!-- ' ' -->' "$WORK/times"
else
	print_results
fi
