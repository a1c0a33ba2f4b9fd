#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Get what building the selftests outside a kernel tree needs (lib.mk and what
# it uses, kselftest.h), and the kernel's own tests of cgroups with what they include, from
# Debian's linux-source package, into the cache, and print the folder to use as KSFT_DIR.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"

SERIES=${1:-6.1}
PACKAGE=linux-source-$SERIES
INSIDE=tools/testing/selftests

usage() {
	usage_error "usage: fetch-kselftest.sh [SERIES]   (default 6.1: package linux-source-6.1)"
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		not_had "\"$*\" needs root, and there is no sudo"
	fi
}

# An update has failed even if only one suite can't be read.
update_lists() {
	as_root apt-get -qq -o APT::Update::Error-Mode=any update >&2
}

# Print the version that apt would install, or nothing if it knows none.
candidate() {
	apt-cache policy "$PACKAGE" 2>/dev/null |
		sed -n 's/^ *Candidate: *//p' | grep -v '^(none)$' || true
}

resolve() {
	local version updated=1

	version=$(candidate)
	if [ -z "$version" ]; then
		note "apt knows no $PACKAGE: updating its lists"
		update_lists || updated=
		version=$(candidate)
	fi
	[ -n "$version$updated" ] ||
		not_had "apt's lists can not be updated, and have no $PACKAGE: check the network and apt's sources"
	[ -n "$version" ] || not_had "no package $PACKAGE: is its suite in apt's sources?"
	printf '%s\n' "$version"
}

fetch() {
	apt-get -qq -o APT::Sandbox::User= download "$PACKAGE=$1" >&2
}

download() {
	local version=$1 dir=$2

	cd "$dir"
	note "downloading $PACKAGE $version"
	# If apt's lists are older than the archive, that may have a newer version only.
	fetch "$version" && return
	update_lists || note "apt's lists can not be updated, going on with the old ones"
	version=$(candidate)
	{ [ -n "$version" ] && fetch "$version"; } ||
		not_had "$PACKAGE can not be downloaded: $CGI_CHECK"
}

# The package is a tarball in a tarball; neither is unpacked whole. GNU tar
# goes on to the end once it has found them, as the archive may repeat a name.
extract() {
	local deb=$1 into=$2 top="linux-source-$SERIES/$INSIDE"

	dpkg-deb --fsys-tarfile "$deb" |
		tar -xO --wildcards "./usr/src/linux-source-*.tar.*" |
		tar -xJ -C "$into" --strip-components=1 \
			"$top/lib.mk" "$top/kselftest.h" \
			"$top/kselftest_harness.h" "$top/kselftest" \
			"$top/cgroup" "$top/clone3" "$top/pidfd" &&
		[ -r "$into/$INSIDE/lib.mk" ] && [ -r "$into/$INSIDE/kselftest.h" ]
}

main() {
	local version dir

	[ $# -le 1 ] || usage
	[[ $SERIES =~ ^[0-9]+\.[0-9]+$ ]] || usage
	version=$(resolve)
	dir=$CGI_CACHE/kselftests-$version
	if [ ! -d "$dir" ]; then
		{ mkdir -p "$CGI_CACHE" && TEMP=$(mktemp -d "$CGI_CACHE/.kselftest.XXXXXX"); } ||
			die "no folder can be made in $CGI_CACHE"
		trap 'rm -rf "$TEMP"' EXIT
		mkdir "$TEMP/deb" "$TEMP/tree"
		(download "$version" "$TEMP/deb")
		set -- "$TEMP"/deb/*.deb
		version=$(dpkg-deb --field "$1" Version) || die "${1##*/} can not be read"
		dir=$CGI_CACHE/kselftests-$version
		extract "$1" "$TEMP/tree" ||
			die "$PACKAGE $version lacks $INSIDE, or can not be unpacked in $CGI_CACHE"
		# Another run may have made the folder meanwhile, which is as good.
		mv -T "$TEMP/tree" "$dir" 2>/dev/null || [ -d "$dir" ] ||
			die "$dir can not be made"
	fi
	printf '%s\n' "$dir/$INSIDE"
}

main "$@"
