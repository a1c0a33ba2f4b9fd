#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# guest.sh TEST...: in a guest that has the runtimes, start containers of each, kill first the
# runtimes and then the containers, and compare what the module says with what the kernel says
# elsewhere. Each selftest TEST is run beside the containers, and once more when they are gone.
# The output is KTAP, and the counts.

set -u

# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=make.sh
. ./make.sh
# shellcheck source=left.sh
. ./left.sh

# collect: copy the tables. All that is compared with them is read right after.
collect() {
	for table in tasks css_sets cgroups csses holders; do
		cat "$FILES/$table" >"$NOW/$table" || return
	done
}

# --- places -------------------------------------------------------------------

# first_of NAME: print the first process of a container.
first_of() {
	sed -n "s/^$1 //p" "$WORK/containers"
}

# Keep "NAME ID PATH INODE" for each cgroup that a container has for itself.
keep_places() {
	while read -r name pid; do
		while read -r id mount; do
			path=$(cgroup_of "$pid" "$id")
			# What it shares with this script or with all is not its own.
			case $path in
			/|"$(cgroup_of $$ "$id")")	continue ;;
			esac
			inode=$(stat -c %i "$mount$path")
			printf '%s\t%s\t%s\t%s\n' "$name" "$id" "$path" "$inode"
		done <"$WORK/hierarchies"
	done <"$WORK/containers" >"$WORK/places"
	while read -r name _; do
		grep -q "^$name	$MAIN	" "$WORK/places" || { echo "no cgroup: $name"; return 1; }
	done <"$WORK/containers"
	cut -f 1-3 "$WORK/places" | sed 's/^/# /'
}

path_of() {
	awk -F'\t' -v name="$1" -v id="$2" '$1 == name && $2 == id { print $3 }' "$WORK/places"
}

place_of() {
	awk -F'\t' -v name="$1" -v id="$2" '
		$1 == name && $2 == id { print $2 ":" $4 }' "$WORK/places"
}

dir_of() {
	echo "$(mount_of "$MAIN")$(path_of "$1" "$MAIN")"
}

# --- cases --------------------------------------------------------------------

# Print "TID MEMBERSHIP" of all threads in a container and in those in it, as the kernel lists them.
listed_members() {
	for tid in $(threads_below "$(dir_of "$1")"); do
		sed "s/^/$tid /" "/proc/$tid/cgroup"
	done
}

shown_members() {
	columns tasks tid cgroups | sed 's/\\134/\\/g' |
		awk -F'\t' -v id="$MAIN" -v path="$(path_of "$1" "$MAIN")" '{
			n = split($2, items, " ")
			for (i = 1; i <= n; i++) {
				split(items[i], part, ":")
				if (part[1] == id && index(part[3] "/", path "/") == 1)
					break
			}
			for (j = 1; i <= n && j <= n; j++)
				print $1, items[j]
		}'
}

members_are_shown() {
	listed_members "$1" >"$NOW/want"
	shown_members "$1" >"$NOW/got"
	same "$1" || return
	number=$(cut -d ' ' -f 1 "$NOW/want" | sort -u | wc -l)
	[ "$number" -ge 4 ] || { echo "$1 has $number tasks, but four were started"; return 1; }
}

# The root of a cgroup namespace is the cgroup of v2 in which somebody in it sees "/": its path
# is what /proc says here, without what it says there.
namespace_is_shown() {
	pid=$(first_of "$1")
	here=$(cgroup_of "$pid" 0)
	there=$(nsenter --target "$pid" --cgroup cat "/proc/$pid/cgroup" | sed -n 's/^0:[^:]*://p')
	root=$here
	[ "$there" = / ] || root=${here%"$there"}
	echo "$pid 0:$(stat -c %i "$(mount_of 0)$root")" >"$NOW/want"
	columns tasks tid cgroupns | awk -v pid="$pid" '$1 == pid { print $1, $2 }' >"$NOW/got"
	same "$1"
}

namespaces_are_counted() {
	initial=$(stat -L -c %i /proc/1/ns/cgroup)
	stat -L -c %i /proc/[0-9]*/ns/cgroup 2>/dev/null | sort -u |
		grep -vcx "$initial" >"$NOW/want"
	columns css_sets namespaces | awk '{ sum += $1 } END { print sum }' >"$NOW/got"
	same "cgroup namespaces"
}

tree_has_places() {
	./cginspect tree >"$WORK/tree" || return
	while IFS='	' read -r name id path inode; do
		grep -q "[[:space:]]${id}:${inode}[[:space:]]" "$WORK/tree" ||
			{ echo "$name: $path of hierarchy $id is not in the tree"; return 1; }
	done <"$WORK/places"
}

check_is_ok() {
	cat "$FILES/check" >"$NOW/check" && check_is_whole && ./cginspect check
}

check_is_whole() {
	planned=$(sed -n 's/^1\.\.\([1-9][0-9]*\)$/\1/p' "$NOW/check")
	number=$(grep -c '^ok ' "$NOW/check")
	[ "$number" != "$planned" ] || return 0
	echo "check planned '$planned', and $number are ok"
	grep '^not ok' "$NOW/check"
	return 1
}

each_container() {
	while read -r container _; do
		check "$container: $1" settles "$2" "$container" </dev/null
	done <"$WORK/containers"
}

# refused TABLE SCRIPT NAMED COMMAND...: a control. The command succeeds with the table as it is.
# When sed has changed it, which it must have, the command must fail and say NAMED.
refused() {
	changed=$1
	script=$2
	named=$3
	shift 3
	settles "$@" || return
	sed "$script" "$NOW/$changed" >"$NOW/doctored" || return
	! cmp -s "$NOW/$changed" "$NOW/doctored" ||
		{ echo "the control changes nothing"; return 1; }
	mv "$NOW/doctored" "$NOW/$changed"
	! "$@" >"$NOW/refusal" 2>&1 || { echo "the control is not noticed"; return 1; }
	grep -qF -- "$named" "$NOW/refusal" ||
		{ echo "the refusal does not say: $named"; cat "$NOW/refusal"; return 1; }
}

# --- the run --------------------------------------------------------------------

prepare() {
	mkdir -p "$WORK" "$NOW" "$SHARED"
	cp hold /srv/root/bin
	hierarchies >"$WORK/hierarchies"
	MAIN=$(sed -n 's/^\([0-9]*\):name=systemd:.*/\1/p' /proc/1/cgroup)
	MAIN=${MAIN:-0}
	MEMORY=$(sed -n 's/^\([0-9]*\):memory:.*/\1/p' /proc/1/cgroup)
	MEMORY=${MEMORY:-0}
	: >"$WORK/containers"
	./hold keep "$SHARED/socket" &
	echo $! >"$WORK/keeper"
}

start_all() {
	for runtime in runc podman nspawn docker nested; do
		check "$runtime: containers start" "start_$runtime"
	done
	check "each container has a cgroup" keep_places &&
		check "what is to outlive them is held" hold_all
}

look_at_all() {
	each_container "members and their cgroups are those of /proc" members_are_shown
	each_container "the root of its cgroup namespace" namespace_is_shown
	check "cgroup namespaces are counted" settles namespaces_are_counted
	check "cginspect tree has each cgroup of a container" tree_has_places
	check "the graph is sound with containers" check_is_ok
	path=$(path_of docker-one "$MAIN")
	pid=$(first_of docker-one)
	check "control: a task that is shown elsewhere" refused tasks \
		"/^$pid	/{s#:$path #:/elsewhere #g;s#:$path	#:/elsewhere	#;}" "< $pid " \
		members_are_shown docker-one
	check "control: another root of a namespace" refused tasks \
		"/^$pid	/s#	0:[0-9]*	\(yes\|no\)#	0:999	\1#" "> $pid 0:999" \
		namespace_is_shown docker-one
}

look_at_killed() {
	check "runtimes are killed" kill_runtimes
	each_container "its runtime was killed" survives
	check "the graph is sound without the runtimes" check_is_ok
	check "containers are killed" kill_containers
	check "leftovers are empty" leftovers_are_empty
	check "leftovers are shown as they are" settles leftovers_are_shown
	check "control: a leftover that is shown as removed" refused cgroups \
		"/	\/runc\/one	/s/	live	/	dying	/" \
		"	/runc/one	live	" leftovers_are_shown
	check "cginspect tree has the leftovers" tree_has_left
	check "leftovers are removed" remove_leftovers
}

look_at_removed() {
	check "removed cgroups are as many as the kernel counts" settles removed_are_counted
	check "each has a reason to be there" settles removed_have_reasons
	check "each reference has a holder, or is told as unknown" settles removed_are_explained
	check "nothing is unknown but what can't be told" settles holders_are_found
	check "a socket that was passed on is named" settles socket_is_named
	check "pages in a tmpfs are named" settles pages_are_named docker-one /shared/pages
	check "pages in the tmpfs of a mount namespace are named" \
		settles pages_are_named podman-one /inside
	check "a cgroup namespace is named" settles namespace_is_named
	check "an open file of the cgroup is named" settles open_file_is_named
	check "the graph is sound at the end" check_is_ok
	check "control: a holder that is not shown" \
		refused holders "/	socket	/d" "$(place_of runc-one 0) " removed_are_explained
	check "control: a holder that is shown as unknown" \
		refused holders "s/	cgroup_ns	/	unknown	/" "$(held_by_namespace) " \
		holders_are_found
	check "control: a removed cgroup that is not shown" \
		refused cgroups "/^0:.*	dying	/d" "> 0 0" removed_are_counted
}

# A container without its runtime is shown where it is. systemd-nspawn takes its processes with it,
# and so does the runc in the nest, which is what the nest's first process waits for.
survives() {
	[ ! -e "/proc/$(first_of "$1")" ] || { members_are_shown "$1"; return; }
	echo "# $1 has died with its runtime"
	case $1 in
	nspawn|nest|nest-inner)	return 0 ;;
	esac
	echo "but it should have lived on"
	return 1
}

tree_has_left() {
	./cginspect tree >"$WORK/tree" || return
	while IFS='	' read -r object path _; do
		grep -q "[[:space:]]${object}[[:space:]]" "$WORK/tree" ||
			{ echo "$path ($object) is not in the tree"; return 1; }
	done <"$WORK/left"
}

# part NUMBER COMMAND: say how long it took.
part() {
	began=$(date +%s)
	$2
	code=$?
	echo "# test $1 of 4 took $(($(date +%s) - began)) s"
	return "$code"
}

NOW=$WORK/now
status=0
prepare
if part 1 start_all; then
	part 2 look_at_all
	./run_tests.sh "$@" || status=1
	part 3 look_at_killed
	part 4 look_at_removed
	./run_tests.sh "$@" || status=1
fi
echo "1..$((passed + failed))"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ] && [ "$status" -eq 0 ]
