// SPDX-License-Identifier: GPL-2.0-only
/*
 * links: a cgroup's css_sets are exactly those of the tasks that it lists,
 * and a css_set's cgroups are exactly those that list its tasks. The oracle
 * are the lists of threads (tasks, cgroup.threads) of every cgroup of every
 * hierarchy.
 *
 *   named hierarchy   a: p0 p1   b: p2          p0 and p1 share all,
 *   cgroup2           x: p0 p1 p2               p2 shares only x
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"

struct facts {
	struct cgi_table *tasks;
	struct cgi_set set;
	char *cgroup;
	const char *rel;
};

static void add_thread(pid_t tid, void *arg)
{
	struct facts *facts = arg;
	int row = cgi_task_row(facts->tasks, tid);

	cgi_set_add(&facts->set, "%s %s holds %s", facts->cgroup, facts->rel,
		    row < 0 ? "a task that is not shown" :
		    cgi_get(facts->tasks, row, "css_set"));
}

static void add_cgroup(const struct cgi_hier *hier, const char *dir,
		       const char *rel, void *arg)
{
	struct facts *facts = arg;

	facts->cgroup = cgi_fmt("%d:%llu", hier->id, cgi_ino_if_there(dir));
	facts->rel = rel;
	cgi_threads_of(hier, dir, add_thread, facts);
	free(facts->cgroup);
}

/*
 * The files of cgroups do not list tasks that have exited, so a css_set that
 * only those use can't be found there.
 */
static bool is_used(const struct cgi_table *sets, const char *css_set)
{
	int row = cgi_find_row(sets, "css_set", css_set);

	return row < 0 || cgi_num(sets, row, "tasks") > 0;
}

static void add_links(struct cgi_set *set)
{
	struct cgi_table *links = cgi_table_read("links");
	struct cgi_table *sets = cgi_table_read("css_sets");
	char *path;
	int row;

	for (row = 0; row < links->nr_rows; row++) {
		if (!is_used(sets, cgi_get(links, row, "css_set")))
			continue;
		path = cgi_unescape(cgi_get(links, row, "path"));
		cgi_set_add(set, "%s %s holds %s",
			    cgi_get(links, row, "cgroup"), path,
			    cgi_get(links, row, "css_set"));
		free(path);
	}
	cgi_table_free(links);
	cgi_table_free(sets);
}

static int diff_links(void)
{
	struct facts facts = { .tasks = cgi_table_read("tasks") };
	struct cgi_set ours = { 0 };
	struct cgi_hier *hiers;
	int nr = cgi_hierarchies(&hiers), i;

	for (i = 0; i < nr; i++)
		cgi_walk(&hiers[i], add_cgroup, &facts);
	cgi_set_uniq(&facts.set);
	add_links(&ours);
	nr = cgi_set_compare("links", &ours, &facts.set);
	cgi_table_free(facts.tasks);
	return nr;
}

/* Adds the css_sets that are linked to the cgroup @dir of hierarchy @hier. */
static void linked_to(struct cgi_set *set, int hier, const char *dir)
{
	struct cgi_table *links = cgi_table_read("links");
	char *id = cgi_fmt("%d:%llu", hier, cgi_ino(dir));
	int row;

	for (row = 0; row < links->nr_rows; row++)
		if (!strcmp(cgi_get(links, row, "cgroup"), id))
			cgi_set_add(set, "%s", cgi_get(links, row, "css_set"));
	cgi_set_sort(set);
	cgi_table_free(links);
	free(id);
}

static bool linked_are(int hier, const char *dir, int nr, const char *one,
		       const char *two)
{
	struct cgi_set ours = { 0 }, want = { 0 };
	bool same;

	linked_to(&ours, hier, dir);
	if (nr > 0)
		cgi_set_add(&want, "%s", one);
	if (nr > 1)
		cgi_set_add(&want, "%s", two);
	same = !cgi_set_compare(dir, &ours, &want);
	return same;
}

/* These are the cgroups and tasks of the drawing above. */
static struct {
	int hier;
	char *a, *b, *x;
	pid_t pid[3];
	char *shared, *other;	/* css_sets */
} made;

static bool empty_has_no_css_set(void)
{
	char *name, *root = cgi_named("links", &name);

	made.hier = cgi_hier_id(name);
	made.a = cgi_new_cgroup(root);
	made.b = cgi_new_cgroup(root);
	made.x = cgi_new_cgroup(cgi_v2());
	return linked_are(made.hier, made.a, 0, NULL, NULL);
}

static bool v1_is_linked_to_tasks(void)
{
	int i;

	for (i = 0; i < 3; i++) {
		made.pid[i] = cgi_park();
		cgi_must_move(i == 2 ? made.b : made.a, made.pid[i]);
		cgi_must_move(made.x, made.pid[i]);
	}
	made.shared = cgi_task_now(made.pid[0], "css_set");
	made.other = cgi_task_now(made.pid[2], "css_set");
	if (!made.shared || !made.other)
		cgi_die("a parked task is not shown");
	return linked_are(made.hier, made.a, 1, made.shared, NULL) &&
	       linked_are(made.hier, made.b, 1, made.other, NULL);
}

static bool v2_is_linked_to_both(void)
{
	return strcmp(made.shared, made.other) &&
	       linked_are(0, made.x, 2, made.shared, made.other);
}

static const struct cgi_case cases[] = {
	{ "links equals the lists of threads of all cgroups", .diff = diff_links },
	{ "an empty cgroup has no css_set", empty_has_no_css_set },
	{ "v1 cgroups are linked to the css_sets of their tasks", v1_is_linked_to_tasks },
	{ "one v2 cgroup is linked to both css_sets", v2_is_linked_to_both },
	{ "all links again, with these cgroups", .diff = diff_links },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
