# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034
# Find the newest version of something that a mirror has, and keep it in a folder of the
# cache. It is looked up once a day; in between, and if the lookup fails, the folder
# that was chosen last is used. If there is a reason why it may not be the newest, this
# is said at each use. Sourced after lib.sh.
#
# A script calls
#   newest_use	once, to say where the choice is kept
#   newest_find	with its own function that looks the version up
#   newest_folder	for the result
#   newest_tell	to say what is in doubt
# and its function calls newest_keep with the folder that it chose, or fails.

# After that time it is looked up again, so that security updates get tested.
NEWEST_MINUTES=$((24 * 60))

# newest_use CACHE KEY PROOF: the choice is called KEY, in the folder CACHE. A
# folder that was chosen is whole if it has the file PROOF.
newest_use() {
	NEWEST_CACHE=$1
	NEWEST_CHOICE=$1/$2.choice
	NEWEST_DOUBT=$1/$2.doubt
	NEWEST_PROOF=$3
	NEWEST_LOCKED=
	# The function that looks up says here why it failed, and why what it chose may
	# not be the newest.
	NEWEST_WHY=
	NEWEST_DOUBTS=()
}

# Print the chosen folder; fail if there is none, or if it is not whole.
newest_folder() {
	local folder

	folder=$(cat "$NEWEST_CHOICE" 2>/dev/null) && newest_whole "$folder" && echo "$folder"
}

newest_whole() {
	[ -e "$1/$NEWEST_PROOF" ]
}

newest_fresh() {
	newest_folder >/dev/null &&
		[ -n "$(find "$NEWEST_CHOICE" -mmin "-$NEWEST_MINUTES")" ]
}

# The lock is held until this shell ends. Only who holds it makes folders in the cache,
# so what is half made was left by a run that was killed.
newest_lock() {
	[ -z "$NEWEST_LOCKED" ] || return 0
	lock "$NEWEST_CACHE/lock"
	NEWEST_LOCKED=1
	rm -rf "$NEWEST_CACHE"/tmp.*
}

# newest_keep FOLDER: make FOLDER the choice. Others read the choice without the lock, so
# the file is written beside and renamed.
newest_keep() {
	{ printf '%s\n' ${NEWEST_DOUBTS[@]+"${NEWEST_DOUBTS[@]}"} >"$NEWEST_DOUBT" &&
	  echo "$1" >"$NEWEST_CHOICE.tmp" && mv "$NEWEST_CHOICE.tmp" "$NEWEST_CHOICE"; } ||
		die "$NEWEST_CHOICE can not be written"
}

# newest_find LOOK_UP [UPDATE]: have the function LOOK_UP choose if the choice is
# old, or if UPDATE is not empty. Fails if it fails and no folder is there from
# before. Such a folder is good for an hour then: not every use of a run is to try,
# and to wait for, a network that is down.
newest_find() {
	local look_up=$1 update=${2-}

	[ -n "$update" ] || ! newest_fresh || return 0
	newest_lock
	# Another run may have looked it up while this one waited.
	[ -n "$update" ] || ! newest_fresh || return 0
	"$look_up" && return
	newest_folder >/dev/null || return
	note "lookup failed, staying with the cached version for an hour"
	{ echo "the last lookup failed${NEWEST_WHY:+: $NEWEST_WHY}" >"$NEWEST_DOUBT" &&
	  touch -d "$((NEWEST_MINUTES - 60)) minutes ago" "$NEWEST_CHOICE"; } ||
		die "$NEWEST_CHOICE can not be written"
}

# newest_tell WHAT: if WHAT may not be the newest, say so, and why.
newest_tell() {
	local doubts

	doubts=$(sed '/^$/d' "$NEWEST_DOUBT" 2>/dev/null | sed '2,$s/^/; /' | tr -d '\n')
	[ -z "$doubts" ] || note "$1 may not be the newest: $doubts"
}
