# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Get the newest sources of a kernel that the distribution has, for the scripts that build one.
# Sourced after lib.sh, apt.sh and newest.sh. The caller sets
#   NAME, SUITES, ARCH, PACKAGE	what vm/kernels says, and linux-source-VERSION
#   CACHE			the folder of what is made of the sources

# Print the versions of the source package, newest first.
source_versions() {
	apt_private apt-cache madison "$PACKAGE" |
		awk -F ' *\\| *' '{ print $2 }' | sort -rVu
}

# source_unpack FOLDER VERSION: the sources come to FOLDER/linux. The package is a tarball in a
# tarball. Fails if it can't be had.
source_unpack() {
	local folder=$1 version=$2

	mkdir -p "$folder/deb" "$folder/linux"
	note "downloading $PACKAGE ($version)"
	(cd "$folder/deb" && apt_private apt-get -q=2 download "$PACKAGE=$version" >&2) || return
	{ dpkg-deb --fsys-tarfile "$folder"/deb/*.deb |
		tar -xO "./usr/src/$PACKAGE.tar.xz" |
		tar -xJ -C "$folder/linux" --strip-components=1 &&
		rm -r "$folder/deb"; } || die "$PACKAGE can not be unpacked in $folder"
}

# source_choose INSTALL SUFFIX: look for the newest version and choose what INSTALL, a function,
# has made of it in the folder that it gets, which is called by the version and SUFFIX.
source_choose() {
	local install=$1 suffix=$2 version root
	local -a suites

	NEWEST_WHY="$PACKAGE can not be downloaded: $CGI_CHECK"
	IFS=, read -ra suites <<<"$SUITES"
	apt_root "$CGI_CACHE/apt/$NAME" "$ARCH" "${suites[@]}"
	apt_private apt-get -q=2 update >&2 || return 1
	while read -r version; do
		root=$CACHE/$version$suffix
		if newest_whole "$root" || "$install" "$root" "$version"; then
			newest_keep "$root"
			return
		fi
		NEWEST_DOUBTS+=("$PACKAGE ($version) can not be downloaded")
		note "${NEWEST_DOUBTS[-1]}, trying the next older"
	done < <(source_versions)
	return 1
}

# source_refused WANTED CONFIG: print the lines of WANTED that the kernel's CONFIG does not have.
# Kconfig drops an option that was renamed, or that depends on one that is off, without a word.
source_refused() {
	{ grep -E '^(CONFIG_|# CONFIG_.* is not set$)' "$1" | grep -vxFf "$2" || true; } | paste -sd ' '
}
