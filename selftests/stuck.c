// SPDX-License-Identifier: GPL-2.0-only
/*
 * While cgroup_mutex is stuck, info and stats say at once who holds it and how
 * long readers have waited. A reader that waits can be killed, and one that
 * was patient has its wait in stats.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_stuck.h"

#define HOLDER		"hold er\\"
#define HOLDER_SHOWN	"hold\\040er\\134"
/* A wait of so long can't be taken for the time that a busy guest needs. */
#define WAIT_MS		1500
/* Whatever may be slow, what does not wait for the mutex is done by then. */
#define AT_ONCE_S	10

/* ---- a task that holds cgroup_mutex ---- */

static pid_t holder;		/* 0 until it begins, and if it can't */

static int make_cgroup(void *dir)
{
	return mkdir(dir, 0755) ? errno : 0;
}

static bool has_ended(pid_t pid, int ms)
{
	for (; ms >= 0; ms -= 100) {
		if (cgi_proc_state(pid, pid, NULL) == 'Z')
			return true;
		cgi_sleep_ms(100);
	}
	return false;
}

/*
 * The proof that the mutex is held: this process can't make a cgroup. It can't
 * even be killed meanwhile.
 */
static pid_t maker;
static char *made;

static bool is_held(void)
{
	return !has_ended(maker, WAIT_MS);
}

static void begin_hold(void)
{
	made = cgi_fmt("%s/made", cgi_new_cgroup(cgi_v2()));
	holder = cgi_hold_mutex(HOLDER);
	if (holder)
		maker = cgi_spawn(make_cgroup, made);
}

static bool end_hold(void)
{
	return cgi_let_mutex_go() && cgi_exit_code(maker) == 0;
}

/* ---- what info and stats say ---- */

static bool key_is(const char *key, const char *want)
{
	static const char * const where[] = { "info", "stats" };
	bool ok = true;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(where); i++) {
		char *value = cgi_value(where[i], key);

		if (!cgi_same(value, want))
			ksft_print_msg("%s: %s: %s, wanted %s\n", where[i], key, value, want);
		ok = ok && cgi_same(value, want);
		free(value);
	}
	return ok;
}

static bool holder_is(const char *want)
{
	return key_is("cgroup_mutex_held_by",
		      cgi_kernel_is_rt() ? "unknown, a mutex of PREEMPT_RT is not read" : want);
}

static double oldest_wait(void)
{
	char *value = cgi_value("info", "oldest_wait_ns");
	double seconds = value ? atof(value) / 1e9 : -1;

	free(value);
	return seconds;
}

static bool nobody_holds(void)
{
	int tries;

	/* Something else may hold it for a moment. */
	for (tries = 0; tries < CGI_RETRIES; tries++)
		if (holder_is("-"))
			return key_is("readers_waiting", "0") && key_is("oldest_wait_ns", "0");
	return false;
}

static bool holder_is_named(void)
{
	double began = cgi_now();
	char *want;
	bool ok;

	begin_hold();
	if (!holder)
		return cgi_skip("no userfaultfd or BPF for cgroups here: %s", strerror(errno));
	if (!is_held())
		cgi_die("bpf() does not hold cgroup_mutex here");
	began = cgi_now();
	want = cgi_fmt("%d " HOLDER_SHOWN, holder);
	ok = holder_is(want) && key_is("readers_waiting", "0");
	free(want);
	return ok && cgi_now() - began < AT_ONCE_S;
}

/* ---- readers that wait ---- */

static struct {
	pid_t pid;
	double before, after;	/* when it surely did not wait yet, and surely did */
} first, second;

static int open_file(void *name)
{
	return cgi_open(name, O_RDONLY) < 0 ? errno : 0;
}

static bool waits(const char *count)
{
	double end = cgi_now() + AT_ONCE_S;

	do {
		char *value = cgi_value("info", "readers_waiting");
		bool same = cgi_same(value, count);

		free(value);
		if (same)
			return true;
		cgi_sleep_ms(20);
	} while (cgi_now() < end);
	return false;
}

static bool oldest_is_first(void)
{
	double low = cgi_now() - first.after;
	double shown = oldest_wait();
	double high = cgi_now() - first.before;

	ksft_print_msg("the first reader waits for %.3f to %.3f s, shown are %.3f\n", low, high,
		       shown);
	return low <= shown && shown <= high;
}

static bool first_waits(void)
{
	if (!holder)
		return cgi_skip("nobody holds the mutex");
	first.before = cgi_now();
	first.pid = cgi_spawn(open_file, "hierarchies");
	if (!waits("1"))
		return false;
	first.after = cgi_now();
	cgi_sleep_ms(WAIT_MS);
	return oldest_is_first() && key_is("readers_waiting", "1");
}

static bool second_waits_less(void)
{
	if (!holder)
		return cgi_skip("nobody holds the mutex");
	second.pid = cgi_spawn(open_file, "tasks");
	return waits("2") && oldest_is_first();
}

static bool second_can_be_killed(void)
{
	bool ended;

	if (!holder)
		return cgi_skip("nobody holds the mutex");
	kill(second.pid, SIGKILL);
	ended = has_ended(second.pid, AT_ONCE_S * 1000);
	cgi_kill(second.pid);
	return ended && is_held() && waits("1") && oldest_is_first() &&
	       cgi_module_has_refs(1);
}

static bool wait_is_in_stats(void)
{
	double low;
	long wait, hold, all;

	if (!holder)
		return cgi_skip("nobody holds the mutex");
	low = cgi_now() - first.after;
	if (!end_hold() || cgi_exit_code(first.pid))
		return false;
	wait = atol(cgi_value("stats", "mutex_wait_ns_last"));
	hold = atol(cgi_value("stats", "mutex_hold_ns_last"));
	all = atol(cgi_value("stats", "collect_ns_last"));
	ksft_print_msg("it waited for %.3f s: wait %ld ns, hold %ld ns, all %ld ns\n", low,
		       wait, hold, all);
	return wait >= low * 1e9 && hold > 0 && wait + hold <= all &&
	       atol(cgi_value("stats", "mutex_wait_ns_max")) >= wait &&
	       atol(cgi_value("stats", "mutex_hold_ns_max")) >= hold;
}

static bool unknown_without_lock(void)
{
	return key_is("cgroup_mutex_held_by",
		      "unknown, the lock was not found or not looked for") &&
	       key_is("readers_waiting", "0");
}

static const struct cgi_case cases[] = {
	{ "nobody holds it, nobody waits", nobody_holds },
	{ "info and stats say at once who holds it", holder_is_named },
	{ "a reader waits: how long", first_waits },
	{ "two wait: how long the first has waited", second_waits_less },
	{ "who waits can be killed", second_can_be_killed },
	{ "who was patient has its wait in stats, apart from the hold", wait_is_in_stats },
	{ "again nobody holds it, nobody waits", nobody_holds },
};

static const struct cgi_case rcu_cases[] = {
	{ "without the lock the holder is unknown", unknown_without_lock },
};

int main(void)
{
	cgi_begin();
	if (cgi_has_graph())
		cgi_add_cases(cases, ARRAY_SIZE(cases));
	else
		cgi_add_cases(rcu_cases, ARRAY_SIZE(rcu_cases));
	cgi_run_cases();
}
