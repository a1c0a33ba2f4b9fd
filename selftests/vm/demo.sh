#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Build the module, boot test VMs, show every file on live v1 and v2
# hierarchies, and leave the files and the graph as a picture in demo/.

set -euo pipefail

VM=$(dirname "$(readlink -f "$0")")
# shellcheck source=lib.sh
. "$VM/lib.sh"

NAME=${1:-$(kernel_default "$VM/kernels")}
OUT=$(readlink -f "$VM/../..")/demo

picture() {
	dot -Tsvg "$1/graph.dot" -o "$1/graph.svg"
	dot -Tpng "$1/graph.dot" -o "$1/graph.png"
}

# Tasks, css_sets and so on in the picture, from the files themselves.
count() {
	local file

	for file in tasks css_sets links cgroups csses hierarchies; do
		printf '%s %s  ' "$(($(wc -l <"$1/$file") - 1))" "$file"
	done
	echo
}

show() {
	local guest=$1

	mkdir -p "$OUT/$guest"
	"$VM/run.sh" --kernel "$NAME" --guest "$guest" --module "$MODULE" --files "$WORK/demo" \
		--out "$OUT/$guest" -- sh ./demo.sh
	picture "$OUT/$guest"
}

"$VM/deps.sh"
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
mkdir "$WORK/demo"
cp "$VM/guest/demo.sh" "$WORK/demo"
MODULE=$("$VM/build.sh" "$WORK/build" "$NAME")
rm -rf "$OUT"
for guest in mixed systemd-hybrid; do
	show "$guest"
done
echo
for guest in mixed systemd-hybrid; do
	echo "guest $guest: $(count "$OUT/$guest")"
	echo "  files and the graph as a picture: demo/$guest/graph.svg, graph.png"
done
