// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which cgroups and css_sets a picture is about: all, or what --task, --cgroup and
 * --hierarchy ask for. What is above a chosen cgroup is chosen, too.
 */
#include <stdlib.h>
#include <string.h>

#include "objects.h"
#include "picture.h"

static void choose_with_ancestors(struct picture *picture, uint32_t cgroup)
{
	const struct relation *parents = graph_relation(&picture->context->graph,
							CHILDREN_OF_CGROUP);

	for (; cgroup != NO_ROW && !picture->cgroup_chosen[cgroup];
	     cgroup = parents->target[cgroup])
		picture->cgroup_chosen[cgroup] = true;
}

/* A css_set with the cgroups that it is linked to. */
static void choose_css_set(struct picture *picture, uint32_t css_set)
{
	struct graph *graph = &picture->context->graph;
	const struct relation *of_css_set = graph_relation(graph, LINKS_OF_CSS_SET);
	const struct relation *of_cgroup = graph_relation(graph, LINKS_OF_CGROUP);
	uint32_t link;

	picture->css_set_chosen[css_set] = true;
	relation_for_each(of_css_set, css_set, link)
		choose_with_ancestors(picture, of_cgroup->target[link]);
}

static void choose_task(struct picture *picture, const char *tid)
{
	struct context *context = picture->context;
	uint32_t task, css_set;

	if (!text_number(slice_of(tid), NULL))
		die(STATUS_USAGE, "--task takes the number of a task, not '%s'", tid);
	task = graph_find(&context->graph, INDEX_TASKS, slice_of(tid));
	if (task == NO_ROW)
		die(STATUS_NO, "there is no task %s in %s", tid, context->snapshot.input.name);
	css_set = graph_relation(&context->graph, TASKS_OF_CSS_SET)->target[task];
	if (css_set == NO_ROW)
		die(STATUS_NO, "the css_set of task %s is not in the snapshot", tid);
	choose_css_set(picture, css_set);
}

/* A parent comes before its children, so one pass finds all that is below. */
static void mark_below(const struct picture *picture, bool *below)
{
	const struct relation *parents = graph_relation(&picture->context->graph,
							CHILDREN_OF_CGROUP);
	uint32_t row;

	for (row = 0; row < picture->cgroups->nr_rows; row++)
		if (parents->target[row] != NO_ROW && below[parents->target[row]])
			below[row] = true;
}

static void choose_cgroup(struct picture *picture, const char *what)
{
	struct graph *graph = &picture->context->graph;
	const struct relation *of_css_set = graph_relation(graph, LINKS_OF_CSS_SET);
	const struct relation *of_cgroup = graph_relation(graph, LINKS_OF_CGROUP);
	bool *below = allocate(picture->cgroups->nr_rows, sizeof(*below));
	uint32_t row = object_find_cgroup(picture->context, what, 0);

	if (row == NO_ROW)
		die(STATUS_NO, "there is no cgroup '%s' in %s", what,
		    picture->context->snapshot.input.name);
	for (; row != NO_ROW; row = object_find_cgroup(picture->context, what, row + 1))
		below[row] = true;
	mark_below(picture, below);
	for (row = 0; row < picture->cgroups->nr_rows; row++)
		if (below[row])
			choose_with_ancestors(picture, row);
	for (row = 0; row < picture->links->nr_rows; row++)
		if (of_cgroup->target[row] != NO_ROW && below[of_cgroup->target[row]] &&
		    of_css_set->target[row] != NO_ROW)
			choose_css_set(picture, of_css_set->target[row]);
	free(below);
}

static void choose_all(struct picture *picture)
{
	memset(picture->cgroup_chosen, true, picture->cgroups->nr_rows);
	memset(picture->css_set_chosen, true, picture->css_sets->nr_rows);
}

static void leave_hierarchy(struct picture *picture, const char *what)
{
	uint32_t wanted = object_find_hierarchy(picture->context, what), row;
	bool any = false;

	if (wanted == NO_ROW)
		die(STATUS_NO, "there is no hierarchy '%s' in %s", what,
		    picture->context->snapshot.input.name);
	for (row = 0; row < picture->cgroups->nr_rows; row++) {
		if (picture->hierarchy[row] != wanted)
			picture->cgroup_chosen[row] = false;
		any |= picture->cgroup_chosen[row];
	}
	/* Those of --cgroup can be of other hierarchies, with no css_set that leads to this one. */
	if (!any)
		die(STATUS_NO, "nothing of hierarchy '%s' is in this picture", what);
}

void picture_choose(struct picture *picture)
{
	const struct options *options = picture->context->options;

	if (options->task && options->cgroup)
		die(STATUS_USAGE, "--task and --cgroup are two pictures");
	if (options->task)
		choose_task(picture, options->task);
	else if (options->cgroup)
		choose_cgroup(picture, options->cgroup);
	else
		choose_all(picture);
	if (options->hierarchy)
		leave_hierarchy(picture, options->hierarchy);
}
