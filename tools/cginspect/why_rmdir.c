// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why rmdir fails: tasks, also those that cgroup.procs does not show, and cgroups below.
 */
#include <stdlib.h>

#include "why.h"

/* --- tasks --- */

struct cursor why_tasks(struct why *why)
{
	const struct relation *links = graph_relation(&why->context->graph, LINKS_OF_CGROUP);

	return (struct cursor){ links->first[why->row], NO_ROW };
}

uint32_t why_next_task(struct why *why, struct cursor *cursor)
{
	struct graph *graph = &why->context->graph;
	const struct relation *tasks = graph_relation(graph, TASKS_OF_CSS_SET);
	uint32_t css_set, task;

	while (cursor->task == NO_ROW) {
		if (cursor->link == NO_ROW)
			return NO_ROW;
		css_set = graph_relation(graph, LINKS_OF_CSS_SET)->target[cursor->link];
		cursor->link = graph_relation(graph, LINKS_OF_CGROUP)->next[cursor->link];
		if (css_set != NO_ROW)
			cursor->task = tasks->first[css_set];
	}
	task = cursor->task;
	cursor->task = tasks->next[task];
	return task;
}

static bool task_is(struct why *why, uint32_t task, const char *column, const char *value)
{
	return slice_is(table_get(why_table(why, KIND_TASKS), task, column), value);
}

static bool is_linked(struct why *why, uint32_t css_set)
{
	struct graph *graph = &why->context->graph;
	uint32_t link;

	if (css_set == NO_ROW)
		return false;
	relation_for_each(graph_relation(graph, LINKS_OF_CSS_SET), css_set, link)
		if (graph_relation(graph, LINKS_OF_CGROUP)->target[link] == why->row)
			return true;
	return false;
}

/*
 * Whether cgroup.procs of v2 shows a leader: one that is in the cgroup, or in a threaded cgroup
 * whose domain this is, as the processes of a threaded subtree are shown at its domain.
 */
static bool shows_leader(struct why *why, uint32_t leader)
{
	struct graph *graph = &why->context->graph;
	uint32_t css_set = graph_relation(graph, TASKS_OF_CSS_SET)->target[leader], dom;

	if (css_set == NO_ROW)
		return false;
	dom = graph_find(graph, INDEX_CSS_SETS,
			 table_get(why_table(why, KIND_CSS_SETS), css_set, "dom"));
	return is_linked(why, css_set) || is_linked(why, dom);
}

/*
 * What somebody does not see of a running task in cgroup.procs. That of v2 shows processes by their
 * leaders: so no thread whose leader is elsewhere. That of v1 shows the process of each thread.
 */
static const char *hidden_words(struct why *why, uint32_t task, uint32_t leader)
{
	struct slice type = why_get(why, "type");
	bool has_procs = !slice_absent(type) && !slice_is(type, "threaded");

	if (has_procs && leader != NO_ROW && leader != task && !shows_leader(why, leader))
		return " (a thread; cgroup.procs does not show it, as its leader is elsewhere)";
	if (task_is(why, task, "kthread", "yes"))
		return " (kernel thread)";
	return "";
}

/*
 * From 7.2 on tasks that exit do not keep a cgroup from being removed, if all threads of their
 * processes do.
 */
static bool kernel_removes_exiting(const struct why *why)
{
	struct slice release = table_value(why_table(why, KIND_INFO), "kernel"), piece;
	uint64_t major = 0, minor = 0;

	slice_next(&release, '.', &piece);
	text_number(piece, &major);
	if (slice_next(&release, '.', &piece))
		text_number(piece, &minor);
	return major > 7 || (major == 7 && minor >= 2);
}

/* Of each task: whether it is the leader of a process that has a thread which does not exit. */
static bool *find_living(struct why *why)
{
	const struct table *tasks = why_table(why, KIND_TASKS);
	bool *lives = allocate(tasks->nr_rows, sizeof(*lives));
	uint32_t task, leader;

	for (task = 0; task < tasks->nr_rows; task++) {
		if (!task_is(why, task, "state", "running"))
			continue;
		leader = graph_find(&why->context->graph, INDEX_TASKS,
				    table_get(tasks, task, "tgid"));
		if (leader != NO_ROW)
			lives[leader] = true;
	}
	return lives;
}

/* The tasks that make rmdir fail, by how they do. */
struct obstacles {
	unsigned long running;
	/* Exiting, before 7.2. */
	unsigned long exiting;
	/* Exiting, from 7.2 on: their process lives, or its leader is not listed. */
	unsigned long of_living;
	unsigned long of_unknown;
	/* Counted in the cgroup, but not among the tasks. */
	unsigned long unlisted;
};

static unsigned long obstacles_all(const struct obstacles *some)
{
	return some->running + some->exiting + some->of_living + some->of_unknown + some->unlisted;
}

/*
 * Count a task, and say what is not seen of it. NULL if rmdir succeeds in spite of it. @lives is
 * what find_living() returns, or NULL before 7.2, where tasks that exit count like all others.
 */
static const char *count_task(struct why *why, const bool *lives, uint32_t task,
			      struct obstacles *obstacles)
{
	struct slice tgid = table_get(why_table(why, KIND_TASKS), task, "tgid");
	uint32_t leader = graph_find(&why->context->graph, INDEX_TASKS, tgid);

	if (task_is(why, task, "state", "running")) {
		obstacles->running++;
		return hidden_words(why, task, leader);
	}
	if (!lives) {
		obstacles->exiting++;
		return " (exiting, but not done with it)";
	}
	if (leader == NO_ROW) {
		obstacles->of_unknown++;
		return " (exiting, and its process may live)";
	}
	obstacles->of_living += lives[leader];
	return lives[leader] ? " (exiting, but its process lives)" : NULL;
}

/* From 7.2 on even a zombie is on the list for a moment. */
static struct obstacles add_tasks(struct why *why, struct evidence *evidence, uint64_t number)
{
	bool *lives = kernel_removes_exiting(why) ? find_living(why) : NULL;
	struct obstacles obstacles = { 0 };
	struct cursor cursor = why_tasks(why);
	uint64_t listed = 0;
	const char *words;
	uint32_t task;

	while ((task = why_next_task(why, &cursor)) != NO_ROW) {
		if (!task_is(why, task, "list", "tasks"))
			continue;
		listed++;
		words = count_task(why, lives, task, &obstacles);
		if (words)
			why_add_task(why, evidence, task, words);
	}
	free(lives);
	obstacles.unlisted = number > listed ? number - listed : 0;
	return obstacles;
}

/* What all of them have in common. Nothing is known of those that are not listed. */
static const char *obstacles_words(const struct obstacles *some)
{
	if (some->unlisted == obstacles_all(some))
		return ", which are not listed";
	if (some->running || some->unlisted)
		return "";
	if (some->exiting)
		return ", all of which are exiting";
	if (!some->of_unknown)
		return ", exiting threads of processes that live";
	return some->of_living ? ", exiting threads of processes that live, or may live" :
				 ", exiting threads of processes that may live";
}

static void rmdir_tasks(struct why *why)
{
	struct obstacles obstacles;
	struct evidence evidence;
	uint64_t number;

	if (!text_number(why_get(why, "tasks"), &number) || !number)
		return;
	evidence_begin(&evidence, why);
	obstacles = add_tasks(why, &evidence, number);
	if (!obstacles_all(&obstacles)) {
		evidence_drop(&evidence);
		return;
	}
	if (!evidence.nr)
		why_add_column(why, &evidence, "populated");
	why_answer(why, "rmdir", "EBUSY", text_format("tasks are in it: %lu%s",
						      obstacles_all(&obstacles),
						      obstacles_words(&obstacles)), &evidence);
}

/* --- cgroups below --- */

static void rmdir_children(struct why *why)
{
	const struct relation *children = graph_relation(&why->context->graph, CHILDREN_OF_CGROUP);
	const struct table *cgroups = why_table(why, KIND_CGROUPS);
	struct evidence evidence;
	uint32_t row;

	evidence_begin(&evidence, why);
	relation_for_each(children, why->row, row)
		if (slice_is(table_get(cgroups, row, "state"), "live"))
			why_add_cgroup(why, &evidence, row, "");
	if (evidence.nr)
		why_answer(why, "rmdir", "EBUSY", text_format("cgroups are below it: %lu",
							      evidence.nr), &evidence);
	else
		evidence_drop(&evidence);
}

/* A root is no folder that could be removed. */
void why_rmdir(struct why *why)
{
	if (slice_absent(why_get(why, "parent")))
		return;
	rmdir_tasks(why);
	rmdir_children(why);
}
