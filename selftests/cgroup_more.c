// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgroups: what the kernel would answer if a process were moved there, against
 * the attempt; who freezes a cgroup, and whether it has frozen, against
 * cgroup.freeze and cgroup.events; exited tasks.
 *
 *   cgroup2   random trees, a process in some cgroups; some are threaded, some
 *             hand out controllers
 *             cold / inner / leaf, with a process in leaf
 *             exits: zombies
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"

#define TREES	100
#define CGROUPS	8
#define ACTIONS	10

/* ---- moving ---- */

static pid_t probe, fillers[3];

/* Moves a process to a cgroup and back again, and says what the kernel said. */
static const char *try_to_move(const char *dir)
{
	int err = -cgi_move(dir, probe);

	if (!err)
		cgi_must_move(cgi_v2(), probe);
	return err == EBUSY ? "EBUSY" : err == EOPNOTSUPP ? "EOPNOTSUPP" :
	       err ? strerror(err) : "ok";
}

/* Any of these can fail: then the tree is another one. */
static void act_at_random(char **dirs)
{
	static const char * const switches[] = {
		"+pids", "+memory", "+cpu", "+cpuset", "-pids", "-memory", "-cpuset",
	};
	char *dir = dirs[rand() % CGROUPS];

	switch (rand() % 3) {
	case 0:
		cgi_move(dir, fillers[rand() % ARRAY_SIZE(fillers)]);
		break;
	case 1:
		cgi_write(dir, "cgroup.type", "threaded");
		break;
	case 2:
		cgi_write(dir, "cgroup.subtree_control",
			  switches[rand() % ARRAY_SIZE(switches)]);
		break;
	}
}

static void make_tree(char **dirs)
{
	int i;

	dirs[0] = cgi_new_cgroup(cgi_v2());
	for (i = 1; i < CGROUPS; i++) {
		char *name = cgi_fmt("c%d", i);

		dirs[i] = cgi_mkdir(dirs[rand() % i], name);
		free(name);
	}
	for (i = 0; i < ACTIONS; i++)
		act_at_random(dirs);
}

static int nr_ok, nr_busy, nr_unsupported;

static void count(const char *word)
{
	nr_ok += !strcmp(word, "ok");
	nr_busy += !strcmp(word, "EBUSY");
	nr_unsupported += !strcmp(word, "EOPNOTSUPP");
}

/* What is in the way is named behind a colon, and is another cgroup or is handed out. */
static bool obstacle_is_named(const struct cgi_table *cgroups, const char *dir, const char *id,
			      const char *attach)
{
	const char *what = strchr(attach, ':');
	char *enabled = cgi_slurp_at(dir, "cgroup.subtree_control");
	bool ok = !strcmp(attach, "ok");

	if (what && !strncmp(what + 1, "0:", 2))
		ok = strcmp(what + 1, id) && cgi_find_row(cgroups, "cgroup", what + 1) >= 0;
	else if (what)
		ok = enabled && what[1] && what[1] != '-' && strstr(enabled, what + 1);
	free(enabled);
	return ok;
}

static bool tree_is_right(char **dirs)
{
	struct cgi_table *cgroups = cgi_table_read("cgroups");
	bool ok = true;
	int i, row;

	for (i = 0; i < CGROUPS; i++) {
		char *id = cgi_dir_id(0, dirs[i]);
		const char *word = try_to_move(dirs[i]), *attach;

		row = cgi_find_row(cgroups, "cgroup", id);
		attach = row < 0 ? "no line" : cgi_get(cgroups, row, "attach");
		count(word);
		if (strncmp(attach, word, strlen(word)) ||
		    !obstacle_is_named(cgroups, dirs[i], id, attach)) {
			ksft_print_msg("%s: %s, but it is %s\n", dirs[i], attach, word);
			ok = false;
		}
		free(id);
	}
	cgi_table_free(cgroups);
	return ok;
}

static bool random_trees(void)
{
	char *dirs[CGROUPS];
	bool ok = true;
	size_t j;
	int i;

	srand(cgi_figure("CGI_SEED", 1));
	probe = cgi_park();
	for (j = 0; j < ARRAY_SIZE(fillers); j++)
		fillers[j] = cgi_park();
	for (i = 0; i < TREES && ok; i++) {
		make_tree(dirs);
		ok = tree_is_right(dirs);
		for (j = 0; j < ARRAY_SIZE(fillers); j++)
			cgi_must_move(cgi_v2(), fillers[j]);
		cgi_rmtree(dirs[0]);
	}
	ksft_print_msg("%d ok, %d EBUSY, %d EOPNOTSUPP\n", nr_ok, nr_busy, nr_unsupported);
	return ok;
}

static bool answers_of_each_kind(void)
{
	char *handed_out = cgi_slurp_at(cgi_v2(), "cgroup.subtree_control");
	bool none = handed_out && !handed_out[strspn(handed_out, "\n")];

	free(handed_out);
	if (!nr_ok || !nr_unsupported)
		return false;
	return nr_busy || (none && cgi_skip("no controller is handed out on cgroup2"));
}

/* A controller that threaded cgroups can have is handed out beside a populated domain. */
static bool child_is_in_the_way(void)
{
	char *dir = cgi_new_cgroup(cgi_v2()), *child = cgi_mkdir(dir, "child");
	char *id = cgi_dir_id(0, dir), *want = cgi_fmt("EBUSY:%s", cgi_dir_id(0, child));

	if (cgi_write(dir, "cgroup.subtree_control", "+pids") &&
	    cgi_write(dir, "cgroup.subtree_control", "+cpu") &&
	    cgi_write(dir, "cgroup.subtree_control", "+cpuset"))
		return cgi_skip("no such controller is on cgroup2");
	cgi_must_move(child, fillers[0]);
	if (!cgi_field_is("cgroups", "cgroup", id, "attach", want) ||
	    strcmp(try_to_move(dir), "EBUSY"))
		return false;
	cgi_must_move(cgi_v2(), fillers[0]);
	return cgi_field_is("cgroups", "cgroup", id, "attach", "ok") &&
	       !strcmp(try_to_move(dir), "ok");
}

static bool v1_takes_all(void)
{
	struct cgi_place named = cgi_named_place("cgroup_more");
	char *dir = cgi_new_cgroup(named.root), *id = cgi_dir_id(named.hier, dir);

	return cgi_field_is("cgroups", "cgroup", id, "attach", "ok") &&
	       cgi_field_is("cgroups", "cgroup", id, "freeze", "-") &&
	       !cgi_move(dir, probe);
}

/* ---- freezing ---- */

static char *cold, *inner, *leaf;
static char *cold_id, *inner_id, *leaf_id;

static bool freezes(const char *id, const char *want)
{
	return cgi_field_becomes("cgroups", "cgroup", id, "freeze", want);
}

static bool frozen_from_above(void)
{
	char *from_above;

	cold = cgi_new_cgroup(cgi_v2());
	inner = cgi_mkdir(cold, "inner");
	leaf = cgi_mkdir(inner, "leaf");
	cold_id = cgi_dir_id(0, cold);
	inner_id = cgi_dir_id(0, inner);
	leaf_id = cgi_dir_id(0, leaf);
	cgi_must_move(leaf, cgi_park());
	if (!freezes(cold_id, "no") || !freezes(leaf_id, "no"))
		return false;
	cgi_write(cold, "cgroup.freeze", "1");
	from_above = cgi_fmt("%s,frozen", cold_id);
	return freezes(cold_id, "self,frozen") && freezes(inner_id, from_above) &&
	       freezes(leaf_id, from_above);
}

static bool frozen_from_nearest(void)
{
	char *nearest = cgi_fmt("%s,frozen", inner_id);
	bool ok;

	cgi_write(inner, "cgroup.freeze", "1");
	ok = freezes(leaf_id, nearest) && freezes(inner_id, "self,frozen");
	cgi_write(cold, "cgroup.freeze", "0");
	ok = ok && freezes(cold_id, "no") && freezes(leaf_id, nearest);
	cgi_write(inner, "cgroup.freeze", "0");
	free(nearest);
	return ok && freezes(inner_id, "no") && freezes(leaf_id, "no");
}

static bool has_line(const char *dir, const char *file, const char *line)
{
	char *text = cgi_slurp_at(dir, file);
	bool has = text && strstr(text, line);

	free(text);
	return has;
}

static void add_freeze(const struct cgi_hier *hier, const char *dir, const char *rel, void *arg)
{
	(void)hier;
	if (!strcmp(rel, "/"))
		return;
	cgi_set_add(arg, "%s self %d frozen %d", rel, has_line(dir, "cgroup.freeze", "1"),
		    has_line(dir, "cgroup.events", "frozen 1"));
}

static int diff_freeze(void)
{
	struct cgi_hier v2 = { .root = (char *)cgi_v2() };
	struct cgi_set ours = { 0 }, want = { 0 };
	struct cgi_table *cgroups;
	int row, nr;

	cgi_write(inner, "cgroup.freeze", "1");
	cgi_walk(&v2, add_freeze, &want);
	cgroups = cgi_table_read("cgroups");
	for (row = 0; row < cgroups->nr_rows; row++) {
		const char *freeze = cgi_get(cgroups, row, "freeze");
		char *path = cgi_unescape(cgi_get(cgroups, row, "path"));

		if (!strncmp(cgi_get(cgroups, row, "cgroup"), "0:", 2) && strcmp(path, "/") &&
		    !strcmp(cgi_get(cgroups, row, "state"), "live"))
			cgi_set_add(&ours, "%s self %d frozen %d", path,
				    !strncmp(freeze, "self", 4), !!strstr(freeze, ",frozen"));
		free(path);
	}
	cgi_table_free(cgroups);
	nr = cgi_set_compare("cgroups of v2, and whether they are frozen", &ours, &want);
	cgi_write(inner, "cgroup.freeze", "0");
	return nr;
}

/* ---- exited tasks ---- */

static struct cgi_place v2 = { .version = 2 };
static char *exits, *exits_id;
static pid_t zombies[2], headless;

/*
 * Newer kernels take a task off its cgroup when it is switched out for the last time, and with
 * PREEMPT_RT still later, by when it is a zombie already.
 */
static bool exiting_becomes(const char *want)
{
	return cgi_field_becomes("cgroups", "cgroup", exits_id, "exiting", want);
}

static bool zombies_are_counted(void)
{
	pid_t tid;

	exits = cgi_new_cgroup(v2.root);
	exits_id = cgi_dir_id(0, exits);
	if (!exiting_becomes("0"))
		return false;
	zombies[0] = cgi_zombie_in(&v2, exits);
	zombies[1] = cgi_zombie_in(&v2, exits);
	if (!exiting_becomes("2"))
		return false;
	headless = cgi_headless_in(&v2, exits, &tid);
	return exiting_becomes("3") &&
	       cgi_field_becomes("cgroups", "cgroup", exits_id, "tasks", "1");
}

static bool reaped_are_not_counted(void)
{
	cgi_kill(zombies[0]);
	if (!exiting_becomes("2"))
		return false;
	cgi_kill(headless);
	cgi_kill(zombies[1]);
	return exiting_becomes("0");
}

static bool zombie_of_v1(void)
{
	struct cgi_place named = cgi_named_place("cgroup_exits");
	char *dir = cgi_new_cgroup(named.root), *id = cgi_dir_id(named.hier, dir);
	pid_t pid = cgi_zombie_in_removed(&named, dir);
	bool ok = cgi_field_becomes("cgroups", "cgroup", id, "exiting", "1") &&
		  cgi_field_is("cgroups", "cgroup", id, "state", "dying");

	cgi_kill(pid);
	return ok && cgi_is_gone("cgroups", "cgroup", id);
}

static const struct cgi_case cases[] = {
	{ "attach is what an attempt gives, in " CGI_TEXT(TREES) " trees", random_trees },
	{ "there were answers of each kind", answers_of_each_kind },
	{ "a populated child is in the way", child_is_in_the_way },
	{ "v1 takes any process, and its freezer is private", v1_takes_all },
	{ "frozen from above, and which cgroup did it", frozen_from_above },
	{ "the nearest one is named", frozen_from_nearest },
	{ "each cgroup is frozen or not", .diff = diff_freeze },
	{ "zombies, and a leader without its thread", zombies_are_counted },
	{ "not when they are reaped", reaped_are_not_counted },
	{ "a zombie in a removed cgroup of v1", zombie_of_v1 },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	v2.root = cgi_v2();
	cgi_enable("pids");
	cgi_enable("memory");
	cgi_enable("cpu");
	cgi_enable("cpuset");
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
