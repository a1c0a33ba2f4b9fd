# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034
# What the scripts in the guest share: cases, tables, and what the kernel says. Sourced.

FILES=/sys/kernel/debug/cgroup_inspect
WORK=/tmp/containers
passed=0
failed=0

# check NAME COMMAND...: the case is passed if the command succeeds. What it said is shown if it
# fails, and lines that begin with "#" always.
check() {
	label=$1
	shift
	if "$@" >"$WORK/said" 2>&1; then
		passed=$((passed + 1))
		grep '^#' "$WORK/said"
		echo "ok $((passed + failed)) $label"
	else
		failed=$((failed + 1))
		sed 's/^/# /' "$WORK/said"
		echo "not ok $((passed + failed)) $label"
		return 1
	fi
}

# settles COMMAND...: services come and go, so a comparison of the whole system is made again
# until it succeeds: what is wrong stays wrong.
settles() {
	for tries in 1 2 3 4 5; do
		[ "$tries" -eq 1 ] || sleep 1
		{ collect && "$@"; } >"$WORK/settles" 2>&1 && { cat "$WORK/settles"; return 0; }
	done
	cat "$WORK/settles"
	return 1
}

# columns TABLE COLUMN...: print these columns of a table that was collected.
columns() {
	table=$1
	shift
	awk -F'\t' -v OFS='\t' -v want="$*" '
		NR == 1 {
			sub(/^#/, "")
			for (i = 1; i <= NF; i++)
				at[$i] = i
			n = split(want, names, " ")
			next
		}
		{
			line = $at[names[1]]
			for (i = 2; i <= n; i++)
				line = line OFS $at[names[i]]
			print line
		}' "$NOW/$table"
}

# same WHAT: the files want and got in $NOW must be equal, and not empty.
same() {
	sort -o "$NOW/want" "$NOW/want"
	sort -o "$NOW/got" "$NOW/got"
	[ -s "$NOW/want" ] || { echo "$1: there is nothing to compare"; return 1; }
	diff "$NOW/want" "$NOW/got" >"$NOW/differs" && return
	echo "$1: what the kernel says (<) and what the module says (>):"
	head -n 40 "$NOW/differs"
	return 1
}

# Print "ID MOUNTPOINT" of each hierarchy, as /proc has them.
hierarchies() {
	while IFS=: read -r id controllers _; do
		if [ "$id" = 0 ]; then
			dir=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
		else
			dir=$(awk -v want="$controllers" '$3 == "cgroup" {
				n = split(want, all, ",")
				for (i = 1; i <= n; i++)
					if (!index("," $4 ",", "," all[i] ","))
						next
				print $2
				exit
			}' /proc/mounts)
		fi
		echo "$id $dir"
	done </proc/1/cgroup
}

# cgroup_of PID ID: print the path of the process in hierarchy ID.
cgroup_of() {
	sed -n "s/^$2:[^:]*://p" "/proc/$1/cgroup"
}

mount_of() {
	awk -v id="$1" '$1 == id { print $2 }' "$WORK/hierarchies"
}

wait_for() {
	seconds=$1
	shift
	until "$@" >/dev/null 2>&1; do
		seconds=$((seconds - 1))
		[ "$seconds" -gt 0 ] || { echo "waited in vain for: $*"; return 1; }
		sleep 1
	done
}
