/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_DYING_H
#define _CGINSPECT_DYING_H

#include "cmd.h"

/* More that are alike are shown as one, unless --all is given. */
#define DYING_ALIKE	8

/*
 * Something that was removed, and whose parent was not: a cgroup, or a css that
 * subtree_control has taken from a live cgroup. What was removed below it holds it.
 */
struct dying {
	enum kind kind;
	uint32_t row;
	uint64_t serial;
	/* Those that have the same parent and are held alike are one group. */
	char *group;
};

/*
 * All of them, groups together, each group and the groups among each other oldest first.
 * To be freed by dying_free().
 */
struct dying *dying_find(struct context *context, size_t *nr);
void dying_free(struct dying *dying, size_t nr);

/*
 * The removed cgroup below @top that comes after @row, which is @top or one of them; each
 * after its parent. NO_ROW if there is no other one. One that was not removed is left out,
 * with all that is below it.
 */
uint32_t dying_next(struct context *context, uint32_t top, uint32_t row);

/* Whether a column of a row says what holds it, if it is not 0. */
bool dying_counts(struct context *context, enum kind kind, uint32_t row, const char *column);
/* Whether a row of holders, which is about @object, says what holds it. */
bool dying_holds(struct context *context, struct slice object, uint32_t holder);

/* What holds a cgroup, css or css_set, in words, as far as its row tells; to be freed. */
char *dying_words(struct context *context, enum kind kind, uint32_t row);

#endif /* _CGINSPECT_DYING_H */
