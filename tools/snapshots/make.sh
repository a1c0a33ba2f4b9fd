#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Boot guests and save the snapshots that the tests of cginspect read. They are kept in the
# repository, so this is run only when the files of the module have changed.

set -euo pipefail

# shellcheck source=../../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../../scripts/lib.sh"

# A guest and a kernel each. s390x has another order of bytes.
ALL=("mixed 6.1" "systemd 6.1" "systemd-hybrid 5.10" "mixed 7.3" "mixed s390x-6.12")

case ${1-} in
-h|--help)	printf 'usage: make.sh ["GUEST KERNEL"]...\nDefault:'
		printf ' "%s"' "${ALL[@]}"; echo; exit 0 ;;
-*)		usage_error "unknown option '$1'; see make.sh --help" ;;
esac
[ $# -gt 0 ] || set -- "${ALL[@]}"

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# Snapshots of other machines do not need the program.
put_program() {
	[[ $1 != *-* || $1 == *-rt ]] || return 0
	make -s -C "$TOP/tools" OUT="$WORK/build" >&2
	"$TOP/tools/bundle.sh" "$WORK/build/cginspect" "$WORK/files"
}

save() {
	local guest=$1 kernel=$2 module to=$TOP/selftests/snapshots/$1-$2

	rm -rf "$WORK/files" "$WORK/out"
	mkdir "$WORK/files"
	cp "$TOP/tools/snapshots/scene.sh" "$WORK/files"
	put_program "$kernel"
	module=$("$VM/build.sh" "$WORK/module-$kernel" "$kernel" | tail -n 1)
	"$VM/run.sh" --kernel "$kernel" --guest "$guest" --module "$module" \
		--files "$WORK/files" --out "$WORK/out" -- sh ./scene.sh
	cp "$WORK/out/snapshot" "$to.snapshot"
	cp "$WORK/out/proc" "$to.proc"
	cp "$WORK/out/dirs" "$to.dirs"
}

for one; do
	# shellcheck disable=SC2086 # a guest and a kernel
	save $one
done
