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
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"

/* The first ones cost the system nothing when they are enabled for a moment. */
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

/*
 * Returns the id of the css of @controller that a task uses, or -1 if none is
 * shown.
 */
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

/*
 * This controller can be enabled; css_of_root and css_of_top are the ids of its
 * csses.
 */
static char *controller;
static char *top;
static pid_t p0, p1;
static int css_of_root, css_of_top;

static bool own_is_shown(void)
{
	pid_t in_root = cgi_park();

	cgi_enable(controller);
	top = cgi_new_cgroup(cgi_v2());
	p0 = cgi_park();
	p1 = cgi_park();
	cgi_must_move(cgi_v2(), in_root);
	cgi_must_move(top, p0);
	cgi_must_move(cgi_mkdir(top, "sub"), p1);
	css_of_root = css_of(in_root, controller);
	css_of_top = css_of(p0, controller);
	cgi_kill(in_root);
	return css_of_root > 0 && css_of_top > 0 && css_of_root != css_of_top;
}

static bool ancestors_is_shown(void)
{
	return css_of_top > 0 && css_of(p1, controller) == css_of_top;
}

static bool enabled_has_its_own(void)
{
	int own;

	/* A cgroup with tasks of its own may not enable a controller. */
	cgi_must_move(cgi_new_cgroup(cgi_v2()), p0);
	cgi_switch_controller(top, '+', controller);
	own = css_of(p1, controller);
	return own > 0 && own != css_of_top && own != css_of_root;
}

static bool disabled_has_ancestors_again(void)
{
	bool ok;

	cgi_switch_controller(top, '-', controller);
	ok = css_of(p1, controller) == css_of_top;
	cgi_kill(p0);
	cgi_kill(p1);
	return ok;
}

/* In a v1 hierarchy every cgroup has a css of its own for each controller. */
static bool v1_has_its_own(void)
{
	struct cgi_place pids = cgi_place_of("pids");
	char *a, *b;
	pid_t pid;
	int css[3];

	if (pids.version != 1)
		return cgi_skip("pids is on no v1 hierarchy in this guest");
	a = cgi_new_cgroup(pids.root);
	b = cgi_mkdir(a, "b");
	pid = cgi_park();
	css[0] = css_of(pid, "pids");
	cgi_must_move(a, pid);
	css[1] = css_of(pid, "pids");
	cgi_must_move(b, pid);
	css[2] = css_of(pid, "pids");
	ksft_print_msg("pids css: root %d, child %d, its child %d\n", css[0],
		       css[1], css[2]);
	cgi_kill(pid);
	return css[0] > 0 && css[1] > 0 && css[2] > 0 && css[0] != css[1] &&
	       css[1] != css[2] && css[0] != css[2];
}

static const struct cgi_case v2_cases[] = {
	{ "a cgroup that has it shows its own css", own_is_shown },
	{ "a child without it shows its ancestor's css", ancestors_is_shown },
	{ "enabled, the child has its own", enabled_has_its_own },
	{ "disabled, it has its ancestor's again", disabled_has_ancestors_again },
};

static const struct cgi_case v1_cases[] = {
	{ "v1: every cgroup shows a css of its own", v1_has_its_own },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	controller = available();
	if (controller)
		cgi_add_cases_on(NULL, controller, v2_cases, ARRAY_SIZE(v2_cases));
	else
		cgi_skip_cases("all controllers are on v1 in this guest",
			       v2_cases, ARRAY_SIZE(v2_cases));
	cgi_add_cases(v1_cases, ARRAY_SIZE(v1_cases));
	cgi_run_cases();
}
