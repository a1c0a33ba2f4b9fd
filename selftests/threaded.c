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
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"

#define NR_THREADS	3

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

/* The root cgroup has no cgroup.type, and a removed one has no files. */
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

static bool all_are_domains(void)
{
	top = cgi_new_cgroup(cgi_v2());
	root = cgi_mkdir(top, "root");
	t1 = cgi_mkdir(root, "t1");
	t2 = cgi_mkdir(root, "t2");
	deep = cgi_mkdir(t1, "deep");
	beside = cgi_mkdir(top, "beside");
	return cgi_type_is(top, "domain") && cgi_type_is(root, "domain") &&
	       cgi_type_is(t1, "domain") && cgi_type_is(deep, "domain");
}

static bool threaded_child_is_seen(void)
{
	cgi_make_threaded(t1);
	return cgi_type_is(root, "domain threaded") &&
	       cgi_type_is(t1, "threaded") &&
	       cgi_type_is(t2, "domain invalid") &&
	       cgi_type_is(deep, "domain invalid");
}

static bool nothing_else_is(void)
{
	return cgi_type_is(top, "domain") && cgi_type_is(beside, "domain");
}

/* ---- css_sets ---- */

/* Returns how many css_sets have @css_set as their dom. */
static int followers(const char *css_set)
{
	struct cgi_table *sets = cgi_table_read("css_sets");
	int row, nr = 0;

	for (row = 0; row < sets->nr_rows; row++)
		nr += !strcmp(cgi_get(sets, row, "dom"), css_set);
	cgi_table_free(sets);
	return nr;
}

/*
 * Is it the css_set of a domain that @nr threaded ones have as their dom, and
 * are its references all explained?
 */
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

static pid_t tid[NR_THREADS];
static char *dom;	/* the css_set of the process in the domain */

static bool process_leads_none(void)
{
	cgi_must_move(root, cgi_park_threads(NR_THREADS, tid));
	dom = cgi_task_now(tid[0], "css_set");
	return leads(dom, 0);
}

static bool thread_follows(void)
{
	cgi_must_move_thread(t1, tid[1]);
	return follows(tid[1], t1, dom) && leads(dom, 1);
}

static bool thread_below_follows(void)
{
	cgi_make_threaded(deep);
	cgi_must_move_thread(deep, tid[2]);
	return cgi_type_is(deep, "threaded") && follows(tid[2], deep, dom) &&
	       leads(dom, 2);
}

static bool back_is_one_less(void)
{
	cgi_must_move_thread(root, tid[1]);
	return cgi_same(cgi_task_now(tid[1], "css_set"), dom) && leads(dom, 1);
}

static bool none_is_left(void)
{
	cgi_kill(tid[0]);
	return cgi_is_gone("css_sets", "css_set", dom);
}

/* ---- a threaded domain without a threaded child ---- */

static char *host, *child;
static pid_t pid;

static bool controller_makes_domain(void)
{
	host = cgi_new_cgroup(cgi_v2());
	child = cgi_mkdir(host, "child");
	pid = cgi_park();
	cgi_must_move(host, pid);
	cgi_switch_controller(host, '+', "pids");
	return cgi_type_is(host, "domain threaded") &&
	       cgi_type_is(child, "domain invalid");
}

static bool without_tasks_it_is_none(void)
{
	cgi_kill(pid);
	return cgi_type_is(host, "domain") && cgi_type_is(child, "domain");
}

static const struct cgi_case cases[] = {
	{ "all are domains at first", all_are_domains },
	{ "a threaded child makes its parent a threaded domain", threaded_child_is_seen },
	{ "but nothing above or beside that", nothing_else_is },
	{ "every cgroup.type of the guest is shown", .diff = diff_types },
	{ "a process in the domain", process_leads_none },
	{ "a thread in a threaded child: its dom is the domain's", thread_follows },
	{ "another one further below: the same dom", thread_below_follows },
	{ "back in the domain: one threaded css_set less", back_is_one_less },
	{ "all exited: none is left", none_is_left },
};

static const struct cgi_case pids_cases[] = {
	{ "tasks and a threaded controller make a threaded domain", controller_makes_domain },
	{ "every cgroup.type of the guest is shown, again", .diff = diff_types },
	{ "without tasks it is none", without_tasks_it_is_none },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	if (cgi_place_of("pids").version == 2)
		cgi_add_cases(pids_cases, ARRAY_SIZE(pids_cases));
	else
		cgi_skip_cases("pids is not on v2 in this guest",
			       pids_cases, ARRAY_SIZE(pids_cases));
	cgi_run_cases();
}
