#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Build the module, boot test VMs, show every file on live v1 and v2
# hierarchies, and leave the files, the graph as a picture, and all of it as a page in demo/.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"

case ${1-} in
-h|--help)	echo "usage: demo.sh [KERNEL]: one of $(kernel_names "$VM/kernels")"; exit 0 ;;
-*)		usage_error "unknown option '$1'; see demo.sh --help" ;;
esac
NAME=${1:-$(kernel_default "$VM/kernels")}
OUT=$TOP/demo

# Without graph.dot there is nothing to draw; info says why it is not there.
picture() {
	[ -e "$1/graph.dot" ] || return 0
	dot -Tsvg "$1/graph.dot" -o "$1/graph.svg"
	dot -Tpng "$1/graph.dot" -o "$1/graph.png"
}

# The guest has no Graphviz, so the page is made here, of what cginspect has saved there.
report() {
	[ -e "$1/saved" ] || return 0
	"$WORK/tools/cginspect" -i "$1/saved" html >"$1/report.html"
}

# Tasks, css_sets and so on in the picture, from the files themselves.
count() {
	local file

	for file in tasks css_sets links cgroups csses hierarchies; do
		[ -e "$1/$file" ] || continue
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
	report "$OUT/$guest"
}

result() {
	echo "guest $1: $(count "$OUT/$1")"
	if [ -e "$OUT/$1/graph.dot" ]; then
		echo "  files and the graph as a picture: demo/$1/graph.svg, graph.png"
	else
		echo "  files: demo/$1; no picture, $(grep ^graph: "$OUT/$1/info")"
	fi
	[ ! -e "$OUT/$1/report.html" ] || echo "  all of it as a page: demo/$1/report.html"
}

ROW=$(kernel_row "$VM/kernels" "$NAME")
{
	read -r _; read -r _; read -r ARCH; read -r _; read -r _; read -r _
	read -r TIER
} <<<"$ROW"
GUESTS=(mixed)
# The systemd guests exist for amd64 only, and need a kernel with modules.
if [ "$ARCH" = amd64 ] && [[ $TIER != @(own|series) ]]; then
	GUESTS+=(systemd-hybrid)
fi
"$TOP/scripts/deps.sh" --kernel "$NAME"
[ "$ARCH" != amd64 ] || "$TOP/scripts/deps.sh" --tools
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
mkdir "$WORK/demo"
cp "$VM/guest/demo.sh" "$WORK/demo"
if [ "$ARCH" = amd64 ]; then
	make -s -C "$TOP/tools" OUT="$WORK/tools"
	"$TOP/tools/bundle.sh" "$WORK/tools/cginspect" "$WORK/demo"
fi
MODULE=$("$VM/build.sh" "$WORK/build" "$NAME")
rm -rf "$OUT"
for guest in "${GUESTS[@]}"; do
	show "$guest"
done
echo
for guest in "${GUESTS[@]}"; do
	result "$guest"
done
