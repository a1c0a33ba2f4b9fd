/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_PICTURE_H
#define _CGINSPECT_PICTURE_H

#include "cmd.h"

/*
 * What is drawn of a snapshot, before anybody draws it. Of each hierarchy that has more than
 * its root there is a tree of boxes. A css_set is an ellipse beside the cgroup that it is linked
 * to; in further trees it is drawn again, with its short id only, so that no arrow crosses a
 * tree.
 */

/* So many boxes and ellipses can be looked at, and Graphviz takes seconds for them. */
#define PICTURE_MOST	1000

/* Siblings of one sort that one box stands for, with all that is below them. */
struct bunch {
	/* The first of them, which has the box, and how many there are. */
	uint32_t first;
	uint32_t nr;
	/* All that the box stands for: those, and what is below them. */
	uint32_t nr_cgroups;
	uint32_t nr_links;
	uint64_t tasks;
};

struct picture {
	struct context *context;
	const struct table *cgroups;
	const struct table *css_sets;
	const struct table *links;
	const struct table *hierarchies;
	/* Of each cgroup: whether it is chosen, and of each css_set. */
	bool *cgroup_chosen;
	bool *css_set_chosen;
	/* Of each cgroup: the row of the cgroup whose box stands for it, or NO_ROW. */
	uint32_t *box;
	/* Of each cgroup whose box stands for several: these; else NULL. */
	struct bunch **bunches;
	/* Of each hierarchy: its root, and whether there is a tree of it. */
	uint32_t *roots;
	bool *has_tree;
	/* Of each css_set: the link beside which it is drawn whole, or NO_ROW. */
	uint32_t *home;
	/* Of each cgroup: the row of its hierarchy. */
	uint32_t *hierarchy;
	/* If only one css_set is chosen there are no copies of it: all arrows lead to it. */
	bool one_css_set;
	/* How many digits at the end tell all css_sets apart. */
	unsigned int digits;
	/* What is left out. */
	uint32_t nr_bunched;
	uint32_t nr_css_sets_hidden;
};

void picture_make(struct picture *picture, struct context *context);
void picture_free(struct picture *picture);

/* Whether a cgroup has a box, and that one stands for no other. */
bool picture_has_box(const struct picture *picture, uint32_t cgroup);
bool picture_is_removed(const struct picture *picture, uint32_t cgroup);
/* The end of the identity of a css_set, which tells it from all others. */
struct slice picture_short_id(const struct picture *picture, uint32_t css_set);
bool picture_is_root(const struct picture *picture, uint32_t cgroup);

/* The parts of picture_make(). */
void picture_choose(struct picture *picture);
void picture_bunch(struct picture *picture);

#endif /* _CGINSPECT_PICTURE_H */
