# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# Do the scripts that download say clearly what went wrong when a mirror does not give
# what it is asked for? Sourced by selftest.sh. apt is real, but it reads and writes
# nothing of this machine's, and each case has a cache of its own.

# stanza NAME VERSION FIELDS...: print the entry of a package in an index. The file that
# it names need not be there.
stanza() {
	local name=$1 version=$2

	shift 2
	printf '%s\n' "Package: $name" "Version: $version" "Architecture: amd64" \
		"Maintainer: none <none@localhost>" "Description: none" \
		"Filename: pool/${name}_${version}_amd64.deb" "Size: 1000" \
		"SHA256: $(printf '%064d' 0)" "$@" ''
}

# really_there NAME VERSION FIELDS...: the same, and make the package's file, too.
really_there() {
	local name=$1 version=$2 deb=$MIRROR/pool/${1}_${2}_amd64.deb

	shift 2
	mkdir -p "$TMP/mirror/deb/DEBIAN" "$MIRROR/pool"
	printf '%s\n' "Package: $name" "Version: $version" "Architecture: amd64" \
		"Maintainer: none <none@localhost>" "Description: none" \
		>"$TMP/mirror/deb/DEBIAN/control"
	dpkg-deb --root-owner-group -Zgzip -b "$TMP/mirror/deb" "$deb" >/dev/null
	stanza "$name" "$version" "$@" |
		sed "s/^Size: .*/Size: $(stat -c %s "$deb")/
			s/^SHA256: .*/SHA256: $(sha256sum <"$deb" | cut -d ' ' -f 1)/"
}

# Print an index that has everything: the default kernel, whose files are there, and
# the packages of the systemd guest, of a toolchain and of the kernel's source, whose
# files are not.
index() {
	local prefix flavour krel name

	prefix=$(kernel_row "$VM/kernels" "$DEFAULT" | sed -n 5p)
	flavour=$(kernel_row "$VM/kernels" "$DEFAULT" | sed -n 4p)
	krel=$prefix.0-1-$flavour
	really_there "linux-headers-$krel" "$prefix.1-1" \
		"Depends: linux-headers-$prefix.0-1-common (= $prefix.1-1), linux-kbuild-$prefix"
	really_there "linux-headers-$prefix.0-1-common" "$prefix.1-1"
	really_there "linux-kbuild-$prefix" "$prefix.1-1"
	really_there "linux-image-$krel" "$prefix.1-1"
	stanza "linux-source-$prefix" "$prefix.1-1"
	stanza base-files 1 "Essential: yes" "Priority: required"
	{ echo apt
	  sed -n 's/^PACKAGES=//p' "$VM/rootfs.sh" | tr , '\n'
	  sed -n '/^COMMON=(/,/^)/{/[()]/d; p}' "$TOP/scripts/toolchain.sh" | xargs -n 1
	} | while read -r name; do
		stanza "$name" 1
	done
}

# suite DIR NAME: make a suite with the index that is in the file Packages.
suite() {
	local dir=$1/dists/$2

	mkdir -p "$dir/main/binary-amd64"
	cp "$TMP/mirror/Packages" "$dir/main/binary-amd64/Packages"
	cat >"$dir/Release" <<-RELEASE
	Suite: $2
	Codename: $2
	Architectures: amd64
	Components: main
	Date: $(date -Ru)
	SHA256:
	 $(sha256sum <"$TMP/mirror/Packages" | cut -d ' ' -f 1) $(stat -c %s "$TMP/mirror/Packages") main/binary-amd64/Packages
	RELEASE
}

# make_mirror DIR: make a mirror on which every suite has that index.
make_mirror() {
	local dir=$1 name

	mkdir -p "$dir"
	for name in bookworm bookworm-updates sid; do
		suite "$dir" "$name"
	done
	suite "$dir-security" bookworm-security
}

# stale_mirror DIR: make a mirror whose lists are not those that its Release files
# describe, as happens while a mirror is brought up to date, or if that has stopped
# half way.
stale_mirror() {
	local dir=$1 list

	make_mirror "$dir"
	for list in "$dir"*/dists/*/main/binary-amd64/Packages; do
		echo >>"$list"
	done
}

# Make commands that take the place of this machine's. apt-get takes this mirror
# though nobody signed it, and does not wait before it tries again. The others do
# nothing, as what they do is not tested here, and they may not be installed.
make_commands() {
	local bin=$TMP/mirror/bin

	mkdir -p "$bin"
	cat >"$bin/apt-get" <<-APT
	#!/bin/sh
	exec "$(command -v apt-get)" -o Acquire::AllowInsecureRepositories=true \\
		-o APT::Get::AllowUnauthenticated=true -o Acquire::http::Proxy=DIRECT \\
		-o Acquire::Retries::Delay=false "\$@"
	APT
	printf '#!/bin/sh\nexec "$@"\n' >"$bin/sudo"
	printf '#!/bin/sh\n' >"$bin/bwrap"
	cat >"$bin/dpkg-query" <<-'QUERY'
	#!/bin/sh
	case $* in
	*cgi-absent*)	;;
	*)		printf installed ;;
	esac
	QUERY
	chmod +x "$bin"/*
}

# apt_config DIR URI: make a configuration in DIR with which apt knows this mirror only,
# and keeps everything in DIR.
apt_config() {
	local dir=$1 uri=$2

	mkdir -p "$dir/none" "$dir/state/lists/partial" "$dir/cache/archives/partial"
	: >"$dir/status"
	cat >"$dir/apt.conf" <<-CONF
	Dir::Etc::main "/dev/null";
	Dir::Etc::parts "$dir/none";
	Dir::Etc::sourcelist "$dir/sources.list";
	Dir::Etc::sourceparts "$dir/none";
	Dir::Etc::preferences "/dev/null";
	Dir::Etc::preferencesparts "$dir/none";
	Dir::State "$dir/state";
	Dir::State::status "$dir/status";
	Dir::Cache "$dir/cache";
	APT::Sandbox::User "";
	CONF
	cat >"$dir/sources.list" <<-SOURCES
	deb $uri bookworm main
	deb $uri bookworm-updates main
	deb $uri-security bookworm-security main
	SOURCES
}

# with_mirror MIRROR CACHE COMMAND...: run the command with that mirror and cache, its
# output and its messages apart. check.sh, which may have called this test, has looked
# the kernel up for all that it calls; here it has to be looked up anew.
with_mirror() {
	local mirror=$1 cache=$2

	shift 2
	env -u CGI_KERNEL_FILE APT_CONFIG="$TMP/mirror/$mirror/apt.conf" XDG_CACHE_HOME="$cache" \
		PATH="$TMP/mirror/bin:$PATH" "$@" >"$TMP/mirror/out" 2>"$TMP/log"
}

# fails_well STATUS TEXT SEEN MIRROR CACHE COMMAND...: the command must end with STATUS and
# print nothing. Its last message must be a script's own and match TEXT, and SEEN must
# be in its messages.
fails_well() {
	local status=$1 text=$2 seen=$3 got

	shift 3
	with_mirror "$@"
	got=$?
	[ "$got" -eq "$status" ] && [ ! -s "$TMP/mirror/out" ] &&
		grep -qF -- "$seen" "$TMP/log" &&
		tail -n 1 "$TMP/log" | grep -qE "^[a-z-]+\.sh: .*$text" && return
	echo "exit $got, wanted $status, no output, '$seen', and at the end: $text" >>"$TMP/log"
	cat "$TMP/mirror/out" >>"$TMP/log"
	return 1
}

# no_download NAME STATUS TEXT SEEN MIRROR COMMAND...: the command must fail well, twice:
# what the first try left in the cache must not pass for the whole in the second.
no_download() {
	local name=$1 status=$2 text=$3 seen=$4 mirror=$5

	shift 5
	rm -rf "$TMP/mirror/xdg"
	fails_well "$status" "$text" "$seen" "$mirror" "$TMP/mirror/xdg" "$@" &&
		fails_well "$status" "$text" "$seen" "$mirror" "$TMP/mirror/xdg" "$@"
	result $? "$name"
}

# all_downloads NAME SEEN MIRROR: try each script that downloads what a run needs.
all_downloads() {
	local name=$1 seen=$2 mirror=$3

	no_download "$name: kernel" 122 "no kernel '$DEFAULT', and none is cached; " \
		"$seen" "$mirror" "$VM/run.sh" -- true
	no_download "$name: root disk" 122 "the systemd guest can not be had" \
		"$seen" "$mirror" "$VM/run.sh" --guest systemd -- true
	no_download "$name: toolchain" 122 "toolchain sid can not be downloaded" \
		"$seen" "$mirror" "$TOP/scripts/toolchain.sh" --dir "$TMP/mirror/none" sid -- true
	no_download "$name: kselftest" 122 "linux-source-6.1.*: check the network" \
		"$seen" "$mirror" "$TOP/selftests/fetch-kselftest.sh"
	no_download "$name: debug kernel" 122 "linux-source-6.1 can not be downloaded" \
		"$seen" "$mirror" "$VM/own.sh" debug
}

# This mirror answers, but its lists have other packages only.
test_unlisted() {
	no_download "a mirror that knows no such thing: kernel" 122 \
		"none is cached; .* has no kernel " "" bare "$VM/run.sh" -- true
	no_download "a mirror that knows no such thing: toolchain" 122 \
		"toolchain sid can not be downloaded" "Unable to locate package gcc" \
		bare "$TOP/scripts/toolchain.sh" --dir "$TMP/mirror/none" sid -- true
	no_download "a mirror that knows no such thing: kselftest" 122 \
		"no package linux-source-6.1" "" bare "$TOP/selftests/fetch-kselftest.sh"
}

# Lists that do not match their Release file must not be used. check.sh must pass the
# exit code on, as check-all.sh tells by it that the kernel was not had.
test_stale() {
	local seen="Packages  Hash Sum mismatch"

	all_downloads "a mirror out of step" "$seen" stale
	no_download "a mirror out of step: busybox" 122 "busybox-static for amd64 can not be had" \
		"$seen" stale "$VM/busybox.sh" amd64
	no_download "a mirror out of step: all tests of a kernel" 122 \
		"the package lists of .* can not be had" "$seen" \
		stale "$VM/check.sh" --short "$DEFAULT"
}

# deps.sh installs packages on this machine, but there is none of that name.
test_no_package() {
	no_download "a package that can not be installed" 122 \
		"apt-get could not install cgi-absent" "Unable to locate package cgi-absent" \
		bare "$TOP/scripts/deps.sh" cgi-absent
}

# If apt can't even be asked for its mirrors, this must be said, too.
test_no_mirror() {
	no_download "apt without a mirror: kernel" 122 "names no Debian mirror" "" \
		empty "$VM/run.sh" -- true
	no_download "apt that does not work: root disk" 122 "can not be read" "" \
		broken "$VM/run.sh" --guest systemd -- true
}

# First all packages of the kernel are there and whole, but there is nothing in them.
# Then the image, which is downloaded last, is cut, and then it is missing: the
# packages that were downloaded before it must not pass for a kernel.
test_image() {
	local image

	no_download "packages that are empty: kernel" 125 \
		"none is cached; .* was downloaded, but can not be unpacked" "" \
		whole "$VM/run.sh" -- true
	image=$(find "$MIRROR/pool" -name 'linux-image-*')
	truncate -s -1 "$image"
	no_download "a mirror's file that is cut: kernel" 122 \
		"none is cached; no version in .* can be downloaded whole" \
		"Hash Sum mismatch" whole "$VM/run.sh" -- true
	rm "$image"
}

test_no_cache() {
	local name
	local -A command=(
		[kernel]="$VM/kernel.sh $DEFAULT"
		["root disk"]="$VM/rootfs.sh"
		[toolchain]="$TOP/scripts/toolchain.sh --dir $TMP/mirror/none sid -- true"
		[kselftest]="$TOP/selftests/fetch-kselftest.sh"
		["debug kernel"]="$VM/own.sh debug"
	)

	for name in "${!command[@]}"; do
		# shellcheck disable=SC2086 # words of a command
		fails_well 1 "/dev/null/cgroup_inspect" "" whole /dev/null ${command[$name]}
		result $? "a cache that can not be written: $name"
	done
}

test_downloads() {
	DEFAULT=$(kernel_default "$VM/kernels")
	MIRROR=$TMP/mirror/debian
	mkdir -p "$TMP/mirror/none"
	# If we are not root, mmdebstrap runs apt as another user, who must get in here.
	chmod go+x "$TMP"
	index >"$TMP/mirror/Packages"
	make_mirror "$MIRROR"
	stanza cgi-none 1 >"$TMP/mirror/Packages"
	make_mirror "$TMP/mirror/bare/debian"
	stale_mirror "$TMP/mirror/stale/debian"
	make_commands
	apt_config "$TMP/mirror/whole" "copy:$MIRROR"
	apt_config "$TMP/mirror/dead" "http://127.0.0.1:9/debian"
	apt_config "$TMP/mirror/empty" "copy:$MIRROR"
	: >"$TMP/mirror/empty/sources.list"
	apt_config "$TMP/mirror/bare" "copy:$TMP/mirror/bare/debian"
	apt_config "$TMP/mirror/stale" "copy:$TMP/mirror/stale/debian"
	apt_config "$TMP/mirror/broken" "copy:$MIRROR"
	echo 'deb nothing' >"$TMP/mirror/broken/sources.list"
	all_downloads "a mirror that does not answer" "Could not connect to 127.0.0.1:9" dead
	test_image
	all_downloads "a mirror that lacks a file" "Failed to fetch" whole
	test_stale
	test_unlisted
	test_no_package
	test_no_mirror
	test_no_cache
}
