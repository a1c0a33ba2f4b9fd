#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Build the Debian packages, and have lintian judge them. This works on a copy of the sources,
# so the tree stays as it is, and nothing is installed into this machine but what builds them.

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

# The first two are in packaging/debian/control, too; the build fails if one is missing.
PACKAGES=(debhelper dh-dkms build-essential dpkg-dev lintian git)

usage() {
	cat <<USAGE
usage: deb.sh [DIR]

Builds cgroup-inspect-dkms and cginspect, and puts them into DIR (default: debs/), in
place of those that are there. Fails if lintian finds an error.
USAGE
}

# Print the newest section of NEWS that is about a version: its title, then its text. The
# title of a section is underlined.
newest_news() {
	awk '
		/^=+$/	{ title[++n] = NR - 1 }
			{ line[NR] = $0 }
		END {
			title[n + 1] = NR + 1
			for (i = 1; i <= n; i++) {
				if (line[title[i]] !~ /^(Unreleased|[0-9.]+)$/)
					continue
				print line[title[i]]
				for (j = title[i] + 2; j < title[i + 1]; j++)
					print line[j]
				exit
			}
		}' "$TOP/NEWS"
}

# commit_date FORMAT: print when the newest commit was made.
commit_date() {
	TZ=UTC git_here log -1 --format=%cd --date="format-local:$1"
}

# package_version TITLE: print the version of the packages, where TITLE is that of the newest
# section of NEWS. What is not released yet is newer than the last release and older than the
# next one.
package_version() {
	local version

	version=$(cgi_version)
	case $1 in
	"$version")	echo "$version" ;;
	Unreleased)	echo "$version+$(commit_date %Y%m%d.%H%M%S)" ;;
	*)		die "NEWS begins with '$1', not with 'Unreleased' or '$version' as in module/version.h" ;;
	esac
}

maintainer() {
	sed -n 's/^M:[[:space:]]*\(.* <.*>\)$/\1/p' "$TOP/MAINTAINERS"
}

changelog() {
	local title version

	newest_news | {
		read -r title || die "NEWS has no section about a version"
		version=$(package_version "$title")
		printf 'cgroup-inspect (%s) unstable; urgency=medium\n' "$version"
		sed 's/^- /* /; s/^./  &/' | cat -s | fmt -t -w 78
		printf '\n -- %s  %s +0000\n' "$(maintainer)" "$(commit_date '%a, %d %b %Y %T')"
	}
}

# make_source DIR: make a source package of all files of the repository. The maintainer, the
# version and the changelog are in no file of packaging/debian, as others have them already.
make_source() {
	mkdir "$1"
	tree_files | tar -C "$TOP" -c -T - | tar -C "$1" -x
	cp -r "$TOP/packaging/debian" "$1/"
	sed -i "/^Source:/a Maintainer: $(maintainer)" "$1/debian/control"
	mkdir "$1/debian/source"
	echo '3.0 (native)' >"$1/debian/source/format"
	changelog >"$1/debian/changelog"
}

build() {
	(
		cd "$WORK/source"
		# The packages must not depend on what the caller has set.
		unset CFLAGS CPPFLAGS LDFLAGS
		DEB_BUILD_OPTIONS="parallel=$(nproc) noautodbgsym" \
			dpkg-buildpackage -us -uc -b
	) >"$WORK/log" 2>&1 || {
		cat "$WORK/log" >&2
		die "the packages can not be built"
	}
}

judge() {
	lintian --allow-root --tag-display-limit 0 --fail-on error "$WORK"/*.changes >&2 ||
		die "lintian finds errors"
}

case ${1-} in
-h|--help)	usage; exit 0 ;;
-*)		usage_error "unknown option '$1'; see deb.sh --help" ;;
esac
[ $# -le 1 ] || usage_error "takes one folder; see deb.sh --help"
DIR=${1:-$TOP/debs}

"$TOP/scripts/deps.sh" --tools "${PACKAGES[@]}" >&2
git_here rev-parse HEAD >/dev/null 2>&1 || die "a git checkout is needed"
same_version
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
make_source "$WORK/source"
note "building $(sed -n '1s/ [^)]*$//p' "$WORK/source/debian/changelog")"
build
judge
mkdir -p "$DIR"
rm -f "$DIR"/cginspect_*.deb "$DIR"/cgroup-inspect-dkms_*.deb
cp "$WORK"/*.deb "$DIR/"
ls "$DIR"/cginspect_*.deb "$DIR"/cgroup-inspect-dkms_*.deb
