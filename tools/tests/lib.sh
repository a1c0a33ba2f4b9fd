# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034
# What the tests of cginspect share; it is sourced, never run. A test gets the program as
# its argument, and ends as tally_end does.

# shellcheck source=../../scripts/lib.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../../scripts/lib.sh"
# shellcheck source=../../scripts/tally.sh
. "$TOP/scripts/tally.sh"

CGINSPECT=$(readlink -f "${1:?which program}")
TESTS=$TOP/tools/tests
SNAPSHOTS=$TOP/selftests/snapshots
TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT
export LC_ALL=C.UTF-8
# An end by die() frees nothing, so leaks say nothing.
export ASAN_OPTIONS=detect_leaks=0
unset NO_COLOR

# run STATUS ARGUMENT...: run cginspect, keep what it prints in out and err; succeed if it
# ends with STATUS.
run() {
	local wanted=$1 status=0

	shift
	"$CGINSPECT" "$@" >"$TMP/out" 2>"$TMP/err" </dev/null || status=$?
	[ "$status" -eq "$wanted" ] && return
	echo "# cginspect $* ended with $status, not $wanted"
	sed 's/^/#   /' "$TMP/err" | head -5
	return 1
}

# says STATUS WORDS ARGUMENT...: it ends so, prints nothing, and its message has these words.
says() {
	local wanted=$1 words=$2

	shift 2
	run "$wanted" "$@" || return
	if ! grep -qF -- "$words" "$TMP/err"; then
		echo "# cginspect $* does not say '$words', but:"
		sed 's/^/#   /' "$TMP/err" | head -5
		return 1
	fi
	[ ! -s "$TMP/out" ] || { echo "# cginspect $* printed something"; return 1; }
}

# same FILE FILE: they are; else it shows what differs.
same() {
	diff -u "$1" "$2" >"$TMP/diff" && return
	sed 's/^/#   /' "$TMP/diff" | head -40
	return 1
}

# unreadable FILE: make one that nobody can open, not even root: a socket.
unreadable() {
	rm -f "$1" && python3 -c 'import socket, sys
socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$1"
}

# answers FILTER INPUT: jq gives true for all of it, at least once.
answers() {
	jq -e "$1" "$2" >"$TMP/answer" 2>&1 && return
	echo "# jq '$1' gives"
	sed 's/^/#   /' "$TMP/answer" | head -5
	return 1
}

# The names of all snapshots, without the folder.
snapshots() {
	find "$SNAPSHOTS" -name '*.snapshot' -printf '%f\n' | sed 's/\.snapshot$//' | sort
}

# Those of the same scene: each has /shop, /jobs, /cache and cgroups with odd names.
scenes() {
	snapshots | grep -v '^states-'
}

# rows FILE SECTION: print the lines of a table, without its header.
rows() {
	awk -v mark="## $2" '/^## / { on = $0 == mark; next } on && !/^#/' "$1"
}

# make_live DIR FILE: the files of the module that a saved one was made of, as on a running system.
make_live() {
	mkdir -p "$1"
	awk -v dir="$1" '/^## (holders|check)$/ { to = dir "/" $2; next }
		{ print > (to ? to : dir "/snapshot") }' "$2"
}

# fields FILE SECTION COLUMN...: print these columns of a table, separated by TABs. This
# is the contract of debugfs.rst in one line, so it does not need what is tested.
fields() {
	local file=$1 section=$2

	shift 2
	awk -F '\t' -v OFS='\t' -v mark="## $section" -v names="$*" '
		/^## / { on = $0 == mark; next }
		!on { next }
		/^#/ { sub(/^#/, ""); for (i = 1; i <= NF; i++) column[$i] = i
		       n = split(names, name, " "); next }
		{ line = ""; for (i = 1; i <= n; i++)
			line = line (i > 1 ? OFS : "") $column[name[i]]; print line }' "$file"
}
