# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# When is the newest version looked up, and what is used when that fails? Sourced by
# selftest.sh.

# shellcheck source=../scripts/newest.sh
. "$TOP/scripts/newest.sh"

# Look up what the test put into $TMP/newest/mirror; it is down if that is empty.
look_up() {
	local version

	echo asked >>"$TMP/newest/asked"
	version=$(cat "$TMP/newest/mirror")
	NEWEST_WHY="the mirror is down"
	[ -n "$version" ] || return
	mkdir -p "$TMP/newest/cache/$version"
	: >"$TMP/newest/cache/$version/whole"
	newest_keep "$TMP/newest/cache/$version"
}

# newest NAME MIRROR FOUND ASKED SAID [UPDATE]: with version MIRROR on the mirror, FOUND
# must be the result (there is none if it is empty), the mirror must be asked ASKED
# times, and SAID must be the last message (there is none if it is empty).
newest() {
	local name=$1 mirror=$2 found=$3 asked=$4 said=$5 update=${6-} got all_said

	echo "$mirror" >"$TMP/newest/mirror"
	: >"$TMP/newest/asked"
	got=$(
		exec 2>"$TMP/log"
		newest_use "$TMP/newest/cache" key whole
		newest_find look_up "$update" && newest_tell it && basename "$(newest_folder)"
	)
	all_said=$(tail -n 1 "$TMP/log")
	echo "found '$got', wanted '$found', asked $(wc -l <"$TMP/newest/asked") times," \
		"wanted $asked, at last: $said" >>"$TMP/log"
	[ "$got" = "$found" ] && [ "$(wc -l <"$TMP/newest/asked")" -eq "$asked" ] &&
		[ "$all_said" = "${said:+selftest.sh: $said}" ]
	result $? "$name"
}

# minutes_go_by N: pretend that the choice was made N minutes earlier.
minutes_go_by() {
	touch -d "@$(($(stat -c %Y "$TMP/newest/cache/key.choice") - 60 * $1))" \
		"$TMP/newest/cache/key.choice"
}

test_newest() {
	local down="it may not be the newest: the last lookup failed: the mirror is down"

	mkdir -p "$TMP/newest/cache/tmp.killed"
	newest "a mirror that is down, and nothing in the cache" "" "" 1 ""
	newest "the newest is looked up" 1 1 1 ""
	[ ! -e "$TMP/newest/cache/tmp.killed" ]
	result $? "what a killed run left is removed"
	newest "and kept for a day" 2 1 0 ""
	newest "or until a newer one is asked for" 2 2 1 "" yes
	minutes_go_by $((24 * 60))
	newest "and looked up again then" 3 3 1 ""
	minutes_go_by $((24 * 60))
	newest "with the mirror down, the last one is used" "" 3 1 "$down"
	newest "for an hour, which is said at each use" 4 3 0 "$down"
	minutes_go_by 60
	newest "and looked up again then, without a word if that succeeds" 4 4 1 ""
	rm "$TMP/newest/cache/4/whole"
	newest "one that is not whole is not used" "" "" 1 ""
	newest "and looked up at once" 5 5 1 ""
}
