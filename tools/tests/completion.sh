#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What bash completes, with the program that is tested.

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=../completion/cginspect
. "$TOP/tools/completion/cginspect"

# completes WORD...: complete the last one, as bash would; print the answers in order.
completes() {
	COMP_WORDS=(cginspect "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	_cginspect "$CGINSPECT" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
	printf '%s\n' ${COMPREPLY[@]+"${COMPREPLY[@]}"}
}

# gives ANSWERS WORD...: these are the answers, in any order.
gives() {
	local wanted=$1

	shift
	tr ' ' '\n' <<<"$wanted" | sort >"$TMP/wanted"
	completes "$@" | sort >"$TMP/given"
	same "$TMP/wanted" "$TMP/given"
}

# Each command that is completed is one, and each table.
commands() {
	local command table

	completes "" >"$TMP/commands"
	while read -r command; do
		run 0 "$command" --help || return
	done <"$TMP/commands"
	for table in tasks sets links cgroups csses hierarchies controllers holders tree save; do
		grep -qx "$table" "$TMP/commands" || { echo "# no $table"; return 1; }
	done
}

# All long options of the manual, and no other; --filter only where the library has it.
options() {
	completes -- | sort -u >"$TMP/options"
	grep '^\.It' "$TOP/tools/cginspect/cginspect.8" | grep -oE -- 'Fl Fl [a-z-]+' |
		sed 's/^Fl Fl /--/' | sort -u >"$TMP/manual"
	if ! "$CGINSPECT" --help | grep -e --filter >/dev/null; then
		sed -i '/^--filter$/d' "$TMP/manual"
	fi
	same "$TMP/manual" "$TMP/options"
}

tally_case "commands" commands
tally_case "options" options
tally_case "the beginning of a command" gives "hierarchies holders html" h
tally_case "the beginning of an option" gives "--css-sets --color --cgroup --collapse" tree --c
tally_case "a column" gives "start state" tasks -S st
tally_case "a column before the command has none" gives "" -S st
tally_case "a column after others" gives "tid,+start tid,+state" tasks -o "tid,+st"
tally_case "a column beside those that are shown" gives "+kthread" tasks --output +k
tally_case "columns of a saved snapshot" gives "populated" -i file cgroups -o pop
tally_case "a file" gives "$SNAPSHOTS/mixed-6.1.snapshot" -i "$SNAPSHOTS/mixed-6.1.s"
tally_case "a file to compare" gives "$SNAPSHOTS/mixed-6.1.snapshot" diff "$SNAPSHOTS/mixed-6.1.s"
tally_case "a folder" gives "$SNAPSHOTS" --dir "${SNAPSHOTS%s}"
tally_case "a command after the value of an option" gives "diff" --task 1 di
tally_case "a format of pictures" gives "png pdf" dot -T p
tally_case "no command after another one" gives "" tasks t
tally_end
