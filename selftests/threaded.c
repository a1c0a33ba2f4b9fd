// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threaded subtrees as Documentation/admin-guide/cgroup-v2.rst has them:
 * type equals cgroup.type in every cgroup of the guest; css_sets of threads
 * name that of their domain as `dom`, and it counts them as `threaded`.
 *
 *   cgroup2   top                 domain
 *               root: leader      domain threaded
 *                 t1: thread 1    threaded
 *                   deep          domain invalid, then threaded: thread 2
 *                 t2              domain invalid
 *               beside            domain
 *             host                domain threaded: tasks and +pids
 *               child             domain invalid
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_pin.h"

#define NR_THREADS	3
#define NR_PIDS		3

static char *top, *root, *t1, *t2, *deep, *beside;

static void add_type(const struct cgi_hier *hier, const char *dir,
		     const char *rel, void *arg)
{
	char *type = cgi_slurp_at(dir, "cgroup.type");

	(void)rel;
	if (!type)
		return;
	type[strcspn(type, "\n")] = '\0';
	cgi_set_add(arg, "%d:%llu is %s", hier->id, cgi_ino_if_there(dir), type);
	free(type);
}

/* The root has no cgroup.type, nor has what was removed. */
static int diff_types(void)
{
	struct cgi_hier hier = { .version = 2, .root = (char *)cgi_v2() };
	struct cgi_table *cgroups = cgi_table_read("cgroups");
	struct cgi_set ours = { 0 }, want = { 0 };
	int row, nr;

	cgi_walk(&hier, add_type, &want);
	for (row = 0; row < cgroups->nr_rows; row++) {
		const char *id = cgi_get(cgroups, row, "cgroup");
		char *type = cgi_unescape(cgi_get(cgroups, row, "type"));

		if (atoi(id) == 0 && cgi_num(cgroups, row, "level") &&
		    !strcmp(cgi_get(cgroups, row, "state"), "live"))
			cgi_set_add(&ours, "%s is %s", id, type);
		free(type);
	}
	ksft_print_msg("%d v2 cgroups\n", want.nr);
	nr = cgi_set_compare("type", &ours, &want);
	cgi_table_free(cgroups);
	return nr;
}

static void test_tree(void)
{
	top = cgi_new_cgroup(cgi_v2());
	root = cgi_mkdir(top, "root");
	t1 = cgi_mkdir(root, "t1");
	t2 = cgi_mkdir(root, "t2");
	deep = cgi_mkdir(t1, "deep");
	beside = cgi_mkdir(top, "beside");
	ksft_test_result(cgi_type_is(top, "domain") && cgi_type_is(root, "domain") &&
			 cgi_type_is(t1, "domain") && cgi_type_is(deep, "domain"),
			 "all are domains at first\n");
	cgi_make_threaded(t1);
	ksft_test_result(cgi_type_is(root, "domain threaded") &&
			 cgi_type_is(t1, "threaded") &&
			 cgi_type_is(t2, "domain invalid") &&
			 cgi_type_is(deep, "domain invalid"),
			 "a threaded child makes its parent a threaded domain\n");
	ksft_test_result(cgi_type_is(top, "domain") && cgi_type_is(beside, "domain"),
			 "but nothing above or beside that\n");
	ksft_test_result(cgi_settles(diff_types),
			 "every cgroup.type of the guest is shown\n");
}

/* ---- css_sets ---- */

/* The css_sets whose dom names @css_set. */
static int followers(const char *css_set)
{
	struct cgi_table *sets = cgi_table_read("css_sets");
	int row, nr = 0;

	for (row = 0; row < sets->nr_rows; row++)
		nr += !strcmp(cgi_get(sets, row, "dom"), css_set);
	cgi_table_free(sets);
	return nr;
}

/* A css_set of a domain with @nr threaded ones, all counts accounted for. */
static bool leads(const char *css_set, int nr)
{
	char *number = cgi_fmt("%d", nr);
	bool ok = cgi_field_is("css_sets", "css_set", css_set, "dom", "-") &&
		  cgi_field_is("css_sets", "css_set", css_set, "threaded", number) &&
		  cgi_field_becomes("css_sets", "css_set", css_set, "unaccounted", "0") &&
		  followers(css_set) == nr;

	free(number);
	return ok;
}

static bool follows(pid_t tid, const char *dir, const char *dom)
{
	char *css_set = cgi_task_now(tid, "css_set");
	char *id = cgi_dir_id(0, dir);
	bool ok = cgi_field_is("css_sets", "css_set", css_set, "dom", dom) &&
		  cgi_field_is("css_sets", "css_set", css_set, "default", id) &&
		  cgi_field_is("css_sets", "css_set", css_set, "threaded", "0") &&
		  cgi_field_becomes("css_sets", "css_set", css_set, "unaccounted", "0");

	free(id);
	free(css_set);
	return ok;
}

static void test_css_sets(void)
{
	pid_t tid[NR_THREADS], pid = cgi_park_threads(NR_THREADS, tid);
	char *dom;

	cgi_must_move(root, pid);
	dom = cgi_task_now(pid, "css_set");
	ksft_test_result(leads(dom, 0), "a process in the domain\n");
	cgi_must_move_thread(t1, tid[1]);
	ksft_test_result(follows(tid[1], t1, dom) && leads(dom, 1),
			 "a thread in a threaded child: its dom is the domain's\n");
	cgi_make_threaded(deep);
	cgi_must_move_thread(deep, tid[2]);
	ksft_test_result(cgi_type_is(deep, "threaded") && follows(tid[2], deep, dom) &&
			 leads(dom, 2),
			 "another one further below: the same dom\n");
	cgi_must_move_thread(root, tid[1]);
	ksft_test_result(cgi_same(cgi_task_now(tid[1], "css_set"), dom) &&
			 leads(dom, 1),
			 "back in the domain: one threaded css_set less\n");
	cgi_kill(pid);
	ksft_test_result(cgi_is_gone("css_sets", "css_set", dom),
			 "all exited: none is left\n");
}

/* ---- a threaded domain without a threaded child ---- */

static void test_controller(void)
{
	char *host = cgi_new_cgroup(cgi_v2()), *child;
	pid_t pid = cgi_park();

	child = cgi_mkdir(host, "child");
	cgi_must_move(host, pid);
	cgi_switch_controller(host, '+', "pids");
	ksft_test_result(cgi_type_is(host, "domain threaded") &&
			 cgi_type_is(child, "domain invalid"),
			 "tasks and a threaded controller make a threaded domain\n");
	ksft_test_result(cgi_settles(diff_types),
			 "every cgroup.type of the guest is shown, again\n");
	cgi_kill(pid);
	ksft_test_result(cgi_type_is(host, "domain") && cgi_type_is(child, "domain"),
			 "without tasks it is none\n");
}

int main(void)
{
	struct cgi_place pids;
	int i;

	ksft_print_header();
	cgi_begin();
	cgi_need_graph();
	ksft_set_plan(9 + NR_PIDS);
	test_tree();
	test_css_sets();
	pids = cgi_place_of("pids");
	if (pids.version == 2) {
		test_controller();
	} else {
		for (i = 0; i < NR_PIDS; i++)
			ksft_test_result_skip("pids is not on v2 in this guest\n");
	}
	cgi_finish();
}
