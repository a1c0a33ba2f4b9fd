/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_MATCH_H
#define _CGINSPECT_MATCH_H

#include "cmd.h"

/* Of each row of a table of one snapshot: the row of the same object in the other, or NO_ROW. */
struct pair {
	const struct table *old;
	const struct table *new;
	uint32_t *new_of;
	uint32_t *old_of;
};

/* Two snapshots of one boot. All kinds of objects that have an identity have a pair. */
struct match {
	struct context *old;
	struct context *new;
	struct pair pairs[NR_KINDS];
};

void match_make(struct match *match, struct context *old, struct context *new);
void match_free(struct match *match);
/* The column with the identity. */
const char *match_key(enum kind kind);

/* Of a hierarchy in which two css_sets have not the same cgroup: the link of each. */
struct move {
	uint32_t old;
	uint32_t new;
	uint64_t hierarchy;
};

/*
 * Find the first such hierarchy, and the next one; the highest comes first. One that only one
 * of the css_sets has was mounted or unmounted meanwhile, which moves no task.
 */
bool match_first_move(struct match *match, uint32_t old_css_set, uint32_t new_css_set,
		      struct move *move);
bool match_next_move(struct match *match, struct move *move);

#endif /* _CGINSPECT_MATCH_H */
