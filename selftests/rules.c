// SPDX-License-Identifier: GPL-2.0-only
/*
 * The four hierarchy rules, as behaviour:
 *  1. one hierarchy carries zero or more controllers;
 *  2. a controller is attached to exactly one hierarchy at a time;
 *  3. in every hierarchy each task is in exactly one cgroup;
 *  4. a child starts in its parent's css_set, and moving one afterwards
 *     leaves the other alone.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"

/* ---- 1 ---- */

static void add_names(struct cgi_set *set, const char *list)
{
	struct cgi_table *subsys = cgi_table_read("subsystems");
	struct cgi_set names = { 0 };
	int i, row;

	cgi_set_split(&names, list, ",");
	for (i = 0; i < names.nr; i++) {
		row = cgi_find_row(subsys, "name", names.str[i]);
		cgi_set_add(set, "%s", row < 0 ? names.str[i] :
			    cgi_get(subsys, row, "legacy_name"));
	}
	cgi_set_free(&names);
	cgi_table_free(subsys);
}

/*
 * Adds the controllers of a line of /proc/self/cgroup, but not the name of a
 * hierarchy.
 */
static void add_proc_names(struct cgi_set *set, const char *list)
{
	struct cgi_set names = { 0 };
	int i;

	cgi_set_split(&names, list, ",");
	for (i = 0; i < names.nr; i++)
		if (strncmp(names.str[i], "name=", 5))
			cgi_set_add(set, "%s", names.str[i]);
	cgi_set_free(&names);
}

static void add_hierarchy(struct cgi_set *set, int id, int version,
			  const struct cgi_set *controllers)
{
	int i;

	cgi_set_add(set, "hierarchy %d of version %d", id, version);
	/* /proc names no controller of the default hierarchy. */
	for (i = 0; i < controllers->nr && version == 1; i++)
		cgi_set_add(set, "%s in hierarchy %d", controllers->str[i], id);
}

static int diff_hierarchies(void)
{
	struct cgi_set ours = { 0 }, want = { 0 }, names = { 0 };
	struct cgi_table *table;
	struct cgi_hier *hiers;
	int nr = cgi_hierarchies(&hiers), i;

	for (i = 0; i < nr; i++) {
		add_proc_names(&names, hiers[i].controllers);
		add_hierarchy(&want, hiers[i].id, hiers[i].version, &names);
		cgi_set_free(&names);
	}
	table = cgi_table_read("hierarchies");
	for (i = 0; i < table->nr_rows; i++) {
		add_names(&names, cgi_get(table, i, "controllers"));
		add_hierarchy(&ours, cgi_num(table, i, "id"),
			      cgi_num(table, i, "version"), &names);
		cgi_set_free(&names);
	}
	cgi_table_free(table);
	nr = cgi_set_compare("hierarchies", &ours, &want);
	return nr;
}

static bool is_co_mounted(const struct cgi_hier *hier)
{
	return strchr(hier->controllers, ',') &&
	       !strstr(hier->controllers, "name=");
}

/* Do all controllers of the hierarchy have a css in a new cgroup? */
static bool share_one_cgroup(const struct cgi_hier *hier)
{
	struct cgi_set ours = { 0 }, proc = { 0 };
	char *dir = cgi_new_cgroup(hier->root);
	char *id = cgi_fmt("%d:%llu", hier->id, cgi_ino(dir));
	struct cgi_table *cgroups = cgi_table_read("cgroups");
	int row = cgi_find_row(cgroups, "cgroup", id), nr;

	ksft_print_msg("hierarchy %d: %s\n", hier->id, hier->controllers);
	if (row >= 0)
		add_names(&ours, cgi_get(cgroups, row, "controllers"));
	add_proc_names(&proc, hier->controllers);
	nr = cgi_set_compare(id, &ours, &proc);
	cgi_table_free(cgroups);
	return row >= 0 && !nr;
}

static bool co_mounted_share(void)
{
	struct cgi_hier *hiers;
	int nr = cgi_hierarchies(&hiers), i, found = 0, good = 0;

	for (i = 0; i < nr; i++) {
		if (!is_co_mounted(&hiers[i]))
			continue;
		found++;
		good += share_one_cgroup(&hiers[i]);
	}
	if (!found)
		return cgi_skip("no co-mounted v1 controllers in this guest");
	return good == found;
}

static bool named_has_no_controller(void)
{
	char *name;
	struct cgi_table *table;
	bool ok;
	int row;

	cgi_named("empty", &name);
	table = cgi_table_read("hierarchies");
	row = cgi_find_row(table, "name", name + strlen("name="));
	ok = row >= 0 && cgi_num(table, row, "version") == 1 &&
	     !strcmp(cgi_get(table, row, "controllers"), "-") &&
	     cgi_num(table, row, "id") == cgi_hier_id(name);
	cgi_table_free(table);
	return ok;
}

/* ---- 2 ---- */

static int diff_subsystems(void)
{
	struct cgi_table *table = cgi_table_read("subsystems");
	struct cgi_set ours = { 0 }, want = { 0 };
	struct cgi_controller *list;
	int nr = cgi_controllers(&list), i;

	for (i = 0; i < table->nr_rows; i++)
		cgi_set_add(&ours, "%s in %ld", cgi_get(table, i, "legacy_name"),
			    cgi_num(table, i, "hierarchy"));
	for (i = 0; i < nr; i++)
		cgi_set_add(&want, "%s in %d", list[i].name, list[i].hier);
	cgi_free_controllers(list, nr);
	nr = cgi_set_compare("subsystems", &ours, &want);
	cgi_table_free(table);
	return nr;
}

/*
 * Returns in how many lines of hierarchies the controller is, and leaves the id
 * of the last one in *@id.
 */
static int nr_places(const char *controller, int *id)
{
	struct cgi_table *table = cgi_table_read("hierarchies");
	struct cgi_set names = { 0 };
	int row, i, nr = 0;

	for (row = 0; row < table->nr_rows; row++) {
		add_names(&names, cgi_get(table, row, "controllers"));
		for (i = 0; i < names.nr; i++) {
			if (strcmp(names.str[i], controller))
				continue;
			*id = cgi_num(table, row, "id");
			nr++;
		}
		cgi_set_free(&names);
	}
	cgi_table_free(table);
	return nr;
}

static char *v1_controller(void)
{
	struct cgi_hier *hiers;
	int nr = cgi_hierarchies(&hiers), i;
	struct cgi_set names = { 0 };

	for (i = 0; i < nr && !names.nr; i++)
		add_proc_names(&names, hiers[i].controllers);
	return names.nr ? names.str[0] : NULL;
}

static char *legacy_name(const char *name)
{
	struct cgi_set set = { 0 };

	add_names(&set, name);
	return set.str[0];
}

/*
 * A controller that is in use can't be mounted, but the error tells whether it
 * could be if it were not.
 */
static bool has_v1_side(const char *controller)
{
	char *dir = cgi_mount_v1(controller);

	if (dir)
		cgi_die("%s could be mounted though it is in use", controller);
	return errno != EINVAL;
}

/*
 * Returns a controller that cgroup2 has: one that is enabled below the root and
 * has a v1 side (memory may have none: CONFIG_MEMCG_V1), or one that is not
 * enabled.
 */
static char *v2_controller(bool enabled)
{
	char *have = cgi_slurp_at(cgi_v2(), "cgroup.controllers");
	char *used = cgi_slurp_at(cgi_v2(), "cgroup.subtree_control");
	struct cgi_set all = { 0 }, on = { 0 };
	int i;

	cgi_set_split(&all, have, "\n ");
	cgi_set_split(&on, used, "\n ");
	for (i = 0; i < all.nr; i++)
		if (cgi_set_has(&on, all.str[i]) == enabled &&
		    (!enabled || has_v1_side(legacy_name(all.str[i]))))
			return legacy_name(all.str[i]);
	return NULL;
}

static bool second_hierarchy_is_busy(void)
{
	char *controller = v1_controller();
	int before = -1, after = -1, err;
	char *opts, *dir;

	if (!controller)
		controller = v2_controller(true);
	if (!controller)
		return cgi_skip("no controller with a v1 side in this guest");
	nr_places(controller, &before);
	opts = cgi_fmt("%s,name=cgi_second_%d", controller, getpid());
	dir = cgi_mount_v1(opts);
	err = errno;
	ksft_print_msg("mount -o %s: %s\n", opts, dir ? "done" : strerror(err));
	return !dir && err == EBUSY && nr_places(controller, &after) == 1 &&
	       after == before && after >= 0;
}

static int wait_for_hier(const char *controller, int want)
{
	int id = -1, i;

	/* A workqueue of the kernel takes an unmounted hierarchy apart. */
	for (i = 0; i < 400; i++) {
		if (nr_places(controller, &id) == 1 && id == want)
			break;
		cgi_sleep_ms(50);
	}
	return id;
}

/* One without a v1 side is invalid there, and one that cgroups still have is busy. */
static bool moves_to_v1_and_back(void)
{
	char *controller = v2_controller(false), *dir;
	int id = -1, err;

	if (!controller)
		return cgi_skip("cgroup2 has no idle controller in this guest");
	dir = cgi_mount_v1(controller);
	err = errno;
	ksft_print_msg("moving %s: %s\n", controller, dir ? "done" : strerror(err));
	if (!dir)
		return (err == EINVAL || err == EBUSY) &&
		       cgi_skip("%s can't be moved: %s", controller, strerror(err));
	return nr_places(controller, &id) == 1 && id > 0 &&
	       id == cgi_hier_id(controller) && !cgi_umount(dir) &&
	       wait_for_hier(controller, 0) == 0;
}

/* ---- 3 ---- */

static int diff_one_each(void)
{
	struct cgi_table *links = cgi_table_read("links");
	struct cgi_table *sets = cgi_table_read("css_sets");
	struct cgi_set ours = { 0 }, want = { 0 };
	struct cgi_hier *hiers;
	int nr = cgi_hierarchies(&hiers), i, row, none;

	for (row = 0; row < links->nr_rows; row++)
		cgi_set_add(&ours, "%s in hierarchy %d",
			    cgi_get(links, row, "css_set"),
			    atoi(cgi_get(links, row, "cgroup")));
	for (row = 0; row < sets->nr_rows; row++)
		for (i = 0; i < nr; i++)
			cgi_set_add(&want, "%s in hierarchy %d",
				    cgi_get(sets, row, "css_set"),
				    hiers[i].id);
	none = !want.nr;
	nr = cgi_set_compare("links", &ours, &want);
	cgi_table_free(links);
	cgi_table_free(sets);
	return nr + none;
}

static int diff_tasks_one_each(void)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	struct cgi_set ours = { 0 }, want = { 0 }, items = { 0 };
	struct cgi_hier *hiers;
	int nr = cgi_hierarchies(&hiers), i, row, none;

	for (row = 0; row < tasks->nr_rows; row++) {
		long tid = cgi_num(tasks, row, "tid");

		cgi_set_split(&items, cgi_get(tasks, row, "cgroups"), " ");
		for (i = 0; i < items.nr; i++)
			cgi_set_add(&ours, "tid %ld in hierarchy %d", tid,
				    atoi(items.str[i]));
		for (i = 0; i < nr; i++)
			cgi_set_add(&want, "tid %ld in hierarchy %d", tid,
				    hiers[i].id);
		cgi_set_free(&items);
	}
	none = !want.nr;
	nr = cgi_set_compare("tasks", &ours, &want);
	cgi_table_free(tasks);
	return nr + none;
}

/* ---- 4 ---- */

static int fork_child(void *arg)
{
	int *fd = arg;
	pid_t pid = cgi_park();

	cgi_send(fd[1], &pid, sizeof(pid));
	cgi_sleep_ms(1000000);
	return 0;
}

static struct {
	const char *root;	/* of hierarchy @hier, which has these cgroups */
	int hier;
	char *a, *b, *c;
	pid_t parent, child;
	char *css_set;		/* in which both begin */
} family;

static bool child_starts_with_parent(void)
{
	char *name;
	int fd[2];

	family.root = cgi_named("fork", &name);
	family.hier = cgi_hier_id(name);
	family.a = cgi_new_cgroup(family.root);
	family.b = cgi_new_cgroup(family.root);
	family.c = cgi_new_cgroup(family.root);
	cgi_pipe(fd);
	/*
	 * The parent must be in its cgroup before it forks, so this process
	 * moves there first and forks it.
	 */
	cgi_must_move(family.a, getpid());
	family.parent = cgi_spawn(fork_child, fd);
	if (!cgi_receive(fd[0], &family.child, sizeof(family.child)))
		cgi_die("the parent died");
	cgi_must_move(family.root, getpid());
	family.css_set = cgi_task_now(family.parent, "css_set");
	return cgi_same(family.css_set, cgi_task_now(family.child, "css_set"));
}

static bool moving_child_leaves_parent(void)
{
	char *of_child;

	cgi_must_move(family.b, family.child);
	of_child = cgi_task_now(family.child, "css_set");
	return cgi_same(cgi_task_now(family.parent, "css_set"), family.css_set) &&
	       of_child && !cgi_same(of_child, family.css_set) &&
	       cgi_same(cgi_task_path_now(family.child, family.hier),
			family.b + strlen(family.root));
}

static bool moving_parent_leaves_child(void)
{
	char *of_child = cgi_task_now(family.child, "css_set"), *of_parent;
	bool ok;

	cgi_must_move(family.c, family.parent);
	of_parent = cgi_task_now(family.parent, "css_set");
	ok = cgi_same(cgi_task_now(family.child, "css_set"), of_child) &&
	     of_parent && !cgi_same(of_parent, of_child) &&
	     cgi_same(cgi_task_path_now(family.parent, family.hier),
		      family.c + strlen(family.root));
	/* Its child goes with it, because of PR_SET_PDEATHSIG. */
	cgi_kill(family.parent);
	return ok;
}

static const struct cgi_case cases[] = {
	{ "rule 1: hierarchies and their controllers are those of /proc",
	  .diff = diff_hierarchies },
	{ "rule 1: co-mounted controllers share hierarchy and cgroup", co_mounted_share },
	{ "rule 1: a named hierarchy without a controller", named_has_no_controller },
	{ "rule 2: subsystems has all controllers where they are", .diff = diff_subsystems },
	{ "rule 2: a controller can't be in a second hierarchy and is shown once",
	  second_hierarchy_is_busy },
	{ "rule 2: a controller moves to a v1 hierarchy and back, always shown once",
	  moves_to_v1_and_back },
	{ "rule 3: every css_set has one link in each hierarchy", .diff = diff_one_each },
	{ "rule 3: every task is in one cgroup of each hierarchy",
	  .diff = diff_tasks_one_each },
	{ "rule 4: a child is in its parent's css_set", child_starts_with_parent },
	{ "rule 4: moving the child leaves the parent", moving_child_leaves_parent },
	{ "rule 4: moving the parent leaves the child", moving_parent_leaves_child },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
