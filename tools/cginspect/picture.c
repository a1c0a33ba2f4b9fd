// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a picture has: which hierarchies are trees, and where each css_set is drawn.
 */
#include <stdlib.h>
#include <string.h>

#include "picture.h"

/* The fewest digits of a css_set's identity that people can look for. */
#define SHORT_DIGITS	4

bool picture_is_removed(const struct picture *picture, uint32_t cgroup)
{
	return !slice_is(table_get(picture->cgroups, cgroup, "state"), "live");
}

bool picture_is_root(const struct picture *picture, uint32_t cgroup)
{
	struct graph *graph = &picture->context->graph;

	return graph_relation(graph, CHILDREN_OF_CGROUP)->target[cgroup] == NO_ROW;
}

bool picture_has_box(const struct picture *picture, uint32_t cgroup)
{
	return picture->box[cgroup] == cgroup;
}

struct slice picture_short_id(const struct picture *picture, uint32_t css_set)
{
	struct slice id = table_get(picture->css_sets, css_set, "css_set");
	size_t length = id.length < picture->digits ? id.length : picture->digits;

	return (struct slice){ id.at + id.length - length, length };
}

/* --- short ids --- */

/* Those whose ends are alike come together. */
static int by_end(const void *a, const void *b)
{
	const struct slice *left = a, *right = b;
	size_t i;

	for (i = 1; i <= left->length && i <= right->length; i++) {
		int order = (unsigned char)left->at[left->length - i] -
			    (unsigned char)right->at[right->length - i];

		if (order)
			return order;
	}
	return (left->length > right->length) - (left->length < right->length);
}

static unsigned int alike_at_end(struct slice a, struct slice b)
{
	size_t nr = 0;

	while (nr < a.length && nr < b.length &&
	       a.at[a.length - 1 - nr] == b.at[b.length - 1 - nr])
		nr++;
	return nr;
}

static unsigned int digits_needed(const struct table *css_sets)
{
	struct slice *ids = allocate(css_sets->nr_rows, sizeof(*ids));
	unsigned int digits = SHORT_DIGITS, alike;
	uint32_t row;

	for (row = 0; row < css_sets->nr_rows; row++)
		ids[row] = table_get(css_sets, row, "css_set");
	qsort(ids, css_sets->nr_rows, sizeof(*ids), by_end);
	for (row = 1; row < css_sets->nr_rows; row++) {
		alike = alike_at_end(ids[row - 1], ids[row]);
		digits = alike >= digits ? alike + 1 : digits;
	}
	free(ids);
	return digits;
}

/* --- trees --- */

static void find_hierarchies(struct picture *picture)
{
	struct graph *graph = &picture->context->graph;
	uint32_t row, hierarchy;

	memset(picture->roots, 0xff, picture->hierarchies->nr_rows * sizeof(*picture->roots));
	for (row = 0; row < picture->cgroups->nr_rows; row++) {
		hierarchy = graph_hierarchy_of(graph, table_get(picture->cgroups, row, "cgroup"));
		picture->hierarchy[row] = hierarchy;
		if (hierarchy != NO_ROW && picture->roots[hierarchy] == NO_ROW)
			picture->roots[hierarchy] = row;
	}
}

/* A hierarchy of which nothing but the root is chosen is a line in the box for all of these. */
static void find_trees(struct picture *picture)
{
	uint32_t row, hierarchy, nr = 0;

	for (row = 0; row < picture->cgroups->nr_rows; row++) {
		hierarchy = picture->hierarchy[row];
		if (hierarchy == NO_ROW || !picture->cgroup_chosen[row] ||
		    picture->roots[hierarchy] == row)
			continue;
		nr += !picture->has_tree[hierarchy];
		picture->has_tree[hierarchy] = true;
	}
	for (row = 0; row < picture->hierarchies->nr_rows && !nr; row++)
		if (picture->roots[row] != NO_ROW && picture->cgroup_chosen[picture->roots[row]]) {
			picture->has_tree[row] = true;
			nr++;
		}
}

/* --- css_sets --- */

/* The lowest hierarchy in which a css_set is not at the root of the tree, else the lowest. */
static uint32_t home_of(const struct picture *picture, uint32_t css_set)
{
	struct graph *graph = &picture->context->graph;
	const struct relation *of_css_set = graph_relation(graph, LINKS_OF_CSS_SET);
	const struct relation *of_cgroup = graph_relation(graph, LINKS_OF_CGROUP);
	uint32_t link, cgroup, home = NO_ROW, root = NO_ROW;

	relation_for_each(of_css_set, css_set, link) {
		cgroup = of_cgroup->target[link];
		if (cgroup == NO_ROW || picture->box[cgroup] == NO_ROW)
			continue;
		if (picture_is_root(picture, cgroup))
			root = root == NO_ROW || cgroup < of_cgroup->target[root] ? link : root;
		else
			home = home == NO_ROW || cgroup < of_cgroup->target[home] ? link : home;
	}
	return home == NO_ROW ? root : home;
}

/* One all of whose cgroups below roots are in bunches is counted there, and not drawn. */
static bool is_bunched(const struct picture *picture, uint32_t css_set)
{
	struct graph *graph = &picture->context->graph;
	const struct relation *of_css_set = graph_relation(graph, LINKS_OF_CSS_SET);
	const struct relation *of_cgroup = graph_relation(graph, LINKS_OF_CGROUP);
	bool any = false;
	uint32_t link, cgroup;

	relation_for_each(of_css_set, css_set, link) {
		cgroup = of_cgroup->target[link];
		if (cgroup == NO_ROW || picture->box[cgroup] == NO_ROW ||
		    picture_is_root(picture, cgroup))
			continue;
		if (!picture->bunches[picture->box[cgroup]])
			return false;
		any = true;
	}
	return any;
}

static void find_homes(struct picture *picture)
{
	uint32_t most = picture->context->options->all ? UINT32_MAX : PICTURE_MOST;
	uint32_t css_set, nr = 0, nr_chosen = 0;

	for (css_set = 0; css_set < picture->css_sets->nr_rows; css_set++) {
		picture->home[css_set] = NO_ROW;
		if (!picture->css_set_chosen[css_set])
			continue;
		nr_chosen++;
		if (nr < most && !is_bunched(picture, css_set))
			picture->home[css_set] = home_of(picture, css_set);
		nr += picture->home[css_set] != NO_ROW;
		picture->nr_css_sets_hidden += picture->home[css_set] == NO_ROW;
	}
	picture->one_css_set = nr_chosen == 1;
}

static void take_room(struct picture *picture)
{
	uint32_t nr_cgroups = picture->cgroups->nr_rows;
	uint32_t nr_css_sets = picture->css_sets->nr_rows;

	picture->cgroup_chosen = allocate(nr_cgroups, sizeof(*picture->cgroup_chosen));
	picture->box = allocate(nr_cgroups, sizeof(*picture->box));
	picture->bunches = allocate(nr_cgroups, sizeof(*picture->bunches));
	picture->hierarchy = allocate(nr_cgroups, sizeof(*picture->hierarchy));
	picture->css_set_chosen = allocate(nr_css_sets, sizeof(*picture->css_set_chosen));
	picture->home = allocate(nr_css_sets, sizeof(*picture->home));
	picture->roots = allocate(picture->hierarchies->nr_rows, sizeof(*picture->roots));
	picture->has_tree = allocate(picture->hierarchies->nr_rows, sizeof(*picture->has_tree));
}

void picture_make(struct picture *picture, struct context *context)
{
	*picture = (struct picture){
		.context = context,
		.cgroups = snapshot_table(&context->snapshot, KIND_CGROUPS),
		.css_sets = snapshot_table(&context->snapshot, KIND_CSS_SETS),
		.links = snapshot_table(&context->snapshot, KIND_LINKS),
		.hierarchies = snapshot_table(&context->snapshot, KIND_HIERARCHIES),
	};
	take_room(picture);
	picture->digits = digits_needed(picture->css_sets);
	find_hierarchies(picture);
	picture_choose(picture);
	find_trees(picture);
	picture_bunch(picture);
	find_homes(picture);
}

void picture_free(struct picture *picture)
{
	uint32_t row;

	for (row = 0; row < picture->cgroups->nr_rows; row++)
		free(picture->bunches[row]);
	free(picture->cgroup_chosen);
	free(picture->css_set_chosen);
	free(picture->box);
	free(picture->bunches);
	free(picture->hierarchy);
	free(picture->home);
	free(picture->roots);
	free(picture->has_tree);
}
