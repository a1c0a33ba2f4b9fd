// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hierarchies as trees, with the cgroups that were removed but are held.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "json.h"
#include "objects.h"

/* What of the graph is drawn, and how far the drawing is. */
struct drawing {
	struct context *context;
	struct tree tree;
	const struct table *cgroups;
	const struct relation *parents;
	/* One for each cgroup; 0 if it is not drawn, else its level below the top plus one. */
	uint32_t *levels;
	/* One for each cgroup: its node for people, or the array of its children for programs. */
	struct libscols_line **lines;
	struct json **children;
	struct json *tops;
};

static struct slice field(const struct drawing *drawing, uint32_t row, const char *name)
{
	return table_get(drawing->cgroups, row, name);
}

/* --- which cgroups --- */

/* The row of the root cgroup of a hierarchy. */
static uint32_t root_of(struct drawing *drawing, struct slice id)
{
	uint32_t row;
	struct slice cgroup, of;

	for (row = 0; row < drawing->cgroups->nr_rows; row++) {
		cgroup = field(drawing, row, "cgroup");
		if (drawing->parents->target[row] == NO_ROW && slice_next(&cgroup, ':', &of) &&
		    slice_equal(of, id))
			return row;
	}
	return NO_ROW;
}

/* The root of a hierarchy, by its id, its name or a controller. */
static uint32_t find_root(struct drawing *drawing, const char *what)
{
	const struct table *hierarchies = snapshot_table(&drawing->context->snapshot,
							 KIND_HIERARCHIES);
	uint32_t hierarchy;

	if (text_number(slice_of(what), NULL))
		return root_of(drawing, slice_of(what));
	hierarchy = object_find_hierarchy(drawing->context, what);
	if (hierarchy == NO_ROW)
		return NO_ROW;
	return root_of(drawing, table_get(hierarchies, hierarchy, "id"));
}

static bool is_cgroup(const char *what)
{
	return strpbrk(what, "/:");
}

/* The next top from @from on: a root, or each cgroup with this path. */
static uint32_t next_top(struct drawing *drawing, const char *what, uint32_t from)
{
	if (is_cgroup(what))
		return object_find_cgroup(drawing->context, what, from);
	return from ? NO_ROW : find_root(drawing, what);
}

static void mark_roots(struct drawing *drawing)
{
	uint32_t row;

	for (row = 0; row < drawing->cgroups->nr_rows; row++)
		if (drawing->parents->target[row] == NO_ROW)
			drawing->levels[row] = 1;
}

static void mark_tops(struct drawing *drawing, const char *what)
{
	uint32_t row = next_top(drawing, what, 0);

	if (row == NO_ROW)
		die(STATUS_NO, "there is no hierarchy, controller or cgroup '%s' in %s%s", what,
		    drawing->context->snapshot.input.name,
		    is_cgroup(what) ? "" : "; a path begins with /");
	for (; row != NO_ROW; row = next_top(drawing, what, row + 1))
		drawing->levels[row] = 1;
}

/* A parent has its level before its children have theirs. A top can be below another one. */
static void set_levels(struct drawing *drawing)
{
	uint32_t row, parent;

	for (row = 0; row < drawing->cgroups->nr_rows; row++) {
		parent = drawing->parents->target[row];
		if (parent != NO_ROW && drawing->levels[parent])
			drawing->levels[row] = drawing->levels[parent] + 1;
	}
}

static void choose(struct drawing *drawing)
{
	const struct options *options = drawing->context->options;

	drawing->levels = allocate(drawing->cgroups->nr_rows, sizeof(*drawing->levels));
	if (options->nr_args)
		mark_tops(drawing, options->args[0]);
	else
		mark_roots(drawing);
	set_levels(drawing);
}

/* --- for people --- */

static void draw_css_set(struct drawing *drawing, struct libscols_line *parent, uint32_t css_set)
{
	const struct table *css_sets = snapshot_table(&drawing->context->snapshot, KIND_CSS_SETS);
	const struct options *options = drawing->context->options;
	const struct relation *tasks;
	uint32_t row;

	if (options->css_sets)
		parent = tree_add(&drawing->tree, parent, (struct node){
			.name = text_format("css_set"),
			.detail = slice_copy(table_get(css_sets, css_set, "tasks")),
			.id = table_get(css_sets, css_set, "css_set"),
			.state = table_get(css_sets, css_set, "state") });
	if (!options->tasks)
		return;
	tasks = graph_relation(&drawing->context->graph, TASKS_OF_CSS_SET);
	relation_for_each(tasks, css_set, row)
		object_task(drawing->context, &drawing->tree, parent, row);
}

static void draw_css_sets(struct drawing *drawing, struct libscols_line *parent, uint32_t cgroup)
{
	struct graph *graph = &drawing->context->graph;
	const struct relation *links = graph_relation(graph, LINKS_OF_CGROUP);
	const struct relation *css_sets = graph_relation(graph, LINKS_OF_CSS_SET);
	uint32_t link;

	relation_for_each(links, cgroup, link)
		if (css_sets->target[link] != NO_ROW)
			draw_css_set(drawing, parent, css_sets->target[link]);
}

/* Of a root its hierarchy is shown, which people know it by. */
static struct node node_of_root(struct drawing *drawing, uint32_t row)
{
	struct slice id = field(drawing, row, "cgroup");
	uint32_t hierarchy = graph_hierarchy_of(&drawing->context->graph, id);
	struct node node = { .state = slice_of("-") };
	char *words;

	if (hierarchy == NO_ROW) {
		node.name = text_format("/");
		return node;
	}
	words = object_hierarchy_words(drawing->context, hierarchy);
	slice_next(&id, ':', &node.id);
	node.name = text_format("%.*s: %s", (int)node.id.length, node.id.at, words);
	node.state = table_get(snapshot_table(&drawing->context->snapshot, KIND_HIERARCHIES),
			       hierarchy, "state");
	free(words);
	return node;
}

static struct node node_of(struct drawing *drawing, uint32_t row)
{
	struct slice path;
	struct node node;

	if (slice_absent(field(drawing, row, "parent"))) {
		node = node_of_root(drawing, row);
	} else {
		path = field(drawing, row, "path");
		/* Without its parent in the tree it is not seen what comes before. */
		if (drawing->parents->target[row] != NO_ROW)
			path = text_last_part(path);
		node.name = text_show(path, false);
		node.state = field(drawing, row, "state");
	}
	node.id = field(drawing, row, "cgroup");
	node.detail = slice_copy(field(drawing, row, "tasks"));
	return node;
}

static void draw(struct drawing *drawing)
{
	const struct options *options = drawing->context->options;
	struct libscols_line *above;
	uint32_t row;

	drawing->lines = allocate(drawing->cgroups->nr_rows, sizeof(*drawing->lines));
	tree_begin(&drawing->tree, options, "CGROUP", "TASKS");
	for (row = 0; row < drawing->cgroups->nr_rows; row++) {
		if (!drawing->levels[row])
			continue;
		above = drawing->levels[row] > 1 ?
			drawing->lines[drawing->parents->target[row]] : NULL;
		drawing->lines[row] = tree_add(&drawing->tree, above, node_of(drawing, row));
		if (options->css_sets || options->tasks)
			draw_css_sets(drawing, drawing->lines[row], row);
	}
	tree_end(&drawing->tree);
	free(drawing->lines);
}

/* --- for programs --- */

static struct json *json_tasks(struct drawing *drawing, uint32_t css_set)
{
	const struct table *tasks = snapshot_table(&drawing->context->snapshot, KIND_TASKS);
	const struct relation *of = graph_relation(&drawing->context->graph, TASKS_OF_CSS_SET);
	struct json *array = json_array();
	uint32_t row;

	relation_for_each(of, css_set, row)
		json_append(array, json_field(TYPE_NUMBER, table_get(tasks, row, "tid")));
	return array;
}

static struct json *json_css_set(struct drawing *drawing, uint32_t css_set)
{
	const struct table *css_sets = snapshot_table(&drawing->context->snapshot, KIND_CSS_SETS);
	struct json *object = json_object();

	json_add(object, "css_set",
		 json_field(TYPE_WORD, table_get(css_sets, css_set, "css_set")));
	if (drawing->context->options->tasks)
		json_add(object, "tasks", json_tasks(drawing, css_set));
	return object;
}

static struct json *json_css_sets(struct drawing *drawing, uint32_t cgroup)
{
	struct graph *graph = &drawing->context->graph;
	const struct relation *links = graph_relation(graph, LINKS_OF_CGROUP);
	const struct relation *css_sets = graph_relation(graph, LINKS_OF_CSS_SET);
	struct json *array = json_array();
	uint32_t link;

	relation_for_each(links, cgroup, link)
		if (css_sets->target[link] != NO_ROW)
			json_append(array, json_css_set(drawing, css_sets->target[link]));
	return array;
}

static void add_object(struct drawing *drawing, uint32_t row)
{
	const struct options *options = drawing->context->options;
	struct json *object = json_object();

	json_add(object, "cgroup", json_row(drawing->cgroups, row));
	if (options->css_sets || options->tasks)
		json_add(object, "css_sets", json_css_sets(drawing, row));
	drawing->children[row] = json_array();
	json_add(object, "children", drawing->children[row]);
	json_append(drawing->levels[row] > 1 ?
		    drawing->children[drawing->parents->target[row]] : drawing->tops, object);
}

static void print_json(struct drawing *drawing)
{
	uint32_t row;

	drawing->children = allocate(drawing->cgroups->nr_rows, sizeof(*drawing->children));
	drawing->tops = json_array();
	for (row = 0; row < drawing->cgroups->nr_rows; row++)
		if (drawing->levels[row])
			add_object(drawing, row);
	json_print_one(stdout, "tree", drawing->tops);
	free(drawing->children);
}

enum status cmd_tree(struct context *context)
{
	struct drawing drawing = {
		.context = context,
		.cgroups = snapshot_table(&context->snapshot, KIND_CGROUPS),
		.parents = graph_relation(&context->graph, CHILDREN_OF_CGROUP),
	};

	choose(&drawing);
	if (context->options->json)
		print_json(&drawing);
	else
		draw(&drawing);
	free(drawing.levels);
	return STATUS_OK;
}
