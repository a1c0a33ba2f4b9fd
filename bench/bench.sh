#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Measure what reading costs, and what others feel of it, in guests: make bench.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
HERE=$TOP/bench

PACKAGES=(clang bpftool libbpf-dev gnuplot-nox)

usage() {
	cat <<USAGE
usage: bench.sh [OPTION]... [POINT]...

  --kernel NAME   one of: $(kernel_names "$VM/kernels") (default $(kernel_default "$VM/kernels"))
  --rounds N      how often each side reads (default 7; with --disturb 3); with
                  --throttled: how often a holder opens, or writes (default 3)
  --side NAME     measure this side; may be given more than once (default: all)
  --disturb       measure what others feel of a reader
  --throttled     measure what others wait for a reader with 1 % of a processor
  --tool          measure what cginspect needs beside cat
  --seconds N     with --disturb: how long each victim runs in a round, or longer if
                  readings are rare (default 3)
  --sanitize      with programs that find their own faults; no figure means anything
  --out DIR       where the results go (default bench/results/KERNEL)

POINT is one of: $(points)
(default: all but tool; with --disturb: centre; with --throttled: cgroups-5000; with --tool:
tool). Each gets a guest of its own. bench/README.md
says what is measured.
USAGE
}

points() {
	awk '!/^#/ && NF { printf "%s%s", sep, $1; sep = " " }' "$HERE/points"
}

hierarchies() {
	awk -v point="$1" '$1 == point { print $4 }' "$HERE/points"
}

number() {
	[[ ${2-} =~ ^[1-9][0-9]*$ ]] || usage_error "$1 needs a positive number"
	printf '%s' "$2"
}

value() {
	[ $# -ge 2 ] || usage_error "$1 needs a value; see bench.sh --help"
	printf '%s' "$2"
}

parse() {
	while [ $# -gt 0 ]; do
		case $1 in
		--kernel)	NAME=$(value "$@"); shift ;;
		--rounds)	ROUNDS=$(number "$@"); shift ;;
		--seconds)	NR_SECONDS=$(number "$@"); shift ;;
		--side)		SIDES+=("$(value "$@")"); shift ;;
		--out)		OUT=$(value "$@"); shift ;;
		--disturb)	MODE=disturb ;;
		--throttled)	MODE=throttled ;;
		--tool)		MODE=tool ;;
		--sanitize)	SANITIZE=--sanitize ;;
		-h|--help)	usage; exit 0 ;;
		-*)		usage_error "unknown option '$1'; see bench.sh --help" ;;
		*)		POINTS+=("$1") ;;
		esac
		shift
	done
}

set_defaults() {
	local rounds=3 suffix=-$MODE
	local -a points

	case $MODE in
	compare)	rounds=7 suffix=; read -ra points <<<"$(points | sed 's/ tool$//')" ;;
	disturb)	points=(centre) ;;
	throttled)	points=(cgroups-5000) ;;
	tool)		points=(tool) ;;
	esac
	: "${ROUNDS:=$rounds}" "${OUT:=$HERE/results/$NAME$suffix}"
	[ ${#POINTS[@]} -gt 0 ] || POINTS=("${points[@]}")
}

check_usage() {
	local point arch

	arch=$(kernel_row "$VM/kernels" "$NAME" | sed -n 3p)
	[ "$arch" = amd64 ] || usage_error "the benchmark is for amd64 kernels, $NAME is $arch"
	for point in "${POINTS[@]}"; do
		[[ " $(points) " == *" $point "* ]] || usage_error "unknown point '$point'; known: $(points)"
		[ "$MODE" != throttled ] || [ "$(hierarchies "$point")" -gt 1 ] ||
			usage_error "the quota is one of v1, and '$point' has only v2"
	done
}

# Whoever else has work for this machine's processors is in all figures.
host_load() {
	printf 'host: %s processors, load %s\n' "$(nproc)" "$(cut -d ' ' -f 1 /proc/loadavg)"
}

# Run the guest of a point, and add what it brought to the results.
run_point() {
	local point=$1 tasks cgroups hierarchies depth spread mem timeout file start=$SECONDS
	local -a command=("$MODE" "$ROUNDS")

	case $MODE in
	compare)	command+=("${SIDES[@]}") ;;
	disturb)	command+=("$NR_SECONDS") ;;
	esac
	read -r tasks cgroups hierarchies depth spread mem timeout < <(awk -v point="$point" '
		$1 == point { print $2, $3, $4, $5, $6, $7, $8 }' "$HERE/points")
	"$VM/run.sh" --kernel "$NAME" --guest mixed --mem "$mem" --timeout "$timeout" \
		--module "$MODULE" --files "$WORK/files" --out "$WORK/out" -- \
		./guest.sh "$point" "$tasks" "$cgroups" "$hierarchies" "$depth" "$spread" \
		"${command[@]}"
	host_load
	for file in "$WORK"/out/*.tsv; do
		cat "$file" >>"$OUT/${file##*/}"
		rm "$file"
	done
	note "$point took $((SECONDS - start)) s"
}

# The first line of each file of results names its columns. Only results are removed, as the
# folder may have been anyone's.
begin_results() {
	mkdir -p "$OUT"
	rm -f "$OUT"/{scenes,disturb,holds,aims,throttled,tool,raw,sides,ratios}.tsv
	rm -f "$OUT"/table.txt "$OUT"/plot.{svg,png}
	heading scenes point hierarchies tasks css_sets links cgroups csses
	case $MODE in
	disturb)
		heading disturb point victim reader per_second percent_of_alone median_ns p99_ns \
			worst_ns reads late period_ns
		heading holds point reader longest_ns all_ns pids_write_ns
		heading aims point what victim reader period_ns median least most aim verdict ;;
	throttled)
		heading throttled point victim holder quota_percent times median_ns worst_ns ;;
	tool)
		heading tool point command median_ns times_cat times_cat_least \
			times_cat_most kib times_text aims ;;
	compare)
		heading raw point round side ns bytes tasks passes hold_ns
		heading sides point side rounds median_ns min_ns quarter_ns three_quarters_ns \
			max_ns bytes tasks passes hold_ns times_tasks
		heading ratios point ratio medians leasts round_min round_max ;;
	esac
}

heading() {
	local name=$1

	shift
	tr ' ' '\t' <<<"#$*" >"$OUT/$name.tsv"
}

NAME=$(kernel_default "$VM/kernels")
ROUNDS=
NR_SECONDS=3
SIDES=()
POINTS=()
OUT=
MODE=compare
SANITIZE=
parse "$@"
set_defaults
check_usage
OUT=$(realpath -m "$OUT")

"$TOP/scripts/deps.sh" --kernel "$NAME" "${PACKAGES[@]}"
"$TOP/scripts/deps.sh" --tools
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
kernel_fix "$NAME" "$WORK"
MODULE=$("$VM/build.sh" "$WORK/build" "$NAME")
# shellcheck disable=SC2086 # an option or nothing
"$HERE/build.sh" $SANITIZE "$WORK/files" "$NAME"
begin_results
for point in "${POINTS[@]}"; do
	run_point "$point" | tee -a "$OUT/table.txt"
done
[ "$MODE" != compare ] || "$HERE/plot.sh" "$OUT"
note "results are in $OUT"
