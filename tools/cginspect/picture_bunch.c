// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which boxes stand for several cgroups: siblings of one sort of which there are too many to
 * be looked at one by one.
 */
#include <stdlib.h>
#include <string.h>

#include "dying.h"
#include "picture.h"

/* Siblings of one sort have one box. Those that others are below are not mixed with leaves. */
enum sort { SORT_REMOVED, SORT_LEAF, SORT_TREE, NR_SORTS };

/*
 * How many siblings of one sort have boxes of their own. If the picture gets too large all the
 * same, the next ones are tried; with the last ones only roots have boxes.
 */
static const uint32_t limits[][NR_SORTS] = {
	{ DYING_ALIKE, 100, 100 },
	{ DYING_ALIKE, 50, 50 },
	{ DYING_ALIKE, 20, 20 },
	{ DYING_ALIKE, 8, 8 },
	{ 3, 3, 3 },
	{ 1, 1, 1 },
	{ 0, 0, 0 },
};

static const uint32_t no_limits[NR_SORTS] = { UINT32_MAX, UINT32_MAX, UINT32_MAX };
static const uint32_t collapsed[NR_SORTS] = { 1, 1, 100 };

/* Of one parent: how many children there are of each sort, and which of them has their box. */
struct children {
	uint32_t nr[NR_SORTS];
	uint32_t box[NR_SORTS];
};

struct bunching {
	struct picture *picture;
	const struct relation *parents;
	struct children *children;
};

static bool is_drawn(const struct picture *picture, uint32_t row)
{
	uint32_t hierarchy = picture->hierarchy[row];

	return picture->cgroup_chosen[row] && hierarchy != NO_ROW && picture->has_tree[hierarchy];
}

/* A child comes after its parent, so from the last row on all children are known. */
static enum sort sort_of(const struct bunching *bunching, uint32_t row)
{
	const uint32_t *nr = bunching->children[row].nr;

	if (picture_is_removed(bunching->picture, row))
		return SORT_REMOVED;
	return nr[SORT_REMOVED] || nr[SORT_LEAF] || nr[SORT_TREE] ? SORT_TREE : SORT_LEAF;
}

static void count_children(struct bunching *bunching)
{
	uint32_t row, above;

	for (row = bunching->picture->cgroups->nr_rows; row--;) {
		above = bunching->parents->target[row];
		if (above != NO_ROW && is_drawn(bunching->picture, row))
			bunching->children[above].nr[sort_of(bunching, row)]++;
	}
}

static void unbunch(struct bunching *bunching)
{
	struct picture *picture = bunching->picture;
	uint32_t row;

	for (row = 0; row < picture->cgroups->nr_rows; row++) {
		free(picture->bunches[row]);
		picture->bunches[row] = NULL;
		memset(bunching->children[row].box, 0xff, sizeof(bunching->children[row].box));
	}
}

/* The row whose box stands for @row, which has a parent that is drawn. */
static uint32_t box_of(struct bunching *bunching, uint32_t row, const uint32_t *most)
{
	struct picture *picture = bunching->picture;
	uint32_t above = bunching->parents->target[row];
	struct children *siblings = &bunching->children[above];
	enum sort sort = sort_of(bunching, row);

	if (picture->bunches[picture->box[above]])
		return picture->box[above];
	if (siblings->nr[sort] <= most[sort])
		return row;
	if (siblings->box[sort] == NO_ROW) {
		siblings->box[sort] = row;
		picture->bunches[row] = allocate(1, sizeof(**picture->bunches));
		picture->bunches[row]->first = row;
		picture->bunches[row]->nr = siblings->nr[sort];
	}
	return siblings->box[sort];
}

/* Returns how many boxes there are. A parent comes before its children. */
static uint32_t find_boxes(struct bunching *bunching, const uint32_t *most)
{
	struct picture *picture = bunching->picture;
	uint32_t row, above, nr = 0;

	unbunch(bunching);
	for (row = 0; row < picture->cgroups->nr_rows; row++) {
		above = bunching->parents->target[row];
		picture->box[row] = NO_ROW;
		if (!is_drawn(picture, row))
			continue;
		if (above == NO_ROW || picture->box[above] == NO_ROW)
			picture->box[row] = row;
		else
			picture->box[row] = box_of(bunching, row, most);
		nr += picture->box[row] == row;
	}
	return nr;
}

static void sum_up(struct picture *picture)
{
	const struct relation *of_cgroup = graph_relation(&picture->context->graph,
							  LINKS_OF_CGROUP);
	struct bunch *bunch;
	uint64_t tasks;
	uint32_t row, link;

	for (row = 0; row < picture->cgroups->nr_rows; row++) {
		bunch = picture->box[row] == NO_ROW ? NULL : picture->bunches[picture->box[row]];
		if (!bunch)
			continue;
		picture->nr_bunched++;
		bunch->nr_cgroups++;
		if (text_number(table_get(picture->cgroups, row, "tasks"), &tasks))
			bunch->tasks += tasks;
		relation_for_each(of_cgroup, row, link)
			bunch->nr_links++;
	}
}

/* --collapse leaves no sort more boxes than it does in a small picture. */
static void set_most(uint32_t *most, const uint32_t *limit, bool collapse)
{
	int sort;

	for (sort = 0; sort < NR_SORTS; sort++)
		most[sort] = collapse && collapsed[sort] < limit[sort] ? collapsed[sort] :
									 limit[sort];
}

void picture_bunch(struct picture *picture)
{
	const struct options *options = picture->context->options;
	struct bunching bunching = {
		.picture = picture,
		.parents = graph_relation(&picture->context->graph, CHILDREN_OF_CGROUP),
		.children = allocate(picture->cgroups->nr_rows, sizeof(*bunching.children)),
	};
	uint32_t most[NR_SORTS];
	size_t next = 0;

	count_children(&bunching);
	set_most(most, options->all ? no_limits : limits[next++], options->collapse);
	while (find_boxes(&bunching, most) > PICTURE_MOST && !options->all &&
	       next < sizeof(limits) / sizeof(*limits))
		set_most(most, limits[next++], options->collapse);
	sum_up(picture);
	free(bunching.children);
}
