// SPDX-License-Identifier: GPL-2.0-only
/*
 * A task that was reaped holds its css_set for a moment, and nobody can find it
 * any more. What it holds is never a number without "~" in `unaccounted`; where
 * nothing else goes on it is waited for, and what is left is what we hold.
 *
 *   cgroup2   dir: a process that forks and reaps
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"

#define SECONDS		5
#define READS_MIN	10
#define BURST		16
/*
 * This number of readings must be right. A slow guest, or one where others fork
 * too, gets ROUNDS_S for them.
 */
#define RIGHT_MIN	15
#define ROUNDS_S	60
#define HOLD		0

static struct forker {
	int order[2];
	int done[2];
	pid_t pid;
	char *css_set;
} forker;

static int fork_and_reap(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	return pid > 0 && waitpid(pid, NULL, 0) == pid ? 0 : -errno;
}

/*
 * The process leaves the first namespace for the second, so that only the file
 * descriptor holds the first, and that one holds the css_set.
 */
static int hold_css_set(void)
{
	if (unshare(CLONE_NEWCGROUP))
		return -errno;
	if (open("/proc/self/ns/cgroup", O_RDONLY | O_CLOEXEC) < 0)
		return -errno;
	return unshare(CLONE_NEWCGROUP) ? -errno : 0;
}

static int obey(void *arg)
{
	struct forker *forker = arg;
	int order, err, i;

	while (cgi_receive(forker->order[0], &order, sizeof(order))) {
		err = order == HOLD ? hold_css_set() : 0;
		for (i = 0; i < order && !err; i++)
			err = fork_and_reap();
		cgi_send(forker->done[1], &err, sizeof(err));
	}
	return 0;
}

static void must_obey(struct forker *forker, int order)
{
	int err;

	cgi_send(forker->order[1], &order, sizeof(order));
	if (!cgi_receive(forker->done[0], &err, sizeof(err)) || err)
		cgi_die("the forking process: %s", strerror(-err));
}

static void begin(struct forker *forker)
{
	cgi_pipe(forker->order);
	cgi_pipe(forker->done);
	forker->pid = cgi_spawn(obey, forker);
	cgi_must_move(cgi_new_cgroup(cgi_v2()), forker->pid);
	forker->css_set = cgi_task_now(forker->pid, "css_set");
	if (!forker->css_set)
		cgi_die("the forking process is not shown");
}

/*
 * These count what was read: the right number, a wrong one, a wrong one that
 * was right or had a "~" a second later, and numbers with "~".
 */
struct counts {
	int right;
	int wrong;
	int late;
	int about;
};

enum reading { RIGHT, ABOUT, WRONG };

static enum reading look(const struct forker *forker, const char *right)
{
	char *is = cgi_field("css_sets", "css_set", forker->css_set, "unaccounted");
	enum reading reading = WRONG;

	if (!is)
		cgi_die("the css_set is not shown");
	if (!strcmp(is, right))
		reading = RIGHT;
	else if (*is == '~' || !strcmp(is, "-"))
		reading = ABOUT;
	else
		ksft_print_msg("%s unaccounted, %s held\n", is, right);
	free(is);
	return reading;
}

/*
 * A child can be reaped while it is preempted on its last steps in the kernel.
 * Then it really holds its css_set still, for a moment, so a wrong number is
 * read again a second later.
 */
static void count(const struct forker *forker, const char *right, struct counts *counts)
{
	enum reading reading = look(forker, right);

	counts->right += reading == RIGHT;
	counts->about += reading == ABOUT;
	if (reading != WRONG)
		return;
	cgi_sleep_ms(1000);
	counts->late += look(forker, right) != WRONG;
	counts->wrong++;
}

/* A module that does not wait would be late each time. */
static bool is_right(const struct counts *counts)
{
	ksft_print_msg("%d right, %d wrong (%d for a moment), %d with ~\n", counts->right,
		       counts->wrong, counts->late, counts->about);
	return counts->wrong == counts->late && counts->late <= RIGHT_MIN / 5;
}

/*
 * The forking process holds this many references to its css_set, besides those
 * of reaped children.
 */
struct held {
	const char *nr;
	struct counts counts;
};

static struct held nothing = { .nr = "0" }, namespace = { .nr = "1" };

static bool rest_is_never_wrong(void *object)
{
	double end = cgi_now() + ROUNDS_S;
	struct held *held = object;
	struct counts *counts = &held->counts;

	if (held == &namespace)
		must_obey(&forker, HOLD);
	while (counts->right < RIGHT_MIN && counts->wrong < RIGHT_MIN && cgi_now() < end) {
		must_obey(&forker, BURST);
		count(&forker, held->nr, counts);
	}
	return is_right(counts);
}

static bool reaped_is_waited_for(void *object)
{
	struct held *held = object;

	return held->counts.right == RIGHT_MIN;
}

static bool busy_is_never_wrong(void)
{
	double end = cgi_now() + SECONDS;
	int many = 1 << 30, reads, wrong = 0;

	cgi_send(forker.order[1], &many, sizeof(many));
	for (reads = 0; cgi_now() < end || reads < READS_MIN; reads++)
		wrong += look(&forker, namespace.nr) == WRONG;
	ksft_print_msg("%d of %d readings are wrong\n", wrong, reads);
	if (!cgi_task_is(forker.pid, "state", "running"))
		cgi_die("the forking process has ended");
	cgi_kill(forker.pid);
	return !wrong;
}

static const struct cgi_case rest_cases[] = {
	{ "never a number that is not so", .run_on = rest_is_never_wrong },
	{ "what was reaped is waited for", .run_on = reaped_is_waited_for },
};

static const struct cgi_case busy_cases[] = {
	{ "busy: never a number that is not so", busy_is_never_wrong },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	begin(&forker);
	cgi_add_cases_on(&nothing, "nothing held", rest_cases, ARRAY_SIZE(rest_cases));
	cgi_add_cases_on(&namespace, "a namespace held", rest_cases, ARRAY_SIZE(rest_cases));
	cgi_add_cases(busy_cases, ARRAY_SIZE(busy_cases));
	cgi_run_cases();
}
