// SPDX-License-Identifier: GPL-2.0-only
/*
 * tasks: threads of one process in different cgroups, and kernel threads.
 *
 *   named hierarchy   v1a: leader   v1b: t1
 *   cgroup2           dom: leader   (domain threaded)
 *                       ta: t1  tb: t2   (threaded)
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"

enum { LEADER, T1, T2, NR };

static pid_t tids[NR];

static bool one_tgid(void)
{
	bool ok = true;
	char *tgid;
	int i;

	for (i = 0; i < NR; i++) {
		tgid = cgi_task_now(tids[i], "tgid");
		ok = ok && tgid && atoi(tgid) == tids[LEADER];
		free(tgid);
	}
	return ok;
}

static bool v1_thread_is_elsewhere(void)
{
	struct cgi_place place = cgi_named_place("threads");
	char *a = cgi_new_cgroup(place.root), *b = cgi_new_cgroup(place.root);
	size_t root = strlen(place.root);

	cgi_must_move(a, tids[LEADER]);
	cgi_must_move_thread(b, tids[T1]);
	return cgi_task_is_in(tids[LEADER], place.hier, a + root) &&
	       cgi_task_is_in(tids[T1], place.hier, b + root) &&
	       cgi_task_is_in(tids[T2], place.hier, a + root);
}

static char *dom, *ta, *tb;

static bool v2_threads_are_in_subtree(void)
{
	size_t root = strlen(cgi_v2());

	dom = cgi_new_cgroup(cgi_v2());
	ta = cgi_mkdir(dom, "ta");
	tb = cgi_mkdir(dom, "tb");
	cgi_make_threaded(ta);
	cgi_make_threaded(tb);
	cgi_must_move(dom, tids[LEADER]);
	cgi_must_move_thread(ta, tids[T1]);
	cgi_must_move_thread(tb, tids[T2]);
	return cgi_task_is_in(tids[LEADER], 0, dom + root) &&
	       cgi_task_is_in(tids[T1], 0, ta + root) &&
	       cgi_task_is_in(tids[T2], 0, tb + root);
}

static bool v2_types_are_threaded(void)
{
	return cgi_type_is(dom, "domain threaded") && cgi_type_is(ta, "threaded") &&
	       cgi_type_is(tb, "threaded");
}

static char *dom_of(pid_t tid)
{
	return cgi_field("css_sets", "css_set", cgi_task_now(tid, "css_set"), "dom");
}

static bool v2_threads_have_a_domain(void)
{
	char *of_thread = dom_of(tids[T2]);
	bool ok = cgi_same(dom_of(tids[LEADER]), "-") &&
		  of_thread && strcmp(of_thread, "-");

	cgi_must_move(cgi_v2(), tids[LEADER]);
	free(of_thread);
	return ok;
}

static void add_kthread(pid_t tgid, pid_t tid, void *arg)
{
	unsigned long flags = 0;

	if (cgi_proc_state(tgid, tid, &flags) && flags & CGI_PF_KTHREAD)
		cgi_set_add(arg, "%d", tid);
}

static int diff_kthreads(void)
{
	struct cgi_set proc = { 0 }, ours = { 0 };
	struct cgi_table *tasks;
	int i, nr;

	cgi_each_task(add_kthread, &proc);
	tasks = cgi_table_read("tasks");
	for (i = 0; i < proc.nr; i++)
		if (cgi_task_row(tasks, atoi(proc.str[i])) >= 0)
			cgi_set_add(&ours, "%s", proc.str[i]);
	if (!proc.nr)
		cgi_die("/proc has no kernel thread");
	nr = cgi_set_compare("kernel threads", &ours, &proc);
	cgi_table_free(tasks);
	return nr;
}

static bool kthreadd_is_2(void)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	int row = cgi_task_row(tasks, 2);
	bool ok = row >= 0 && cgi_num(tasks, row, "tgid") == 2 &&
		  !strcmp(cgi_get(tasks, row, "comm"), "kthreadd") &&
		  !strcmp(cgi_get(tasks, row, "state"), "running");

	cgi_table_free(tasks);
	return ok;
}

static const struct cgi_case cases[] = {
	{ "v1: one thread of three is elsewhere", v1_thread_is_elsewhere },
	{ "they all have the leader's tgid", one_tgid },
	{ "v2: three threads in a threaded subtree", v2_threads_are_in_subtree },
	{ "v2: types of a threaded subtree", v2_types_are_threaded },
	{ "v2: threaded css_sets have another as domain", v2_threads_have_a_domain },
	{ "kthreadd is shown as 2", kthreadd_is_2 },
	{ "all kernel threads are shown", .diff = diff_kthreads },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	cgi_park_threads(NR, tids);
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
