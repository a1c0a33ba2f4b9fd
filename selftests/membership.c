// SPDX-License-Identifier: GPL-2.0-only
/*
 * tasks: every thread of the system is there once, and its cgroups column is
 * what /proc/TGID/task/TID/cgroup says, as a set, in every hierarchy.
 *
 *   named (or pids)   /cgi_... --+-- t0  t1  t2  t3     one process with
 *   cgroup2           /cgi_... (the whole process)      a thread in each
 *
 * An exiting task is the one difference by design: on v1 /proc prints "/" for
 * it, so there only its v2 line is compared (zombie.c knows the rest).
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_pin.h"

#define NR_THREADS 4

static pid_t tids[NR_THREADS];
/* Then tasks has all but named hierarchies, as info says. */
static bool without_graph;

/* ID::PATH, ID:CONTROLLERS:PATH or ID:name=NAME:PATH */
static bool is_named(const char *item)
{
	return !strncmp(strchr(item, ':'), ":name=", strlen(":name="));
}

static void add_items(struct cgi_set *set, pid_t tid, char *list,
		      const char *sep, bool all)
{
	bool proc = *sep == '\n';
	char *item, *raw, *save = NULL;

	for (item = strtok_r(list, sep, &save); item;
	     item = strtok_r(NULL, sep, &save)) {
		if (!all && strncmp(item, "0:", 2))
			continue;
		/* Not on our side: a named one that is shown there is wrong. */
		if (proc && without_graph && is_named(item))
			continue;
		/* /proc writes names as they are, we escape them. */
		raw = proc ? cgi_fmt("%s", item) : cgi_unescape(item);
		cgi_set_add(set, "tid %d in %s", tid, raw);
		free(raw);
	}
}

static void add_proc(pid_t tgid, pid_t tid, void *arg)
{
	struct cgi_set *set = arg;
	unsigned long flags;
	char state = cgi_proc_state(tgid, tid, &flags);
	char *text = cgi_proc_cgroup(tgid, tid);

	if (text && state) {
		cgi_set_add(set, "tid %d tgid %d", tid, tgid);
		add_items(set, tid, text, "\n", !(flags & CGI_PF_EXITING));
	}
	free(text);
}

static void add_ours(struct cgi_set *set)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	int row;

	for (row = 0; row < tasks->nr_rows; row++) {
		pid_t tid = cgi_num(tasks, row, "tid");
		char *list = cgi_fmt("%s", cgi_get(tasks, row, "cgroups"));

		cgi_set_add(set, "tid %d tgid %ld", tid,
			    cgi_num(tasks, row, "tgid"));
		add_items(set, tid, list, " ",
			  !strcmp(cgi_get(tasks, row, "state"), "running"));
		free(list);
	}
	cgi_table_free(tasks);
}

static int diff_all(void)
{
	struct cgi_set ours = { 0 }, proc = { 0 };
	int nr;

	add_ours(&ours);
	cgi_each_task(add_proc, &proc);
	nr = cgi_set_compare("memberships", &ours, &proc);
	return nr;
}

static void test_whole_guest(void)
{
	ksft_test_result(cgi_settles(diff_all),
			 "every task of the system: cgroups equals /proc/TID/cgroup\n");
}

/* A v1 hierarchy that tasks shows. */
static struct cgi_place threads_place(void)
{
	return without_graph ? cgi_place_of("pids") : cgi_named_place("threads");
}

static void test_threads(void)
{
	struct cgi_place place = threads_place();
	char *v2 = cgi_new_cgroup(cgi_v2()), *top, *want, *got;
	pid_t pid = cgi_park_threads(NR_THREADS, tids);
	bool ok = true;
	int i;

	if (place.version != 1)
		cgi_die("pids is not on v1 (cgroup_no_v1=?); named hierarchies are not shown here");
	top = cgi_new_cgroup(place.root);

	cgi_must_move(v2, pid);
	for (i = 0; i < NR_THREADS; i++) {
		char *leaf = cgi_fmt("t%d", i);

		cgi_must_move_thread(cgi_mkdir(top, leaf), tids[i]);
	}
	for (i = 0; i < NR_THREADS; i++) {
		want = cgi_fmt("%s/t%d", top + strlen(place.root), i);
		got = cgi_task_path_now(tids[i], place.hier);
		if (got && !strcmp(got, want))
			continue;
		ksft_print_msg("thread %d: %s instead of %s\n", tids[i], got,
			       want);
		ok = false;
	}
	ksft_test_result(ok, "threads of one process in %d v1 cgroups\n",
			 NR_THREADS);
	ksft_test_result(cgi_settles(diff_all),
			 "every task again, while threads of one process differ\n");
	cgi_kill(pid);
}

/*
 * /proc tells more of a kernel thread's name than the 15 bytes that the task
 * holds (workqueue, full name): ours must be the beginning of it.
 */
static void add_comm(pid_t tgid, pid_t tid, void *arg)
{
	struct cgi_set *bad = ((struct cgi_set **)arg)[0];
	struct cgi_table *tasks = ((struct cgi_table **)arg)[1];
	char *path = cgi_fmt("/proc/%d/task/%d/comm", tgid, tid);
	char *proc = cgi_slurp(path, NULL);
	int row = cgi_task_row(tasks, tid);
	unsigned long flags;
	char *ours;

	free(path);
	cgi_proc_state(tgid, tid, &flags);
	if (!proc || row < 0) {
		free(proc);
		return;
	}
	proc[strlen(proc) - 1] = '\0';
	ours = cgi_unescape(cgi_get(tasks, row, "comm"));
	if (flags & CGI_PF_KTHREAD ? strncmp(ours, proc, strlen(ours)) :
	    strcmp(ours, proc))
		cgi_set_add(bad, "%d: %s instead of %s", tid, ours, proc);
	free(ours);
	free(proc);
}

static int diff_comm(void)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	struct cgi_set bad = { 0 }, none = { 0 };
	void *arg[] = { &bad, tasks };
	int nr;

	cgi_each_task(add_comm, arg);
	nr = cgi_set_diff("comm", &bad, &none);
	cgi_set_free(&bad);
	cgi_table_free(tasks);
	return nr;
}

static int odd_name(void *arg)
{
	char c = 0;

	prctl(PR_SET_NAME, "a\tb c\\d\x7f\ne\x01(");
	cgi_send(*(int *)arg, &c, 1);
	cgi_sleep_ms(1000000);
	return 0;
}

static void test_comm(void)
{
	int fd[2];
	pid_t pid;
	char *got, c;

	cgi_pipe(fd);
	pid = cgi_spawn(odd_name, &fd[1]);
	if (!cgi_receive(fd[0], &c, 1))
		cgi_die("the child with the odd name died");
	got = cgi_task_now(pid, "comm");
	ksft_print_msg("odd comm: %s\n", got);
	ksft_test_result(got && !strcmp(got, "a\\011b\\040c\\134d\\177\\012e\\001("),
			 "comm: odd bytes are escaped\n");
	ksft_test_result(cgi_settles(diff_comm),
			 "every task: comm equals /proc/TID/comm\n");
	cgi_kill(pid);
}

int main(void)
{
	ksft_print_header();
	cgi_begin();
	without_graph = !cgi_has_graph();
	ksft_set_plan(5);
	test_whole_guest();
	test_threads();
	test_comm();
	cgi_finish();
}
