#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does the VM runner tell the truth? Every test wants an outcome that a runner which
# always says "passed" would not give. The output is KTAP.

set -uo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"

usage() {
	cat <<USAGE
usage: selftest.sh [KERNEL]

Boots guests of KERNEL (default: $(kernel_default "$VM/kernels")) with run.sh, and judges what it says.
USAGE
}
# shellcheck source=selftest-mirror.sh
. "$VM/selftest-mirror.sh"
# shellcheck source=selftest-newest.sh
. "$VM/selftest-newest.sh"
# shellcheck source=selftest-verdict.sh
. "$VM/selftest-verdict.sh"
# shellcheck source=selftest-race.sh
. "$VM/selftest-race.sh"
# shellcheck source=selftest-beside.sh
. "$VM/selftest-beside.sh"

case ${1-} in
-h|--help)	usage; exit 0 ;;
-*)		usage_error "unknown option '$1'; see selftest.sh --help" ;;
esac
need pgrep
KERNEL=${1:-$(kernel_default "$VM/kernels")}
kernel_row "$VM/kernels" "$KERNEL" >/dev/null || exit
TMP=$(mktemp -d)
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Seconds that a guest may take to get to its command; test_command measures it.
PATIENCE=40

count=0
failed=0
# The run.sh of test_stopped(), in a session of its own.
RUNNER=

# shellcheck disable=SC2317 # called by a trap
end() {
	[ -z "$RUNNER" ] || kill "$RUNNER" 2>"$TMP/gone"
	rm -rf "$TMP"
}

result() {
	local ok=$1 name=$2

	count=$((count + 1))
	if [ "$ok" = 0 ]; then
		echo "ok $count $name"
	else
		failed=$((failed + 1))
		echo "not ok $count $name"
		sed 's/^/# /' "$TMP/log"
	fi
}

run() {
	"$VM/run.sh" --kernel "$KERNEL" "$@" >"$TMP/log" 2>&1
}

# expect NAME STATUS TEXT run.sh-arguments...: run.sh must end with STATUS and say TEXT.
expect() {
	local name=$1 status=$2 text=$3 got

	shift 3
	run "$@"
	got=$?
	echo "exit $got, wanted $status and: $text" >>"$TMP/log"
	# A grep that ends at the first match can end sed by a signal.
	[ "$got" -eq "$status" ] &&
		sed '$d' "$TMP/log" | grep -F -- "$text" >/dev/null
	result $? "$name"
}

one_line() {
	[ "$(wc -l <"$TMP/log")" -eq 1 ]
}

# expect_usage NAME TEXT run.sh-arguments...: run.sh must refuse the arguments, in one line
# that has TEXT.
expect_usage() {
	local name=$1 text=$2 got

	shift 2
	"$VM/run.sh" "$@" >"$TMP/log" 2>&1
	got=$?
	[ "$got" -eq 2 ] && one_line && grep -qF -- "$text" "$TMP/log"
	result $? "$name"
}

# everything NAME=VALUE...: with LTP and what else is said, in a tree of the scripts alone.
everything() {
	env XDG_CACHE_HOME="$TMP/everything" PATH="$TMP/make:$PATH" MAKEFLAGS=' -- LTP=/ltp' "$@" \
		"$TMP/tree/scripts/everything.sh" lint check-beside >"$TMP/log" 2>&1
}

# Here make only says what it was called with, and in another cache nothing has succeeded before.
test_everything() {
	local results=$TMP/everything/cgroup_inspect/results target

	mkdir -p "$TMP/make" "$TMP/tree/Documentation"
	# shellcheck disable=SC2016 # for the script
	printf '#!/bin/sh\necho "LTP=$LTP $MAKEFLAGS $ROUNDS $*"\n' >"$TMP/make/make"
	chmod +x "$TMP/make/make"
	cp -r "$TOP/scripts" "$TOP/Makefile" "$TOP/README.md" "$TMP/tree"
	cp "$TOP/Documentation/testing.rst" "$TMP/tree/Documentation"
	git -C "$TMP/tree" init -q && git -C "$TMP/tree" add . &&
		git -C "$TMP/tree" -c user.name=nobody -c user.email=nobody commit -qm all
	everything LTP=/ltp ROUNDS=7
	grep -q '^LTP=   .* lint$' "$results/lint.log" && ! grep -q /ltp "$results/lint.log" &&
		grep -q 'check-beside LTP=/ltp ' "$results/check-beside.log"
	result $? "make check-everything hands LTP= to check-beside, and not to lint"
	everything LTP=/other
	grep -q 'lint has succeeded' "$TMP/log" && ! grep -q 'check-beside has' "$TMP/log" &&
		grep -q 'check-beside LTP=/other ' "$results/check-beside.log" &&
		everything LTP=/other && grep -q 'check-beside has succeeded' "$TMP/log"
	result $? "and makes what has succeeded once more if LTP= is another one"
	! "$TMP/tree/scripts/results.sh" --write "$results" >"$TMP/log" 2>&1 &&
		grep -q 'there is no log of check-all' "$TMP/log" &&
		git -C "$TMP/tree" diff --quiet
	result $? "a table is not written without all targets"
	for target in $("$TMP/tree/scripts/everything.sh" --list); do
		{ sed 1q "$results/lint.log" | sed "s/lint/$target/"
		  printf '%s\n' '7 passed, 0 failed, 3 skipped' \
			"everything.sh: $target ended with 0 after 1234 s"; } >"$TMP/$target.log"
		mv "$TMP/$target.log" "$results"
	done
	# shellcheck disable=SC2016 # these are no commands
	"$TMP/tree/scripts/results.sh" --write "$results" >"$TMP/log" 2>&1 &&
		grep -q '^``check-race`` *21 *7 *0 *3 none$' "$TMP/tree/Documentation/testing.rst" &&
		grep -q '^`lint` 21, .*`check-all` 21' "$TMP/tree/README.md"
	result $? "with all of them it is written, and the minutes into README"
	printf '%s\n' 'not ok 2 x' 'everything.sh: check-llvm ended with 122 after 5 s' >"$TMP/log"
	[ "$("$TOP/scripts/results.sh" --counts "$TMP/log")" = "0 1 1" ]
	result $? "what failed counts if the next kernel can not be had"
}

# expect_make NAME CODE TEXT make-arguments...: make -n must end with CODE and say TEXT. If
# this test was started by a make, that one's variables must not reach this one.
expect_make() {
	local name=$1 code=$2 text=$3 got

	shift 3
	env -u KERNEL -u STRICT make -n -C "$TOP" "$@" >"$TMP/log" 2>&1
	got=$?
	echo "exit $got, wanted $code and: $text" >>"$TMP/log"
	[ "$got" -eq "$code" ] && sed '$d' "$TMP/log" | grep -F -- "$text" >/dev/null
	result $? "$name"
}

test_make() {
	local target

	for target in all modules check-all check-debug check-race check-intree check-dkms check-llvm lint; do
		expect_make "make $target refuses KERNEL=" 2 \
			"make $target takes no KERNEL=$KERNEL, only these do: bench " \
			"$target" "KERNEL=$KERNEL"
	done
	for target in bench bench-disturb bench-throttled bench-tool check check-beside check-churn \
		      check-containers check-drgn demo vm; do
		expect_make "make $target takes KERNEL=" 0 "$KERNEL" "$target" "KERNEL=$KERNEL"
		expect_make "make $target refuses STRICT=" 2 "make $target takes no STRICT=1" \
			"$target" STRICT=1
	done
	expect_make "make without a target refuses KERNEL=" 2 "make all takes no KERNEL=" \
		"KERNEL=$KERNEL"
	expect_make "make check-all takes STRICT=1" 0 "check-all.sh --strict" check-all STRICT=1
	expect_make "make check-all refuses STRICT=0" 2 "STRICT can only be 1" check-all STRICT=0
	expect_make "make lint refuses LTP=" 2 "make lint takes no LTP=/ltp" lint LTP=/ltp
	expect_make "make check-everything takes LTP=" 0 everything.sh check-everything LTP=/ltp
	"$VM/check.sh" nix >"$TMP/log" 2>&1
	[ $? -eq 2 ] && one_line && grep -qF "unknown kernel 'nix'; known: " "$TMP/log"
	result $? "an unknown kernel is an error of make check"
}

# set_patience SECONDS: derive how long to wait for a guest from the time that the first
# one took, as other architectures are slower, and so is a busy machine. There is a
# limit, as that time may include a download.
set_patience() {
	PATIENCE=$((20 + 2 * $1))
	[ "$PATIENCE" -ge 40 ] || PATIENCE=40
	[ "$PATIENCE" -le 300 ] || PATIENCE=300
}

test_command() {
	local start=$SECONDS

	mkdir -p "$TMP/files/a b"
	printf 'from the host' >"$TMP/files/a b/in"
	# shellcheck disable=SC2016 # for the guest's shell
	run --files "$TMP/files" --out "$TMP/out" -- '
		[ "$(nproc)" = 2 ] && mkdir out/d && cp "a b/in" out/d/back &&
		head -c 300000 /dev/urandom >out/big &&
		sha256sum <out/big && exit 3'
	[ $? -eq 3 ]
	result $? "the command's exit code comes back"
	set_patience $((SECONDS - start))
	cmp "$TMP/files/a b/in" "$TMP/out/d/back" >>"$TMP/log" 2>&1 &&
		grep -qF "$(sha256sum <"$TMP/out/big")" "$TMP/out/output.log"
	result $? "files go in and come back whole"
	grep -q 'Linux version' "$TMP/out/console.log" &&
		! grep -q 'Linux version' "$TMP/out/output.log"
	result $? "kernel log and output are apart"
}

# Print a line of each class of splat as the kernel words it. The runner must find
# every one.
splat_lines() {
	cat <<-'LINES'
	WARNING: CPU: 0 PID: 1 at kernel/x.c:1 x+0x1/0x2
	WARNING: possible recursive locking detected
	WARNING: possible circular locking dependency detected
	WARNING: possible irq lock inversion dependency detected
	WARNING: suspicious RCU usage
	WARNING: inconsistent lock state
	BUG: kernel NULL pointer dereference, address: 0000000000000008
	BUG: KASAN: slab-use-after-free in x+0x1/0x2
	BUG: KCSAN: data-race in x / y
	BUG: sleeping function called from invalid context at x.c:1
	BUG: scheduling while atomic: x/1/0x00000002
	BUG: MAX_LOCKDEP_CHAINS too low!
	BUG kmalloc-64 (Not tainted): Poison overwritten
	BUG: Bad page state in process x  pfn:00001
	kernel BUG at lib/list_debug.c:1!
	Oops: 0000 [#1] PREEMPT SMP
	general protection fault, probably for non-canonical address 0x1
	UBSAN: array-index-out-of-bounds in x.c:1:2
	watchdog: BUG: soft lockup - CPU#0 stuck for 22s!
	INFO: task x:1 blocked for more than 120 seconds.
	rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:
	rcu: INFO: rcu_preempt self-detected stall on CPU
	INFO: lockdep is turned off.
	refcount_t: underflow; use-after-free.
	list_add corruption. prev->next should be next
	list_del corruption, x->next is LIST_POISON1
	kmemleak: 1 new suspected memory leaks (see /sys/kernel/debug/kmemleak)
	x: page allocation failure: order:4, mode:0x40cc0(GFP_KERNEL)
	Out of memory: Killed process 1 (x)
	------------[ cut here ]------------
	Call Trace:
	Call trace:
	** 10 printk messages dropped **
	LINES
}

test_splats() {
	local line ok=0

	mkdir "$TMP/splats"
	splat_lines >"$TMP/splats/lines"
	# shellcheck disable=SC2016 # for the guest's shell
	run --files "$TMP/splats" --append printk.devkmsg=on -- \
		'while read -r l; do echo "<4>$l" >/dev/kmsg; done <lines'
	[ $? -eq 124 ] || ok=1
	while read -r line; do
		grep -qF -- "] $line" "$TMP/log" && continue
		echo "not found: $line" >>"$TMP/log"
		ok=1
	done <"$TMP/splats/lines"
	result $ok "every class of splat in the kernel log is found"
	expect "what is set apart in the kernel log is no splat" 3 "" --append printk.devkmsg=on \
		--files "$TMP/splats" --apart 'BUG: KCSAN: ' -- \
		'grep "BUG: KCSAN: " lines >/dev/kmsg; exit 3'
	expect "and hides no other one" 124 "WARNING: CPU: 0" --append printk.devkmsg=on \
		--files "$TMP/splats" --apart 'BUG: KCSAN: ' -- \
		'grep -e "BUG: KCSAN: " -e "WARNING: CPU: 0" lines >/dev/kmsg'
}

# Only the trace of who filled his cgroup is no splat, and only if it is said that there is one.
test_oom() {
	local wanted

	cat >"$TMP/oom" <<-'LOG'
	od invoked oom-killer: gfp_mask=0x500cc2(GFP_HIGHUSER|__GFP_ACCOUNT), order=0
	CPU: 0 PID: 182 Comm: od Tainted: G           O       6.1.0 #1
	Tainted: [O]=OOT_MODULE
	Hardware name: x
	Call Trace:
	Call Trace:
	od invoked oom-killer: gfp_mask=0x500cc2(GFP_HIGHUSER|__GFP_ACCOUNT), order=0
	1
	2
	3
	4
	5
	Call Trace:
	LOG
	for wanted in 1:2 :3; do
		# shellcheck disable=SC2034 # for judge.sh
		(OOM=${wanted%:*}; . "$VM/judge.sh"; log_to_judge "$TMP/oom") >"$TMP/log"
		[ "$(grep -c 'Call Trace:' "$TMP/log")" -eq "${wanted#*:}" ] &&
			[ "$(wc -l <"$TMP/log")" -eq 13 ]
		result $? "with OOM=${wanted%:*}, ${wanted#*:} of 3 traces in a log are splats"
	done
}

# The timeout is long enough for the guest to get to its command on a slow machine.
test_hang() {
	run --timeout "$PATIENCE" -- 'echo is up; sleep 1000'
	[ $? -eq 125 ] && grep -q '^is up' "$TMP/log" &&
		grep -qF "VM lost: timeout after $PATIENCE s" "$TMP/log"
	result $? "a guest that does not end is a lost VM"
	grep -qF 'sysrq: Show Blocked State' "$TMP/log"
	result $? "a guest that does not end says what is blocked"
}

# Make two programs that take QEMU's place. One stops before it has done anything, each
# time; the other one only the first time.
fake_machines() {
	local real=$1

	mkdir -p "$TMP/stops" "$TMP/stops-once"
	printf '#!/bin/sh\nexec sleep 1000\n' >"$TMP/stops/${real##*/}"
	cat >"$TMP/stops-once/${real##*/}" <<-MACHINE
	#!/bin/sh
	[ ! -e "$TMP/stopped" ] || exec "$real" "\$@"
	: >"$TMP/stopped"
	exec sleep 1000
	MACHINE
	chmod +x "$TMP"/stops/* "$TMP"/stops-once/*
}

test_no_boot() {
	local KERNEL got

	KERNEL=$(kernel_default "$VM/kernels")
	fake_machines "$(command -v qemu-system-x86_64)"
	PATH=$TMP/stops-once:$PATH run --boot-timeout $((PATIENCE / 2)) -- 'echo is up; exit 3'
	got=$?
	[ $got -eq 3 ] && grep -q '^is up' "$TMP/log" && grep -qF 'booting once more' "$TMP/log"
	result $? "a kernel that does not come up is booted once more"
	PATH=$TMP/stops:$PATH run --boot-timeout 1 -- true
	got=$?
	[ $got -eq 125 ] && grep -qF 'VM lost: its kernel did not come up in 1 s, twice' "$TMP/log"
	result $? "and is a lost VM if it does not then"
	fake_console "$(command -v qemu-system-x86_64)" '[ 1.0] cgroup_inspect: version 1, graph on'
	PATH=$TMP/stops:$PATH run --boot-timeout 1 -- true
	got=$?
	[ $got -eq 125 ] && grep -qF 'in 1 s, after ours, which is built in, had begun' "$TMP/log"
	result $? "and at once if it has begun with what is built in"
}

# fake_console MACHINE LINE: make the program that stops each time print this before.
fake_console() {
	cat >"$TMP/stops/${1##*/}" <<-MACHINE
	#!/bin/sh
	for arg; do
		case \$arg in
		*id=console,*)	echo '$2' >"\${arg##*path=}.out" ;;
		esac
	done
	exec sleep 1000
	MACHINE
}

# broken_machine MACHINE BYTE: make a program that takes QEMU's place. The first time its kernel
# says that it has met a breakpoint, with BYTE where that was, and ends.
broken_machine() {
	local real=$1

	mkdir -p "$TMP/broken"
	rm -f "$TMP/stopped"
	cat >"$TMP/oops" <<-LOG
	[    3.48] Run /init as init process
	[   16.53] Oops: int3: 0000 [#1] SMP NOPTI
	[   16.53] RIP: 0010:inet_init_ehash_secret+0x6/0x50
	[   16.53] Code: 90 90 0f 1f 44 00 00 $2 <90> c3 cc cc cc cc 48 c7
	[   16.53] Modules linked in: cgroup_inspect(OE)
	[   16.53] Kernel panic - not syncing: Fatal exception in interrupt
	LOG
	cat >"$TMP/broken/${real##*/}" <<-MACHINE
	#!/bin/sh
	[ ! -e "$TMP/stopped" ] || exec "$real" "\$@"
	: >"$TMP/stopped"
	for arg; do
		case \$arg in
		*id=console,*)	cat "$TMP/oops" >"\${arg##*path=}.out" ;;
		esac
	done
	MACHINE
	chmod +x "$TMP/broken/${real##*/}"
}

test_breakpoints() {
	local KERNEL machine got

	KERNEL=$(kernel_default "$VM/kernels")
	machine=$(command -v qemu-system-x86_64)
	broken_machine "$machine" 66
	PATH=$TMP/broken:$PATH run -- 'echo is up; exit 3'
	got=$?
	[ $got -eq 3 ] && grep -q '^is up' "$TMP/log" && grep -qF 'HAD REMOVED' "$TMP/log"
	result $? "a guest that meets a breakpoint which is gone is started once more"
	broken_machine "$machine" cc
	PATH=$TMP/broken:$PATH run -- true
	got=$?
	[ $got -eq 125 ] && grep -qF 'VM lost: panic: ' "$TMP/log"
	result $? "one that meets a breakpoint which is there is a lost VM"
	broken_machine "$machine" 66
	sed -i 's/^\(.*\)Modules.*/\1 ? f+0x1\/0x2 [cgroup_inspect]\n&/' "$TMP/oops"
	PATH=$TMP/broken:$PATH run -- true
	got=$?
	[ $got -eq 125 ] && grep -qF 'VM lost: panic: ' "$TMP/log"
	result $? "and so is one with the module in the oops"
	broken_machine "$machine" 66
	echo 'echo "# not ok 3 x"' >>"$TMP/broken/${machine##*/}"
	PATH=$TMP/broken:$PATH run -- true
	got=$?
	[ $got -eq 125 ] && grep -qF 'VM lost: panic: ' "$TMP/log"
	result $? "and one in which a test had failed"
	printf '%s\n' '3 passed, 0 failed, 1 skipped' 'run.sh: THE GUEST MET A BREAKPOINT' \
		'4 passed, 1 failed, 0 skipped' >"$TMP/log"
	# shellcheck disable=SC2016 # for that shell
	[ "$(bash -c '. "$1"; tally_counts "$2"' sh "$TOP/scripts/tally.sh" "$TMP/log")" = "4 1 0 1" ]
	result $? "what was counted before it was started once more does not count"
}

# A module that does not build must not pass for a kernel that can not be had.
test_no_build() {
	"$VM/build.sh" "$TMP/build" "$KERNEL" KCFLAGS=--nix >"$TMP/log" 2>&1
	[ $? -eq 1 ] && tail -n 1 "$TMP/log" | grep -qF "the module does not build for kernel $KERNEL"
	result $? "a module that does not build is told from a kernel that can not be had"
}

# This takes the table's first kernel of another architecture, and downloads nothing.
test_foreign_systemd() {
	local name

	name=$(awk '!/^#/ && NF && $3 != "amd64" { print $1; exit }' "$VM/kernels")
	expect_usage "systemd guest of another architecture" \
		"the guest systemd exists for amd64 kernels only" \
		--kernel "$name" --guest systemd -- true
}

# No process may have the run's folder in its arguments, and the folder must be gone.
# The tee of run.sh ends by itself when QEMU has ended, but nobody waits for it, so it
# gets a moment.
gone() {
	local tries=0

	while pgrep -f -- "$TMP/tmp/" >>"$TMP/log" && [ $tries -lt 50 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	pgrep -f -- "$TMP/tmp/" >>"$TMP/log"
	[ $? -eq 1 ] && [ -d "$TMP/tmp" ] && [ -z "$(ls -A "$TMP/tmp")" ]
}

# The signal is sent when the guest has printed a line, so that it is really running.
test_stopped() {
	local signal=$1 start tries=0 got

	mkdir -p "$TMP/tmp"
	: >"$TMP/log"
	# A shell's background jobs ignore SIGINT, unlike a terminal's.
	TMPDIR=$TMP/tmp setsid env --default-signal "$VM/run.sh" \
		--kernel "$KERNEL" --timeout $((2 * PATIENCE)) -- \
		'echo is up; sleep 1000' >"$TMP/log" 2>&1 &
	RUNNER=$!
	while ! grep -q 'is up' "$TMP/log" && [ $tries -lt $((10 * PATIENCE)) ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	pgrep -f -- "$TMP/tmp/" >/dev/null && kill "-$signal" "$RUNNER"
	start=$SECONDS
	wait "$RUNNER"
	got=$?
	RUNNER=
	# It must end at once, not when the guest's time is over.
	[ $got -gt 128 ] && [ $((SECONDS - start)) -lt $((PATIENCE / 2)) ] && gone
	result $? "SIG$signal leaves nothing behind"
}

all_tests() {
	expect_usage "unknown kernel" "unknown kernel 'nix'; known: " \
		--kernel nix -- true
	expect_usage "unknown guest" "unknown guest 'nix'; known: " \
		--guest nix -- true
	expect_usage "unknown option" "unknown option '--nix'" --nix -- true
	expect_usage "no command" "no command" --kernel "$KERNEL"
	expect_usage "option without value" "--files needs a value" --files
	expect_usage "module that is not there" "no module 'nix.ko'" \
		--module nix.ko -- true
	expect_usage "disk for the guest mixed" "the guest mixed has no root disk" \
		--disk "$TOP/NEWS" -- true
	expect_usage "disk that is not there" "no file 'nix' for --disk" \
		--guest systemd --disk nix -- true
	test_foreign_systemd
	test_make
	test_everything
	test_newest
	test_verdicts
	test_races
	test_beside
	test_downloads
	test_no_build
	test_command
	expect "a panic is a lost VM" 125 "VM lost: panic: " -- \
		'echo c >/proc/sysrq-trigger'
	test_hang
	test_no_boot
	test_breakpoints
	expect "a guest that just goes is a lost VM" 125 \
		"VM lost: no result" -- 'echo b >/proc/sysrq-trigger'
	# shellcheck disable=SC2016 # for the guest's shell
	expect "a forged record is no result" 125 "VM lost: no result" -- \
		'. /vm/conf
		 echo "record 0 exit 0 files none" >"$PORT_RESULT"
		 echo b >/proc/sysrq-trigger'
	expect "a kernel log without its end is no clean one" 125 \
		"VM lost: the kernel log is cut at its end" -- \
		'dmesg -n 1
		 echo N >/sys/module/printk/parameters/ignore_loglevel'
	test_splats
	test_oom
	echo "no module" >"$TMP/bad.ko"
	expect "a module that does not load" 123 "the module did not load" \
		--module "$TMP/bad.ko" -- true
	expect "a module that need not load" 0 "" \
		--module "$TMP/bad.ko" --no-load -- 'test -s cgroup_inspect.ko'
	test_stopped TERM
	test_stopped INT
}

echo "KTAP version 1"
all_tests
echo "1..$count"
echo "$((count - failed)) passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
