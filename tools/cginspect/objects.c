// SPDX-License-Identifier: GPL-2.0-only
/*
 * The objects of the graph as nodes of a tree.
 */
#include <stdlib.h>
#include <string.h>

#include "dying.h"
#include "objects.h"

static const struct table *table_of(struct context *context, enum kind kind)
{
	return snapshot_table(&context->snapshot, kind);
}

/* Rows have states and identities under the same names, whatever they are rows of. */
static struct libscols_line *add(struct tree *tree, struct libscols_line *parent,
				 const struct table *table, uint32_t row, const char *id,
				 struct node node)
{
	node.id = table_get(table, row, id);
	node.state = table_get(table, row, "state");
	return tree_add(tree, parent, node);
}

/* "WORD NAME", the name as it is shown to people. */
static char *named(const char *word, struct slice name)
{
	char *shown = text_show(name, false);
	char *text = text_format("%s %s", word, shown);

	free(shown);
	return text;
}

struct libscols_line *object_task(struct context *context, struct tree *tree,
				  struct libscols_line *parent, uint32_t row)
{
	const struct table *tasks = table_of(context, KIND_TASKS);
	struct slice tid = table_get(tasks, row, "tid"), tgid = table_get(tasks, row, "tgid");
	struct node node = { .name = named("task", table_get(tasks, row, "comm")) };

	if (!slice_equal(tid, tgid))
		node.detail = text_format("thread of %.*s", (int)tgid.length, tgid.at);
	else if (slice_is(table_get(tasks, row, "kthread"), "yes"))
		node.detail = text_format("kernel thread");
	return add(tree, parent, tasks, row, "tid", node);
}

struct libscols_line *object_css_set(struct context *context, struct tree *tree,
				     struct libscols_line *parent, uint32_t row)
{
	const struct table *css_sets = table_of(context, KIND_CSS_SETS);
	struct slice tasks = table_get(css_sets, row, "tasks");
	struct slice unaccounted = table_get(css_sets, row, "unaccounted");
	struct node node = { .name = text_format("css_set") };

	node.detail = text_format("tasks %.*s, unaccounted %.*s", (int)tasks.length, tasks.at,
				  (int)unaccounted.length, unaccounted.at);
	return add(tree, parent, css_sets, row, "css_set", node);
}

struct libscols_line *object_cgroup(struct context *context, struct tree *tree,
				    struct libscols_line *parent, uint32_t row, char *detail)
{
	const struct table *cgroups = table_of(context, KIND_CGROUPS);
	struct node node = { .name = named("cgroup", table_get(cgroups, row, "path")) };

	node.detail = detail;
	return add(tree, parent, cgroups, row, "cgroup", node);
}

struct libscols_line *object_css(struct context *context, struct tree *tree,
				 struct libscols_line *parent, uint32_t row)
{
	const struct table *csses = table_of(context, KIND_CSSES);
	struct slice id = table_get(csses, row, "css"), controller;
	struct slice refs = table_get(csses, row, "refs");
	struct slice unaccounted = table_get(csses, row, "unaccounted");
	struct node node = { 0 };

	slice_next(&id, ':', &controller);
	node.name = named("css", controller);
	node.detail = text_format("refs %.*s, unaccounted %.*s", (int)refs.length, refs.at,
				  (int)unaccounted.length, unaccounted.at);
	return add(tree, parent, csses, row, "css", node);
}

char *object_hierarchy_words(struct context *context, uint32_t row)
{
	const struct table *hierarchies = table_of(context, KIND_HIERARCHIES);
	struct slice name = table_get(hierarchies, row, "name");
	struct slice controllers = table_get(hierarchies, row, "controllers");
	char *shown, *words;

	if (slice_is(table_get(hierarchies, row, "version"), "2"))
		return text_format("v2");
	shown = text_show(slice_absent(name) ? controllers : name, false);
	words = text_format("v1 %s%s", slice_absent(name) ? "" : "name=", shown);
	free(shown);
	return words;
}

struct libscols_line *object_hierarchy(struct context *context, struct tree *tree,
				       struct libscols_line *parent, uint32_t row)
{
	char *words = object_hierarchy_words(context, row);
	struct node node = { .name = text_format("hierarchy %s", words) };

	free(words);
	return add(tree, parent, table_of(context, KIND_HIERARCHIES), row, "id", node);
}

struct libscols_line *object_holder(const struct table *holders, struct tree *tree,
				    struct libscols_line *parent, uint32_t row)
{
	struct slice kind = table_get(holders, row, "kind"), refs = table_get(holders, row, "refs");
	struct slice tid = table_get(holders, row, "tid"), fd = table_get(holders, row, "fd");
	char *comm = text_show(table_get(holders, row, "comm"), false);
	char *detail = text_show(table_get(holders, row, "detail"), false);
	struct node node = { .id = slice_of("-"), .state = slice_of("-") };

	node.name = named("held by", kind);
	if (slice_absent(tid))
		node.detail = text_format("refs %.*s, %s", (int)refs.length, refs.at, detail);
	else
		node.detail = text_format("refs %.*s, task %.*s %s, fd %.*s, %s", (int)refs.length,
					  refs.at, (int)tid.length, tid.at, comm, (int)fd.length,
					  fd.at, detail);
	free(comm);
	free(detail);
	return tree_add(tree, parent, node);
}

void object_holders(struct context *context, struct tree *tree, struct libscols_line *parent,
		    struct slice object)
{
	const struct table *holders = table_of(context, KIND_HOLDERS);
	uint32_t row;

	if (!context->options->holders)
		return;
	graph_for_each_holder(&context->graph, object, row)
		if (dying_holds(context, object, row))
			object_holder(holders, tree, parent, row);
}

void object_rest(struct tree *tree, struct libscols_line *parent, unsigned long nr)
{
	tree_add(tree, parent, (struct node){
		.name = text_format("and %lu more (--all)", nr),
		.id = slice_of("-"), .state = slice_of("-") });
}

void object_tasks(struct context *context, struct tree *tree, struct libscols_line *parent,
		  uint32_t css_set, uint32_t except)
{
	const struct relation *tasks = graph_relation(&context->graph, TASKS_OF_CSS_SET);
	unsigned long nr = 0;
	uint32_t row;

	relation_for_each(tasks, css_set, row)
		if (row != except && (nr++ < OBJECTS_MOST || context->options->all))
			object_task(context, tree, parent, row);
	if (nr > OBJECTS_MOST && !context->options->all)
		object_rest(tree, parent, nr - OBJECTS_MOST);
}

struct libscols_line *object_css_held(struct context *context, struct tree *tree,
				      struct libscols_line *parent, uint32_t row, bool held)
{
	struct libscols_line *line = object_css(context, tree, parent, row);

	if (held)
		tree_set_detail(line, dying_words(context, KIND_CSSES, row));
	object_holders(context, tree, line, table_get(table_of(context, KIND_CSSES), row, "css"));
	return line;
}

void object_csses(struct context *context, struct tree *tree, struct libscols_line *parent,
		  uint32_t cgroup, bool held)
{
	const struct relation *csses = graph_relation(&context->graph, CSSES_OF_CGROUP);
	uint32_t row;

	relation_for_each(csses, cgroup, row)
		object_css_held(context, tree, parent, row, held);
}

static void add_css_set(struct context *context, struct tree *tree, struct libscols_line *parent,
			uint32_t row, bool held)
{
	struct libscols_line *line = object_css_set(context, tree, parent, row);

	if (held)
		tree_set_detail(line, dying_words(context, KIND_CSS_SETS, row));
	object_holders(context, tree, line,
		       table_get(table_of(context, KIND_CSS_SETS), row, "css_set"));
	object_tasks(context, tree, line, row, NO_ROW);
}

/* Most css_sets are linked to most roots, so these have very many. */
void object_css_sets(struct context *context, struct tree *tree, struct libscols_line *parent,
		     uint32_t cgroup, bool held)
{
	const struct relation *links = graph_relation(&context->graph, LINKS_OF_CGROUP);
	const struct relation *css_sets = graph_relation(&context->graph, LINKS_OF_CSS_SET);
	unsigned long nr = 0;
	uint32_t link;

	relation_for_each(links, cgroup, link)
		if (css_sets->target[link] != NO_ROW &&
		    (nr++ < OBJECTS_MOST || context->options->all))
			add_css_set(context, tree, parent, css_sets->target[link], held);
	if (nr > OBJECTS_MOST && !context->options->all)
		object_rest(tree, parent, nr - OBJECTS_MOST);
}

/* "H:" in front of a path says in which hierarchy. Returns the path. */
static const char *split_hierarchy(const char *what, struct slice *hierarchy)
{
	const char *colon = strchr(what, ':');

	*hierarchy = (struct slice){ what, colon ? colon - what : 0 };
	if (!colon || !text_number(*hierarchy, NULL)) {
		hierarchy->length = 0;
		return what;
	}
	return colon + 1;
}

uint32_t object_find_cgroup(struct context *context, const char *what, uint32_t from)
{
	const struct table *cgroups = table_of(context, KIND_CGROUPS);
	unsigned int id_column = table_need(cgroups, "cgroup");
	unsigned int path_column = table_need(cgroups, "path");
	struct slice hierarchy, id, of;
	const char *path = split_hierarchy(what, &hierarchy);
	uint32_t row;

	for (row = from; row < cgroups->nr_rows; row++) {
		id = table_field(cgroups, row, id_column);
		if (slice_is(id, what))
			return row;
		slice_next(&id, ':', &of);
		if (hierarchy.length && !slice_equal(hierarchy, of))
			continue;
		if (text_means(table_field(cgroups, row, path_column), path))
			return row;
	}
	return NO_ROW;
}

static uint32_t hierarchy_of_controller(struct context *context, const char *name)
{
	const struct table *subsystems = table_of(context, KIND_SUBSYSTEMS);
	uint32_t row;

	for (row = 0; row < subsystems->nr_rows; row++) {
		if (!slice_is(table_get(subsystems, row, "name"), name) &&
		    !slice_is(table_get(subsystems, row, "legacy_name"), name))
			continue;
		/* The kernel counts one that was disabled at boot to v2. */
		if (slice_lists(table_get(subsystems, row, "flags"), slice_of("disabled")))
			die(STATUS_NO, "controller %s is disabled, so it is nowhere", name);
		return graph_find(&context->graph, INDEX_HIERARCHIES,
				  table_get(subsystems, row, "hierarchy"));
	}
	return NO_ROW;
}

static uint32_t hierarchy_of_name(struct context *context, const char *name)
{
	const struct table *hierarchies = table_of(context, KIND_HIERARCHIES);
	struct slice of;
	uint32_t row;

	/* It is shown so, and mount takes it so. */
	if (!strncmp(name, "name=", strlen("name=")))
		name += strlen("name=");
	for (row = 0; row < hierarchies->nr_rows; row++) {
		of = table_get(hierarchies, row, "name");
		if (!slice_absent(of) && text_means(of, name))
			return row;
	}
	return NO_ROW;
}

uint32_t object_find_hierarchy(struct context *context, const char *what)
{
	uint32_t row;

	if (text_number(slice_of(what), NULL))
		return graph_find(&context->graph, INDEX_HIERARCHIES, slice_of(what));
	row = hierarchy_of_controller(context, what);
	return row == NO_ROW ? hierarchy_of_name(context, what) : row;
}
