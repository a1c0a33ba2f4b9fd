// SPDX-License-Identifier: GPL-2.0-only
/*
 * csses of css_sets are the effective ones: below a v2 cgroup that does not
 * enable a controller its children use the css of their ancestor.
 *
 *   cgroup2   top: p0          has a css (enabled by the root)
 *               sub: p1        has none, uses top's, until top enables it
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_pin.h"

/* Prefer one that costs the system nothing to enable for a moment. */
static const char * const wanted[] = {
	"pids", "misc", "rdma", "io", "memory", "cpu", "cpuset", "hugetlb",
};

static char *available(void)
{
	char *have = cgi_slurp_at(cgi_v2(), "cgroup.controllers");
	struct cgi_set all = { 0 };
	size_t i;

	cgi_set_split(&all, have, "\n ");
	for (i = 0; i < ARRAY_SIZE(wanted); i++)
		if (cgi_set_has(&all, wanted[i]))
			return cgi_fmt("%s", wanted[i]);
	return NULL;
}

/* The id of the css of @controller that the task uses, -1 if none is shown. */
static int css_of(pid_t pid, const char *controller)
{
	char *css_set = cgi_task_now(pid, "css_set");
	struct cgi_table *sets = cgi_table_read("css_sets");
	int row = css_set ? cgi_find_row(sets, "css_set", css_set) : -1;
	int i, id = -1;
	struct cgi_set items = { 0 };

	if (row >= 0)
		cgi_set_split(&items, cgi_get(sets, row, "csses"), ",");
	for (i = 0; i < items.nr; i++)
		if (cgi_css_is_of(items.str[i], controller))
			id = atoi(strchr(items.str[i], ':') + 1);
	cgi_set_free(&items);
	cgi_table_free(sets);
	return id;
}

static void test_inherited(const char *controller)
{
	char *top = cgi_new_cgroup(cgi_v2()), *aside = cgi_new_cgroup(cgi_v2());
	char *sub = cgi_mkdir(top, "sub");
	pid_t p0 = cgi_park(), p1 = cgi_park(), in_root = cgi_park();
	int root_css, top_css, own;

	cgi_must_move(cgi_v2(), in_root);
	cgi_must_move(top, p0);
	cgi_must_move(sub, p1);
	root_css = css_of(in_root, controller);
	top_css = css_of(p0, controller);
	ksft_test_result(root_css > 0 && top_css > 0 && root_css != top_css,
			 "%s: a cgroup that has it shows its own css\n",
			 controller);
	ksft_test_result(top_css > 0 && css_of(p1, controller) == top_css,
			 "%s: a child without it shows its ancestor's css\n",
			 controller);

	/* A cgroup with tasks of its own may not enable a controller. */
	cgi_must_move(aside, p0);
	cgi_switch_controller(top, '+', controller);
	own = css_of(p1, controller);
	ksft_test_result(own > 0 && own != top_css && own != root_css,
			 "%s: enabled, the child has its own\n", controller);
	cgi_switch_controller(top, '-', controller);
	ksft_test_result(css_of(p1, controller) == top_css,
			 "%s: disabled, it has its ancestor's again\n",
			 controller);
	cgi_kill(p0);
	cgi_kill(p1);
	cgi_kill(in_root);
}

static void test_v2(void)
{
	char *controller = available();
	int i;

	if (!controller) {
		for (i = 0; i < 4; i++)
			ksft_test_result_skip("all controllers are on v1 in this guest\n");
		return;
	}
	cgi_enable(controller);
	test_inherited(controller);
}

/* A v1 hierarchy's controllers: every cgroup has its own css of each. */
static void test_v1(void)
{
	int nr, i, css[3];
	struct cgi_hier *hiers;
	char *a, *b;
	pid_t pid;

	nr = cgi_hierarchies(&hiers);
	for (i = 0; i < nr; i++)
		if (cgi_hier_id("pids") == hiers[i].id)
			break;
	if (i == nr) {
		ksft_test_result_skip("pids is on no v1 hierarchy of its own in this guest\n");
		return;
	}
	a = cgi_new_cgroup(hiers[i].root);
	b = cgi_mkdir(a, "b");
	pid = cgi_park();
	css[0] = css_of(pid, "pids");
	cgi_must_move(a, pid);
	css[1] = css_of(pid, "pids");
	cgi_must_move(b, pid);
	css[2] = css_of(pid, "pids");
	ksft_print_msg("pids css: root %d, child %d, its child %d\n", css[0],
		       css[1], css[2]);
	ksft_test_result(css[0] > 0 && css[1] > 0 && css[2] > 0 &&
			 css[0] != css[1] && css[1] != css[2] &&
			 css[0] != css[2],
			 "v1: every cgroup shows a css of its own\n");
	cgi_kill(pid);
}

int main(void)
{
	ksft_print_header();
	cgi_begin();
	cgi_need_graph();
	ksft_set_plan(5);
	test_v2();
	test_v1();
	cgi_finish();
}
