#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does dkms.conf do what it should? Debian's own dkms adds, builds, installs and
# removes the module, and a guest loads what it installed. The output is KTAP, and the
# line "N passed, N failed, N skipped".
#
# dkms runs in a root of the kernel's release, which is unpacked in the cache, and sees
# nothing of this machine's /usr/src, /var/lib/dkms and /lib/modules.

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"
# shellcheck source=tally.sh
. "$TOP/scripts/tally.sh"
# shellcheck source=apt.sh
. "$TOP/scripts/apt.sh"

# These are the kernels of Debian 12 and 13, and each comes with its own dkms.
DEFAULT=(6.1 6.12)
NAME=cgroup_inspect
# The README says to copy these.
PARTS=(dkms.conf Kbuild module debugfs)

# Packages are only unpacked, so those that every Debian has are named here, too.
PACKAGES=(
	dkms base-files bash coreutils dash diffutils findutils gawk grep gzip
	hostname libc-bin perl-base sed tar util-linux
	gcc make libc6-dev libelf-dev libssl-dev dwarves kmod openssl xz-utils
)

usage() {
	cat <<USAGE
usage: dkms.sh [KERNEL]...

Tests dkms.conf for each KERNEL (default: ${DEFAULT[*]}) with the dkms of the
Debian release that the kernel is from.
USAGE
}

# --- the roots --------------------------------------------------------------

# suite_of KERNEL: print the release whose dkms builds for it. For a kernel from
# backports that is the release which the backports are for.
suite_of() {
	local suites

	suites=$(kernel_row "$VM/kernels" "$1" | sed -n 2p)
	suites=${suites%%[,/]*}
	echo "${suites%-backports}"
}

# make_root ROOT SUITE: the root is made beside ROOT and then renamed, so it is whole or
# not there.
make_root() {
	local root=$1 suite=$2 include

	note "making the root of $suite with dkms"
	WORK_ROOT=$(mktemp -d "$CACHE/tmp.XXXXXX")
	mkdir "$WORK_ROOT/root"
	apt_sources "$suite" "$suite-security" >"$WORK_ROOT/sources.list"
	include=$(IFS=,; echo "${PACKAGES[*]}")
	mmdebstrap --quiet --variant=extract --include="$include" --architectures=amd64 \
		--setup-hook=/usr/share/mmdebstrap/hooks/merged-usr/setup00.sh \
		--aptopt='Acquire::Check-Valid-Until "false"' \
		--aptopt='Acquire::Languages "none"' \
		--format=tar "$suite" - "$WORK_ROOT/sources.list" |
		tar -C "$WORK_ROOT/root" -x --no-same-owner --exclude='./dev/*' \
			--exclude=./usr/share/doc --exclude=./usr/share/man \
			--exclude=./usr/share/info --exclude=./usr/share/locale ||
		not_had "no root of $suite with dkms: $CGI_CHECK"
	ln -s gawk "$WORK_ROOT/root/usr/bin/awk"
	# The root is read only when it is used, so the mount points are made now.
	mkdir -p "$WORK_ROOT/root/usr/src" "$WORK_ROOT/root/usr/lib/modules"
	mv -T "$WORK_ROOT/root" "$root"
	rm -rf "$WORK_ROOT"
}

# find_root SUITE: set ROOT, and make that root if it is not in the cache.
find_root() {
	local suite=$1

	CACHE=$CGI_CACHE/dkms
	ROOT=$CACHE/$suite-$({ echo "${PACKAGES[@]}"; declare -f make_root; } |
		sha256sum | cut -c 1-12)
	[ ! -d "$ROOT" ] || return 0
	(
		lock "$CACHE/lock"
		WORK_ROOT=
		trap '[ -z "$WORK_ROOT" ] || rm -rf "$WORK_ROOT"' EXIT
		trap 'exit 143' TERM
		# A run that was killed may have left these. The lock says that no other
		# run is working on them now.
		rm -rf "$CACHE"/tmp.*
		[ -d "$ROOT" ] || make_root "$ROOT" "$suite"
	)
}

# Run a command in the root, as the user root, who can write to $DIR only.
inside() {
	local kernel_root=${MODDIR%/lib/modules/*}

	bwrap --ro-bind "$ROOT/usr" /usr --ro-bind "$ROOT/etc" /etc \
		--symlink usr/bin /bin --symlink usr/sbin /sbin \
		--symlink usr/lib /lib --symlink usr/lib64 /lib64 \
		--dev /dev --proc /proc --tmpfs /tmp \
		--bind "$DIR/src" /usr/src --bind "$DIR/dkms" /var/lib/dkms \
		--bind "$DIR/modules" /usr/lib/modules \
		--ro-bind "$MODDIR/kernel" "/usr/lib/modules/$KREL/kernel" \
		--ro-bind "$kernel_root" "$kernel_root" \
		--unshare-all --uid 0 --gid 0 --die-with-parent --clearenv \
		--setenv PATH /usr/sbin:/usr/bin --setenv HOME /tmp --setenv LC_ALL C.UTF-8 \
		--chdir / "$@"
}

# make_machine KERNEL: set DIR, and fill it with what a machine that runs this kernel has
# in /usr/src, /var/lib/dkms and /lib/modules.
make_machine() {
	local part

	DIR=$WORK/$1
	mkdir -p "$DIR/src/$NAME-$VERSION" "$DIR/dkms" "$DIR/modules/$KREL/kernel"
	for part in "${PARTS[@]}"; do
		cp -r "$TOP/$part" "$DIR/src/$NAME-$VERSION/"
	done
	# An object that "make" left in the tree would hide that its source is missing.
	find "$DIR/src" -type f \( -name '*.o' -o -name '.*.cmd' \) -delete
	cp "$MODDIR"/modules.* "$DIR/modules/$KREL/"
	ln -s "$KDIR" "$DIR/modules/$KREL/build"
	contents >"$DIR/before"
	sources >"$DIR/sources"
}

# Print what is installed. depmod's own files are left out, as it always writes them
# anew.
contents() {
	(cd "$DIR/modules" && find . ! -path '*/modules.*' | sort)
}

sources() {
	(cd "$DIR/src" && find . -type f -print0 | sort -z | xargs -0 sha256sum)
}

# --- the checks -------------------------------------------------------------

# check NAME COMMAND...: the case NAME is passed if the command succeeds.
check() {
	tally_quiet "$WORK/log" "$@"
}

# Say for the log what is wrong, and fail.
wrong() {
	echo "$*"
	return 1
}

dkms() {
	inside dkms "$1" -m "$NAME" -v "$VERSION" -k "$KREL" "${@:2}"
}

# status_is STATE: this is what dkms itself must say; if STATE is empty, it must know
# nothing of the module.
status_is() {
	local status

	status=$(inside dkms status) || return
	case $1 in
	'')	[ -z "$status" ] ;;
	added)	[ "$status" = "$NAME/$VERSION: added" ] ||
			[ "$status" = "$NAME, $VERSION: added" ] ;;
	*)	[[ $status =~ ^"$NAME"(/|,\ )"$VERSION, $KREL, x86_64: $1"$ ]] ;;
	esac || wrong "status is '$status', not '$1'"
}

# Print the path of the only module below a folder. Its name can have a suffix, as
# releases compress their modules in different ways.
the_module() {
	local -a found

	mapfile -t found < <(find "$1" -name "$NAME.ko*" 2>/dev/null)
	[ ${#found[@]} -eq 1 ] || wrong "not one module in $1, but: ${found[*]}" >&2 || return
	echo "${found[0]}"
}

field_of() {
	modinfo -F "$1" "$2"
}

# dkms gets the folder only, so it has name and version from dkms.conf.
check_add() {
	inside dkms add "/usr/src/$NAME-$VERSION" && status_is added &&
		[ "$(readlink "$DIR/dkms/$NAME/$VERSION/source")" = "/usr/src/$NAME-$VERSION" ]
}

# After the build nothing may be installed yet. If it fails, make's log says why.
check_build() {
	dkms build || {
		cat "$DIR/dkms/$NAME/$VERSION/build/make.log"
		return 1
	}
	status_is built &&
		the_module "$DIR/dkms/$NAME/$VERSION/$KREL/x86_64/module" &&
		contents | diff "$DIR/before" -
}

# The module must be where modprobe looks first, and be for this kernel and of this
# version.
check_installed() {
	local dir=$DIR/modules/$KREL module

	status_is installed && module=$(the_module "$dir") || return
	case $module in
	"$dir/updates/dkms/$NAME".ko*) ;;
	*)	wrong "installed as $module"; return ;;
	esac
	[ "$(field_of vermagic "$module" | cut -d ' ' -f 1)" = "$KREL" ] ||
		wrong "vermagic is $(field_of vermagic "$module")" || return
	[ "$(field_of version "$module")" = "$VERSION" ] ||
		wrong "version is $(field_of version "$module")" || return
	grep -q "^updates/dkms/$NAME\.ko[.xzstg]*:" "$dir/modules.dep" ||
		wrong "depmod does not know it"
}

check_install() {
	dkms install && check_installed
}

# The scripts of Debian's kernel packages call autoinstall when a kernel is installed.
check_autoinstall() {
	inside dkms add -m "$NAME" -v "$VERSION" && inside dkms autoinstall -k "$KREL" &&
		check_installed
}

# The sources belong to the user, so they must be as they were.
check_remove() {
	inside dkms remove -m "$NAME" -v "$VERSION" --all && status_is '' || return
	contents | diff "$DIR/before" - && sources | diff "$DIR/sources" - || return
	[ ! -e "$DIR/dkms/$NAME" ] || wrong "left: $(find "$DIR/dkms/$NAME")" || return
	! grep -r "$NAME" "$DIR/modules/$KREL"/modules.* || wrong "depmod still knows it"
}

# run.sh takes no compressed module.
check_load() {
	local module

	module=$(the_module "$DIR/modules/$KREL") || return
	case $module in
	*.xz)	xz -dc "$module" >"$DIR/$NAME.ko" ;;
	*.ko)	cp "$module" "$DIR/$NAME.ko" ;;
	*)	wrong "unknown compression: $module"; return ;;
	esac
	"$VM/run.sh" --kernel "$1" --guest mixed --module "$DIR/$NAME.ko" -- \
		"cat /sys/kernel/debug/$NAME/info" | tee "$DIR/info" &&
		grep -qx "version: $VERSION" "$DIR/info"
}

# Each step needs what the one before it did.
check_steps() {
	check "$1: add" check_add &&
		check "$1: build" check_build &&
		check "$1: install" check_install &&
		check "$1: a guest loads it" check_load "$1" &&
		check "$1: remove leaves nothing" check_remove &&
		check "$1: autoinstall" check_autoinstall &&
		check "$1: remove after autoinstall" check_remove
}

check_kernel() {
	local kernel=$1 found

	found=$("$VM/kernel.sh" "$kernel") || exit
	KREL=$(sed -n 's/^KREL=//p' <<<"$found")
	KDIR=$(sed -n 's/^KDIR=//p' <<<"$found")
	MODDIR=$(sed -n 's/^MODDIR=//p' <<<"$found")
	find_root "$(suite_of "$kernel")"
	make_machine "$kernel"
	echo "# $kernel: kernel $KREL ($(sed -n 's/^VERSION=//p' <<<"$found"))," \
		"$(suite_of "$kernel")'s $(inside dkms --version)"
	check_steps "$kernel" || note "the steps after the one that failed were not taken"
}

check_usage() {
	local kernel

	for kernel; do
		[ "$(kernel_row "$VM/kernels" "$kernel" | sed -n 3p)" = amd64 ] ||
			usage_error "kernel '$kernel' is not amd64: dkms builds for the machine it runs on"
		case $(suite_of "$kernel")/$kernel in
		*/debug|experimental/*)
			usage_error "kernel '$kernel' is of no Debian release, so there is no dkms for it" ;;
		esac
	done
}

case ${1-} in
-h|--help)	usage; exit 0 ;;
-*)		usage_error "unknown option '$1'; see dkms.sh --help" ;;
esac
[ $# -gt 0 ] || set -- "${DEFAULT[@]}"
for kernel; do
	kernel_row "$VM/kernels" "$kernel" >/dev/null
done
check_usage "$@"
"$TOP/scripts/deps.sh" bubblewrap mmdebstrap xz-utils >&2
need_bwrap --unshare-all --uid 0 --gid 0
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 143' TERM
VERSION=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' "$TOP/dkms.conf")
[ -n "$VERSION" ] || die "dkms.conf has no line PACKAGE_VERSION=\"...\""
echo "KTAP version 1"
check "dkms.conf and the module have one version" same_version || true
for kernel; do
	check_kernel "$kernel"
done
echo "1..$((PASSED + FAILED))"
tally_end
