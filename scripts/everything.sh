#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Run every target that tests something, one after the other, and keep what each prints:
# "make check-everything". results.sh makes a table of that.

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=tally.sh
. "$TOP/scripts/tally.sh"

# check is a part of check-all, and check-tools of both.
TARGETS=(lint check-all check-debug check-race check-beside check-containers check-drgn check-intree
	check-churn check-deb check-dkms check-llvm fuzz-tools)
LOGS=$CGI_CACHE/results

usage() {
	cat <<USAGE
usage: [LTP=DIR] [KSELFTESTS=DIR] everything.sh [TARGET]...
       everything.sh --list

Makes each target (default: ${TARGETS[*]}),
leaves its output in $LOGS, and prints a table of
all that is there. A target whose log is of this commit and that has succeeded is not made
again, so a run that was stopped goes on where it was. LTP and KSELFTESTS are for check-beside,
which is made again if they were others; ROUNDS and CGI_CHURN_SECONDS are not handed on. --list
prints the names of all targets.
USAGE
}

# The first line of a log says what was tested and when, the last one how it ended.
ended_with() {
	sed -n "\$s/^everything\.sh: $1 ended with \([0-9]*\) after .*/\1/p" "$LOGS/$1.log"
}

# What a target was told, as its log's second line has it.
settings_of() {
	case $1 in
	check-beside)	echo "everything.sh: LTP='${LTP-}' KSELFTESTS='${KSELFTESTS-}'" ;;
	*)		echo "everything.sh: no settings" ;;
	esac
}

is_done() {
	local log=$LOGS/$1.log

	[[ $VERSION != *-dirty ]] && [ -e "$log" ] &&
		[[ $(head -n 1 "$log") = "everything.sh: $1 of $VERSION at "* ]] &&
		[ "$(sed -n 2p "$log")" = "$(settings_of "$1")" ] &&
		[ "$(ended_with "$1")" = 0 ]
}

# In a session of its own, so that all of it can be ended at once. A target refuses a setting that
# it has no use for, so what was said to "make check-everything" is for check-beside alone. Others
# would change what is tested, and nobody would see it in the table.
make_target() {
	local -a settings=()

	[ "$1" != check-beside ] || settings=("LTP=${LTP-}" "KSELFTESTS=${KSELFTESTS-}")
	LC_ALL=C setsid env -u MAKEFLAGS -u LTP -u KSELFTESTS -u ROUNDS -u CGI_CHURN_SECONDS \
		make --no-print-directory -C "$TOP" "$1" "${settings[@]}" 2>&1 &
	MAKING=$!
	wait "$MAKING"
}

stop() {
	[ -z "$MAKING" ] || kill -- "-$MAKING" 2>/dev/null || true
	exit "$1"
}

# run TARGET: make it, and keep what it prints. Make itself ends with 2 whatever was wrong. What was
# made of a tree that became another one meanwhile is nothing to rely on.
run() {
	local target=$1 log=$LOGS/$1.log code=0 began=$SECONDS

	if is_done "$target"; then
		note "$target has succeeded with $VERSION before"
		return
	fi
	begin "$target, with its output in $log"
	{
		echo "everything.sh: $target of $VERSION at $(date -u +%FT%TZ), $MACHINE"
		settings_of "$target"
		make_target "$target" || code=$?
		MAKING=
		[ "$(tree_version)" = "$VERSION" ] || {
			echo "everything.sh: the tree has changed meanwhile"
			code=1
		}
		echo "everything.sh: $target ended with $code after $((SECONDS - began)) s"
	} >"$log" </dev/null
	finish
}

# add_up TARGET: results.sh knows what its log says.
add_up() {
	local passed failed skipped

	read -r passed failed skipped <<<"$("$TOP/scripts/results.sh" --counts "$LOGS/$1.log")"
	PASSED=$((PASSED + passed))
	FAILED=$((FAILED + failed))
	SKIPPED=$((SKIPPED + skipped))
}

case ${1-} in
-h|--help)	usage; exit 0 ;;
--list)		printf '%s\n' "${TARGETS[@]}"; exit 0 ;;
-*)		usage_error "unknown option '$1'; see everything.sh --help" ;;
esac
[ $# -gt 0 ] || set -- "${TARGETS[@]}"
for target; do
	grep -q "^$target:" "$TOP/Makefile" || usage_error "make has no target $target"
done
MAKING=
trap 'stop 129' HUP
trap 'stop 130' INT
trap 'stop 143' TERM
lock "$LOGS/lock"
"$TOP/scripts/deps.sh"
VERSION=$(tree_version)
MACHINE="$(nproc) processors, $(qemu-system-x86_64 --version | sed 's/ (.*//; q')"
for target; do
	run "$target"
done
"$TOP/scripts/results.sh" "$LOGS"
for target; do
	add_up "$target"
done
tally_end
