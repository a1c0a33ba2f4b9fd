# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Who holds what of the containers, how they are killed, and what must be left of them then.
# Sourced by guest.sh.

# hold NAME FILE: keep FILE open in a process of its own, whose pid is in $WORK/NAME.
hold() {
	sleep 100000 7<"$2" &
	echo $! >"$WORK/$1"
}

# These outlive their containers: a socket that was passed on, a cgroup namespace, a mount
# namespace with pages in a tmpfs that only it has, an open file of the cgroup. The file does not
# keep the cgroup itself, so it is one of a cgroup that pages keep.
hold_all() {
	wait_for 30 [ -s "$SHARED/pages" ] &&
		wait_for 30 [ -e "$SHARED/socket.kept" ] &&
		hold cgroup_ns "/proc/$(first_of runc-two)/ns/cgroup" &&
		hold mount_ns "/proc/$(first_of podman-one)/ns/mnt" &&
		hold cgroupfs "$(mount_of "$MEMORY")$(path_of docker-one "$MEMORY")/cgroup.procs"
}

# A socket belongs to the cgroup of v2 in which it was made.
socket_is_named() {
	columns holders object kind refs tid |
		grep -x "$(place_of runc-one 0)	socket	1	$(cat "$WORK/keeper")"
}

# Pages belong to the memory cgroup of whoever has written them first.
# pages_are_named NAME FILE: as those of a file of this name, with the path of NAME's cgroup.
pages_are_named() {
	columns holders path kind refs detail >"$NOW/got"
	grep -F "$(path_of "$1" "$MEMORY")	file	" "$NOW/got" | grep ",path:$2\$"
}

namespace_is_named() {
	inode=$(stat -L -c %i "/proc/$(cat "$WORK/cgroup_ns")/fd/7") &&
		columns holders kind tid fd detail |
		grep -x "cgroup_ns	$(cat "$WORK/cgroup_ns")	7	inode:$inode"
}

open_file_is_named() {
	place=$(place_of docker-one "$MEMORY")
	columns holders object kind refs tid fd |
		grep -x "$place	cgroupfs	0	$(cat "$WORK/cgroupfs")	7"
}

# --- killing ------------------------------------------------------------------

RUNTIMES='conmon containerd-shim containerd dockerd systemd-nspawn runc'

# Each runtime must have been there, or nothing was tested. The kernel cuts names after 15 bytes.
kill_runtimes() {
	for runtime in $RUNTIMES; do
		pids=$(pgrep "^$(echo "$runtime" | cut -c 1-15)") ||
			{ echo "no $runtime was running"; return 1; }
		# shellcheck disable=SC2086 # one word for each process
		echo "# killed of $runtime: "$pids
		echo "$pids" >>"$WORK/killed"
	done
	sort -u "$WORK/killed" | xargs kill -KILL
	wait_for 30 none_runs
}

none_runs() {
	while read -r pid; do
		[ ! -e "/proc/$pid" ] || return
	done <"$WORK/killed"
}

kill_containers() {
	while IFS='	' read -r _ id path _; do
		[ "$id" != "$MAIN" ] || threads_below "$(mount_of "$id")$path"
	done <"$WORK/places" >"$WORK/killed"
	[ -s "$WORK/killed" ] || return
	sort -u "$WORK/killed" | xargs kill -KILL
	wait_for 60 none_runs
}

# --- what is left -------------------------------------------------------------

# A threaded cgroup, as runc makes one within a container, has no readable cgroup.procs.
threads_below() {
	find "$1" \( -name cgroup.threads -o -name tasks \) -exec cat {} + 2>/dev/null
}

# Print what is left of the places: those whose directory is there, with its tasks.
left_over() {
	while IFS='	' read -r _ id path inode; do
		dir=$(mount_of "$id")$path
		[ "$(stat -c %i "$dir" 2>/dev/null)" = "$inode" ] || continue
		threads=$dir/cgroup.threads
		[ -e "$threads" ] || threads=$dir/tasks
		printf '%s\t%s\tlive\t%s\n' "$id:$inode" "$path" "$(wc -l <"$threads")"
	done <"$WORK/places" | sort -u
}

# Each place that has its directory is shown live with its tasks, and no other one is.
leftovers_are_shown() {
	left_over >"$NOW/want"
	columns cgroups cgroup path state tasks | sed 's/\\134/\\/g' |
		awk -F'\t' -v OFS='\t' '
			NR == FNR { place[$2 ":" $4]; next }
			$3 == "live" && $1 in place' "$WORK/places" - >"$NOW/got"
	same "leftovers"
}

# All that runc was to remove is there, and nobody is in it.
leftovers_are_empty() {
	left_over >"$WORK/left"
	sed 's/^/# left: /' "$WORK/left"
	grep -q '	/runc/one	' "$WORK/left" && ! grep -v '	0$' "$WORK/left"
}

remove_leftovers() {
	while IFS='	' read -r _ id path _; do
		find "$(mount_of "$id")$path" -depth -type d -exec rmdir {} + 2>/dev/null
	done <"$WORK/places"
	left_over >"$WORK/left"
	! [ -s "$WORK/left" ] || { cat "$WORK/left"; return 1; }
}

# --- what was removed and is held -----------------------------------------------

# The kernel counts what was removed: for v2 apart, for v1 with what is there.
removed_are_counted() {
	sed -n 's/^nr_dying_descendants /0 /p' "$(mount_of 0)/cgroup.stat" >"$NOW/want"
	awk '!/^#/ && $2 { print $2, $3 }' /proc/cgroups | sort -u |
	while read -r id number; do
		echo "$id $((number - $(find "$(mount_of "$id")" -type d | wc -l)))"
	done >>"$NOW/want"
	columns cgroups cgroup state | awk -F'[:\t]' '
		{ removed[$1] += $3 != "live" }
		END { for (id in removed) print id, removed[id] }' >"$NOW/all"
	awk 'NR == FNR { known[$1]; next } $1 in known' "$NOW/want" "$NOW/all" >"$NOW/got"
	same "removed cgroups"
}

# Print "OBJECT UNACCOUNTED" of what was removed.
removed_objects() {
	columns cgroups cgroup unaccounted state | awk -F'\t' '$3 == "dying" { print $1, $2 }'
	columns csses css unaccounted state | awk -F'\t' '$3 == "dying" { print $1, $2 }'
	columns css_sets css_set unaccounted state | awk -F'\t' '$3 == "dead" { print $1, $2 }'
}

# Each reference that nothing in the graph explains has a holder: by name, or as unknown with the
# places to look at.
removed_are_explained() {
	removed_objects | awk '$2 != 0' | sed 's/~//' >"$NOW/want"
	columns holders object refs kind | sed 's/~//' >"$NOW/held"
	awk -F'\t' 'NR == FNR { sum[$1] += $2; next }
		{ split($0, want, " "); print want[1], sum[want[1]] + 0 }' \
		"$NOW/held" "$NOW/want" >"$NOW/got"
	sed 's/ .*//' "$NOW/want" | awk -F'\t' '
		NR == FNR { removed[$1]; next }
		!($1 in removed) { next }
		$3 == "unknown" && $2 { unknown[$1] = $2 }
		$3 == "unseen" { told[$1] }
		END {
			for (object in unknown) {
				print "# unknown: " unknown[object] " of " object
				if (!(object in told))
					print "nothing tells where to look: " object
			}
		}' - "$NOW/held" >"$NOW/unknown"
	cat "$NOW/unknown"
	! grep -q '^nothing' "$NOW/unknown" && same "references of what was removed"
}

# Print the object that the cgroup namespace holds.
held_by_namespace() {
	columns holders object kind tid | awk -F'\t' -v pid="$(cat "$WORK/cgroup_ns")" '
		$2 == "cgroup_ns" && $3 == pid { print $1 }'
}

# A holder that the module does not find adds to what is unknown, so the sums are right without it.
# Therefore little may be unknown: of the sockets that the kernel has made in a network namespace,
# three; of a css of memory, what each processor has taken in advance; and what holds a css of io,
# which is not known at all.
holders_are_found() {
	removed_objects | cut -d ' ' -f 1 >"$NOW/removed"
	columns holders object refs kind | sed 's/~//' | awk -F'\t' -v processors="$(nproc)" '
		NR == FNR { removed[$1]; next }
		!($1 in removed) { next }
		$3 == "net_ns" { may[$1] += 3 }
		$3 == "unknown" { unknown[$1] += $2 }
		END {
			for (object in unknown) {
				if (object ~ /^memory:/)
					may[object] += processors
				if (object ~ /^io:/ || unknown[object] <= may[object] + 0)
					continue
				print object " has " unknown[object] " unknown holders"
				status = 1
			}
			exit status
		}' "$NOW/removed" -
}

# No removed cgroup is there without a reason.
removed_have_reasons() {
	columns cgroups cgroup state unaccounted css_sets children | awk -F'\t' '
		$2 == "dying" && $3 == "0" && $4 == 0 && $5 == 0 { print $1 }' >"$NOW/none"
	columns csses cgroup css | cut -f 1 | sort -u >"$NOW/with"
	! sort -u "$NOW/none" | comm -23 - "$NOW/with" | grep .
}
