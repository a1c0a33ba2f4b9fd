#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Let the storms rage for hours: on the debug kernel, on one with PREEMPT_RT, on arm64 and on the
# newest one, in turn, in a new guest each time. What each guest said is kept, so a run that was
# stopped goes on where it was, and the report at the end is of all of them.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=../scripts/tally.sh
. "$TOP/scripts/tally.sh"

KERNELS=(debug 7.3-rt arm64-6.12 7.3)
# All of them read while what they read changes; churn_check does so for CHURN seconds.
TESTS=(churn_check named_storm named_motion storm exec newborn rebind unload)
CHURN=${CGI_CHURN_SECONDS:-600}
# A guest that is so slow that something has not happened yet gets up to five times that. The other
# tests take a few minutes together.
TEST_TIMEOUT=$((5 * CHURN + 600))
TIMEOUT=$((TEST_TIMEOUT + 3600))
# A kernel whose guests fail so often in a row, in less seconds than a boot may take, is given up.
FAILURES=3
TOO_SOON=150
DEFAULT_HOURS=8

usage() {
	cat <<USAGE
usage: soak.sh [HOURS]

Runs ${TESTS[*]}
in a guest of each of the kernels ${KERNELS[*]} in turn, until the guests have
run for HOURS (default $DEFAULT_HOURS, a fraction will do) in all; the last one is finished.
Guests of the same commit that ran before count. The variable
CGI_CHURN_SECONDS=600 says how long churn_check takes in each.

Exit code: 0 if something passed and nothing failed, $CGI_EXIT_NOT_HAD if something that a guest
needs can not be had.
USAGE
}

# --- one guest ------------------------------------------------------------------

build() {
	local kernel=$1 arch

	arch=$(kernel_row "$VM/kernels" "$kernel" | sed -n 3p)
	"$TOP/scripts/deps.sh" --kernel "$kernel"
	# A newer version that comes meanwhile would not take the module.
	mkdir "$WORK/fixed-$kernel"
	kernel_fix "$kernel" "$WORK/fixed-$kernel"
	"$VM/build.sh" "$WORK/module-$kernel" "$kernel" | tail -n 1 >"$WORK/module-$kernel.path"
	mkdir -p "$WORK/tests-$kernel"
	"$TOP/selftests/build.sh" "$WORK/tests-$kernel" "$arch"
}

# Becomes run.sh, which ends at once when it is told to. The debug kernel's checkers are asked
# afterwards; check-debug.sh says why it needs more.
boot() {
	local kernel=$1 command="CGI_CHURN_SECONDS=$CHURN CGI_TEST_TIMEOUT=$TEST_TIMEOUT"
	local -a options=()

	command+=" ./run_tests.sh ${TESTS[*]}"
	if [ "$kernel" = debug ]; then
		options=(--mem 3072 --files "$VM/debug/guest")
		# shellcheck disable=SC2016 # for the guest's shell
		command+='; tests=$?; ./sound.sh && [ $tests -eq 0 ]'
	fi
	CGI_KERNEL_FILE=$WORK/fixed-$kernel/kernel \
		exec "$VM/run.sh" --kernel "$kernel" --guest mixed --module "$(<"$WORK/module-$kernel.path")" \
		--files "$WORK/tests-$kernel" "${options[@]}" --timeout "$TIMEOUT" \
		--out "$1.out" -- "$command"
}

# Only a log that is whole gets its name. What a guest that failed has left is kept beside it.
run_guest() {
	local kernel=$1 began=$SECONDS code=0 log

	log=$LOGS/$(date -u +%Y%m%dT%H%M%SZ).$kernel
	begin "a guest of $kernel, $(hours "$(seconds_of '*')") hours of $HOURS done"
	(cd "$WORK" && boot "$kernel") >"$WORK/log" 2>&1 &
	RUNNER=$!
	wait "$RUNNER" || code=$?
	RUNNER=
	echo "soak.sh: $kernel ended with $code after $((SECONDS - began)) s" >>"$WORK/log"
	if [ "$code" -ne 0 ]; then
		note "the guest of $kernel ended with $code, see $log.log and $log.out"
		mv "$WORK/$kernel.out" "$log.out" || true
	fi
	rm -rf "${WORK:?}/$kernel.out"
	[ "$code" -ne "$CGI_EXIT_NOT_HAD" ] || not_had "$(tail -n 2 "$WORK/log" | head -n 1)"
	cp "$WORK/log" "$LOGS/new"
	mv "$LOGS/new" "$log.log"
	finish
	give_up_perhaps "$kernel"
}

# Else a kernel whose guests fail at once would be the next one for ever.
give_up_perhaps() {
	local quick

	# shellcheck disable=SC2016 # for awk
	quick=$(logs_of "$1" | tail -n "$FAILURES" | xargs -r -d '\n' awk -v least="$TOO_SOON" '
		/^soak\.sh: / && $5 != 0 && $7 < least { n++ }
		END { print n + 0 }')
	[ "$quick" -ge "$FAILURES" ] || return 0
	note "THE GUESTS OF $1 FAIL AT ONCE, $FAILURES IN A ROW: no more of them"
	GIVEN_UP+="$1 "
}

# A guest that is ended so has no log, and is run anew.
stop() {
	[ -z "$RUNNER" ] || kill "$RUNNER" 2>/dev/null || true
	wait
	exit "$1"
}

# --- what was run ---------------------------------------------------------------

# logs_of KERNEL: the logs of its guests, or of all for "*".
logs_of() {
	compgen -G "$LOGS/*.$1.log" || true
}

# seconds_of KERNEL: how long its guests have run.
seconds_of() {
	logs_of "$1" | xargs -r -d '\n' sed -n 's/^soak\.sh: .* after \([0-9]*\) s$/\1/p' |
		awk '{ sum += $1 } END { print sum + 0 }'
}

hours() {
	awk -v seconds="$1" 'BEGIN { printf "%.2f", seconds / 3600 }'
}

# The kernel that has had the fewest guests is next.
next_kernel() {
	local kernel

	for kernel; do
		[[ $GIVEN_UP = *" $kernel "* ]] || echo "$(logs_of "$kernel" | wc -l) $kernel"
	done | sort -n -s -k 1,1 | sed -n '1s/^[0-9]* //p'
}

# --- the report -----------------------------------------------------------------

version() {
	logs_of "$1" | xargs -r -d '\n' sed -n 's/^run\.sh: kernel \(.*\), guest .*/\1/p' |
		sort -u | paste -sd ';'
}

# add_up KERNEL: each guest ends with one line of counts, that of the debug kernel with two.
add_up() {
	local log lines=1

	[ "$1" != debug ] || lines=2
	while read -r log; do
		tally "$log" "$(sed -n 's/^soak\.sh: .* ended with \([0-9]*\) .*/\1/p' "$log")" $lines
	done < <(logs_of "$1")
}

# Print what churn_check has counted, added up.
events() {
	logs_of '*' | xargs -r -d '\n' cat | sed 's/\r$//' | awk '
		/^# selftests: / { on = $NF == "churn_check" }
		on && /^# # [0-9]+ [A-Za-z][A-Za-z0-9 ]*$/ && $4 != "of" {
			nr = $3
			sub(/^# # [0-9]+ /, "")
			sum[$0] += nr
		}
		END { for (what in sum) printf "#   %d %s\n", sum[what], what }' | sort -rnk 2
}

report() {
	local kernel passed failed

	echo "# soak of $VERSION: $(hours "$(seconds_of '*')") hours, up to $(date -u +%FT%TZ)"
	for kernel in "${KERNELS[@]}"; do
		passed=$PASSED
		failed=$FAILED
		add_up "$kernel"
		printf '# %-10s %3d guests %6s hours %6d passed %3d failed  %s\n' "$kernel" \
			"$(logs_of "$kernel" | wc -l)" "$(hours "$(seconds_of "$kernel")")" \
			$((PASSED - passed)) $((FAILED - failed)) "$(version "$kernel")"
	done
	echo "# what was done meanwhile:"
	events
}

# --------------------------------------------------------------------------------

case ${1-} in
-h|--help)	usage; exit 0 ;;
-*)		usage_error "unknown option '$1'; see soak.sh --help" ;;
esac
[ $# -le 1 ] || usage_error "too many arguments; see soak.sh --help"
HOURS=${1:-$DEFAULT_HOURS}
[[ $HOURS =~ ^[0-9]+(\.[0-9]+)?$ ]] || usage_error "HOURS must be a number, not '$HOURS'"
[[ $CHURN =~ ^[1-9][0-9]*$ ]] || usage_error "CGI_CHURN_SECONDS must be a number, not '$CHURN'"
WANTED=$(awk -v hours="$HOURS" 'BEGIN { printf "%d", hours * 3600 }')

"$TOP/scripts/deps.sh"
VERSION=$(tree_version)
LOGS=$CGI_CACHE/soak/$VERSION
[[ $VERSION != *-dirty ]] ||
	note "the tree differs from its commit, so the guests of any such tree count:" \
		"remove $LOGS to begin anew"
lock "$LOGS/lock"
WORK=$(mktemp -d)
RUNNER=
trap 'rm -rf "$WORK"' EXIT
trap 'stop 129' HUP
trap 'stop 130' INT
trap 'stop 143' TERM
for kernel in "${KERNELS[@]}"; do
	build "$kernel"
done
GIVEN_UP=" "
while [ "$(seconds_of '*')" -lt "$WANTED" ]; do
	kernel=$(next_kernel "${KERNELS[@]}")
	[ -n "$kernel" ] || break
	run_guest "$kernel"
done
report
tally_end
