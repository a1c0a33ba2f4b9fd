/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_SCOLS_H
#define _CGINSPECT_SCOLS_H

#include <libsmartcols.h>

#include "options.h"
#include "text.h"

/* An empty table of libsmartcols that looks as the options say. */
struct libscols_table *scols_begin(const struct options *options);
struct libscols_column *scols_column(struct libscols_table *table, const char *name, int flags);
/*
 * For a table whose text is all plain, in portions: each column gets its width, so that the
 * library does not have to measure each character of each cell, and that portions are alike.
 */
void scols_widths_set(struct libscols_table *table, const size_t *widths);
/* Print the lines that were added, and take them away; the headings only the first time. */
void scols_portion_end(struct libscols_table *table);
/* Print and free it. */
void scols_end(struct libscols_table *table);
/* Put @text, which has to be freed, into a cell. */
void scols_set(struct libscols_line *line, unsigned int cell, char *text);
/* The name of the colour for a state or a change, NULL if it has none. */
const char *scols_color(struct slice state);

#endif /* _CGINSPECT_SCOLS_H */
