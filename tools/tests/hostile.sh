#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Names that someone has chosen to command a terminal, to look like lines or fields, or to leave
# the string that they are put into: whatever the command, no byte of them reaches the terminal
# that could do so, and there is as much as without them.
# shellcheck disable=SC2016 # what is in single quotes is a name, or awk's

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

GOOD=$SNAPSHOTS/mixed-6.1.snapshot
# As the files have them. The bytes are ESC, BEL, DEL, C1 alone and as UTF-8 (CSI, NEL), lines,
# sections and columns, ill-formed UTF-8, what turns the direction of writing, tags.
NAMES=(
	'\033[2J\033]0;title\007'
	'\177\033[31mred'
	'\233[31m\302\233[2J\302\205'
	'a\012##\040info\012format:\0409'
	'a\0111\011init'
	'"quoted"\134"];evil[label="'
	'\134l\134n\134N\134x1b[m\134u001b'
	'</td><script>&lt;'
	'#' '~5' '--' '\055' '\000'
	'\377\376\303\300\257\355\240\200'
	'\342\200\256gnp.\342\201\246\342\200\250\330\234'
	'\363\240\200\201\357\273\277\357\277\276'
	'%s%n\134033$(id)`id`;*'
)

# spoil OUTPUT BYTES: each name of a task, cgroup, hierarchy and holder becomes one of NAMES, in
# turn. With BYTES=yes the escapes are undone, as no module prints them, but for what the form of
# the file forbids: TAB, newline and NUL.
spoil() {
	printf '%s\n' "${NAMES[@]}" >"$TMP/names"
	LC_ALL=C awk -F '\t' -v OFS='\t' -v bytes="$2" '
		function value(digits) {
			return substr(digits, 1, 1) * 64 + substr(digits, 2, 1) * 8 + substr(digits, 3)
		}
		function is_kept(code) {
			return !code || code == 9 || code == 10 || code == 92
		}
		function undone(name,  out, escape, code) {
			while (match(name, /\\[0-3][0-7][0-7]/)) {
				escape = substr(name, RSTART, 4)
				code = value(substr(escape, 2))
				out = out substr(name, 1, RSTART - 1)
				out = out (is_kept(code) ? escape : sprintf("%c", code))
				name = substr(name, RSTART + 4)
			}
			return out name
		}
		function hostile(  name) {
			name = names[1 + at++ % nr]
			return bytes == "yes" ? undone(name) : name
		}
		FILENAME != ARGV[2] { names[++nr] = $0; next }
		/^## / { section = substr($0, 4); at = 0; print; next }
		/^#/ { split("", column); for (i = 1; i <= NF; i++)
			column[i == 1 ? substr($1, 2) : $i] = i; print; next }
		section == "tasks" { $column["comm"] = hostile() }
		section == "cgroups" && $column["parent"] != "-" {
			path[$1] = path[$column["parent"]] "/" hostile() at
			$column["path"] = path[$1] }
		section == "hierarchies" && $column["name"] != "-" { $column["name"] = hostile() }
		section == "holders" { $column["comm"] = hostile()
			$column["detail"] = "inode:1,path:/" hostile() }
		section == "check" && /^ok 5 / { print "# " hostile(); sub(/^ok/, "not ok") }
		{ print }' "$TMP/names" "$GOOD" >"$1"
}

# Only lines of UTF-8, in which nothing commands a terminal; colours are those of cginspect.
harmless() {
	sed 's/\x1b\[[0-9;]*m//g' "$1" >"$TMP/plain"
	if ! iconv -f UTF-8 -t UTF-8 "$TMP/plain" >"$TMP/iconv" 2>&1; then
		echo "# it is no UTF-8"
		return 1
	fi
	if LC_ALL=C.UTF-8 grep -nP "[^\\P{C}\\t]|\\x{2028}|\\x{2029}" "$TMP/plain" >"$TMP/odd"; then
		sed -n 's/^/#   /p' "$TMP/odd" | cat -v | cut -c 1-200 | head -3
		return 1
	fi
}

# harmless_command ARGUMENT...: to a file, and to a terminal.
harmless_command() {
	local status=0

	"$CGINSPECT" "$@" >"$TMP/out" 2>"$TMP/err" </dev/null || status=$?
	if [ "$status" -gt 1 ] || [ ! -s "$TMP/out" ]; then
		echo "# it ended with $status: $(head -n 1 "$TMP/err" | cat -v)"
		return 1
	fi
	harmless "$TMP/out" && harmless "$TMP/err" || return
	script -qec "$(printf '%q ' "$CGINSPECT" "$@")" "$TMP/typescript" </dev/null >"$TMP/tty" ||
		true
	tr -d '\r' <"$TMP/tty" >"$TMP/out" && [ -s "$TMP/out" ] && harmless "$TMP/out"
}

# both WORDS...: the command, on both snapshots, of which % is the name.
both() {
	local which

	for which in escaped bytes; do
		tally_case "$which: $*" harmless_command "${@/#%/$TMP/$which}"
	done
}

# as_many FILTER ARGUMENT...: what jq counts is as much as without the names.
as_many() {
	local filter=$1 wanted

	shift
	run 0 -i "$GOOD" "$@" --json && wanted=$(jq -c "$filter" "$TMP/out") &&
		run 0 -i "$TMP/escaped" "$@" --json && answers "($filter) == $wanted" "$TMP/out"
}

# The bytes of all names are in the JSON as they were in the file.
names_are_whole() {
	local i name want

	run 0 -i "$TMP/escaped" tasks --json || return
	for ((i = 0; i < ${#NAMES[@]}; i++)); do
		name=${NAMES[i]}
		[ "$name" != '\000' ] || name=
		want=$(printf '%b' "${name//\\/\\0}" | od -An -v -tx1 | tr -d ' \n')
		name=$(jq -j ".tasks[$i].comm | if type == \"object\" then .bytes else . end" \
			"$TMP/out" | if jq -e ".tasks[$i].comm | type == \"object\"" "$TMP/out" >/dev/null
			then cat; else od -An -v -tx1 | tr -d ' \n'; fi)
		[ "$name" = "$want" ] || { echo "# ${NAMES[i]} is $name, not $want"; return 1; }
	done
}

# Graphviz finds the same nodes and edges.
graph_is_same() {
	local file

	for file in "$GOOD" "$TMP/escaped" "$TMP/bytes"; do
		run 0 -i "$file" dot --all --holders || return
		dot -Tplain "$TMP/out" >"$TMP/plain" 2>"$TMP/complaint" || return
		[ ! -s "$TMP/complaint" ] || { head -n 1 "$TMP/complaint"; return 1; }
		awk '$1 == "node" { print $1, $2 } $1 == "edge" { print $1, $2, $3 }' "$TMP/plain" |
			sort >"$TMP/graph.${file##*/}"
	done
	same "$TMP/graph.${GOOD##*/}" "$TMP/graph.escaped" &&
		same "$TMP/graph.${GOOD##*/}" "$TMP/graph.bytes"
}

# What is escaped: the first and the last character of each range, and of the noncharacters at
# the ends of planes.
UNSAFE=(
	7f-9f ad-ad 34f-34f 61c-61c 115f-1160 17b4-17b5 180b-180f 200b-200f 2028-202e 2060-206f
	3164-3164 fdd0-fdef fe00-fe0f feff-feff ffa0-ffa0 fff0-fffb fffe-ffff 1bca0-1bca3
	1d173-1d17a 1fffe-1ffff 2fffe-2ffff dfffe-10ffff
)

# utf8 CODE: its bytes, as the files have them.
utf8() {
	local code=$(($1)) bytes=()

	if ((code < 0x80)); then
		bytes=($((code)))
	elif ((code < 0x800)); then
		bytes=($((0xc0 | code >> 6)))
	elif ((code < 0x10000)); then
		bytes=($((0xe0 | code >> 12)) $((0x80 | code >> 6 & 0x3f)))
	else
		bytes=($((0xf0 | code >> 18)) $((0x80 | code >> 12 & 0x3f)) \
			$((0x80 | code >> 6 & 0x3f)))
	fi
	((code < 0x80)) || bytes+=($((0x80 | code & 0x3f)))
	printf '\\%03o' "${bytes[@]}"
}

# in_json CODE: as the standard of JSON has it.
in_json() {
	local code=$(($1))

	if ((code > 0xffff)); then
		printf '\\u%04x' $((0xd800 + ((code - 0x10000) >> 10)))
		code=$((0xdc00 + (code & 0x3ff)))
	fi
	printf '\\u%04x' "$code"
}

# A name for each range has the character before it, its ends, and the character behind it.
ranges_end_where_they_should() {
	local NAMES=() range first last behind

	for range in "${UNSAFE[@]}"; do
		first=0x${range%-*} last=0x${range#*-} behind=
		((last == 0x10ffff)) || behind=$(utf8 "$last + 1")
		NAMES+=("$(utf8 "$first - 1")$(utf8 "$first")$(utf8 "$last")$behind")
		printf '"comm":"%b%s%b"\n' "$(utf8 "$first - 1" | sed 's/\\/&0/g')" \
			"$(in_json "$first")$(in_json "$last")" "${behind//\\/\\0}"
	done >"$TMP/wanted"
	spoil "$TMP/ranges" yes
	run 0 -i "$TMP/ranges" tasks -o comm || return
	for range in "${UNSAFE[@]}"; do
		first=$(utf8 "0x${range%-*}")$(utf8 "0x${range#*-}")
		grep -qF "$first" "$TMP/out" || { echo "# $range is not escaped"; return 1; }
	done
	run 0 -i "$TMP/ranges" tasks --json || return
	grep -o '"comm":"[^"]*"' "$TMP/out" | head -n "${#UNSAFE[@]}" >"$TMP/ours"
	same "$TMP/wanted" "$TMP/ours"
}

spoil "$TMP/escaped" no
spoil "$TMP/bytes" yes
TID=$(fields "$GOOD" tasks tid | tail -n 1)
DYING=$(fields "$GOOD" cgroups cgroup state | awk '$2 == "dying" { print $1; exit }')
# What watch prints is what diff prints, and save what the module has.
while read -ra command; do
	both "${command[@]}"
done <<COMMANDS
-i % tasks -O
-i % tasks -O --raw
-i % tasks -O --color=always
-i % tasks --json
-i % tasks -S comm
-i % holders
-i % holders --raw
-i % holders --json
-i % cgroups -O
-i % cgroups -O --raw
-i % cgroups --json
-i % links
-i % hierarchies
-i % hierarchies --raw
-i % hierarchies --json
-i % tree --tasks --css-sets
-i % tree --tasks --ascii --color=always
-i % tree --tasks --json
-i % task $TID
-i % task $TID --all --json
-i % cgroup $DYING --holders --all
-i % cgroup $DYING --holders --json
-i % dying --holders --all
-i % dying --holders --json
-i % why $DYING
-i % why $DYING --json
-i % dot --all --holders
-i % dot --collapse
-i % check
-i % check --json
diff $GOOD %
diff $GOOD % --raw
diff $GOOD % --json
-i % json --holders
COMMANDS
tally_case "as many tasks" as_many '.tasks | length' tasks
tally_case "as many cgroups" as_many '.cgroups | length' cgroups
tally_case "each section, with as many keys" as_many 'map_values(length)' json --holders
tally_case "each name is whole in JSON" names_are_whole
tally_case "what is escaped, and what is next to it" ranges_end_where_they_should
tally_case "Graphviz reads the same nodes and edges" graph_is_same
tally_end
