// SPDX-License-Identifier: GPL-2.0-only
/*
 * The css_set of a reader, with its references, effective csses and cgroups in
 * all hierarchies, against what the debug controller says about its reader.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_debug.h"

/* The lines are "css_set A 3 +1" and then " 4: cpu - 0xffff888003e1d000[7]". */
static void add_asked_current(struct cgi_set *set)
{
	const char *root = cgi_debug_hier.root;
	char *text = cgi_debug_ask(root, "current_css_set");
	char *refs = cgi_debug_ask(root, "current_css_set_refcount");
	char *line, *save = NULL;
	struct cgi_debug_cset cset;
	char name[32];
	int id;

	if (!text || !refs)
		cgi_die("the debug controller does not answer");
	cgi_debug_parse(&cset, strtok_r(text, "\n", &save));
	cgi_set_add(set, "reader in %s", cset.css_set);
	cgi_set_add(set, "%ld references", cset.refs);
	cgi_set_add(set, "%ld references", atol(refs));
	while ((line = strtok_r(NULL, "\n", &save))) {
		if (sscanf(line, " %*d: %31s - %*[0-9a-f][%d]", name, &id) != 2)
			cgi_die("debug controller: not understood: %s", line);
		cgi_set_add(set, "uses %s:%d", name, id);
	}
	free(text);
	free(refs);
}

/* The lines are "Root 3 group name". */
static void add_asked_groups(struct cgi_set *set)
{
	char *text = cgi_debug_ask(cgi_debug_hier.root, "current_css_set_cg_links");
	char *line, *save = NULL;

	for (line = text ? strtok_r(text, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save))
		cgi_set_add(set, "%s", line);
	free(text);
}

static void add_our_groups(struct cgi_set *set, const char *css_set)
{
	struct cgi_table *links = cgi_table_read("links");
	char *path;
	int row;

	for (row = 0; row < links->nr_rows; row++) {
		if (strcmp(cgi_get(links, row, "css_set"), css_set))
			continue;
		path = cgi_unescape(cgi_get(links, row, "path"));
		cgi_set_add(set, "Root %d group %s",
			    atoi(cgi_get(links, row, "cgroup")),
			    strcmp(path, "/") ? strrchr(path, '/') + 1 : path);
		free(path);
	}
	cgi_table_free(links);
}

static void add_our_current(struct cgi_set *set, const char *css_set)
{
	struct cgi_table *sets = cgi_table_read("css_sets");
	int row = cgi_find_row(sets, "css_set", css_set), i;
	struct cgi_set csses = { 0 };

	cgi_set_add(set, "reader in %s", css_set);
	if (row >= 0) {
		cgi_set_add(set, "%s references", cgi_get(sets, row, "refs"));
		cgi_set_add(set, "%s references", cgi_get(sets, row, "refs"));
		cgi_set_split(&csses, cgi_get(sets, row, "csses"), ",");
	}
	for (i = 0; i < csses.nr; i++)
		cgi_set_add(set, "uses %s", csses.str[i]);
	cgi_set_free(&csses);
	cgi_table_free(sets);
}

static int diff_current(void)
{
	struct cgi_set ours = { 0 }, want = { 0 };
	char *css_set = cgi_task_now(getpid(), "css_set");
	int nr;

	if (!css_set)
		cgi_die("the reader itself is not shown");
	add_our_current(&ours, css_set);
	add_our_groups(&ours, css_set);
	add_asked_current(&want);
	add_asked_groups(&want);
	nr = cgi_set_compare(css_set, &ours, &want);
	free(css_set);
	return nr;
}

static int be_current(void *dir)
{
	if (dir)
		cgi_must_move(dir, getpid());
	return !cgi_settles(diff_current);
}

static bool current_as_is(void)
{
	return cgi_join(cgi_spawn(be_current, NULL));
}

static bool current_in_controllers(void)
{
	return cgi_join(cgi_spawn(be_current, cgi_debug_make()));
}

static bool current_in_v2(void)
{
	return cgi_join(cgi_spawn(be_current, cgi_new_cgroup(cgi_v2())));
}

static const struct cgi_case cases[] = {
	{ "the reader's css_set equals, as the guest is", current_as_is },
	{ "and in a cgroup of the controller's hierarchy", current_in_controllers },
	{ "and in a v2 cgroup", current_in_v2 },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	cgi_debug_need();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
