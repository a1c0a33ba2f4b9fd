#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Read all files while everything changes, on a kernel with KCSAN, which reports each data race
# that it meets. No report may name a function of ours, unless the access is marked and
# race/explained says why the race is harmless. Before that, races are planted, each of which
# must be reported.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=../scripts/tally.sh
. "$TOP/scripts/tally.sh"
# shellcheck source=../scripts/source.sh
. "$TOP/scripts/source.sh"

NAME=race
LENGTH=600
# The planted read is reported after a minute or so, mostly; the boot ends then.
CONTROL_LENGTH=300
MEMORY=2048
WHAT="check_control check_module"

usage() {
	cat <<USAGE
usage: check-race.sh [SECONDS]
       check-race.sh --control

SECONDS is how long all is read ($LENGTH); the last test is run to its end.
  --control  only boot with planted races, each of which must be reported

Exit code: $CGI_EXIT_NOT_HAD if the source of the kernel or something else can not be had.
USAGE
}

# boot NAME ARGUMENT...: boot the race kernel, and leave what came of it in guests/NAME. A
# report is a line of the log that would fail the run, and a reason to panic, so run.sh is told that
# all of them are judged here.
boot() {
	local name=$1

	shift
	mkdir -p "$WORK/guests"
	"$VM/run.sh" --kernel "$NAME" --guest mixed --mem "$MEMORY" --boot-timeout 300 \
		--append panic_on_warn=0 --apart 'BUG: KCSAN: ' \
		--files "$WORK/tests" --files "$VM/race/guest" --out "$WORK/guests/$name" "$@"
}

# judge NAME MODULE: judge what the log of that boot says of the module, and that of a first attempt.
judge() {
	local out=$WORK/guests/$1
	local logs=("$out/console.log")

	[ ! -e "$out/console.first.log" ] || logs+=("$out/console.first.log")
	awk -v "module=$2" -v "explained=$VM/race/explained" -f "$VM/race/judge.awk" "${logs[@]}"
}

# has_options CONFIG: own.sh has made sure of that when it built the kernel, which may be long ago.
has_options() {
	local refused

	[ -s "$1" ] || return
	refused=$(source_refused "$VM/$NAME/config" "$1")
	[ -z "$refused" ] || echo "# not in the kernel: $refused"
	[ -z "$refused" ]
}

# A module that is not instrumented races in silence.
is_instrumented() {
	nm -u "$1" >"$WORK/symbols" && grep -q ' __tsan_read' "$WORK/symbols"
}

# --- the control --------------------------------------------------------------

# Make a copy of the module's sources in which the collector of tasks, for each of them, reads what
# each fork() and each exit writes, without a mark. It does so in a function of its own, so that no
# report of another race of the module's can be taken for this one; and again and again, as whether
# KCSAN watches one of these reads while somebody writes is chance.
plant_read() {
	local file=$WORK/cgroup_inspect/module/collect/tasks.c

	mkdir "$WORK/cgroup_inspect"
	cp -r "$TOP"/{Kbuild,module,debugfs} "$WORK/cgroup_inspect"
	# A "make" in the tree may have left objects, which would be taken for new ones.
	find "$WORK/cgroup_inspect" -name '*.o' -delete
	sed -i 's/record->tid = tid;/record->tid = cgi_planted(tid);/
		/^#include "tasks.h"$/a\
\
static noinline int cgi_planted(int tid)\
{\
	int i, seen = 0;\
\
	for (i = 0; i < 16; i++) {\
		seen |= init_pid_ns.pid_allocated;\
		barrier();\
	}\
	return seen ? tid : 0;\
}' "$file"
	[ "$(grep -c -e ' = cgi_planted(tid);' -e 'noinline int cgi_planted' "$file")" -eq 2 ] ||
		die "module/collect/tasks.c has changed: plant the read elsewhere"
}

# was_reported NAME MODULE PAIR: a report that names the module and these two functions (a regular
# expression) must count as one that is not explained.
was_reported() {
	local status=0

	judge "$1" "$2" >"$WORK/judged" || status=$?
	sed 's/^/# /' "$WORK/judged" | head -n 60
	[ "$status" -eq 1 ] &&
		grep -qE "^# OF OURS: plain: $3 \\([0-9]+ times\\)$" "$WORK/judged"
}

check_control() {
	local module racer

	echo "# planted races"
	plant_read
	module=$("$VM/build.sh" --from "$WORK/cgroup_inspect" "$WORK/plain" "$NAME")
	racer=$("$VM/build.sh" --from "$VM/race/racer" "$WORK/racer" "$NAME")
	mkdir "$WORK/files"
	cp "$racer" "$WORK/files"
	tally_case "races are planted" boot control --module "$module" --files "$WORK/files" \
		--timeout 1500 -- "./planted.sh $CONTROL_LENGTH"
	tally_case "the race of a planted module is reported" was_reported control racer \
		'racer_add / (racer_add|unknown)'
	tally_case "the plain read planted in the module is reported" \
		was_reported control cgroup_inspect 'cgi_planted / (alloc_pid|free_pid|unknown)'
}

# --- the module ---------------------------------------------------------------

check_module() {
	local module

	echo "# races"
	module=$("$VM/build.sh" "$WORK/build" "$NAME")
	tally_case "the module is instrumented" is_instrumented "$module"
	tally_run "$WORK/log" 1 boot module --module "$module" \
		--timeout $((5 * LENGTH + 3000)) -- "./race.sh $LENGTH"
	tally_case "no race of ours is reported that is not marked and explained" \
		judge module cgroup_inspect
}

case ${1-} in
--control)	WHAT=check_control
		[ $# -eq 1 ] || usage_error "--control takes no SECONDS; see check-race.sh --help"
		shift ;;
-h|--help)	usage; exit 0 ;;
-*)		usage_error "unknown option '$1'; see check-race.sh --help" ;;
esac
[ $# -le 1 ] || usage_error "too many arguments; see check-race.sh --help"
LENGTH=${1:-$LENGTH}
[[ $LENGTH =~ ^[1-9][0-9]{0,5}$ ]] || usage_error "'$LENGTH' is no number of seconds"

"$TOP/scripts/deps.sh" binutils
WORK=$(mktemp -d)
trap 'tally_keep "$NAME" "$WORK/guests"; rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# The kernel is built before the clock starts, as that is no part of the tests.
kernel_fix "$NAME" "$WORK"
"$TOP/selftests/build.sh" "$WORK/tests"
SECONDS=0
tally_case "the kernel has the options of $NAME/config" \
	has_options "$(sed -n 's/^CONFIG=//p' "$CGI_KERNEL_FILE")"
for what in $WHAT; do
	"$what"
done
note "took $SECONDS s"
tally_keep "$NAME" "$WORK/guests"
tally_end
