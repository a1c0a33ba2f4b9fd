// SPDX-License-Identifier: GPL-2.0-only
/*
 * What lines say of tasks that come and go while they are collected.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "../derive/derive.h"
#include "../derive/unite.h"
#include "fixture.h"

#define STARTED	7

/**
 * struct listed - a task, and what was found on dying_tasks
 * @name: what happened to it
 * @state: when it was read
 * @list: as the collectors left it
 * @off_started: start time of the task on dying_tasks at its address; 0 if there is none
 * @shown: the list that is printed
 * @exits_unknown: dying_tasks could not be read to its end after the tasks
 */
struct listed {
	const char *name;
	u8 state;
	u8 list;
	u64 off_started;
	u8 shown;
	bool exits_unknown;
};

static const struct listed listed[] = {
	{ "runs", CGI_TASK_RUNNING, CGI_LIST_TASKS, 0, CGI_LIST_TASKS },
	{ "runs, exits unknown", CGI_TASK_RUNNING, CGI_LIST_TASKS, 0, CGI_LIST_TASKS, true },
	{ "runs, memory of an exited one", CGI_TASK_RUNNING, CGI_LIST_TASKS, STARTED - 1,
	  CGI_LIST_TASKS },
	{ "ran, has exited since", CGI_TASK_RUNNING, CGI_LIST_TASKS, STARTED, CGI_LIST_TASKS },
	{ "exits, on dying_tasks", CGI_TASK_EXITING, CGI_LIST_TASKS, STARTED,
	  CGI_LIST_DYING_TASKS },
	{ "exits, was on dying_tasks", CGI_TASK_EXITING, CGI_LIST_UNKNOWN, STARTED,
	  CGI_LIST_DYING_TASKS },
	{ "exits, on dying_tasks, exits unknown", CGI_TASK_EXITING, CGI_LIST_TASKS, STARTED,
	  CGI_LIST_DYING_TASKS, true },
	{ "exits, on tasks", CGI_TASK_EXITING, CGI_LIST_TASKS, 0, CGI_LIST_TASKS },
	{ "exits, exits unknown", CGI_TASK_EXITING, CGI_LIST_TASKS, 0, CGI_LIST_UNKNOWN, true },
	{ "exits, on its way", CGI_TASK_EXITING, CGI_LIST_UNKNOWN, 0, CGI_LIST_UNKNOWN },
	{ "exits, on tasks, memory of an older", CGI_TASK_EXITING, CGI_LIST_TASKS, STARTED - 1,
	  CGI_LIST_TASKS },
	{ "zombie, on dying_tasks", CGI_TASK_ZOMBIE, CGI_LIST_TASKS, STARTED,
	  CGI_LIST_DYING_TASKS },
	{ "zombie, still on tasks", CGI_TASK_ZOMBIE, CGI_LIST_TASKS, 0, CGI_LIST_TASKS },
	{ "zombie, on no list", CGI_TASK_ZOMBIE, CGI_LIST_NONE, 0, CGI_LIST_NONE },
	{ "zombie, memory of a younger one", CGI_TASK_ZOMBIE, CGI_LIST_NONE, STARTED + 1,
	  CGI_LIST_NONE },
};

/* The fixture's second task is put into that state; nothing else is on dying_tasks. */
static void test_list(struct kunit *test)
{
	const struct listed *row = test->param_value;
	struct cgi_snapshot *s = cgi_test_graph(test);
	struct cgi_sample *sample = cgi_array_add(&s->samples, 1);
	struct cgi_off_list *off_list = s->off_list.data;
	struct cgi_task *task = cgi_task_at(s, 1);

	sample->css_set_addr = AT(CSET_A);
	sample->has_dying_tasks = !row->exits_unknown;
	task->state = row->state;
	task->list = row->list;
	task->started = STARTED;
	if (row->off_started) {
		off_list->task_addr = task->addr;
		off_list->started = row->off_started;
	}
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	KUNIT_EXPECT_EQ(test, cgi_task_at(s, 1)->list, row->shown);
	cgi_snapshot_destroy(s);
}

static void listed_name(const struct listed *row, char *description)
{
	strscpy(description, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(listed, listed, listed_name);

#define MOST_LINES	4

/**
 * struct united - lines of tasks, before and after
 * @name: what happened
 * @lines: number, thread group and address of each, as the collectors left them
 * @tids: numbers of the lines that stay
 */
struct united {
	const char *name;
	struct {
		pid_t tid;
		pid_t tgid;
		int at;
	} lines[MOST_LINES];
	pid_t tids[MOST_LINES];
};

static const struct united united[] = {
	{ "two processes", { { 3, 3, TASK_1 }, { 7, 7, TASK_2 } }, { 3, 7 } },
	{ "a process with threads", { { 3, 3, TASK_1 }, { 5, 3, TASK_2 }, { 7, 3, TASK_3 } },
	  { 3, 5, 7 } },
	{ "exec, lower number", { { 3, 7, TASK_1 }, { 5, 5, TASK_2 }, { 7, 7, TASK_1 } },
	  { 5, 7 } },
	{ "exec, higher number", { { 3, 3, TASK_1 }, { 5, 5, TASK_2 }, { 7, 3, TASK_1 } },
	  { 3, 5 } },
	{ "exec, and the leader that was", { { 3, 7, TASK_1 }, { 7, 7, TASK_2 } }, { 3, 7 } },
	{ "memory of a thread, same group", { { 3, 3, TASK_1 }, { 5, 3, TASK_2 },
					       { 7, 3, TASK_2 } }, { 3, 5, 7 } },
	{ "memory of a thread, other group", { { 3, 3, TASK_1 }, { 5, 3, TASK_2 },
						{ 7, 7, TASK_2 } }, { 3, 5, 7 } },
	{ "no leader", { { 3, 9, TASK_1 }, { 7, 7, TASK_1 } }, { 3, 7 } },
	{ "two of two processes", { { 3, 5, TASK_1 }, { 4, 7, TASK_2 }, { 5, 5, TASK_1 },
				     { 7, 7, TASK_2 } }, { 5, 7 } },
};

static void test_unite(struct kunit *test)
{
	const struct united *row = test->param_value;
	struct cgi_snapshot *s = cgi_test_graph(test);
	struct cgi_task *task;
	size_t i;

	s->tasks.count = 0;
	for (i = 0; i < MOST_LINES && row->lines[i].tid; i++) {
		task = cgi_array_add(&s->tasks, 1);
		task->tid = row->lines[i].tid;
		task->tgid = row->lines[i].tgid;
		task->addr = AT(row->lines[i].at);
	}
	cgi_tasks_unite(s);
	for (i = 0; i < s->tasks.count; i++)
		KUNIT_EXPECT_EQ(test, cgi_task_at(s, i)->tid, row->tids[i]);
	KUNIT_EXPECT_TRUE(test, i == MOST_LINES || !row->tids[i]);
	cgi_snapshot_destroy(s);
}

static void united_name(const struct united *row, char *description)
{
	strscpy(description, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(united, united, united_name);

/* As the collectors leave it where only what tasks lead to is wanted: with indices. */
static struct cgi_snapshot *graph_of_tasks(struct kunit *test)
{
	static const u32 cgroups[] = { IX_ROOT_0, IX_ROOT_1, IX_A, IX_X };
	static const u32 css_sets[] = { IX_CSET_ROOT, IX_CSET_A, IX_CSET_A };
	struct cgi_snapshot *s = cgi_test_graph(test);
	size_t i;

	s->want = CGI_WANT_GRAPH | CGI_WANT_TASKS | CGI_WANT_NAMES;
	for (i = 0; i < ARRAY_SIZE(cgroups); i++)
		cgi_link_at(s, i)->cgroup = cgroups[i];
	for (i = 0; i < ARRAY_SIZE(css_sets); i++)
		cgi_task_at(s, i)->css_set = css_sets[i];
	s->watch.exits = true;
	return s;
}

static void expect_links(struct kunit *test, struct cgi_snapshot *s, u32 first, u32 second)
{
	const struct cgi_link *links = cgi_link_at(s, cgi_css_set_at(s, IX_CSET_A)->first_link);

	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	KUNIT_EXPECT_EQ(test, links[0].cgroup, first);
	KUNIT_EXPECT_EQ(test, links[1].cgroup, second);
	KUNIT_EXPECT_EQ(test, links[0].css_set, (u32)IX_CSET_A);
	cgi_snapshot_destroy(s);
}

/* Highest hierarchy first, whatever order the kernel has them in. */
static void test_links_of_tasks(struct kunit *test)
{
	struct cgi_snapshot *s = graph_of_tasks(test);
	struct cgi_link *links;

	expect_links(test, s, IX_X, IX_A);

	s = graph_of_tasks(test);
	links = cgi_link_at(s, cgi_css_set_at(s, IX_CSET_A)->first_link);
	swap(links[0], links[1]);
	expect_links(test, s, IX_X, IX_A);

	s = graph_of_tasks(test);
	links = cgi_link_at(s, cgi_css_set_at(s, IX_CSET_A)->first_link);
	links[0].cgroup = CGI_NONE;
	expect_links(test, s, CGI_NONE, IX_X);
}

/* One exits on a list that is open unless dying_tasks was read, the other one is there. */
static void test_lists_of_tasks(struct kunit *test)
{
	struct cgi_snapshot *s = graph_of_tasks(test);

	cgi_task_at(s, 1)->state = CGI_TASK_EXITING;
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	KUNIT_EXPECT_EQ(test, (int)cgi_task_at(s, 0)->list, CGI_LIST_TASKS);
	KUNIT_EXPECT_EQ(test, (int)cgi_task_at(s, 1)->list, CGI_LIST_UNKNOWN);
	KUNIT_EXPECT_EQ(test, (int)cgi_task_at(s, 2)->list, CGI_LIST_DYING_TASKS);
	cgi_snapshot_destroy(s);

	s = graph_of_tasks(test);
	cgi_task_at(s, 1)->state = CGI_TASK_EXITING;
	cgi_css_set_at(s, IX_CSET_A)->exits_known = true;
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	KUNIT_EXPECT_EQ(test, (int)cgi_task_at(s, 1)->list, CGI_LIST_TASKS);
	KUNIT_EXPECT_EQ(test, (int)cgi_task_at(s, 2)->list, CGI_LIST_DYING_TASKS);
	cgi_snapshot_destroy(s);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(test_list, listed_gen_params),
	KUNIT_CASE_PARAM(test_unite, united_gen_params),
	KUNIT_CASE(test_links_of_tasks),
	KUNIT_CASE(test_lists_of_tasks),
	{}
};

static struct kunit_suite suite = {
	.name = "cgroup_inspect_tasks",
	.test_cases = cases,
};

kunit_test_suite(suite);
