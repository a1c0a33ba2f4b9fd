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

enum { LEADER, T1, T2, NR };

static pid_t tids[NR];

static bool in_cgroup(pid_t tid, int hier, const char *want)
{
	char *got = cgi_task_path_now(tid, hier);
	bool same = got && !strcmp(got, want);

	if (!same)
		ksft_print_msg("thread %d, hierarchy %d: %s instead of %s\n",
			       tid, hier, got, want);
	free(got);
	return same;
}

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
	ksft_test_result(in_cgroup(tids[LEADER], hier, a + strlen(root)) &&
			 in_cgroup(tids[T1], hier, b + strlen(root)) &&
			 in_cgroup(tids[T2], hier, a + strlen(root)),
			 "v1: one thread of three is elsewhere\n");
	ksft_test_result(one_tgid(), "they all have the leader's tgid\n");
}

static char *type_of(const char *dir)
{
	struct cgi_table *table = cgi_table_read("cgroups");
	char *id = cgi_fmt("0:%llu", cgi_ino(dir));
	int row = cgi_find_row(table, "cgroup", id);
	char *type = row < 0 ? NULL : cgi_unescape(cgi_get(table, row, "type"));

	cgi_table_free(table);
	free(id);
	return type ? type : cgi_fmt("missing");
}

static char *dom_of(pid_t tid)
{
	struct cgi_table *sets = cgi_table_read("css_sets");
	char *css_set = cgi_task_now(tid, "css_set");
	int row = css_set ? cgi_find_row(sets, "css_set", css_set) : -1;
	char *dom = row < 0 ? NULL : cgi_fmt("%s", cgi_get(sets, row, "dom"));

	cgi_table_free(sets);
	return dom ? dom : cgi_fmt("missing");
}

static void test_v2(void)
{
	char *dom = cgi_new_cgroup(cgi_v2());
	char *ta = cgi_mkdir(dom, "ta"), *tb = cgi_mkdir(dom, "tb");
	size_t root = strlen(cgi_v2());

	if (cgi_write(ta, "cgroup.type", "threaded") ||
	    cgi_write(tb, "cgroup.type", "threaded"))
		cgi_die("%s can't be made threaded", ta);
	cgi_must_move(dom, tids[LEADER]);
	cgi_must_move_thread(ta, tids[T1]);
	cgi_must_move_thread(tb, tids[T2]);
	ksft_test_result(in_cgroup(tids[LEADER], 0, dom + root) &&
			 in_cgroup(tids[T1], 0, ta + root) &&
			 in_cgroup(tids[T2], 0, tb + root),
			 "v2: three threads in a threaded subtree\n");
	ksft_test_result(!strcmp(type_of(dom), "domain threaded") &&
			 !strcmp(type_of(ta), "threaded") &&
			 !strcmp(type_of(tb), "threaded"),
			 "v2: types of a threaded subtree\n");
	ksft_test_result(!strcmp(dom_of(tids[LEADER]), "-") &&
			 strcmp(dom_of(tids[T2]), "-") &&
			 strcmp(dom_of(tids[T2]), "missing"),
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
