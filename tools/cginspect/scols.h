/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_SCOLS_H
#define _CGINSPECT_SCOLS_H

#include <libsmartcols.h>

#include "options.h"
#include "text.h"

/* An empty table of libsmartcols that looks as the options say. */
struct libscols_table *scols_begin(const struct options *options);
struct libscols_column *scols_column(struct libscols_table *table, const char *name, int flags);
/* Print and free it. */
void scols_end(struct libscols_table *table);
/* Put @text, which has to be freed, into a cell. */
void scols_set(struct libscols_line *line, unsigned int cell, char *text);
/* The name of the colour for a state or a change, NULL if it has none. */
const char *scols_color(struct slice state);

#endif /* _CGINSPECT_SCOLS_H */
