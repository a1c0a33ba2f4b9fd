# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# A private apt root below the cache: the host's package lists, sources and
# installed packages are neither used nor touched. Its other settings (proxies,
# certificates) stay in force, as they say how this machine reaches a mirror.
# Sourced after lib.sh.

# Kbuild's tools and the compilers run on this machine, whatever the guest is.
CGI_HOST_ARCH=amd64

# Print "URI suite" of every source that the host's apt knows. apt itself reads
# its sources files here, so one-line and deb822 forms are both understood, and
# it works before the first "apt-get update".
host_sources() {
	apt-get --print-uris update 2>/dev/null |
		sed -n "s#^'\(.*\)/dists/\(.*\)/InRelease' .*#\1 \2#p"
}

# Print the address of the archive that Debian 12's own packages come from. Other
# vendors name suites after Debian's, too, but only Debian's archive has an -updates
# suite beside each.
mirror_main() {
	host_sources | awk '
		{ uri[NR] = $1; suite[NR] = $2; has[$1 " " $2] = 1 }
		END {
			for (i = 1; i <= NR; i++)
				if (has[uri[i] " " suite[i] "-updates"]) {
					print uri[i]
					exit
				}
			for (i = 1; i <= NR; i++)
				if (uri[i] ~ /\/debian\/?$/) {
					print uri[i]
					exit
				}
		}'
}

mirror_security() {
	local main=$1 uri

	uri=$(host_sources | awk '$2 ~ /(-security|\/updates)$/ { print $1; exit }')
	# Mirrors carry the security archive beside the main one.
	printf '%s\n' "${uri:-${main%/}-security}"
}

# Print one-line sources for the given suites.
apt_sources() {
	local main security suite uri

	[ -r "$CGI_KEYRING" ] ||
		die "$CGI_KEYRING is missing: install debian-archive-keyring"
	# If apt itself fails, no mirror is found either.
	main=$(mirror_main) || true
	[ -n "$main" ] ||
		not_had "apt's configuration names no Debian mirror, or can not be read: see apt-get --print-uris update"
	security=$(mirror_security "$main")
	for suite; do
		case $suite in
		*-security)	uri=$security ;;
		*)		uri=$main ;;
		esac
		printf 'deb [signed-by=%s] %s %s main\n' "$CGI_KEYRING" "$uri" "$suite"
	done
}

# apt_root DIR ARCH SUITE...: make DIR the private root for what follows.
apt_root() {
	local dir=$1 arch=$2 archs

	shift 2
	# Kernel packages of any architecture need build tools that run here.
	archs=$arch
	[ "$arch" = "$CGI_HOST_ARCH" ] || archs+=,$CGI_HOST_ARCH
	mkdir -p "$dir/lists/partial" "$dir/archives/partial"
	: >"$dir/status"
	apt_sources "$@" >"$dir/sources.list"
	APT_OPTIONS=(
		-o "APT::Architecture=$arch"
		-o "APT::Architectures=$archs"
		-o "APT::Sandbox::User="
		-o "APT::Update::Error-Mode=any"
		-o "Acquire::Check-Valid-Until=false"
		-o "Acquire::Languages=none"
		-o "Acquire::Retries=2"
		-o "Acquire::http::Timeout=30"
		-o "Dir::Cache=$dir"
		-o "Dir::Cache::archives=$dir/archives"
		-o "Dir::Etc::preferences=/dev/null"
		-o "Dir::Etc::preferencesparts=/dev/null"
		-o "Dir::Etc::sourcelist=$dir/sources.list"
		-o "Dir::Etc::sourceparts=/dev/null"
		-o "Dir::State=$dir"
		-o "Dir::State::lists=$dir/lists"
		-o "Dir::State::status=$dir/status"
	)
}

apt_private() {
	local tool=$1

	shift
	"$tool" "${APT_OPTIONS[@]}" "$@"
}

# apt_lists DIR ARCH SUITE...: like apt_root, and get the package lists anew. A mirror can
# lack a suite, or have a list of it that does not match its Release file. That suite
# is left out, which is said, and its name is in APT_LACKING.
apt_lists() {
	local dir=$1 arch=$2 suite
	local -a good=()

	APT_LACKING=()
	apt_root "$@"
	apt_private apt-get -q=2 update >&2 && return
	shift 2
	[ $# -gt 1 ] || return
	for suite; do
		apt_root "$dir" "$arch" "$suite"
		if apt_private apt-get -q=2 update >/dev/null 2>&1; then
			good+=("$suite")
		else
			APT_LACKING+=("$suite")
			note "no package lists of $suite for $arch can be had, going on without"
		fi
	done
	[ ${#good[@]} -gt 0 ] || return
	apt_root "$dir" "$arch" "${good[@]}"
	apt_private apt-get -q=2 update >&2
}

# unpack_deb DEB ROOT: unpack a package. The files will belong to the calling user. Some
# packages take /lib for a folder and some for a link; whatever ROOT has is kept.
unpack_deb() {
	dpkg-deb --fsys-tarfile "$1" |
		tar -C "$2" -x --no-same-owner --keep-directory-symlink \
			--exclude=./usr/share/doc --exclude=./usr/share/man \
			--exclude=./usr/share/info --exclude=./usr/share/locale
}
