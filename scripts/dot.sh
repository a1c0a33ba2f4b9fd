#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Render every graph.dot below a folder with Graphviz, and leave a picture beside each.
# If Graphviz says anything about one, that is a failure, and so is a picture that a
# browser would not open, one with other nodes than those that have a line of their own, or a
# folder without any graph.dot.

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"

# well_formed SVG: it is UTF-8, without the characters that XML does not allow.
well_formed() {
	iconv -f UTF-8 -t UTF-8 "$1" >/dev/null && ! LC_ALL=C grep -qaP \
		'[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]' "$1"
}

render() {
	local file=$1 svg=${1%.dot}.svg said status=0 nodes

	said=$(dot -Tsvg -o "$svg" "$file" 2>&1) || status=$?
	if [ "$status" -ne 0 ] || [ -n "$said" ]; then
		note "dot ended with $status for $file${said:+: $said}"
		return 1
	fi
	grep -q '</svg>' "$svg" || {
		note "dot left no picture of $file"
		return 1
	}
	well_formed "$svg" || {
		note "$svg is no XML: names in $file are ill escaped"
		return 1
	}
	# A name that leaves its label would state another one.
	nodes=$(grep -cE '^[[:space:]]*("[^"]*"|legend|roots) \[' "$file") || true
	[ "$(grep -c '<g id="node' "$svg")" -eq "$nodes" ] || {
		note "dot finds other nodes in $file than the $nodes that it has"
		return 1
	}
	echo "dot: $file: $nodes nodes, $(grep -c '<g id="edge' "$svg") edges"
}

[ $# -eq 1 ] || usage_error "usage: dot.sh DIR"
[ -d "$1" ] || usage_error "no folder '$1'"
need dot iconv

FAILED=0
mapfile -d '' FILES < <(find "$1" -name graph.dot -print0 | sort -z)
[ ${#FILES[@]} -gt 0 ] || die "no graph.dot below $1"
for file in "${FILES[@]}"; do
	render "$file" || FAILED=$((FAILED + 1))
done
[ "$FAILED" -eq 0 ]
