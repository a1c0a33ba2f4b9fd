#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every kernel of the table: the whole suite on the default one, the short tier
# on each other, two at a time. What a canary finds is shown but not counted.

set -euo pipefail

VM=$(dirname "$(readlink -f "$0")")
# shellcheck source=lib.sh
. "$VM/lib.sh"
# shellcheck source=tally.sh
. "$VM/tally.sh"

# Guests wait as much as they compute.
AT_ONCE=2

usage() {
	cat <<USAGE
usage: check-all.sh [--full]

  --full  the whole suite on each kernel: takes hours
USAGE
}

# Print "KREL (VERSION)" of what was booted, as run.sh says for each guest.
release() {
	local booted

	booted=$(sed -n 's/^run\.sh: kernel \(.*\), guest .*/\1/p' "$WORK/$1.log" |
		sort -u | head -n 1)
	echo "${booted:-was not booted}"
}

# ended NAME CODE: the line for the table, and the last line of the log; those
# before it are of its guests.
ended() {
	tail -n 1 "$WORK/$1.log" >"$WORK/$1.counts"
	echo "$2 $SECONDS $1" >>"$WORK/ended"
}

# One kernel, alone.
check_alone() {
	local name=$1 code

	SECONDS=0
	echo "# kernel $name"
	set +e
	"$VM/check.sh" "$name" 2>&1 | tee "$WORK/$name.log"
	code=${PIPESTATUS[0]}
	set -e
	ended "$name" "$code"
}

# One of several at a time: its log at once and whole when it has ended.
check_one() {
	local name=$1 code=0

	shift
	"$VM/check.sh" "$@" "$name" >"$WORK/$name.log" 2>&1 || code=$?
	{
		flock 9
		echo "# kernel $name"
		cat "$WORK/$name.log"
		ended "$name" "$code"
	} 9>"$WORK/lock"
}

# Words of the table that say how it ended.
verdict() {
	local code=$1 canary=$2

	if [ "$code" -eq 0 ]; then
		echo ok
	elif [ -n "$canary" ]; then
		echo "FAILED, a canary: does not count"
	else
		echo FAILED
	fi
}

show_one() {
	local name=$1 code=$2 seconds=$3 canary=$4 passed failed skipped

	read -r passed failed skipped _ <<<"$(tally_counts "$WORK/$name.counts")"
	printf '%-12s %-54s %4d passed %3d failed %3d skipped %5d s  %s\n' "$name" \
		"$(release "$name")" "$passed" "$failed" "$skipped" "$seconds" \
		"$(verdict "$code" "$canary")"
}

# A kernel of which nothing was heard is a failure, too.
judge() {
	local name=$1 canary=$2 code=1 seconds=0 line

	line=$(grep " $name\$" "$WORK/ended" || true)
	[ -z "$line" ] || read -r code seconds _ <<<"$line"
	touch "$WORK/$name.log" "$WORK/$name.counts"
	show_one "$name" "$code" "$seconds" "$canary"
	if [ -z "$canary" ] || [ "$code" -eq 0 ]; then
		tally "$WORK/$name.counts" "$code" 1
	fi
}

# Print NAME for each that is tested; those with a suite and guests of their own
# are not.
names() {
	local tier

	for tier; do
		kernel_names "$VM/kernels" "$tier" | xargs -r -n 1
	done
}

if [ "${1-}" = --one ]; then
	shift
	WORK=$1
	shift
	check_one "$@"
	exit
fi
SHORT=(--short)
NEEDED=()
case ${1-} in
'')		;;
--full)		SHORT=() ;;
-h|--help)	usage; exit 0 ;;
*)		usage_error "unknown argument '$1'; see check-all.sh --help" ;;
esac
[ $# -le 1 ] || usage_error "too many arguments; see check-all.sh --help"

mapfile -t FULL < <(names full)
mapfile -t OTHERS < <(names short canary)
# At once, as two can not install at the same time.
for name in "${OTHERS[@]}"; do
	NEEDED+=(--kernel "$name")
done
"$VM/deps.sh" "${NEEDED[@]}"
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
: >"$WORK/ended"
BEGAN=$(date +%s)
for name in "${FULL[@]}"; do
	check_alone "$name"
done
# One that is killed must not keep the rest from being tested, or from the table.
# shellcheck disable=SC2016 # for that shell
printf '%s\n' "${OTHERS[@]}" |
	xargs -P "$AT_ONCE" -I{} sh -c '"$0" --one "$@" || :' \
		"$VM/check-all.sh" "$WORK" {} "${SHORT[@]}" ||
	note "xargs ended with $?"
echo "# every kernel"
for name in "${FULL[@]}" $(names short); do
	judge "$name" ''
done
for name in $(names canary); do
	judge "$name" yes
done
note "took $(($(date +%s) - BEGAN)) s"
tally_end
