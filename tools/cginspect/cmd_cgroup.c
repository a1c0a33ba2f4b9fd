// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that the snapshot has about one cgroup, or about each that has this path.
 */
#include <stdlib.h>

#include "cmd.h"
#include "objects.h"
#include "objects_json.h"

static const struct table *table_of(struct context *context, enum kind kind)
{
	return snapshot_table(&context->snapshot, kind);
}

/* --- for people --- */

/* What the row of the cgroup says, but for what the tree shows anyway. */
static char *words_of(struct context *context, uint32_t row)
{
	const struct table *cgroups = table_of(context, KIND_CGROUPS);
	static const char *const names[] = {
		"type", "tasks", "exiting", "refs", "unaccounted", "subtree_control", "freeze",
		"attach",
	};
	char *words = text_format("%s", ""), *longer;
	struct slice value;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		value = table_get(cgroups, row, names[i]);
		if (slice_absent(value))
			continue;
		longer = text_format("%s%s%s %.*s", words, *words ? ", " : "", names[i],
				     (int)value.length, value.at);
		free(words);
		words = longer;
	}
	longer = text_show(slice_of(words), false);
	free(words);
	return longer;
}

static void show_around(struct context *context, struct tree *tree, struct libscols_line *parent,
			uint32_t cgroup)
{
	const struct relation *children = graph_relation(&context->graph, CHILDREN_OF_CGROUP);
	uint32_t above = children->target[cgroup], row;
	uint32_t hierarchy = graph_hierarchy_of(&context->graph,
						table_get(table_of(context, KIND_CGROUPS), cgroup,
							  "cgroup"));

	if (hierarchy != NO_ROW)
		object_hierarchy(context, tree, parent, hierarchy);
	if (above != NO_ROW)
		object_cgroup(context, tree, parent, above, text_format("its parent"));
	relation_for_each(children, cgroup, row)
		object_cgroup(context, tree, parent, row, text_format("a child"));
}

static void show(struct context *context, struct tree *tree, uint32_t row)
{
	struct libscols_line *line = object_cgroup(context, tree, NULL, row,
						   words_of(context, row));

	show_around(context, tree, line, row);
	object_holders(context, tree, line,
		       table_get(table_of(context, KIND_CGROUPS), row, "cgroup"));
	object_csses(context, tree, line, row, false);
	object_css_sets(context, tree, line, row, false);
}

/* --- for programs --- */

static struct json *json_cgroup(struct context *context, uint32_t row)
{
	const struct table *cgroups = table_of(context, KIND_CGROUPS);
	struct graph *graph = &context->graph;
	struct json *object = json_object();

	json_add(object, "cgroup", json_row(cgroups, row));
	json_add(object, "hierarchy",
		 json_row_or_null(table_of(context, KIND_HIERARCHIES),
				  graph_hierarchy_of(graph, table_get(cgroups, row, "cgroup"))));
	json_add(object, "children",
		 object_json_rows(cgroups, graph_relation(graph, CHILDREN_OF_CGROUP), row));
	json_add(object, "csses", object_json_csses(context, row));
	json_add(object, "css_sets", object_json_css_sets(context, row));
	json_add(object, "holders",
		 object_json_holders(context, table_get(cgroups, row, "cgroup")));
	return object;
}

enum status cmd_cgroup(struct context *context)
{
	const struct options *options = context->options;
	uint32_t row = object_find_cgroup(context, options->args[0], 0);
	struct tree tree;
	struct json *all = NULL;

	if (row == NO_ROW)
		die(STATUS_NO, "there is no cgroup '%s' in %s", options->args[0],
		    context->snapshot.input.name);
	if (options->holders)
		context_more(context, KIND_HOLDERS);
	if (options->json)
		all = json_array();
	else
		tree_begin(&tree, options, "OBJECT", "DETAIL");
	for (; row != NO_ROW; row = object_find_cgroup(context, options->args[0], row + 1)) {
		if (options->json)
			json_append(all, json_cgroup(context, row));
		else
			show(context, &tree, row);
	}
	if (options->json)
		json_print_one(stdout, "cgroups", all);
	else
		tree_end(&tree);
	return STATUS_OK;
}
