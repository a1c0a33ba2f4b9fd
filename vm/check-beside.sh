#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Run tests of others, the kernel's own of cgroups and LTP's of controllers, in guests without
# the module, with it being read, with it being loaded and unloaded, and with another module
# being loaded and unloaded. Each case must end as it does without. With --control, plant what
# changes results, or reads nothing, which must be found.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=../scripts/tally.sh
. "$TOP/scripts/tally.sh"

# Tests of memory take up to 300 MB, and the disks in memory as much as is written.
MEMORY=2048
# How often each case is run in each condition, and once more if its result is odd.
ROUNDS=${ROUNDS:-2}
AGAIN=5
CONDITIONS=(nothing poll load other)
JUDGED=(poll load)

usage() {
	cat <<USAGE
usage: check-beside.sh [--control] [KERNEL]

KERNEL is one of: $(kernel_names "$VM/kernels") (default $(kernel_default "$VM/kernels"))
  --control  see whether a faulty reader and one that reads nothing are found

Variables: LTP is a folder with the sources of the Linux Test Project, KSELFTESTS one that takes
the place of tools/testing/selftests of Debian's package linux-source. A suite that can not be
had is skipped. ROUNDS=$ROUNDS says how often each suite is run in each condition. Exit code:
$CGI_EXIT_NOT_HAD if neither suite can be had, or something else that has to be downloaded.
USAGE
}

# --- guests ---------------------------------------------------------------------

# Options of run.sh for a condition: whether the module is there, and loaded. The control that
# has nothing to read has no module.
module_options() {
	case $1 in
	poll)	[ -z "$MODULE" ] || echo "--module $MODULE" ;;
	load)	echo "--module $MODULE --no-load" ;;
	esac
}

# boot OUT SUITE CONDITION TIMES [PROGRAM...]
boot() {
	local out=$1 code=0

	shift
	# shellcheck disable=SC2046 # options and their values
	"$VM/run.sh" --kernel "$NAME" --guest mixed --mem "$MEMORY" --oom --timeout 7200 \
		$(module_options "$2") --files "$WORK/files.$1" --files "$WORK/other" \
		--files "$VM/beside/guest" --out "$out" -- "./run.sh $*" >"$out.log" 2>&1 || code=$?
	grep -m 1 '^run\.sh: kernel ' "$out.log" || true
	return $code
}

# programs OUT: print how many programs were run in a guest, each time of which left a log.
programs() {
	find "$1" -path '*/log.*/*' -type f | wc -l
}

# Print what was done beside the tests, from the guest's counts.
did() {
	local readings rounds wrong

	[ -e "$1/counts" ] || return 0
	read -r readings rounds wrong <"$1/counts"
	echo ", $readings readings, $rounds rounds, $wrong wrong, $(programs "$1") programs"
}

# was_beside OUT CONDITION: something was done as often as programs were run, and nothing went
# wrong.
was_beside() {
	local least readings rounds wrong

	[ "$2" != nothing ] || return 0
	read -r readings rounds wrong 2>/dev/null <"$1/counts" || return
	least=$(programs "$1")
	{ [ "$wrong" -eq 0 ] && [ "$least" -gt 0 ]; } || return
	case $2 in
	poll|read)	[ "$readings" -ge "$least" ] ;;
	load)		[ "$readings" -ge "$least" ] && [ "$rounds" -ge "$least" ] ;;
	*)		[ "$rounds" -ge "$least" ] ;;
	esac
}

# run_guest OUT SUITE CONDITION TIMES [PROGRAM...]: the guest is a case of its own, which passes
# if it came to its end, its log is clean, and something was really done beside the tests.
run_guest() {
	local out=$1 suite=$2 condition=$3 status=0 start=$SECONDS

	mkdir -p "$out"
	boot "$@" || status=$?
	[ "$status" -ne 0 ] || was_beside "$out" "$condition" || status=none
	tally_case "guest $suite beside $condition: exit $status$(did "$out"), $((SECONDS - start)) s" \
		[ "$status" = 0 ]
	[ "$status" = 0 ] || show_guest "$out"
}

show_guest() {
	{
		tail -n 30 "$1.log"
		head -n 20 "$1/wrong" 2>/dev/null || true
	} | sed 's/^/# /'
}

# --- results --------------------------------------------------------------------

# results FOLDER...: print the files of results that are below the folders.
results() {
	find "$@" -name 'results.*' -size +0 2>/dev/null | sort
}

# Print the conditions that one is compared with when it is run again: what loading a module does,
# whatever it is, is known from another one, and what the time that a reader takes does, from a
# reader of /proc.
controls() {
	case $1 in
	load)	echo nothing other ;;
	poll)	echo nothing read ;;
	*)	echo nothing ;;
	esac
}

# run_again SUITE CONDITION PROGRAM: in this condition, and in those that it is compared with.
run_again() {
	local condition out

	for condition in $(controls "$2") "$2"; do
		out=$WORK/$1.again/$3/$condition
		[ -e "$out" ] || run_guest "$out" "$1" "$condition" "$AGAIN" "$3"
	done
}

# settle SUITE CONDITION CASE: print the verdict on a case that was run again. What makes no
# difference to one of the conditions that it is compared with is not our doing, so the mildest
# verdict counts.
settle() {
	local again=$WORK/$1.again/${3%%/*} control verdict
	local -a before after found

	mapfile -t after < <(results "$again/$2")
	[ ${#after[@]} -gt 0 ] || return
	for control in $(controls "$2"); do
		mapfile -t before < <(results "$WORK/$1/$control" "$again/$control")
		[ ${#before[@]} -gt 0 ] || return
		verdict=$("$VM/beside/compare.sh" --again "$3" "${before[@]}" -- "${after[@]}") ||
			return
		found+=("${verdict%%$'\t'*}")
	done
	for verdict in gone flaky rare differs; do
		[[ " ${found[*]} " != *" $verdict "* ]] || break
	done
	echo "$verdict"
}

# rates SUITE CONDITION CASE: print how often a case that was run again had which result where.
rates() {
	local again=$WORK/$1.again/${3%%/*} condition
	local -a files

	for condition in $(controls "$2") "$2"; do
		printf '; beside %s' "$condition"
		mapfile -t files < <(results "$WORK/$1/$condition" "$again/$condition")
		cat /dev/null ${files[@]+"${files[@]}"} |
			awk -F '\t' -v name="$3" -v runs=${#files[@]} '
				$1 == name { of[$2]++; runs-- }
				END {
					of["missing"] = runs
					n = split("ok fail skip missing", word, " ")
					for (i = 1; i <= n; i++)
						if (of[word[i]])
							printf " %d %s", of[word[i]], word[i]
				}'
	done
}

# count VERDICT WITHOUT TEXT: add a case up. If its results vary without us, if it fails without
# us, or if it can not be run here, it says nothing, and is skipped.
count() {
	case $1,$2 in
	same,*ok*)	PASSED=$((PASSED + 1)) ;;
	same,*)		SKIPPED=$((SKIPPED + 1)) ;;
	differs,*)	FAILED=$((FAILED + 1))
			echo "not ok $((PASSED + FAILED)) $3" ;;
	*)		SKIPPED=$((SKIPPED + 1))
			echo "# $1: $3" ;;
	esac
}

# judge SUITE CONDITION VERDICT CASE WITHOUT WITH
judge() {
	local verdict=$3 what="$1 $4 beside $2: $5 without, $6 with"

	if [ "$verdict" = odd ]; then
		echo "# odd: $what"
		run_again "$1" "$2" "${4%%/*}"
		# What can not be compared has not been found to be the same.
		verdict=$(settle "$1" "$2" "$4") || verdict=differs
		what="$1 $4$(rates "$1" "$2" "$4")"
	fi
	count "$verdict" "$5" "$what"
}

# verdicts SUITE CONDITION: print what compare.sh says, if both have results.
verdicts() {
	local -a first second

	mapfile -t first < <(results "$WORK/$1/nothing")
	mapfile -t second < <(results "$WORK/$1/$2")
	{ [ ${#first[@]} -gt 0 ] && [ ${#second[@]} -gt 0 ]; } || return
	"$VM/beside/compare.sh" "${first[@]}" -- "${second[@]}"
}

# compare SUITE CONDITION: judge each case.
compare() {
	local verdict name without with

	verdicts "$1" "$2" >"$WORK/verdicts" || {
		tally_case "$1 beside $2 has results" false
		return
	}
	while IFS=$'\t' read -r verdict name without with <&3; do
		judge "$1" "$2" "$verdict" "$name" "$without" "$with"
	done 3<"$WORK/verdicts"
}

# table SUITE: how often there was which result in each condition.
table() {
	local condition
	local -a files

	echo "# $1, $ROUNDS rounds:    ok  fail  skip  cases"
	for condition in "${CONDITIONS[@]}"; do
		mapfile -t files < <(results "$WORK/$1/$condition")
		cat /dev/null ${files[@]+"${files[@]}"} | awk -F '\t' -v name="$condition" '
			{ of[$2]++; cases += !seen[$1]++ }
			END { printf "# %-20s %5d %5d %5d %6d\n", name,
				of["ok"], of["fail"], of["skip"], cases }'
	done
}

# What another module does to results is told, and counts for nothing. If its guests were lost,
# they have failed already.
tell_other() {
	verdicts "$1" other | sed -n "s/^odd\t/# beside another module, $1: /p" || true
}

# passes SUITE: a case passes without us, so that others are worth something. That a program came
# to its end says nothing if it has cases, which are called PROGRAM/CASE.
passes() {
	local -a files

	mapfile -t files < <(results "$WORK/$1/nothing")
	cat /dev/null ${files[@]+"${files[@]}"} | awk -F '\t' '
		{ within = $1 ~ "/"; there[within]; if ($2 == "ok") ok[within] }
		END { exit !((1 in there) ? (1 in ok) : (0 in ok)) }'
}

# check_suite SUITE [PROGRAM...]: in turn, so that whatever else this machine does is the same for
# all conditions.
check_suite() {
	local round condition suite=$1

	shift
	echo "# $suite, kernel $NAME"
	for ((round = 1; round <= ROUNDS; round++)); do
		for condition in "${CONDITIONS[@]}"; do
			run_guest "$WORK/$suite/$condition/$round" "$suite" "$condition" 1 "$@"
		done
	done
	tally_case "some cases of $suite pass without us" passes "$suite"
	for condition in "${JUDGED[@]}"; do
		compare "$suite" "$condition"
	done
	table "$suite"
}

# --- what is run ----------------------------------------------------------------

# get SUITE [KERNEL]: have a suite built, or skip it with the reason.
get() {
	local status=0

	"$VM/beside/build.sh" "$1" "$WORK/files.$1" "${@:2}" 2>&1 | tee "$WORK/log" >&2 ||
		status=${PIPESTATUS[0]}
	case $status in
	0)	SUITES+=("$1") ;;
	"$CGI_EXIT_NOT_HAD")
		SKIPPED=$((SKIPPED + 1))
		echo "# SKIP $1: $(tail -n 1 "$WORK/log")" ;;
	*)	exit "$status" ;;
	esac
}

get_all() {
	"$TOP/scripts/deps.sh" --kernel "$NAME"
	kernel_fix "$NAME" "$WORK"
	MODULE=$("$VM/build.sh" "$WORK/build" "$NAME")
	mkdir "$WORK/other"
	cp "$("$VM/build.sh" --from "$TOP/bench/floor" "$WORK/floor" "$NAME")" "$WORK/other"
	get kselftests "$NAME"
	[ -n "$CONTROL" ] || get ltp
	[ ${#SUITES[@]} -gt 0 ] || not_had "no suite can be had, so nothing was compared"
}

check_all() {
	local suite

	for suite in "${SUITES[@]}"; do
		check_suite "$suite"
		tell_other "$suite"
	done
}

# A case of test_kmem was found to differ, by the results of guests of which none was lost.
held() {
	grep -q '^not ok [0-9]* kselftests test_kmem/' "$1" && ! grep -q '^not ok [0-9]* guest ' "$1"
}

# Tests of what is left of removed cgroups must be seen to fail beside a reader that holds them.
# A reader without a module reads nothing, which is no comparison.
check_control() {
	CONDITIONS=(nothing hold) JUDGED=(hold) ROUNDS=1 AGAIN=3
	(check_suite kselftests test_kmem) 2>&1 | tee "$WORK/log"
	tally_case "a reader that holds cgroups changes results of test_kmem" held "$WORK/log"
	MODULE=
	(run_guest "$WORK/idle" kselftests poll 1 test_kill) 2>&1 | tee "$WORK/log"
	tally_case "a reader that reads nothing is found" \
		grep -q '^not ok .*exit none, 0 readings' "$WORK/log"
}

CONTROL=
case ${1-} in
--control)	CONTROL=1; shift ;;
-h|--help)	usage; exit 0 ;;
-*)		usage_error "unknown option '$1'; see check-beside.sh --help" ;;
esac
[ $# -le 1 ] || usage_error "too many arguments; see check-beside.sh --help"
[[ $ROUNDS =~ ^[1-9][0-9]?$ ]] || usage_error "ROUNDS must be a number, not '$ROUNDS'"
NAME=${1:-$(kernel_default "$VM/kernels")}
need_amd64_of_debian "$NAME" "the suites are built for Debian's amd64 kernels"
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
SUITES=()
get_all
SECONDS=0
if [ -n "$CONTROL" ]; then
	check_control
else
	check_all
fi
note "took $SECONDS s"
tally_end
