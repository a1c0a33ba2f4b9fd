#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Draw sides.tsv of a folder with results, as plot.svg and plot.png beside it: for each
# point a bar for each side, which is the median, with a whisker from the least to the most.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"

{ [ $# -eq 1 ] && [ -f "$1/sides.tsv" ]; } ||
	usage_error "usage: plot.sh DIR: the folder of sides.tsv"
need gnuplot
DIR=$(realpath "$1")
TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT

# Turn a line for each side into a line for each point, with median, least and most of
# each side in milliseconds; the first line names the sides.
pivot() {
	awk -F '\t' '
		/^#/ { next }
		!($1 in points) { points[$1]; point[++nr_points] = $1 }
		!($2 in sides) { sides[$2]; side[++nr_sides] = $2 }
		{ text[$1, $2] = $4 / 1e6 "\t" $5 / 1e6 "\t" $8 / 1e6 }
		END {
			printf "point"
			for (s = 1; s <= nr_sides; s++)
				printf "\t%s\t-\t-", side[s]
			for (p = 1; p <= nr_points; p++) {
				printf "\n%s", point[p]
				for (s = 1; s <= nr_sides; s++) {
					key = point[p] SUBSEP side[s]
					printf "\t%s", key in text ? text[key] : "NaN\tNaN\tNaN"
				}
			}
			print ""
		}' "$DIR/sides.tsv"
}

# draw TERMINAL FILE
draw() {
	gnuplot <<-PLOT
	set terminal $1
	set output '$2'
	set datafile separator '\t'
	set title 'Time of one reading: median, least and most'
	set ylabel 'milliseconds'
	set logscale y
	set grid ytics
	set style data histograms
	set style histogram errorbars gap 2 linewidth 1
	set style fill solid 0.7 border -1
	set boxwidth 0.9
	set key outside right top
	set linetype 9 linecolor rgb '#808000'
	set linetype 10 linecolor rgb '#a05030'
	set linetype 11 linecolor rgb '#c0c0c0'
	set linetype cycle 11
	set xtics rotate by -30
	plot for [i = 2:$((3 * SIDES)):3] '$TMP/data' using i:i+1:i+2:xtic(1) title columnheader(i)
	PLOT
}

pivot >"$TMP/data"
POINTS=$(($(wc -l <"$TMP/data") - 1))
SIDES=$((($(head -n 1 "$TMP/data" | tr '\t' '\n' | wc -l) - 1) / 3))
[ "$POINTS" -gt 0 ] || die "there is nothing to draw in $DIR/sides.tsv"
WIDTH=$((500 + 220 * POINTS))
draw "svg size $WIDTH,600 background 'white'" "$DIR/plot.svg"
draw "pngcairo size $WIDTH,600" "$DIR/plot.png"
