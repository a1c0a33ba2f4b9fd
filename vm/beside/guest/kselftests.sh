# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# The kernel's own tests of cgroups. Sourced by run.sh.

UNIFIED=/sys/fs/cgroup/unified
# As systemd mounts it. Some cases are about these options.
OPTIONS=nsdelegate,memory_recursiveprot

# A hierarchy that was unmounted gives its controllers back a moment later.
has_controllers() {
	tries=0
	for name in cpuset cpu io memory pids; do
		until grep -qw "$name" "$UNIFIED/cgroup.controllers"; do
			tries=$((tries + 1))
			[ "$tries" -lt 100 ] || return
			sleep 0.1
		done
	done
}

prepare() {
	# shellcheck disable=SC2013 # no folder has a blank
	for dir in $(awk '$3 == "cgroup" { print $2 }' /proc/mounts); do
		umount "$dir" || return
	done
	mount -o "remount,$OPTIONS" "$UNIFIED" && has_controllers
}

# The folder has a helper, too, but only tests are called test_*.
list() {
	for program in kselftests/test_*; do
		echo "${program##*/}"
	done
}

# A result without a name can't be told from another one, and is no case. A program that forks
# before its output is written has its children write the same again, so a case counts once. If it
# is said to have failed and not to have failed, it has failed.
cases() {
	awk -v program="$1" '
		/^(not )?ok [0-9]+ / {
			result = /# SKIP/ ? "skip" : /^ok/ ? "ok" : "fail"
			sub(/^(not )?ok [0-9]+ (- )?/, "")
			sub(/# SKIP */, "")
			sub(/ .*/, "")
			if ($0 == "")
				next
			if (!($0 in of))
				name[++names] = $0
			if (!($0 in of) || result == "fail")
				of[$0] = result
		}
		END {
			for (i = 1; i <= names; i++)
				print program "/" name[i] "\t" of[name[i]]
		}'
}

# run_program NAME LOG: print its results. Whether it came to its end is one of them.
run_program() {
	timed "$2" "/cgi/kselftests/$1"
	case $? in
	0|1|4)	ended=ok ;;
	*)	ended=fail ;;
	esac
	cases "$1" <"$2"
	printf '%s\t%s\n' "$1" "$ended"
}
