// SPDX-License-Identifier: GPL-2.0-only
/*
 * css_set_lock is held for a bounded number of nodes also while a list is full
 * of tasks that were reaped and not yet freed. From 7.2 on leaders that exited
 * before their threads are such: they stay on the list of their css_set until
 * RCU frees them, and there is no reference to them any more.
 *
 *   top: NR_PROCS processes, whose leaders have exited and whose threads sleep
 *
 * All are killed at once, and grace periods made long, so that the lists are
 * walked meanwhile. How many tasks are to be freed tells the slab of
 * task_struct.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"

#define NR_PROCS	3000
#define STACK_SIZE	16384
#define NODES_BOUND	64
/* So long the files are read, by the second, while RCU frees the tasks. */
#define READ_S		6
#define RCU_PARAMETERS	"/sys/module/rcutree/parameters"
/* A second or less; the kernel takes no more than a second. */
#define LONG_JIFFIES	"250"

static char *top;
static int ready[2];
static pid_t parent;

static void *sleep_on(void *unused)
{
	(void)unused;
	if (write(ready[1], "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
	return NULL;
}

static void leave_a_thread(void)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	if (pthread_create(&thread, &attr, sleep_on, NULL))
		_exit(1);
	syscall(SYS_exit, 0);
}

/* Nobody waits for its children: they are reaped when they end. */
static int have_children(void *unused)
{
	int i;

	(void)unused;
	signal(SIGCHLD, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	setpgid(0, 0);
	cgi_must_move(top, getpid());
	for (i = 0; i < NR_PROCS; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return 1;
		if (!pid) {
			signal(SIGTERM, SIG_DFL);
			leave_a_thread();
		}
	}
	for (;;)
		pause();
	return 0;
}

static bool leaders_have_exited(void)
{
	char byte;
	int i;

	for (i = 0; i < NR_PROCS; i++)
		if (!cgi_receive(ready[0], &byte, 1))
			cgi_die("%d processes are there, not %d", i, NR_PROCS);
	/* Each thread has told that it is there; its leader may not be gone yet. */
	return cgi_field_becomes("cgroups", "cgroup", cgi_dir_id(0, top), "tasks",
				 cgi_fmt("%d", NR_PROCS + 1));
}

/* Tasks for which the kernel has memory, but no number. */
static int freed_soon(void)
{
	char *slabs = cgi_slurp("/proc/slabinfo", NULL);
	char *load = cgi_slurp("/proc/loadavg", NULL);
	char *slab = slabs ? strstr(slabs, "\ntask_struct ") : NULL;
	char *all = load ? strchr(load, '/') : NULL;
	int nr = slab && all ? atoi(slab + strlen("\ntask_struct ")) - atoi(all + 1) : -1;

	free(slabs);
	free(load);
	return nr;
}

static bool hold_is_bounded(void)
{
	double end;
	int freed, most = 0, reads = 0;
	long nodes;

	cgi_restore(RCU_PARAMETERS, "jiffies_till_first_fqs",
		    cgi_slurp_at(RCU_PARAMETERS, "jiffies_till_first_fqs"));
	if (cgi_write(RCU_PARAMETERS, "jiffies_till_first_fqs", LONG_JIFFIES))
		ksft_print_msg("grace periods are as short as ever\n");
	kill(-parent, SIGTERM);
	for (end = cgi_now() + READ_S; cgi_now() < end; reads++) {
		free(cgi_text_read("tasks"));
		freed = freed_soon();
		most = freed > most ? freed : most;
	}
	nodes = atol(cgi_value("stats", "lock_nodes_max"));
	ksft_print_msg("%d reads, %d tasks to be freed at most, %ld nodes in a hold\n", reads,
		       most, nodes);
	if (nodes <= 0 || nodes > NODES_BOUND)
		return false;
	if (most <= NODES_BOUND)
		return cgi_skip("RCU frees them faster than they die");
	return true;
}

/* What was not known while they were there is known again. */
static bool all_is_known_again(void)
{
	char *css_set = cgi_task_now(parent, "css_set");

	return cgi_field_becomes("css_sets", "css_set", css_set, "refs", "1") &&
	       cgi_field_is("css_sets", "css_set", css_set, "unaccounted", "0");
}

static const struct cgi_case cases[] = {
	{ "leaders have exited before their threads", leaders_have_exited },
	{ "reaped and not freed, they make no hold longer", hold_is_bounded },
	{ "when they are freed all is known", all_is_known_again },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	cgi_leave_limits();
	cgi_allow_tasks(3 * NR_PROCS);
	cgi_pipe(ready);
	top = cgi_new_cgroup(cgi_v2());
	parent = cgi_spawn(have_children, NULL);
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
