# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034
# Shared by the scripts of this folder, of vm/ and of selftests/; it is sourced, never
# run.

# The repository, and in it the folder of the kernels' table and of the guests.
TOP=$(readlink -f "$(dirname "${BASH_SOURCE[0]}")/..")
VM=$TOP/vm

CGI_PROG=${0##*/}
CGI_CACHE=${XDG_CACHE_HOME:-${HOME:?is not set, and XDG_CACHE_HOME neither: set one}/.cache}/cgroup_inspect
# This ends the message about something that can not be had. The tool that tried to
# get it has said the details before.
CGI_CHECK="check the network, apt's sources and the room in $CGI_CACHE"
CGI_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# Tools such as mke2fs and depmod live in sbin, which is not in a user's PATH.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# Kbuild and lib.mk must not see that a make may have started us.
unset MAKEFLAGS MAKELEVEL MFLAGS

note() {
	printf '%s: %s\n' "$CGI_PROG" "$*" >&2
}

# A long step says what it does, and how long that took if it went well: a failure must
# be the last that is said.
begin() {
	STEP=$* STEP_BEGAN=$SECONDS
	note "$STEP"
}

finish() {
	note "$STEP: done in $((SECONDS - STEP_BEGAN)) s"
}

die() {
	note "$*"
	exit "${CGI_EXIT_DIE:-1}"
}

# What can not be had from outside is no fault of the sources: every script ends
# with this code then, and whoever called it passes the code on. The last line
# says what it was, for check-all.sh shows that line.
CGI_EXIT_NOT_HAD=122

not_had() {
	note "$*"
	exit "$CGI_EXIT_NOT_HAD"
}

# A mistake of the caller is told from a failure by the exit code 2.
usage_error() {
	note "$*"
	exit 2
}

need() {
	local tool

	for tool; do
		command -v "$tool" >/dev/null ||
			die "$tool is missing: run scripts/deps.sh"
	done
}

# Git is told that the repository may belong to another user, as in a container.
git_here() {
	git -c safe.directory="$TOP" -C "$TOP" "$@"
}

# Print the commit, and "-dirty" after it if the tree differs from it. A file that Git does not know
# is built and run like the others.
tree_version() {
	local version

	version=$(git_here describe --always --dirty --abbrev=12 --exclude='*')
	[[ $version = *-dirty ]] || [ -z "$(git_here ls-files -o --exclude-standard | head -n 1)" ] ||
		version+=-dirty
	echo "$version"
}

# Print all that is in the repository or could be added to it.
tree_files() {
	git_here ls-files -z -co --exclude-standard --deduplicate |
		while IFS= read -r -d '' file; do
			[ ! -f "$TOP/$file" ] || printf '%s\n' "$file"
		done
}

# Print the version of the module and of cginspect.
cgi_version() {
	sed -n 's/^#define CGI_VERSION[[:space:]]*"\(.*\)"$/\1/p' "$TOP/module/version.h"
}

# DKMS reads the version from dkms.conf alone. This says so and fails if it is another one.
same_version() {
	local conf ours

	conf=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' "$TOP/dkms.conf")
	ours=$(cgi_version)
	[ -n "$ours" ] || note "module/version.h has no line #define CGI_VERSION"
	[ "$conf" = "$ours" ] ||
		note "dkms.conf says version '$conf', module/version.h '$ours'"
	[ -n "$ours" ] && [ "$conf" = "$ours" ]
}

# need_bwrap OPTION...: the options say which namespaces bwrap has to make. If the
# machine refuses them, this says so once; otherwise each use would fail with a message
# that names no cause.
need_bwrap() {
	command -v bwrap >/dev/null ||
		die "bwrap is missing: run scripts/deps.sh bubblewrap"
	bwrap --ro-bind / / --dev /dev --proc /proc "$@" true 2>/dev/null ||
		die "bwrap can not make namespaces here: allow user namespaces and mounts, as a container must be told to"
}

# lock FILE: hold the lock until this shell ends. Children inherit the descriptor, and
# with it the lock, so nothing that lives longer may be started meanwhile.
lock() {
	local fd dir=${1%/*}

	{ mkdir -p "$dir" && exec {fd}>>"$1"; } || die "$dir can not be written"
	flock -n "$fd" || {
		note "waiting for another run (lock ${dir##*/}/${1##*/})"
		flock "$fd"
	}
}

# Print the fields of the named row of the kernels table, one a line:
# name suites arch flavour prefix toolchain tier.
kernel_row() {
	local table=$1 name=$2 row

	row=$(awk -v name="$name" '!/^#/ && $1 == name {
		for (i = 1; i <= 7; i++) print $i }' "$table")
	[ -n "$row" ] || usage_error "unknown kernel '$name'; known:" \
		"$(kernel_names "$table")"
	printf '%s\n' "$row"
}

# kernel_names TABLE [TIER]: all names, or those of a tier, in one line.
kernel_names() {
	awk -v tier="${2-}" '!/^#/ && NF && (tier == "" || $7 == tier) {
		printf "%s%s", sep, $1; sep = " " }' "$1"
}

# kernel_fix NAME FOLDER: look the kernel up once, so that every build and every guest of a run has
# the same version of it. What it is stands in FOLDER, and kernel.sh takes it from there.
kernel_fix() {
	"$VM/kernel.sh" "$1" >"$2/described"
	mv "$2/described" "$2/kernel"
	export CGI_KERNEL_FILE=$2/kernel
}

# need_amd64_of_debian NAME WHY: refuse a kernel of another architecture, or one that is built here,
# and say why.
need_amd64_of_debian() {
	local row arch tier

	row=$(kernel_row "$VM/kernels" "$1") || exit
	arch=$(sed -n 3p <<<"$row")
	tier=$(sed -n 7p <<<"$row")
	if [ "$arch" != amd64 ] || [[ $tier = @(own|series) ]]; then
		usage_error "this is not for the kernel '$1': $2"
	fi
}

kernel_default() {
	awk '!/^#/ && NF { print $1; exit }' "$1"
}

# kernel_packages TABLE NAME: print the packages that the host needs for this kernel
# beyond those for the default one, one a line.
kernel_packages() {
	local row arch toolchain

	row=$(kernel_row "$1" "$2") || return
	{ read -r _; read -r _; read -r arch; read -r _; read -r _; read -r toolchain; } <<<"$row"
	case $arch in
	arm64)	echo qemu-system-arm ;;
	s390x)	echo qemu-system-misc ;;
	esac
	# The selftests for i386 are built in a root, too.
	[ "$toolchain $arch" = "host amd64" ] || echo bubblewrap
}
