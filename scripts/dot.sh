#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Render every graph.dot below a folder with Graphviz, and leave a picture beside each.
# If Graphviz says anything about one, that is a failure, and so is a folder without
# any graph.dot.

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"

render() {
	local file=$1 svg=${1%.dot}.svg said status=0

	said=$(dot -Tsvg -o "$svg" "$file" 2>&1) || status=$?
	if [ "$status" -ne 0 ] || [ -n "$said" ]; then
		note "dot ended with $status for $file${said:+: $said}"
		return 1
	fi
	grep -q '</svg>' "$svg" || {
		note "dot left no picture of $file"
		return 1
	}
	echo "dot: $file: $(grep -c '<g id="node' "$svg") nodes, $(grep -c '<g id="edge' "$svg") edges"
}

[ $# -eq 1 ] || usage_error "usage: dot.sh DIR"
[ -d "$1" ] || usage_error "no folder '$1'"
need dot

FAILED=0
mapfile -d '' FILES < <(find "$1" -name graph.dot -print0 | sort -z)
[ ${#FILES[@]} -gt 0 ] || die "no graph.dot below $1"
for file in "${FILES[@]}"; do
	render "$file" || FAILED=$((FAILED + 1))
done
[ "$FAILED" -eq 0 ]
