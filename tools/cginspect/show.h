/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_SHOW_H
#define _CGINSPECT_SHOW_H

#include <libsmartcols.h>

#include "options.h"
#include "table.h"

/* A table on its way to the terminal, and which of its columns are in it. */
struct shown {
	const struct table *table;
	struct libscols_table *to;
	unsigned int columns[TABLE_COLUMNS];
	unsigned int nr;
	/* Whether names are bytes, and not what is safe to show. */
	bool raw;
	/* Of -S and -Q, else NULL. */
	struct libscols_column *sort;
	struct libscols_filter *filter;
};

/*
 * Print a table for people, as the options say, below a title unless that is NULL. Returns
 * whether there is a line; if all are filtered away nothing is printed, title and headings neither.
 */
bool show_table(const struct table *table, const struct options *options, const char *title);
/*
 * Print all of it as a JSON object whose key is the name of the table, with another key and its
 * number before, unless @key is NULL.
 */
void show_json(const struct table *table, const struct options *options, const char *key,
	       struct slice number);
/* Print it in one of the two ways. */
void show_answer(const struct table *table, const struct options *options);
/*
 * Print nothing, but end the program if the options want what is not there, as a column that the
 * table does not have. For who has a table only later.
 */
void show_check(const struct table *table, const struct options *options);

/*
 * The column that somebody sorts or filters by. It is added, but hidden, if it is not among
 * those that are shown. Ends the program if the table does not have it.
 */
struct libscols_column *show_column(struct shown *shown, const char *name);
bool show_is_numeric(const struct shown *shown, struct libscols_column *column);

/* The expression of -Q. Ends the program if the library can't do this, or can't parse it. */
struct libscols_filter;
struct libscols_filter *filter_begin(struct shown *shown, const char *query);
/* Whether the line stays. */
bool filter_keeps(struct libscols_filter *filter, struct libscols_line *line);
void filter_end(struct libscols_filter *filter);

#endif /* _CGINSPECT_SHOW_H */
