/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_SNAPSHOT_H
#define _CGINSPECT_SNAPSHOT_H

#include "input.h"
#include "kinds.h"
#include "table.h"

/* The number of the contract that this program knows. */
#define SNAPSHOT_FORMAT	2

/*
 * Everything of one moment. The tables point into @input. Of a running system, holders and
 * check are files of their own: @more has what was read for them, each at a moment of its
 * own. What was not read has a table that is not there. There are NR_KINDS tables as soon
 * as something was read, and NULL before.
 */
struct snapshot {
	struct input input;
	struct input more[NR_KINDS];
	struct table *tables;
	/* The format of which a message has said that it is not known. */
	uint64_t said;
};

/*
 * Find the sections of @snapshot->input. Ends the program with the name of the input, a line
 * and a reason if it is not a whole snapshot. What is in a table is checked when somebody
 * asks for the table, as most commands need few of them.
 */
void snapshot_parse(struct snapshot *snapshot);
/* Find the table of a file of the module that is not part of its snapshot. */
void snapshot_add(struct snapshot *snapshot, enum kind kind);
/*
 * Check the tables that nobody has asked for yet. For who prints before all of them were
 * asked for, since nothing is printed of what is refused.
 */
void snapshot_check(const struct snapshot *snapshot);
void snapshot_free(struct snapshot *snapshot);

/* Ends the program if what the table has is not what it can have. */
const struct table *snapshot_table(const struct snapshot *snapshot, enum kind kind);

#endif /* _CGINSPECT_SNAPSHOT_H */
