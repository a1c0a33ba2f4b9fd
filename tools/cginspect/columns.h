/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_COLUMNS_H
#define _CGINSPECT_COLUMNS_H

#include "options.h"
#include "table.h"

/*
 * Which columns to show, in which order: those of -o, all with -O, else those that
 * kinds.c marks. Returns how many; @columns has room for TABLE_COLUMNS. Ends the program
 * if there is no such column.
 */
unsigned int columns_choose(const struct table *table, const struct options *options,
			    unsigned int *columns);
/* The number of a column by its name, in capitals or not. Ends the program if there is none. */
unsigned int columns_find(const struct table *table, struct slice name);

#endif /* _CGINSPECT_COLUMNS_H */
