#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Print the commands of howto.rst that no test runs. The tests take commands out of the document by
# how they begin. So a command is run if a string of theirs is its beginning, or if it is one of
# those that selftests/howto.c runs without knowing them.

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"

# How commands begin that are there to be read: what a test does in C to get the kernel's answer,
# what makes or ends a situation, a stack, and what is for another machine. Those of cginspect are
# run by its own tests.
SHOWN=(
	'cat /sys/fs/cgroup/' 'rmdir /sys/fs/cgroup/' 'mkdir /sys/fs/cgroup/' 'echo '
	'unshare -p -f sh -c ' 'mount -t cgroup ' 'umount ' 'head -n 2 /proc/' 'grep State /proc/'
	'kill -9' 'fsfreeze -u' 'nsenter -m -t PID' 'sel FILE CONDITION ' 'sel tasks ...'
	'cat cgroups' 'cat check' 'cat graph.dot ' 'dot -Tsvg ' 'frozen 1'
	'cginspect ' "C='/" 'cd /sys/kernel/debug/cgroup_inspect'
)

# Print the strings of C files, one a line, as the compiler reads them, without the short ones.
strings_of() {
	awk '
		{
			for (i = 1; i <= length($0); i++) {
				c = substr($0, i, 1)
				if (c == "\\")
					text = text substr($0, ++i, 1)
				else if (c != "\"")
					text = text c
				else if (inside = !inside)
					text = ""
				else if (length(text) >= 8)
					print text
			}
			inside = 0
		}' "$@"
}

# Print the commands, one a line: in a block, what follows a prompt, or all lines if there is no
# prompt; in a sentence, what is quoted and begins with a word in lower case and a blank. What
# has an open quote goes on in the next line. What howto.c runs without knowing it is left out.
commands_of() {
	awk '
		function is_known(command) {
			return command ~ /^(sel |awk -F|grep )/ && command !~ / (\/proc\/|\.\.\. )/
		}
		function end_block(    i, line, lines) {
			for (i = 0; i < n; i++) {
				line = block[i]
				if (prompts && line !~ /^# / && !open)
					continue
				sub(/^# /, "", line)
				command = open ? command " " line : line
				lines = open ? lines + 1 : 1
				open = gsub(/\047/, "\047", command) % 2
				if (!open && command != "" && !(lines == 1 && is_known(command)))
					print command
			}
			n = prompts = open = 0
		}
		in_block && /^ / {
			sub(/^ +/, "")
			prompts += /^# /
			block[n++] = $0
			next
		}
		in_block && /^$/ { next }
		{ end_block(); in_block = /::$/ && !/^\.\. /; text = text " " $0 }
		END {
			end_block()
			while (match(text, /``[a-z]+ [^`]*``/)) {
				command = substr(text, RSTART + 2, RLENGTH - 4)
				gsub(/ +/, " ", command)
				print command
				text = substr(text, RSTART + RLENGTH)
			}
		}' "$1"
}

# Print the commands on standard input that begin with no line of FILE.
not_begun_by() {
	awk '
		NR == FNR { begin[$0]; next }
		{ for (b in begin) if (index($0, b) == 1) next; print }' "$1" -
}

[ $# -eq 0 ] || usage_error "takes no argument"
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
{
	strings_of "$TOP"/selftests/howto*.c "$TOP/selftests/lib/cgi_howto.c"
	printf '%s\n' "${SHOWN[@]}"
} >"$WORK/begun"
commands_of "$TOP/Documentation/howto.rst" >"$WORK/commands"
[ "$(wc -l <"$WORK/commands")" -gt 50 ] || die "howto.rst has hardly any commands"
not_begun_by "$WORK/begun" <"$WORK/commands"
