// SPDX-License-Identifier: GPL-2.0-only
/*
 * Load on the cgroup core; see cgi_churn.h.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "cgi.h"
#include "cgi_churn.h"

#define CGI_NR_PARKED	6
#define CGI_NR_FORKERS	2
#define CGI_NR_MOVED	(CGI_NR_PARKED + CGI_NR_FORKERS)
#define CGI_NR_THREADS	4

static const char * const cgi_works[CGI_NR_WORKS] = {
	[CGI_FORKS] = "forks",
	[CGI_THREADS] = "threads made and ended",
	[CGI_MOVES] = "moves",
	[CGI_THREAD_MOVES] = "moves of threads",
	[CGI_DIRS] = "cgroups made and removed",
	[CGI_ZOMBIE_DIRS] = "cgroups removed with a zombie",
	[CGI_SWITCHES] = "controllers switched",
	[CGI_MOUNTS] = "v1 mounts",
	[CGI_REBINDS] = "controllers rebound",
	[CGI_HOTPLUGS] = "CPUs switched",
	[CGI_CHECKS] = "reads of check",
	[CGI_SNAPSHOTS] = "reads of snapshot",
	[CGI_HOLDERS] = "reads of holders",
	[CGI_FAULTS] = "faults",
};

static unsigned int *cgi_works_done;
static char *tops[2];
static pid_t moved[CGI_NR_MOVED];
static pid_t threads[CGI_NR_THREADS];

void cgi_works_begin(void)
{
	cgi_works_done = cgi_share(CGI_NR_WORKS * sizeof(*cgi_works_done));
}

void cgi_work_did(enum cgi_work work)
{
	__atomic_add_fetch(&cgi_works_done[work], 1, __ATOMIC_RELAXED);
}

unsigned int cgi_work_done(enum cgi_work work)
{
	return __atomic_load_n(&cgi_works_done[work], __ATOMIC_RELAXED);
}

bool cgi_churn_was(enum cgi_work work, unsigned int least)
{
	ksft_print_msg("%u %s\n", cgi_work_done(work), cgi_works[work]);
	return cgi_work_done(work) >= least;
}

const char *cgi_churn_setup(void)
{
	char *name, *t;
	int i, j;

	cgi_works_begin();
	tops[0] = cgi_new_cgroup(cgi_named("churn", &name));
	tops[1] = cgi_new_cgroup(cgi_v2());
	for (i = 0; i < 2; i++)
		for (j = 0; j < CGI_CHURN_DIRS; j++)
			cgi_mkdir(tops[i], cgi_fmt("c%d", j));
	t = cgi_mkdir(tops[1], "t");
	cgi_make_threaded(cgi_mkdir(t, "t0"));
	cgi_make_threaded(cgi_mkdir(t, "t1"));
	return tops[1];
}

/* Makes children that end at once. Some of them are zombies for a while. */
static int cgi_keep_forking(void *unused)
{
	pid_t pid[4];
	int i;

	(void)unused;
	for (;;) {
		for (i = 0; i < 4; i++) {
			pid[i] = fork();
			if (!pid[i])
				_exit(0);
		}
		for (i = 0; i < 4; i++)
			if (pid[i] > 0 && waitpid(pid[i], NULL, 0) == pid[i])
				cgi_work_did(CGI_FORKS);
	}
	return 0;
}

static int cgi_keep_moving(void *unused)
{
	unsigned int n;

	(void)unused;
	srand(getpid());
	for (n = 0;; n++) {
		char *dir = cgi_fmt("%s/c%d", tops[n % 2],
				    rand() % CGI_CHURN_DIRS);

		if (!cgi_move(dir, moved[rand() % CGI_NR_MOVED]))
			cgi_work_did(CGI_MOVES);
		free(dir);
	}
	return 0;
}

static int cgi_keep_moving_threads(void *unused)
{
	(void)unused;
	srand(getpid());
	for (;;) {
		char *dir = cgi_fmt("%s/t/t%d", tops[1], rand() % 2);

		if (!cgi_move_thread(dir, threads[1 + rand() % (CGI_NR_THREADS - 1)]))
			cgi_work_did(CGI_THREAD_MOVES);
		free(dir);
		cgi_sleep_ms(1);
	}
	return 0;
}

static int cgi_keep_making(void *unused)
{
	unsigned int n;

	(void)unused;
	for (n = 0;; n++) {
		char *dir = cgi_fmt("%s/x%d", tops[n % 2], n % 50);

		if (!mkdir(dir, 0755) && !rmdir(dir))
			cgi_work_did(CGI_DIRS);
		free(dir);
	}
	return 0;
}

/* This child must not outlive the worker, which can be killed at any moment. */
static void cgi_wait_to_die(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent)
		pause();
	_exit(0);
}

/*
 * Makes a child that ends in a new cgroup, and removes the cgroup before it
 * reaps the child.
 */
static void cgi_make_and_die(const char *dir)
{
	pid_t parent = getpid(), pid;
	siginfo_t info;

	if (mkdir(dir, 0755))
		return;
	pid = fork();
	if (!pid)
		cgi_wait_to_die(parent);
	if (pid > 0) {
		cgi_move(dir, pid);
		kill(pid, SIGKILL);
		waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
	}
	if (!rmdir(dir))
		cgi_work_did(CGI_ZOMBIE_DIRS);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	rmdir(dir);
}

static int cgi_keep_dying(void *unused)
{
	unsigned int n;

	(void)unused;
	for (n = 0;; n++) {
		char *dir = cgi_fmt("%s/z%d", tops[n % 2], n % 50);

		cgi_make_and_die(dir);
		free(dir);
	}
	return 0;
}

void cgi_churn_start(void)
{
	char *t = cgi_fmt("%s/t", tops[1]);
	int i;

	for (i = 0; i < CGI_NR_PARKED; i++)
		moved[i] = cgi_park();
	while (i < CGI_NR_MOVED)
		moved[i++] = cgi_spawn(cgi_keep_forking, NULL);
	cgi_must_move(t, cgi_park_threads(CGI_NR_THREADS, threads));
	cgi_spawn(cgi_keep_moving, NULL);
	cgi_spawn(cgi_keep_moving_threads, NULL);
	cgi_spawn(cgi_keep_making, NULL);
	cgi_spawn(cgi_keep_dying, NULL);
	free(t);
}
