// SPDX-License-Identifier: GPL-2.0-only
/*
 * How often the system is walked for one open. What is there fits at the second
 * open of a file, and after a jump at the second pass, however much of what is
 * jumped. stats counts the passes; what the files show is compared with what
 * was made here.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"

#define NR_CGROUPS	200
#define NR_PROCS	8
#define NR_THREADS	100
#define NR_LEVELS	200
#define NR_HIERARCHIES	70
/* A wait for what was reaped or released, and a pass after it. */
#define MAX_WAITS	2

/* What is unaccounted is made exact by waiting, which may or may not be needed. */
static const struct file {
	const char *name;
	int waits;
} files[] = {
	{ "tasks", 0 },
	{ "css_sets", MAX_WAITS },
	{ "links", 0 },
	{ "cgroups", MAX_WAITS },
	{ "csses", MAX_WAITS },
	{ "hierarchies", MAX_WAITS },
	{ "subsystems", 0 },
	{ "snapshot", MAX_WAITS },
	{ "graph.dot", MAX_WAITS },
	{ "check", 0 },
};

static int passes_of(const char *name)
{
	int fd = cgi_open(name, O_RDONLY);

	if (fd < 0)
		cgi_die("%s does not open", name);
	close(fd);
	return atoi(cgi_value("stats", "passes_last"));
}

static bool is_within(const char *name, int passes, int least, int most)
{
	if (passes >= least && passes <= most)
		return true;
	ksft_print_msg("%s took %d passes, not %d to %d\n", name, passes, least, most);
	return false;
}

static bool second_open_is_one(void)
{
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++)
		passes_of(files[i].name);
	/* In between the others were opened, and have forgotten nothing. */
	for (i = 0; i < ARRAY_SIZE(files); i++)
		good &= is_within(files[i].name, passes_of(files[i].name), 1,
				  1 + files[i].waits);
	return good;
}

/* The first open takes two passes, as nobody could know, and the second one. */
static bool jump_is_two(const char *name)
{
	return is_within(name, passes_of(name), 2, 2) &
	       is_within(name, passes_of(name), 1, 1);
}

static bool jump_of_tasks(void)
{
	pid_t tids[NR_THREADS];
	struct cgi_table *tasks;
	int i, j, found = 0, before = atoi(cgi_value("stats", "tasks"));

	for (i = 0; i < NR_PROCS; i++)
		cgi_park_threads(NR_THREADS, tids);
	if (before * 10 > NR_PROCS * NR_THREADS + before)
		cgi_die("%d tasks were there before: that is no jump", before);
	if (!jump_is_two("tasks") || !jump_is_two("check"))
		return false;
	tasks = cgi_table_read("tasks");
	for (j = 0; j < NR_THREADS; j++)
		found += cgi_task_row(tasks, tids[j]) >= 0;
	cgi_table_free(tasks);
	return found == NR_THREADS;
}

/* No task is in them, so whoever asks for tasks does not pay for them. */
static bool jump_of_cgroups(void)
{
	char *top = cgi_new_cgroup(cgi_v2());
	int i;

	for (i = 0; i < NR_CGROUPS; i++)
		cgi_mkdir(top, cgi_fmt("%d", i));
	return jump_is_two("links") & jump_is_two("check") &
	       is_within("tasks", passes_of("tasks"), 1, 1) &&
	       cgi_field_is("cgroups", "cgroup", cgi_dir_id(0, top), "children",
			    cgi_fmt("%d", NR_CGROUPS));
}

/* Each css_set is on a list in each hierarchy, and has a second sample. */
static bool jump_of_css_sets(void)
{
	char *top = cgi_new_cgroup(cgi_v2());
	int i;

	for (i = 0; i < NR_CGROUPS; i++)
		cgi_must_move(cgi_mkdir(top, cgi_fmt("%d", i)), cgi_park());
	return jump_is_two("links") & jump_is_two("tasks") & jump_is_two("check");
}

/* One in the other, deeper than the walks can remember without knowing. */
static bool jump_of_levels(void)
{
	char *dir = cgi_new_cgroup(cgi_v2());
	int i;

	passes_of("links");
	for (i = 0; i < NR_LEVELS; i++)
		dir = cgi_mkdir(dir, "d");
	cgi_must_move(dir, cgi_park());
	return jump_is_two("links") & jump_is_two("tasks") & jump_is_two("check") &&
	       cgi_field_is("cgroups", "cgroup", cgi_dir_id(0, dir), "tasks", "1");
}

static bool jump_of_hierarchies(void)
{
	char *name;
	int i;

	for (i = 0; i < NR_HIERARCHIES; i++)
		cgi_new_cgroup(cgi_named(cgi_fmt("p%d", i), &name));
	return jump_is_two("links") & jump_is_two("tasks") & jump_is_two("check");
}

static const struct cgi_case cases[] = {
	{ "a file takes one pass when it is opened again", second_open_is_one },
	{ "two after a jump of tasks", jump_of_tasks },
	{ "two after a jump of cgroups", jump_of_cgroups },
	{ "two after a jump of css_sets", jump_of_css_sets },
	{ "two after a jump of levels", jump_of_levels },
	{ "two after a jump of hierarchies", jump_of_hierarchies },
	{ "a file takes one pass when all is large, too", second_open_is_one },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	cgi_leave_limits();
	cgi_allow_tasks(2 * NR_PROCS * NR_THREADS);
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
