#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Install what a bare Debian 12 machine lacks to build the module and to run the
# guests of the default kernel, and the packages that are named. With --kernel, install
# what that kernel needs, too. With --tools, install what builds and tests cginspect
# instead. If nothing is missing, this does nothing, and needs neither root nor a network.

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"

usage() {
	cat <<USAGE
usage: deps.sh [--tools] [--kernel NAME]... [PACKAGE]...

Installs what is missing for the default kernel of the table, for each NAME of
it, and each PACKAGE. With --tools, what cginspect needs instead of that kernel.
Exit code: $CGI_EXIT_NOT_HAD if a package can not be installed.
USAGE
}

PACKAGES=(
	# These build the module; the kernel's own build tools use libelf1 and pahole.
	gcc gcc-12 make libc6-dev libelf1 pahole
	# These get and unpack kernels and root disks.
	debian-archive-keyring kmod mmdebstrap xz-utils e2fsprogs
	# These make and run guests.
	qemu-system-x86 busybox-static cpio procps
	# This draws the graph.
	graphviz
)

# These build cginspect, with two libraries of JavaScript for its page, and test it: jq and
# python3-jsonschema read its JSON, script has a terminal, Graphviz draws.
TOOLS=(gcc make libc6-dev pkg-config libsmartcols-dev libcjson-dev libjs-jquery
	libjs-jquery-datatables jq bsdutils python3-jsonschema graphviz)
GUESTS=1

while [ $# -gt 0 ]; do
	case $1 in
	--tools)	PACKAGES=("${TOOLS[@]}"); GUESTS= ;;
	--kernel)	EXTRA=$(kernel_packages "$VM/kernels" "${2-}")
			# shellcheck disable=SC2206 # one word is one package
			PACKAGES+=($EXTRA)
			shift ;;
	-h|--help)	usage; exit 0 ;;
	-*)		usage_error "unknown option '$1'; see deps.sh --help" ;;
	*)		PACKAGES+=("$1") ;;
	esac
	shift
done

missing() {
	local package

	for package; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
			echo "$package"
	done
}

rootly() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo -- "$@"
	else
		not_had "can not install: neither root nor sudo. As root: apt-get install ${LACKING[*]}"
	fi
}

command -v dpkg-query >/dev/null || die "this is no Debian: install the tools by hand"
MACHINE=$(dpkg --print-architecture)
[ -z "$GUESTS" ] || [ "$MACHINE" = amd64 ] ||
	die "this machine is $MACHINE: an amd64 one is needed, as Debian's tools to build the modules are taken for it"
# mmdebstrap needs a user namespace with several ids if it is not run by root.
[ -z "$GUESTS" ] || [ "$(id -u)" -eq 0 ] || PACKAGES+=(uidmap)
mapfile -t LACKING < <(missing "${PACKAGES[@]}")
[ ${#LACKING[@]} -gt 0 ] || exit 0
# Two runs can not install at the same time, and the other one may have installed
# the same packages meanwhile.
lock "$CGI_CACHE/deps/lock"
mapfile -t LACKING < <(missing "${PACKAGES[@]}")
[ ${#LACKING[@]} -gt 0 ] || exit 0

begin "installing ${LACKING[*]}"
rootly apt-get -q=2 update || note "apt-get update failed, going on with the old lists"
rootly env DEBIAN_FRONTEND=noninteractive apt-get -q=2 install -y \
	--no-install-recommends -- "${LACKING[@]}" ||
	not_had "apt-get could not install ${LACKING[*]}"
mapfile -t LACKING < <(missing "${PACKAGES[@]}")
[ ${#LACKING[@]} -eq 0 ] || not_had "still missing: ${LACKING[*]}"
finish
