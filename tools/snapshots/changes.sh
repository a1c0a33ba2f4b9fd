#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# In a guest: leave three snapshots in out/, and what was done between two of them, as lines
# "CHANGE KIND OBJECT NAME" with TABs between them: before --leaks--> leaked --moves--> moved.
# Of a css_set nobody but the module knows the identity, so that is "-".

# shellcheck source=lib.sh
. ./lib.sh

did() {
	printf '%s\t%s\t%s\t%s\n' "$@" >>"$to"
}

id_of() {
	echo "0:$(stat -c %i "$v2/$1")"
}

# A network namespace keeps the cgroup in which it was made.
held() {
	mkdir "$v2/$1"
	in_cgroup "$v2/$1" unshare -n sleep 1000
	holders="$holders $!"
}

prepare() {
	holders=
	for name in leak1 leak2 leak3 leak4 leak5; do
		held $name
	done
	mkdir "$v2/old" "$v2/from" "$v2/to" "$v2/space1" "$v2/space2" "$pids/limit"
	in_cgroup "$v2/from" sleep 1000
	traveller=$!
	sleep 1000 &
	loser=$!
	sleep 1000 &
	reused=$!
	sh -c "sleep 1000 & echo \$! >/tmp/zombie; exec sleep 1000" &
	sleep 2
	for pid in $holders; do
		echo "$pid" >"$v2/cgroup.procs"
	done
	sleep 2
}

# A css_set that is kept by the cgroup namespace that a task of it has made, and nothing else.
leak_css_set() {
	in_cgroup "$v2/$1" ./unshare -C sleep 1000
	sleep 1
}

end_task() {
	kill "$1"
	wait "$1"
}

leaks() {
	to=$out/leaks
	for name in leak1 leak2 leak3 leak4 leak5; do
		did leaked cgroup "$(id_of $name)" /$name
		rmdir "$v2/$name"
	done
	leak_css_set space1
	exec 5<"/proc/$!/ns/cgroup"
	end_task $!
	leak_css_set space2
	exec 6<"/proc/$!/ns/cgroup"
	end_task $!
	did leaked css_set - /space1
	did leaked css_set - /space2
	sleep 2
}

moves() {
	to=$out/moves
	mkdir "$v2/new"
	did made cgroup "$(id_of new)" /new
	did removed cgroup "$(id_of old)" /old
	rmdir "$v2/old"
	did moved task $traveller sleep
	echo $traveller >"$v2/to/cgroup.procs"
	echo $traveller >"$pids/limit/cgroup.procs"
	did removed css_set - /from
	did made css_set - /to
	number=$(awk -F : '$2 == "pids" { print $1 }' /proc/self/cgroup)
	did renamed cgroup "$number:$(stat -c %i "$pids/limit")" /limited
	mv "$pids/limit" "$pids/limited"
	did ended task $loser sleep
	end_task $loser
	holder=${holders# }
	holder=${holder%% *}
	did ended task "$holder" sleep
	did freed cgroup "$leak1_id" /leak1
	end_task "$holder"
	exec 5<&-
	did freed css_set - /space1
	zombie=$(cat /tmp/zombie)
	did exited task "$zombie" sleep
	kill "$zombie"
	did ended task $reused sleep
	end_task $reused
	echo $((reused - 1)) >/proc/sys/kernel/ns_last_pid
	tail -f /dev/null &
	did made task $! tail
	[ $! = $reused ] || exit 1
	mkdir /tmp/later
	mount -t cgroup -o none,name=later none /tmp/later
	did made hierarchy "$(awk -F : '$2 == "name=later" { print $1 }' /proc/self/cgroup)" later
	sleep 3
}

save() {
	cat "$dir/snapshot" >"$out/$1" || exit 1
}

mkdir -p "$out"
cat /proc/sys/kernel/random/boot_id
v2=$(mount_of cgroup2)
pids=$(mount_of pids)
prepare
leak1_id=$(id_of leak1)
save before
leaks
save leaked
moves
save moved
