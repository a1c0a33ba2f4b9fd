#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# watch, which is fed with one snapshot after the other: "snapshot" is a pipe here.

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

CHANGES=$SNAPSHOTS/changes
FOLDER=$TMP/live

# What is in the environment of watch alone.
VARIABLES=()

# start ARGUMENT...: its output is in watched.
start() {
	rm -rf "$FOLDER"
	mkdir "$FOLDER"
	mkfifo "$FOLDER/snapshot"
	env "${VARIABLES[@]}" "$CGINSPECT" --dir "$FOLDER" watch "$@" >"$TMP/watched" 2>"$TMP/err" &
	pid=$!
}

# feed NAME...: it reads these; what comes too early would be taken for the same file.
feed() {
	local name

	for name; do
		timeout 20 cp "$CHANGES.$name" "$FOLDER/snapshot" || return
		sleep 0.4
	done
}

# ends STATUS [SIGNAL]: it does, within 10 s, if it gets the signal.
ends() {
	local status=0 i

	[ $# -eq 1 ] || kill "-$2" "$pid"
	for ((i = 0; i < 100; i++)); do
		kill -0 "$pid" 2>"$TMP/gone" || break
		sleep 0.1
	done
	[ "$i" -lt 100 ] || kill -KILL "$pid"
	wait "$pid" || status=$?
	[ "$status" -eq "$1" ] && return
	echo "# it ended with $status"
	sed 's/^/#   /' "$TMP/err" | head -5
	return 1
}

time_of() {
	date -Is -d "@$(sed -n 's/^time_ns: \([0-9]*\)[0-9]\{9\}$/\1/p' "$CHANGES.$1")"
}

# wanted NAME NAME ARGUMENT...: add what diff says about these two, with the time.
wanted() {
	time_of "$2" >>"$TMP/wanted"
	run 1 diff "$CHANGES.$1" "$CHANGES.$2" "${@:3}" && cat "$TMP/out" >>"$TMP/wanted"
}

# Nothing while nothing changes; what changes at once, and not when the program ends.
shows() {
	rm -f "$TMP/wanted"
	start 0.05 && feed before before && [ ! -s "$TMP/watched" ] && feed leaked &&
		wanted before leaked && same "$TMP/wanted" "$TMP/watched" &&
		feed leaked leaked && same "$TMP/wanted" "$TMP/watched" && feed moved &&
		wanted leaked moved --noheadings && same "$TMP/wanted" "$TMP/watched" &&
		kill -INT "$pid" && feed moved && ends 0 && same "$TMP/wanted" "$TMP/watched"
}

shows_json() {
	start --json 0.05 && feed before leaked moved && kill -TERM "$pid" && feed moved &&
		ends 0 && jq -s . "$TMP/watched" >"$TMP/all" &&
		run 1 diff "$CHANGES.leaked" "$CHANGES.moved" --json &&
		answers "length == 2 and .[1].time_ns == $(sed -n 's/^time_ns: //p' "$CHANGES.moved")
			and .[1].diff == $(jq -c .diff "$TMP/out")" "$TMP/all"
}

# What -Q leaves has a time and headings, also if a batch of which it leaves nothing came before.
filters() {
	if "$CGINSPECT" --version | grep -q 'libsmartcols 2\.3'; then
		says 2 "-Q needs libsmartcols 2.40 or newer" watch -Q 'change == "exited"'
	else
		rm -f "$TMP/wanted"
		start 0.05 -Q 'change == "exited"' && feed before leaked && kill -0 "$pid" &&
			[ ! -s "$TMP/watched" ] && feed moved && kill -INT "$pid" && feed moved &&
			ends 0 && wanted leaked moved -Q 'change == "exited"' &&
			same "$TMP/wanted" "$TMP/watched" && [ "$(wc -l <"$TMP/wanted")" -eq 3 ]
	fi
}

# What the columns can not be is said before anything is read; there is nothing.
checks_columns() {
	says 2 "has no column 'x'; it has: change" --dir "$TMP/none" watch "$@"
}

# The offset of the time is that of the time zone, also west of Greenwich.
shows_zone() {
	local TZ=$1

	export TZ
	rm -f "$TMP/wanted"
	start 0.05 && feed before leaked && kill -INT "$pid" && feed leaked && ends 0 &&
		wanted before leaked && same "$TMP/wanted" "$TMP/watched" &&
		head -n 1 "$TMP/watched" | grep -q -- "$2\$"
}

# An older module does not tell the time.
shows_no_time() {
	local feed=$TMP/untimed name

	for name in before leaked; do
		sed '/^time_ns: /d' "$CHANGES.$name" >"$feed.$name"
	done
	start 0.05 && CHANGES=$feed feed before leaked && kill -INT "$pid" &&
		CHANGES=$feed feed leaked && ends 0 &&
		run 1 diff "$CHANGES.before" "$CHANGES.leaked" && same "$TMP/out" "$TMP/watched" &&
		start --json 0.05 && CHANGES=$feed feed before leaked && kill -INT "$pid" &&
		CHANGES=$feed feed leaked && ends 0 && answers '.time_ns == null' "$TMP/watched"
}

# It ends though it would sleep for long, and without a word.
sleeps() {
	start 3600 && feed before && ends 0 "$1" && [ ! -s "$TMP/watched" ] && [ ! -s "$TMP/err" ]
}

# hangs SIGNAL SIGNAL STATUS: while it waits for the kernel, here for the pipe, one signal does not
# end it, but a second does.
hangs() {
	start 0.05 && feed before && kill "-$1" "$pid" && sleep 0.5 && kill -0 "$pid" &&
		ends "$3" "$2"
}

unloaded() {
	start 0.5 && feed before && rm "$FOLDER/snapshot" && ends 3 &&
		grep -q "has no snapshot" "$TMP/err"
}

# refuses ERRNO WORDS: when the module can not make its file, watch says so once, be it the first or
# a later one that there is not, and shows what has changed since the last one that there was.
refuses() {
	local refuse=$TMP/refuse
	local -a VARIABLES=(
		"ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0" "REFUSE=$refuse"
		"LD_PRELOAD=$refuse.so${LD_PRELOAD:+:$LD_PRELOAD}"
	)

	"${CC:-cc}" -shared -fPIC -o "$refuse.so" "$TESTS/refuse.c" && ln -s "$1" "$refuse" &&
		start 0.05 && feed before && [ ! -L "$refuse" ] &&
		grep -q "/snapshot: $2; watch tries again" "$TMP/err" && ln -s "$1" "$refuse" &&
		feed leaked && [ ! -L "$refuse" ] && feed moved && kill -INT "$pid" && feed moved &&
		ends 0 && [ "$(grep -c "$2" "$TMP/err")" -eq 2 ] || return
	rm -f "$TMP/wanted"
	wanted before leaked && wanted leaked moved --noheadings &&
		same "$TMP/wanted" "$TMP/watched"
}

# A format that is not known is said once, but each one.
says_format() {
	local CHANGES=$TMP/newer name

	for name in before:7 leaked:7 moved:8; do
		sed "s/^format: .*/format: ${name#*:}/" "$SNAPSHOTS/changes.${name%:*}" \
			>"$CHANGES.${name%:*}"
	done
	start 0.05 && feed before leaked leaked moved moved && kill -INT "$pid" && feed moved &&
		ends 0 && sed -n 's/.* has format \([0-9]*\),.*/\1/p' "$TMP/err" |
		same <(printf '7\n8\n') -
}

# Nothing of a snapshot is left when the next ones are read: the sanitizer would tell.
leaks_nothing() {
	ASAN_OPTIONS=detect_leaks=1 start 0.05 && feed before leaked moved leaked &&
		kill -INT "$pid" && feed leaked && ends 0
}

export TZ=Asia/Kolkata
tally_case "what changes is shown when it changes" shows
tally_case "JSON" shows_json
tally_case "the time in the west" shows_zone XXX3:30 -03:30
tally_case "the time in UTC" shows_zone UTC +00:00
tally_case "a module that does not tell the time" shows_no_time
tally_case "-Q" filters
for option in "-o x" "-o +change,x" "-S x" "--json -o x"; do
	# shellcheck disable=SC2086 # options and values
	tally_case "no such column: $option" checks_columns $option
done
tally_case "Ctrl-C while it sleeps" sleeps INT
tally_case "SIGTERM while it sleeps" sleeps TERM
tally_case "Ctrl-C twice while it waits for the kernel" hangs INT INT 130
tally_case "SIGTERM twice while it waits for the kernel" hangs TERM TERM 143
tally_case "Ctrl-C and then SIGTERM while it waits" hangs INT TERM 143
tally_case "SIGTERM and then Ctrl-C while it waits" hangs TERM INT 130
tally_case "the module is unloaded" unloaded
tally_case "the system is short of memory" refuses 12 \
	"there is not enough memory for the snapshot"
tally_case "the system grows too fast" refuses 11 "the system grows too fast"
tally_case "a format that is not known" says_format
tally_case "it leaks nothing" leaks_nothing
tally_case "-i" says 2 "watch shows the running system" -i "$CHANGES.before" watch
for seconds in 0 -1 1x "" nan 1e9; do
	tally_case "no number of seconds: '$seconds'" \
		says 2 "takes a number of seconds" watch -- "$seconds"
done
tally_end
