// SPDX-License-Identifier: GPL-2.0-only
/*
 * Zombies are reaped and threads are made while `tasks` is collected, so that the
 * kernel uses the memory of the ones for the others. Whatever a line says of its
 * task, it does not contradict itself: a task that has not begun to exit is on the
 * list "tasks".
 *
 *   one process: zombies, reaped when collecting has begun; threads, made after that
 *   another with many threads, and some that are busy: collecting takes long
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"

#define NR_ZOMBIES	100
#define NR_THREADS	2000
#define READS		16
#define READS_MAX	48
/* These and a lower priority make collecting slow: otherwise it is over before a fork. */
#define NR_BUSY		4
#define READER_NICE	5
#define STORM_NICE	(-10)
#define STACK_SIZE	32768
/* In so many collections the memory must be used again, and there are more reads for it. */
#define MIN_REUSED	8
/* The memory of a task that was reaped is free after a grace period of RCU. */
#define FREED_US	10000

static struct storm {
	int order[2];
	int done[2];
	int live[2];
	int *reused;		/* shared: the threads are there */
} storm;

static void set_priority(int nice)
{
	if (setpriority(PRIO_PROCESS, 0, nice))
		cgi_die("priority %d: %s", nice, strerror(errno));
}

static void make_zombies(void)
{
	pid_t pids[NR_ZOMBIES];
	int i;

	for (i = 0; i < NR_ZOMBIES; i++) {
		pids[i] = fork();
		if (!pids[i])
			_exit(0);
	}
	for (i = 0; i < NR_ZOMBIES; i++)
		if (pids[i] > 0)
			cgi_await_zombie(pids[i]);
}

static void reap(void)
{
	while (waitpid(-1, NULL, 0) > 0)
		;
}

static void *wait_for_end(void *unused)
{
	char byte;

	(void)unused;
	cgi_receive(storm.live[0], &byte, 1);
	return NULL;
}

/* The threads live until the collection is over, which @storm.order says, too. */
static void make_threads(pthread_t *threads)
{
	pthread_attr_t attr;
	int i;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	cgi_pipe(storm.live);
	for (i = 0; i < NR_ZOMBIES; i++)
		if (pthread_create(&threads[i], &attr, wait_for_end, NULL))
			threads[i] = 0;
}

static void end_threads(const pthread_t *threads)
{
	int i;

	close(storm.live[1]);
	for (i = 0; i < NR_ZOMBIES; i++)
		if (threads[i])
			pthread_join(threads[i], NULL);
	close(storm.live[0]);
}

/*
 * Of two orders the first is the time from its coming to the reaping, in
 * microseconds. The second says that the collection is over.
 */
static int obey(void *unused)
{
	pthread_t threads[NR_ZOMBIES];
	int delay, over;

	(void)unused;
	set_priority(STORM_NICE);
	do {
		make_zombies();
		__atomic_store_n(storm.reused, 0, __ATOMIC_SEQ_CST);
		cgi_send(storm.done[1], "", 1);
		if (!cgi_receive(storm.order[0], &delay, sizeof(delay)))
			return 0;
		usleep(delay);
		reap();
		usleep(FREED_US);
		make_threads(threads);
		__atomic_store_n(storm.reused, 1, __ATOMIC_SEQ_CST);
		over = cgi_receive(storm.order[0], &delay, sizeof(delay));
		end_threads(threads);
	} while (over);
	return 0;
}

static int be_busy(void *unused)
{
	(void)unused;
	for (;;)
		getppid();
	return 0;
}

static void start(void)
{
	double began = cgi_now();
	pid_t tids[NR_THREADS];
	int i;

	cgi_allow_tasks(2 * NR_THREADS);
	cgi_park_threads(NR_THREADS, tids);
	ksft_print_msg("%d threads in %.1f s\n", NR_THREADS, cgi_now() - began);
	cgi_pipe(storm.order);
	cgi_pipe(storm.done);
	storm.reused = cgi_share(sizeof(*storm.reused));
	cgi_spawn(obey, NULL);
	for (i = 0; i < NR_BUSY; i++)
		cgi_spawn(be_busy, NULL);
	set_priority(READER_NICE);
}

/* Lines of tasks that have exited, of those that have not, and of those that are wrong. */
static struct {
	int exited;
	int running;
	int wrong;
	int reused;	/* collections during which threads were made */
} seen;

static void look(const struct cgi_table *tasks)
{
	const char *state, *list;
	int row;

	for (row = 0; row < tasks->nr_rows; row++) {
		state = cgi_get(tasks, row, "state");
		list = cgi_get(tasks, row, "list");
		if (strcmp(state, "running")) {
			seen.exited++;
			continue;
		}
		seen.running++;
		if (!strcmp(list, "tasks"))
			continue;
		seen.wrong++;
		ksft_print_msg("%s %s: %s, but on %s\n", cgi_get(tasks, row, "tid"),
			       cgi_get(tasks, row, "comm"), state, list);
	}
}

/* Opens `tasks` while zombies are reaped. Were the threads there before it was open? */
static bool collect(double delay, double *took)
{
	int us = delay * 1e6, fd;
	bool reused;
	double began;
	struct cgi_table *tasks;
	size_t len;
	char *text, byte;

	if (!cgi_receive(storm.done[0], &byte, 1))
		cgi_die("the process with the zombies has ended");
	began = cgi_now();
	cgi_send(storm.order[1], &us, sizeof(us));
	fd = cgi_open("tasks", O_RDONLY);
	reused = __atomic_load_n(storm.reused, __ATOMIC_SEQ_CST);
	*took = cgi_now() - began;
	cgi_send(storm.order[1], &us, sizeof(us));
	text = cgi_slurp_fd(fd, &len);
	tasks = text ? cgi_table_parse("tasks", text, len) : NULL;
	if (!tasks)
		cgi_die("tasks can't be read");
	look(tasks);
	cgi_table_free(tasks);
	close(fd);
	return reused;
}

static bool all_was_met(void)
{
	return seen.reused >= MIN_REUSED && seen.exited >= NR_ZOMBIES;
}

/*
 * From read to read zombies are reaped later, beginning with the collection, until that is too
 * late for the threads to be made before its end. When that was met often enough they are reaped
 * later still, as a slow kernel comes to the zombies when those reaped early are gone.
 */
static bool running_is_on_tasks(void)
{
	double took, delay = 0;
	int reads;

	for (reads = 0; reads < READS || (!all_was_met() && reads < READS_MAX); reads++) {
		bool reused = collect(delay, &took);

		seen.reused += reused;
		if (reused || seen.reused >= MIN_REUSED)
			delay += took / READS;
		else
			delay /= 2;
	}
	ksft_print_msg("%d reads, the last in %.3f s; lines: %d running, %d exited, %d wrong\n",
		       reads, took, seen.running, seen.exited, seen.wrong);
	return !seen.wrong;
}

static bool zombies_were_seen(void)
{
	ksft_print_msg("threads were made during %d collections\n", seen.reused);
	return all_was_met() && seen.running >= READS * NR_THREADS;
}

static const struct cgi_case cases[] = {
	{ "a running task is on the list of running ones", running_is_on_tasks },
	{ "zombies were among the lines, and all threads, and were reaped meanwhile",
	  zombies_were_seen },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	start();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
