// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was removed but is held, oldest first.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "dying.h"
#include "objects.h"
#include "objects_json.h"

/* A group of more is one line, unless --all is given. */
#define ALIKE	8

static const struct table *table_of(struct context *context, enum kind kind)
{
	return snapshot_table(&context->snapshot, kind);
}

/* --- for people --- */

static void show_csses(struct context *context, struct tree *tree, struct libscols_line *parent,
		       uint32_t cgroup)
{
	const struct relation *csses = graph_relation(&context->graph, CSSES_OF_CGROUP);
	struct libscols_line *line;
	uint32_t row;

	relation_for_each(csses, cgroup, row) {
		line = object_css(context, tree, parent, row);
		tree_set_detail(line, dying_words(context, KIND_CSSES, row));
		object_holders(context, tree, line,
			       table_get(table_of(context, KIND_CSSES), row, "css"));
	}
}

static struct libscols_line *show_cgroup(struct context *context, struct tree *tree,
					 struct libscols_line *parent, uint32_t row)
{
	struct libscols_line *line;

	line = object_cgroup(context, tree, parent, row, dying_words(context, KIND_CGROUPS, row));
	object_holders(context, tree, line,
		       table_get(table_of(context, KIND_CGROUPS), row, "cgroup"));
	show_csses(context, tree, line, row);
	return line;
}

/* A removed cgroup with what is below it; a child comes after its parent. */
static void show_with_children(struct context *context, struct tree *tree, uint32_t top)
{
	const struct relation *parents = graph_relation(&context->graph, CHILDREN_OF_CGROUP);
	const struct table *cgroups = table_of(context, KIND_CGROUPS);
	struct libscols_line **lines;
	uint32_t row, above;

	if (parents->first[top] == NO_ROW) {
		show_cgroup(context, tree, NULL, top);
		return;
	}
	lines = allocate(cgroups->nr_rows - top, sizeof(*lines));
	lines[0] = show_cgroup(context, tree, NULL, top);
	for (row = top + 1; row < cgroups->nr_rows; row++) {
		above = parents->target[row];
		if (above == NO_ROW || above < top || !lines[above - top])
			break;
		lines[row - top] = show_cgroup(context, tree, lines[above - top], row);
	}
	free(lines);
}

static void show_one(struct context *context, struct tree *tree, const struct dying *dying)
{
	const struct table *csses = table_of(context, KIND_CSSES);
	struct libscols_line *line;
	uint32_t cgroup;

	if (dying->kind == KIND_CGROUPS) {
		show_with_children(context, tree, dying->row);
		return;
	}
	line = object_css(context, tree, NULL, dying->row);
	tree_set_detail(line, dying_words(context, KIND_CSSES, dying->row));
	object_holders(context, tree, line, table_get(csses, dying->row, "css"));
	cgroup = graph_relation(&context->graph, CSSES_OF_CGROUP)->target[dying->row];
	if (cgroup != NO_ROW)
		object_cgroup(context, tree, line, cgroup, text_format("its cgroup"));
}

/* Where something is: the path of its parent or, of a css, the identity of that. */
static struct slice place_of(struct context *context, const struct dying *dying)
{
	const struct table *table = table_of(context, dying->kind);
	uint32_t above;

	if (dying->kind == KIND_CGROUPS) {
		above = graph_relation(&context->graph, CHILDREN_OF_CGROUP)->target[dying->row];
		if (above != NO_ROW)
			return table_get(table, above, "path");
	}
	return table_get(table, dying->row, "parent");
}

/* Many that are alike, as one line that names the oldest. */
static void show_group(struct context *context, struct tree *tree, const struct dying *first,
		       size_t nr)
{
	const struct table *table = table_of(context, first->kind);
	bool cgroups = first->kind == KIND_CGROUPS;
	char *place = text_show(place_of(context, first), false);

	tree_add(tree, NULL, (struct node){
		.name = text_format("%zu %s below %s, all like the oldest (--all)", nr,
				    cgroups ? "cgroups" : "csses", place),
		.id = table_get(table, first->row, cgroups ? "cgroup" : "css"),
		.state = table_get(table, first->row, "state"),
		.detail = dying_words(context, first->kind, first->row) });
	free(place);
}

static void show(struct context *context, const struct dying *dying, size_t nr)
{
	struct tree tree;
	size_t i, alike;

	tree_begin(&tree, context->options, "REMOVED", "HELD BY");
	for (i = 0; i < nr; i += alike) {
		for (alike = 1; i + alike < nr; alike++)
			if (strcmp(dying[i].group, dying[i + alike].group))
				break;
		if (alike > ALIKE && !context->options->all) {
			show_group(context, &tree, &dying[i], alike);
			continue;
		}
		alike = 1;
		show_one(context, &tree, &dying[i]);
	}
	tree_end(&tree);
}

/* --- for programs --- */

/* What was removed below a removed cgroup; a child comes after its parent. */
static struct json *json_below(struct context *context, uint32_t top)
{
	const struct relation *parents = graph_relation(&context->graph, CHILDREN_OF_CGROUP);
	const struct table *cgroups = table_of(context, KIND_CGROUPS);
	struct json *below = json_array();
	uint32_t row, above;

	for (row = top + 1; row < cgroups->nr_rows; row++) {
		above = parents->target[row];
		if (above == NO_ROW || above < top)
			break;
		json_append(below, json_row(cgroups, row));
	}
	return below;
}

static struct json *json_one(struct context *context, const struct dying *dying)
{
	const struct table *table = table_of(context, dying->kind);
	bool cgroup = dying->kind == KIND_CGROUPS;
	const char *word = cgroup ? "cgroup" : "css";
	struct json *object = json_object();

	json_add(object, word, json_row(table, dying->row));
	if (cgroup) {
		json_add(object, "csses",
			 object_json_rows(table_of(context, KIND_CSSES),
					  graph_relation(&context->graph, CSSES_OF_CGROUP),
					  dying->row));
		json_add(object, "below", json_below(context, dying->row));
	}
	json_add(object, "holders",
		 object_json_holders(context, table_get(table, dying->row, word)));
	return object;
}

static void print_json(struct context *context, const struct dying *dying, size_t nr)
{
	struct json *array = json_array();
	size_t i;

	for (i = 0; i < nr; i++)
		json_append(array, json_one(context, &dying[i]));
	json_print_one(stdout, "dying", array);
}

enum status cmd_dying(struct context *context)
{
	struct dying *dying;
	size_t nr;

	if (context->options->holders)
		context_more(context, KIND_HOLDERS);
	dying = dying_find(context, &nr);
	if (context->options->json)
		print_json(context, dying, nr);
	else if (nr)
		show(context, dying, nr);
	else
		puts("nothing that was removed is held");
	dying_free(dying, nr);
	return STATUS_OK;
}
