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

static void show_csses(struct context *context, struct tree *tree, struct libscols_line *parent,
		       uint32_t cgroup)
{
	const struct relation *csses = graph_relation(&context->graph, CSSES_OF_CGROUP);
	struct libscols_line *line;
	uint32_t row;

	relation_for_each(csses, cgroup, row) {
		line = object_css(context, tree, parent, row);
		object_holders(context, tree, line,
			       table_get(table_of(context, KIND_CSSES), row, "css"));
	}
}

static void show_css_set(struct context *context, struct tree *tree, struct libscols_line *parent,
			 uint32_t row)
{
	struct libscols_line *line = object_css_set(context, tree, parent, row);

	object_holders(context, tree, line,
		       table_get(table_of(context, KIND_CSS_SETS), row, "css_set"));
	object_tasks(context, tree, line, row, NO_ROW);
}

/* Most css_sets are linked to most roots, so these have very many. */
static void show_css_sets(struct context *context, struct tree *tree, struct libscols_line *parent,
			  uint32_t cgroup)
{
	const struct relation *links = graph_relation(&context->graph, LINKS_OF_CGROUP);
	const struct relation *css_sets = graph_relation(&context->graph, LINKS_OF_CSS_SET);
	unsigned long nr = 0;
	uint32_t link;

	relation_for_each(links, cgroup, link)
		if (css_sets->target[link] != NO_ROW &&
		    (nr++ < OBJECTS_MOST || context->options->all))
			show_css_set(context, tree, parent, css_sets->target[link]);
	if (nr > OBJECTS_MOST && !context->options->all)
		object_rest(tree, parent, nr - OBJECTS_MOST);
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
	show_csses(context, tree, line, row);
	show_css_sets(context, tree, line, row);
}

/* --- for programs --- */

static struct json *json_css_set(struct context *context, uint32_t row)
{
	const struct table *css_sets = table_of(context, KIND_CSS_SETS);
	const struct relation *tasks = graph_relation(&context->graph, TASKS_OF_CSS_SET);
	struct json *object = json_row(css_sets, row);

	json_replace(object, "tasks", object_json_rows(table_of(context, KIND_TASKS), tasks, row));
	json_add(object, "holders",
		 object_json_holders(context, table_get(css_sets, row, "css_set")));
	return object;
}

static struct json *json_css_sets(struct context *context, uint32_t cgroup)
{
	const struct relation *links = graph_relation(&context->graph, LINKS_OF_CGROUP);
	const struct relation *css_sets = graph_relation(&context->graph, LINKS_OF_CSS_SET);
	struct json *array = json_array();
	uint32_t link;

	relation_for_each(links, cgroup, link)
		if (css_sets->target[link] != NO_ROW)
			json_append(array, json_css_set(context, css_sets->target[link]));
	return array;
}

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
	json_add(object, "css_sets", json_css_sets(context, row));
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
