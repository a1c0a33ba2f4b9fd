// SPDX-License-Identifier: GPL-2.0-only
/*
 * css_sets: live tasks have the same css_set exactly if they share all their
 * memberships (after /proc/TID/cgroup), its count of tasks is the number of
 * tasks found, and its default cgroup is their cgroup2 directory.
 *
 *   named hierarchy   a: p0 p1   b: p2
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"

static int tasks_of(const char *css_set)
{
	struct cgi_table *sets = cgi_table_read("css_sets");
	int row = css_set ? cgi_find_row(sets, "css_set", css_set) : -1;
	int nr = row < 0 ? -1 : cgi_num(sets, row, "tasks");

	cgi_table_free(sets);
	return nr;
}

/*
 * Each task adds a pair of css_set and memberships, its css_set, and its
 * memberships. If there are as many different pairs as css_sets, and as
 * memberships, no css_set has two memberships and no memberships have two
 * css_sets.
 */
struct pairs {
	struct cgi_table *tasks;
	struct cgi_set both;
	struct cgi_set memberships;
	struct cgi_set css_sets;
};

static void add_pair(pid_t tgid, pid_t tid, void *arg)
{
	struct pairs *pairs = arg;
	unsigned long flags = 0;
	char *text = cgi_proc_cgroup(tgid, tid);
	char state = cgi_proc_state(tgid, tid, &flags);
	int row = cgi_task_row(pairs->tasks, tid);
	const char *css_set;

	if (text && state && row >= 0 && !(flags & CGI_PF_EXITING)) {
		css_set = cgi_get(pairs->tasks, row, "css_set");
		cgi_set_add(&pairs->both, "%s %s", css_set, text);
		cgi_set_add(&pairs->memberships, "%s", text);
		cgi_set_add(&pairs->css_sets, "%s", css_set);
	}
	free(text);
}

static int diff_sharing(void)
{
	struct pairs pairs = { .tasks = cgi_table_read("tasks") };
	int nr;

	cgi_each_task(add_pair, &pairs);
	cgi_set_uniq(&pairs.both);
	cgi_set_uniq(&pairs.memberships);
	cgi_set_uniq(&pairs.css_sets);
	ksft_print_msg("%d css_sets, %d memberships, %d pairs\n",
		       pairs.css_sets.nr, pairs.memberships.nr, pairs.both.nr);
	nr = abs(pairs.both.nr - pairs.memberships.nr) +
	     abs(pairs.both.nr - pairs.css_sets.nr) + !pairs.both.nr;
	cgi_set_free(&pairs.both);
	cgi_set_free(&pairs.memberships);
	cgi_set_free(&pairs.css_sets);
	cgi_table_free(pairs.tasks);
	return nr;
}

static int diff_counts(void)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	struct cgi_table *sets = cgi_table_read("css_sets");
	struct cgi_set ours = { 0 }, want = { 0 };
	int row, i, nr, none;

	for (row = 0; row < sets->nr_rows; row++)
		for (i = cgi_num(sets, row, "tasks"); i > 0; i--)
			cgi_set_add(&ours, "%s has a task",
				    cgi_get(sets, row, "css_set"));
	for (row = 0; row < tasks->nr_rows; row++)
		if (!strcmp(cgi_get(tasks, row, "state"), "running"))
			cgi_set_add(&want, "%s has a task",
				    cgi_get(tasks, row, "css_set"));
	none = !want.nr;
	nr = cgi_set_compare("css_sets", &ours, &want);
	cgi_table_free(tasks);
	cgi_table_free(sets);
	return nr + none;
}

/* Adds the cgroup2 directory that /proc names for a task, by its inode number. */
static void add_default(pid_t tgid, pid_t tid, void *arg)
{
	struct pairs *pairs = arg;
	unsigned long flags = 0;
	char state = cgi_proc_state(tgid, tid, &flags);
	char *path = cgi_proc_path(tgid, tid, 0);
	int row = cgi_task_row(pairs->tasks, tid);
	char *dir;

	if (path && state && row >= 0 && !(flags & CGI_PF_EXITING)) {
		dir = cgi_fmt("%s%s", cgi_v2(), path);
		cgi_set_add(&pairs->both, "%s is in 0:%llu",
			    cgi_get(pairs->tasks, row, "css_set"),
			    cgi_ino_if_there(dir));
		free(dir);
	}
	free(path);
}

static int diff_default(void)
{
	struct pairs pairs = { .tasks = cgi_table_read("tasks") };
	struct cgi_table *sets = cgi_table_read("css_sets");
	struct cgi_set ours = { 0 };
	int row, nr, none;

	cgi_each_task(add_default, &pairs);
	cgi_set_uniq(&pairs.both);
	for (row = 0; row < sets->nr_rows; row++)
		if (cgi_num(sets, row, "tasks") > 0)
			cgi_set_add(&ours, "%s is in %s",
				    cgi_get(sets, row, "css_set"),
				    cgi_get(sets, row, "default"));
	none = !pairs.both.nr;
	nr = cgi_set_compare("default", &ours, &pairs.both);
	cgi_table_free(sets);
	cgi_table_free(pairs.tasks);
	return nr + none;
}

static bool refs_cover_tasks(void)
{
	struct cgi_table *sets = cgi_table_read("css_sets");
	bool ok = sets->nr_rows > 0;
	int row;

	for (row = 0; row < sets->nr_rows; row++)
		if (cgi_num(sets, row, "refs") < cgi_num(sets, row, "tasks"))
			ok = false;
	cgi_table_free(sets);
	return ok;
}

/*
 * Two tasks are in cgroup a and one is in b. These are the css_sets they begin
 * in.
 */
static char *a, *b;
static pid_t pid[3];
static char *set[3];

static bool sharing_all_is_one(void)
{
	char *name, *root = cgi_named("sharing", &name);
	int i;

	a = cgi_new_cgroup(root);
	b = cgi_new_cgroup(root);
	for (i = 0; i < 3; i++) {
		pid[i] = cgi_park();
		cgi_must_move(i == 2 ? b : a, pid[i]);
	}
	for (i = 0; i < 3; i++)
		set[i] = cgi_task_now(pid[i], "css_set");
	return cgi_same(set[0], set[1]) && set[2] && !cgi_same(set[0], set[2]);
}

static bool tasks_are_counted(void)
{
	return tasks_of(set[0]) == 2 && tasks_of(set[2]) == 1;
}

static bool exit_is_counted(void)
{
	cgi_kill(pid[1]);
	/* Newer kernels count a task until it was switched out for good. */
	return cgi_field_becomes("css_sets", "css_set", set[0], "tasks", "1") &&
	       tasks_of(set[2]) == 1;
}

static bool moving_shares(void)
{
	char *moved;
	bool ok;

	cgi_must_move(b, pid[0]);
	moved = cgi_task_now(pid[0], "css_set");
	ok = cgi_same(moved, set[2]) && tasks_of(set[2]) == 2;
	cgi_kill(pid[0]);
	cgi_kill(pid[2]);
	free(moved);
	return ok;
}

static const struct cgi_case cases[] = {
	{ "same css_set exactly if all memberships are shared", .diff = diff_sharing },
	{ "tasks of each css_set equals the tasks found", .diff = diff_counts },
	{ "default is the tasks' cgroup2 directory", .diff = diff_default },
	{ "a css_set has a reference for each of its tasks", refs_cover_tasks },
	{ "sharing all is one css_set, differing in one hierarchy is two", sharing_all_is_one },
	{ "they count 2 tasks and 1 task", tasks_are_counted },
	{ "one less after an exit", exit_is_counted },
	{ "moving beside a task shares its css_set", moving_shares },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
