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

static const struct table *table_of(struct context *context, enum kind kind)
{
	return snapshot_table(&context->snapshot, kind);
}

/* Most removed cgroups have none, and then nobody has to go through all links to see it. */
static bool has_css_sets(struct context *context, uint32_t cgroup)
{
	return !text_counts_none(table_get(table_of(context, KIND_CGROUPS), cgroup, "css_sets"));
}

/* --- for people --- */

struct drawing {
	struct context *context;
	struct tree tree;
	/* One for each cgroup, if it is drawn. */
	struct libscols_line **lines;
};

static struct libscols_line *show_cgroup(struct context *context, struct tree *tree,
					 struct libscols_line *parent, uint32_t row)
{
	struct libscols_line *line;

	line = object_cgroup(context, tree, parent, row, dying_words(context, KIND_CGROUPS, row));
	object_holders(context, tree, line,
		       table_get(table_of(context, KIND_CGROUPS), row, "cgroup"));
	object_csses(context, tree, line, row, true);
	if (has_css_sets(context, row))
		object_css_sets(context, tree, line, row, true);
	return line;
}

/* A removed cgroup with what was removed below it. */
static void show_with_children(struct drawing *drawing, uint32_t top)
{
	struct context *context = drawing->context;
	const struct relation *parents = graph_relation(&context->graph, CHILDREN_OF_CGROUP);
	struct libscols_line **lines = drawing->lines;
	uint32_t row = top;

	lines[top] = show_cgroup(context, &drawing->tree, NULL, top);
	while ((row = dying_next(context, top, row)) != NO_ROW)
		lines[row] = show_cgroup(context, &drawing->tree, lines[parents->target[row]], row);
}

/* A css that was removed from a live cgroup. */
static void show_css(struct context *context, struct tree *tree, uint32_t row)
{
	struct libscols_line *line = object_css_held(context, tree, NULL, row, true);
	uint32_t cgroup = graph_relation(&context->graph, CSSES_OF_CGROUP)->target[row];

	if (cgroup != NO_ROW)
		object_cgroup(context, tree, line, cgroup, text_format("its cgroup"));
}

static void show_one(struct drawing *drawing, const struct dying *dying)
{
	if (dying->kind == KIND_CGROUPS)
		show_with_children(drawing, dying->row);
	else
		show_css(drawing->context, &drawing->tree, dying->row);
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

/* What holds the oldest of a group, which can differ from what holds the others. */
static void show_holders(struct context *context, struct tree *tree, struct libscols_line *parent,
			 const struct dying *first)
{
	bool cgroup = first->kind == KIND_CGROUPS;

	if (!context->options->holders)
		return;
	object_holders(context, tree, parent, table_get(table_of(context, first->kind), first->row,
							cgroup ? "cgroup" : "css"));
	if (!cgroup)
		return;
	object_csses(context, tree, parent, first->row, true);
	if (has_css_sets(context, first->row))
		object_css_sets(context, tree, parent, first->row, true);
}

/* Many that are held by the same kinds of things, as one line about the oldest. */
static void show_group(struct context *context, struct tree *tree, const struct dying *first,
		       size_t nr)
{
	struct libscols_line *line;
	const struct table *table = table_of(context, first->kind);
	bool cgroups = first->kind == KIND_CGROUPS;
	char *place = text_show(place_of(context, first), false);
	char *words = dying_words(context, first->kind, first->row);

	line = tree_add(tree, NULL, (struct node){
		.name = text_format("%zu %s below %s", nr, cgroups ? "cgroups" : "csses", place),
		.id = table_get(table, first->row, cgroups ? "cgroup" : "css"),
		.state = table_get(table, first->row, "state"),
		.detail = text_format("%s (the oldest; --all shows each)", words) });
	show_holders(context, tree, line, first);
	free(words);
	free(place);
}

/* How many from the first one on are one group. */
static size_t count_alike(const struct dying *dying, size_t nr)
{
	size_t alike = 1;

	while (alike < nr && !strcmp(dying[0].group, dying[alike].group))
		alike++;
	return alike;
}

static void show(struct context *context, const struct dying *dying, size_t nr)
{
	struct drawing drawing = { .context = context };
	size_t alike;

	drawing.lines = allocate(table_of(context, KIND_CGROUPS)->nr_rows,
				 sizeof(*drawing.lines));
	tree_begin(&drawing.tree, context->options, "REMOVED", "HELD BY");
	for (; nr; dying += alike, nr -= alike) {
		alike = context->options->all ? 1 : count_alike(dying, nr);
		if (alike > DYING_ALIKE) {
			show_group(context, &drawing.tree, dying, alike);
			continue;
		}
		alike = 1;
		show_one(&drawing, dying);
	}
	tree_end(&drawing.tree);
	free(drawing.lines);
}

/* --- for programs --- */

/* A cgroup with all that people would see of it, but for what is below it. */
static struct json *json_cgroup(struct context *context, uint32_t row)
{
	const struct table *cgroups = table_of(context, KIND_CGROUPS);
	struct json *object = json_object();

	json_add(object, "cgroup", json_row(cgroups, row));
	json_add(object, "csses", object_json_csses(context, row));
	json_add(object, "css_sets", has_css_sets(context, row) ?
				     object_json_css_sets(context, row) : json_array());
	json_add(object, "holders",
		 object_json_holders(context, table_get(cgroups, row, "cgroup")));
	return object;
}

static struct json *json_below(struct context *context, uint32_t top)
{
	struct json *below = json_array();
	uint32_t row = top;

	while ((row = dying_next(context, top, row)) != NO_ROW)
		json_append(below, json_cgroup(context, row));
	return below;
}

static struct json *json_css(struct context *context, uint32_t row)
{
	const struct table *csses = table_of(context, KIND_CSSES);
	struct json *object = json_object();

	json_add(object, "css", json_row(csses, row));
	json_add(object, "holders", object_json_holders(context, table_get(csses, row, "css")));
	return object;
}

static struct json *json_one(struct context *context, const struct dying *dying)
{
	struct json *object;

	if (dying->kind == KIND_CSSES)
		return json_css(context, dying->row);
	object = json_cgroup(context, dying->row);
	json_add(object, "below", json_below(context, dying->row));
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
