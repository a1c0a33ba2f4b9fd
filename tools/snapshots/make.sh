#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Boot guests and save the snapshots that the tests of cginspect read. They are kept in the
# repository, so this is run only when the files of the module have changed.

set -euo pipefail

# shellcheck source=../../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../../scripts/lib.sh"

# A guest and a kernel each. s390x has another order of bytes. "changes" are three snapshots of
# one guest, for diff, "whys" is one with what the kernel refused, for why, and "states" is one
# with objects in rare states.
ALL=("mixed 6.1" "systemd 6.1" "systemd-hybrid 5.10" "mixed 7.3" "mixed s390x-6.12" changes whys
	states)

case ${1-} in
-h|--help)	printf 'usage: make.sh ["GUEST KERNEL" | changes | whys | states]...\nDefault:'
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

# run_guest GUEST KERNEL SCRIPT: what the script leaves is in out/ then.
run_guest() {
	local module

	cp "$TOP/tools/snapshots/lib.sh" "$TOP/tools/snapshots/$3" "$WORK/files"
	module=$("$VM/build.sh" "$WORK/module-$2" "$2" | tail -n 1)
	"$VM/run.sh" --kernel "$2" --guest "$1" --module "$module" \
		--files "$WORK/files" --out "$WORK/out" -- sh "./$3"
}

# The unshare of a guest makes no cgroup namespace.
save_changes() {
	"$TOP/tools/bundle.sh" "$(command -v unshare)" "$WORK/files"
	run_guest mixed 6.1 changes.sh
	for one in before leaks leaked moves moved; do
		cp "$WORK/out/$one" "$TOP/selftests/snapshots/changes.$one"
	done
}

save_whys() {
	put_program 6.1
	run_guest systemd 6.1 whys.sh
	for one in saved errors; do
		cp "$WORK/out/$one" "$TOP/selftests/snapshots/whys.$one"
	done
}

# Of what the guest makes some needs 7.2.
save_states() {
	"${CC:-gcc}" -D_GNU_SOURCE -O2 -static -pthread -o "$WORK/files/threads" \
		"$TOP/tools/snapshots/threads.c"
	run_guest systemd 7.3 states.sh
	for one in snapshot proc dirs errors; do
		cp "$WORK/out/$one" "$TOP/selftests/snapshots/states-7.3.$one"
	done
}

save() {
	local guest=$1 kernel=$2 to=$TOP/selftests/snapshots/$1-$2

	put_program "$kernel"
	run_guest "$guest" "$kernel" scene.sh
	cp "$WORK/out/snapshot" "$to.snapshot"
	cp "$WORK/out/proc" "$to.proc"
	cp "$WORK/out/dirs" "$to.dirs"
}

for what; do
	rm -rf "$WORK/files" "$WORK/out"
	mkdir "$WORK/files"
	# shellcheck disable=SC2086 # a guest and a kernel
	case $what in
	changes) save_changes ;;
	whys)	save_whys ;;
	states)	save_states ;;
	*)	save $what ;;
	esac
done
