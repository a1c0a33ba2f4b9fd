/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_DIFF_H
#define _CGINSPECT_DIFF_H

#include "cmd.h"

/* A table that was made here, and its text, which looks like that of a file of the module. */
struct made_table {
	struct input input;
	struct table table;
};

/*
 * What differs between two snapshots of one boot: a row for each object that was made, removed,
 * leaked or moved, in the columns of kind_diff. What follows from another row has none of its own.
 */
void diff_make(struct made_table *made, struct context *old, struct context *new);
/* The same without a row. */
void diff_make_none(struct made_table *made);
void diff_free(struct made_table *made);

#endif /* _CGINSPECT_DIFF_H */
