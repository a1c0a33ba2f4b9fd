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
#include "lib/cgi_pin.h"

#define SECONDS		5
#define READS_MIN	10
#define BURST		16
/* A slow guest, or one where others fork too, gets more time for them. */
#define RIGHT_MIN	15
#define ROUNDS_S	60
#define HOLD		0

struct forker {
	int order[2];
	int done[2];
	pid_t pid;
	char *css_set;
};

static int fork_and_reap(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	return pid > 0 && waitpid(pid, NULL, 0) == pid ? 0 : -errno;
}

/* Of two namespaces the first is held by its descriptor alone. */
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

/* How often a number came without "~": the right one, and any other. */
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
 * A child that was preempted on its last steps out of the kernel is reaped and
 * holds its css_set all the same: that is as it should be, and soon over.
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

/* All of them late would be a module that does not wait. */
static bool is_right(const struct counts *counts)
{
	ksft_print_msg("%d right, %d wrong (%d for a moment), %d with ~\n", counts->right,
		       counts->wrong, counts->late, counts->about);
	return counts->wrong == counts->late && counts->late <= RIGHT_MIN / 5;
}

static void test_busy(struct forker *forker, const char *held)
{
	double end = cgi_now() + SECONDS;
	int many = 1 << 30, reads, wrong = 0;

	cgi_send(forker->order[1], &many, sizeof(many));
	for (reads = 0; cgi_now() < end || reads < READS_MIN; reads++)
		wrong += look(forker, held) == WRONG;
	ksft_print_msg("%d of %d readings are wrong\n", wrong, reads);
	if (!cgi_task_is(forker->pid, "state", "running"))
		cgi_die("the forking process has ended");
	ksft_test_result(!wrong, "busy: never a number that is not so\n");
	cgi_kill(forker->pid);
}

static void test_rest(struct forker *forker, const char *held, const char *name)
{
	double end = cgi_now() + ROUNDS_S;
	struct counts counts = { 0 };

	while (counts.right < RIGHT_MIN && counts.wrong < RIGHT_MIN && cgi_now() < end) {
		must_obey(forker, BURST);
		count(forker, held, &counts);
	}
	ksft_test_result(is_right(&counts), "%s: never a number that is not so\n", name);
	ksft_test_result(counts.right == RIGHT_MIN, "%s: what was reaped is waited for\n",
			 name);
}

int main(void)
{
	struct forker forker = { 0 };

	ksft_print_header();
	cgi_begin();
	cgi_need_graph();
	ksft_set_plan(5);
	begin(&forker);
	test_rest(&forker, "0", "nothing held");
	must_obey(&forker, HOLD);
	test_rest(&forker, "1", "a namespace held");
	test_busy(&forker, "1");
	cgi_finish();
}
