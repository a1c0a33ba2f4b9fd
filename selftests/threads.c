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

static void test_v1(void)
{
	char *name, *root = cgi_named("threads", &name);
	char *a = cgi_new_cgroup(root), *b = cgi_new_cgroup(root);
	int hier = cgi_hier_id(name);

	cgi_must_move(a, tids[LEADER]);
	cgi_must_move_thread(b, tids[T1]);
	ksft_test_result(cgi_task_is_in(tids[LEADER], hier, a + strlen(root)) &&
			 cgi_task_is_in(tids[T1], hier, b + strlen(root)) &&
			 cgi_task_is_in(tids[T2], hier, a + strlen(root)),
			 "v1: one thread of three is elsewhere\n");
	ksft_test_result(one_tgid(), "they all have the leader's tgid\n");
}

static char *dom_of(pid_t tid)
{
	return cgi_field("css_sets", "css_set", cgi_task_now(tid, "css_set"), "dom");
}

static void test_v2(void)
{
	char *dom_of_leader, *dom_of_thread;
	char *dom = cgi_new_cgroup(cgi_v2());
	char *ta = cgi_mkdir(dom, "ta"), *tb = cgi_mkdir(dom, "tb");
	size_t root = strlen(cgi_v2());

	cgi_make_threaded(ta);
	cgi_make_threaded(tb);
	cgi_must_move(dom, tids[LEADER]);
	cgi_must_move_thread(ta, tids[T1]);
	cgi_must_move_thread(tb, tids[T2]);
	ksft_test_result(cgi_task_is_in(tids[LEADER], 0, dom + root) &&
			 cgi_task_is_in(tids[T1], 0, ta + root) &&
			 cgi_task_is_in(tids[T2], 0, tb + root),
			 "v2: three threads in a threaded subtree\n");
	ksft_test_result(cgi_type_is(dom, "domain threaded") &&
			 cgi_type_is(ta, "threaded") &&
			 cgi_type_is(tb, "threaded"),
			 "v2: types of a threaded subtree\n");
	dom_of_leader = dom_of(tids[LEADER]);
	dom_of_thread = dom_of(tids[T2]);
	ksft_test_result(cgi_same(dom_of_leader, "-") &&
			 dom_of_thread && strcmp(dom_of_thread, "-"),
			 "v2: threaded css_sets have another as domain\n");
	cgi_must_move(cgi_v2(), tids[LEADER]);
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

static void test_kthreads(void)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	int row = cgi_task_row(tasks, 2);

	ksft_test_result(row >= 0 && cgi_num(tasks, row, "tgid") == 2 &&
			 !strcmp(cgi_get(tasks, row, "comm"), "kthreadd") &&
			 !strcmp(cgi_get(tasks, row, "state"), "running"),
			 "kthreadd is shown as 2\n");
	cgi_table_free(tasks);
	ksft_test_result(cgi_settles(diff_kthreads),
			 "all kernel threads are shown\n");
}

int main(void)
{
	ksft_print_header();
	cgi_begin();
	cgi_need_graph();
	ksft_set_plan(7);
	cgi_park_threads(NR, tids);
	test_v1();
	test_v2();
	test_kthreads();
	cgi_finish();
}
