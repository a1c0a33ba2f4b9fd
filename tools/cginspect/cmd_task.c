// SPDX-License-Identifier: GPL-2.0-only
/*
 * One task as text books draw it: task, css_set, the css of each controller, the cgroup
 * of that, its hierarchy; and who shares the css_set.
 *
 * Controllers whose csses are of one cgroup are one branch. A cgroup of which the task is a
 * member, but that has no css that counts for it, is a branch of its own.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "json.h"
#include "objects.h"

/* The kernel has 16 controllers and as many hierarchies. */
#define BRANCHES	256

struct branch {
	uint32_t cgroup;
	bool member;
	uint32_t nr_csses;
	uint32_t csses[BRANCHES];
};

struct chain {
	uint32_t task;
	uint32_t css_set;
	uint32_t nr_branches;
	struct branch *branches;
};

/* The branch of a cgroup, which is made if need be. */
static struct branch *branch_of(struct chain *chain, uint32_t cgroup)
{
	uint32_t i;

	for (i = 0; i < chain->nr_branches; i++)
		if (chain->branches[i].cgroup == cgroup)
			return &chain->branches[i];
	if (chain->nr_branches == BRANCHES)
		die(STATUS_INPUT, "a css_set has more than %d cgroups", BRANCHES);
	chain->branches[chain->nr_branches].cgroup = cgroup;
	return &chain->branches[chain->nr_branches++];
}

static void add_members(struct graph *graph, struct chain *chain)
{
	const struct relation *of_css_set = graph_relation(graph, LINKS_OF_CSS_SET);
	const struct relation *of_cgroup = graph_relation(graph, LINKS_OF_CGROUP);
	uint32_t link;

	relation_for_each(of_css_set, chain->css_set, link)
		if (of_cgroup->target[link] != NO_ROW)
			branch_of(chain, of_cgroup->target[link])->member = true;
}

static void add_css(struct graph *graph, struct chain *chain, struct slice id)
{
	uint32_t css = graph_find(graph, INDEX_CSSES, id);
	struct branch *branch;
	uint32_t cgroup;

	if (css == NO_ROW) {
		note("the css %.*s of this task is not in the snapshot", (int)id.length, id.at);
		return;
	}
	cgroup = graph_relation(graph, CSSES_OF_CGROUP)->target[css];
	if (cgroup == NO_ROW)
		return;
	branch = branch_of(chain, cgroup);
	if (branch->nr_csses == BRANCHES)
		die(STATUS_INPUT, "a css_set has more than %d csses", BRANCHES);
	branch->csses[branch->nr_csses++] = css;
}

static void find_chain(struct context *context, struct chain *chain)
{
	const struct snapshot *snapshot = &context->snapshot;
	struct slice csses, id;

	chain->branches = allocate(BRANCHES, sizeof(*chain->branches));
	chain->css_set = graph_relation(&context->graph, TASKS_OF_CSS_SET)->target[chain->task];
	if (chain->css_set == NO_ROW)
		return;
	add_members(&context->graph, chain);
	csses = table_get(snapshot_table(snapshot, KIND_CSS_SETS), chain->css_set, "csses");
	while (!slice_absent(csses) && slice_next(&csses, ',', &id))
		add_css(&context->graph, chain, id);
}

static uint32_t find_task(struct context *context)
{
	const char *tid = context->options->args[0];
	uint32_t row;

	if (!text_number(slice_of(tid), NULL))
		die(STATUS_USAGE, "task takes the number of a task, not '%s'", tid);
	row = graph_find_once(&context->graph, INDEX_TASKS, slice_of(tid));
	if (row == NO_ROW)
		die(STATUS_NO, "there is no task %s in %s", tid, context->snapshot.input.name);
	return row;
}

/* --- for people --- */

static struct libscols_line *show_csses(struct context *context, struct tree *tree,
					struct libscols_line *parent, const struct branch *branch)
{
	const struct table *csses = snapshot_table(&context->snapshot, KIND_CSSES);
	struct node node = { .id = slice_of("-"), .state = slice_of("-") };
	char *list = text_format("%s", ""), *longer;
	struct slice id;
	uint32_t i;

	if (branch->nr_csses == 1) {
		free(list);
		return object_css(context, tree, parent, branch->csses[0]);
	}
	for (i = 0; i < branch->nr_csses; i++) {
		id = table_get(csses, branch->csses[i], "css");
		longer = text_format("%s%s%.*s", list, i ? " " : "", (int)id.length, id.at);
		free(list);
		list = longer;
	}
	node.name = branch->nr_csses ? text_format("%u csses", branch->nr_csses) :
				       text_format("no css");
	node.detail = text_show(slice_of(list), false);
	free(list);
	return tree_add(tree, parent, node);
}

static void show_branch(struct context *context, struct tree *tree, struct libscols_line *parent,
			const struct branch *branch)
{
	const struct table *cgroups = snapshot_table(&context->snapshot, KIND_CGROUPS);
	struct libscols_line *line = show_csses(context, tree, parent, branch);
	uint32_t hierarchy;

	line = object_cgroup(context, tree, line, branch->cgroup,
			     text_format("%s", branch->member ? "the task is in it" :
					 "above the one that the task is in"));
	hierarchy = graph_hierarchy_of(&context->graph,
				       table_get(cgroups, branch->cgroup, "cgroup"));
	if (hierarchy != NO_ROW)
		object_hierarchy(context, tree, line, hierarchy);
}

static void show_sharing(struct context *context, struct tree *tree, struct libscols_line *parent,
			 const struct chain *chain)
{
	struct libscols_line *line;

	line = tree_add(tree, parent, (struct node){
		.name = text_format("shared by"), .id = slice_of("-"), .state = slice_of("-") });
	object_tasks(context, tree, line, chain->css_set, chain->task);
	if (!scols_line_has_children(line))
		tree_set_name(line, text_format("shared by no other task"));
}

static void show(struct context *context, const struct chain *chain)
{
	struct libscols_line *line;
	struct tree tree;
	uint32_t i;

	tree_begin(&tree, context->options, "OBJECT", "DETAIL");
	line = object_task(context, &tree, NULL, chain->task);
	if (chain->css_set == NO_ROW) {
		note("the css_set of this task is not in the snapshot");
	} else {
		line = object_css_set(context, &tree, line, chain->css_set);
		for (i = 0; i < chain->nr_branches; i++)
			show_branch(context, &tree, line, &chain->branches[i]);
		show_sharing(context, &tree, line, chain);
	}
	tree_end(&tree);
}

/* --- for programs --- */

static struct json *json_branch(struct context *context, const struct branch *branch)
{
	const struct table *cgroups = snapshot_table(&context->snapshot, KIND_CGROUPS);
	struct json *object = json_object();
	struct json *csses = json_array();
	uint32_t i, hierarchy;

	for (i = 0; i < branch->nr_csses; i++)
		json_append(csses, json_row(snapshot_table(&context->snapshot, KIND_CSSES),
					    branch->csses[i]));
	json_add(object, "csses", csses);
	json_add(object, "member", json_bool(branch->member));
	json_add(object, "cgroup", json_row(cgroups, branch->cgroup));
	hierarchy = graph_hierarchy_of(&context->graph,
				       table_get(cgroups, branch->cgroup, "cgroup"));
	json_add(object, "hierarchy",
		 json_row_or_null(snapshot_table(&context->snapshot, KIND_HIERARCHIES), hierarchy));
	return object;
}

static struct json *json_sharing(struct context *context, const struct chain *chain)
{
	const struct table *tasks = snapshot_table(&context->snapshot, KIND_TASKS);
	const struct relation *relation = graph_relation(&context->graph, TASKS_OF_CSS_SET);
	struct json *array = json_array();
	uint32_t row;

	if (chain->css_set == NO_ROW)
		return array;
	relation_for_each(relation, chain->css_set, row)
		if (row != chain->task)
			json_append(array, json_field(TYPE_NUMBER, table_get(tasks, row, "tid")));
	return array;
}

static void print_json(struct context *context, const struct chain *chain)
{
	const struct snapshot *snapshot = &context->snapshot;
	struct json *object = json_row(snapshot_table(snapshot, KIND_TASKS), chain->task);
	struct json *branches = json_array();
	uint32_t i;

	for (i = 0; i < chain->nr_branches; i++)
		json_append(branches, json_branch(context, &chain->branches[i]));
	json_replace(object, "css_set", json_row_or_null(snapshot_table(snapshot, KIND_CSS_SETS),
							 chain->css_set));
	json_add(object, "chain", branches);
	json_add(object, "shared_with", json_sharing(context, chain));
	json_print_one(stdout, "task", object);
}

enum status cmd_task(struct context *context)
{
	struct chain chain = { .task = find_task(context) };

	find_chain(context, &chain);
	if (context->options->json)
		print_json(context, &chain);
	else
		show(context, &chain);
	free(chain.branches);
	return STATUS_OK;
}
