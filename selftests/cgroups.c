// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgroups: its live lines are exactly the directories of all hierarchies; id,
 * path, level, parent, children, tasks, type and controllers are what the
 * cgroup file systems say; serial is in the order in which they were made.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"

static void count_thread(pid_t tid, void *arg)
{
	(void)tid;
	++*(int *)arg;
}

static int subdirs(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *de;
	int nr = 0;

	while (d && (de = readdir(d)))
		nr += de->d_type == DT_DIR && de->d_name[0] != '.';
	if (d)
		closedir(d);
	return nr;
}

static int level_of(const char *rel)
{
	int nr = 0;

	if (!strcmp(rel, "/"))
		return 0;
	for (; *rel; rel++)
		nr += *rel == '/';
	return nr;
}

/* Returns a list of controllers in one order, whatever separates them in @list. */
static char *sorted(const char *list)
{
	struct cgi_set set = { 0 };
	char *out = cgi_fmt("%s", ""), *longer;
	int i;

	cgi_set_split(&set, list, "\n ,");
	cgi_set_sort(&set);
	for (i = 0; i < set.nr; i++) {
		longer = cgi_fmt("%s,%s", out, set.str[i]);
		free(out);
		out = longer;
	}
	cgi_set_free(&set);
	return out;
}

/*
 * A removed child that something still holds counts as a child, but has no
 * directory.
 */
static int dying_children(const struct cgi_table *table, const char *id)
{
	int row, nr = 0;

	for (row = 0; row < table->nr_rows; row++)
		nr += !strcmp(cgi_get(table, row, "parent"), id) &&
		      strcmp(cgi_get(table, row, "state"), "live");
	return nr;
}

struct facts {
	struct cgi_table *table;
	struct cgi_set set;
};

static void add_dir(const struct cgi_hier *hier, const char *dir,
		    const char *rel, void *arg)
{
	struct facts *facts = arg;
	char *id = cgi_fmt("%d:%llu", hier->id, cgi_ino_if_there(dir));
	char *up = cgi_fmt("%s/..", dir);
	char *parent = strcmp(rel, "/") ?
		cgi_fmt("%d:%llu", hier->id, cgi_ino_if_there(up)) : cgi_fmt("-");
	int tasks = 0;

	cgi_threads_of(hier, dir, count_thread, &tasks);
	cgi_set_add(&facts->set,
		    "%s path %s parent %s level %d children %d tasks %d", id,
		    rel, parent, level_of(rel),
		    subdirs(dir) + dying_children(facts->table, id), tasks);
	free(id);
	free(parent);
	free(up);
}

static void add_rows(struct cgi_set *set, const struct cgi_table *table)
{
	char *path;
	int row;

	for (row = 0; row < table->nr_rows; row++) {
		if (strcmp(cgi_get(table, row, "state"), "live"))
			continue;
		path = cgi_unescape(cgi_get(table, row, "path"));
		cgi_set_add(set, "%s path %s parent %s level %s children %s tasks %s",
			    cgi_get(table, row, "cgroup"), path,
			    cgi_get(table, row, "parent"),
			    cgi_get(table, row, "level"),
			    cgi_get(table, row, "children"),
			    cgi_get(table, row, "tasks"));
		free(path);
	}
}

static int diff_dirs(void)
{
	struct facts facts = { 0 };
	struct cgi_set ours = { 0 };
	struct cgi_hier *hiers;
	int nr = cgi_hierarchies(&hiers), i;

	facts.table = cgi_table_read("cgroups");
	for (i = 0; i < nr; i++)
		cgi_walk(&hiers[i], add_dir, &facts);
	add_rows(&ours, facts.table);
	nr = cgi_set_compare("cgroups", &ours, &facts.set);
	cgi_table_free(facts.table);
	return nr;
}

/* ---- what only cgroup2 has files for ---- */

/*
 * cgroup.controllers names what can be enabled. The root has a css of each
 * controller that is on no v1 hierarchy, also of those that v2 can't enable;
 * perf_event has one in every cgroup, and nobody can disable it.
 */
static char *all_controllers(const char *have, bool root)
{
	char *all = cgi_fmt("%s", root ? "" : have), *more;
	struct cgi_controller *list;
	int nr = cgi_controllers(&list), i;

	for (i = 0; i < nr; i++) {
		if (list[i].hier || !list[i].enabled ||
		    (!root && strcmp(list[i].name, "perf_event")))
			continue;
		more = cgi_fmt("%s %s", all,
			       strcmp(list[i].name, "blkio") ? list[i].name : "io");
		free(all);
		all = more;
	}
	cgi_free_controllers(list, nr);
	return all;
}

static void add_v2_dir(const struct cgi_hier *hier, const char *dir,
		       const char *rel, void *arg)
{
	char *type = cgi_slurp_at(dir, "cgroup.type");
	char *have = cgi_slurp_at(dir, "cgroup.controllers");
	char *used = cgi_slurp_at(dir, "cgroup.subtree_control");
	char *all = have ? all_controllers(have, !type) : NULL;

	(void)hier;
	/* The root has no cgroup.type. */
	if (type)
		type[strcspn(type, "\n")] = '\0';
	if (have && used)
		cgi_set_add(arg, "%s type %s controllers %s subtree_control %s",
			    rel, type ? type : "of the root", sorted(all),
			    sorted(used));
	free(type);
	free(have);
	free(used);
	free(all);
}

static int diff_v2(void)
{
	struct cgi_hier v2 = { .version = 2, .root = (char *)cgi_v2() };
	struct cgi_set ours = { 0 }, dirs = { 0 };
	struct cgi_table *table;
	int row, nr;

	cgi_walk(&v2, add_v2_dir, &dirs);
	table = cgi_table_read("cgroups");
	for (row = 0; row < table->nr_rows; row++) {
		const char *level = cgi_get(table, row, "level");

		if (strncmp(cgi_get(table, row, "cgroup"), "0:", 2) ||
		    strcmp(cgi_get(table, row, "state"), "live"))
			continue;
		cgi_set_add(&ours, "%s type %s controllers %s subtree_control %s",
			    cgi_unescape(cgi_get(table, row, "path")),
			    !strcmp(level, "0") ? "of the root" :
			    cgi_unescape(cgi_get(table, row, "type")),
			    sorted(cgi_get(table, row, "controllers")),
			    sorted(cgi_get(table, row, "subtree_control")));
	}
	nr = cgi_set_compare("cgroup2", &ours, &dirs);
	cgi_table_free(table);
	return nr;
}

static int diff_css_sets(void)
{
	struct cgi_table *table = cgi_table_read("cgroups");
	struct cgi_table *links = cgi_table_read("links");
	struct cgi_set ours = { 0 }, want = { 0 };
	int row, i, nr;

	for (row = 0; row < table->nr_rows; row++)
		for (i = cgi_num(table, row, "css_sets"); i > 0; i--)
			cgi_set_add(&ours, "%s has a css_set",
				    cgi_get(table, row, "cgroup"));
	for (row = 0; row < links->nr_rows; row++)
		cgi_set_add(&want, "%s has a css_set",
			    cgi_get(links, row, "cgroup"));
	nr = cgi_set_compare("css_sets", &ours, &want);
	cgi_table_free(table);
	cgi_table_free(links);
	return nr;
}

static bool types_equal(void)
{
	char *top = cgi_new_cgroup(cgi_v2());
	char *thread = cgi_mkdir(top, "thread");

	cgi_mkdir(thread, "under");
	cgi_make_threaded(thread);
	cgi_mkdir(top, "domain-or-not");
	return cgi_settles(diff_v2);
}

static bool renamed_is_shown(void)
{
	char *name, *root = cgi_named("rename", &name);
	char *top = cgi_new_cgroup(root), *old = cgi_mkdir(top, "old");
	char *new = cgi_fmt("%s/new", top);

	cgi_mkdir(old, "child");
	if (rename(old, new))
		cgi_die("rename %s: %m", old);
	return cgi_settles(diff_dirs);
}

/* ---- age ---- */

static long serial_of(int hier, const char *dir)
{
	char *id = cgi_dir_id(hier, dir);
	long serial = cgi_field_num("cgroups", "cgroup", id, "serial");

	free(id);
	return serial;
}

/*
 * They are made in turns below two parents, so that neither the order of their
 * parents nor that of their names is the order of their age.
 */
static struct {
	struct cgi_place place;
	char *dir[5];
	long serial[5];
} made;

static bool serial_is_age(void)
{
	long last;
	bool ascending;
	int i;

	made.place = cgi_named_place("serial");
	last = serial_of(made.place.hier, made.place.root);
	ascending = last == 0;
	made.dir[0] = cgi_new_cgroup(made.place.root);
	made.dir[1] = cgi_new_cgroup(made.place.root);
	made.dir[2] = cgi_mkdir(made.dir[0], "z");
	made.dir[3] = cgi_mkdir(made.dir[1], "y");
	made.dir[4] = cgi_mkdir(made.dir[0], "x");
	for (i = 0; i < 5; i++) {
		made.serial[i] = serial_of(made.place.hier, made.dir[i]);
		ascending = ascending && made.serial[i] > last;
		last = made.serial[i];
	}
	return ascending;
}

static bool serial_of_removed_stays(void)
{
	char *id = cgi_dir_id(made.place.hier, made.dir[3]);
	char *want = cgi_fmt("%ld", made.serial[3]);
	pid_t pid = cgi_zombie_in_removed(&made.place, made.dir[3]);
	bool ok;

	ok = cgi_field_becomes("cgroups", "cgroup", id, "state", "dying") &&
	     cgi_field_is("cgroups", "cgroup", id, "serial", want);
	cgi_join(pid);
	free(want);
	free(id);
	return ok;
}

static const struct cgi_case cases[] = {
	{ "live lines equal the directories of all hierarchies", .diff = diff_dirs },
	{ "cgroup2: type, controllers, subtree_control", .diff = diff_v2 },
	{ "css_sets equals the lines of links", .diff = diff_css_sets },
	{ "cgroup2: the four types", types_equal },
	{ "all of them again after a v1 rename", renamed_is_shown },
	{ "serial tells which cgroup is older", serial_is_age },
	{ "also when it was removed", serial_of_removed_stays },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
