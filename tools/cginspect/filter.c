// SPDX-License-Identifier: GPL-2.0-only
/*
 * The expressions of -Q, which libsmartcols has from 2.40 on.
 */
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "show.h"

#ifdef HAVE_SCOLS_FILTER

/* The library copies it as soon as number_of() has returned. */
static long double compared;

/*
 * The number in a cell, for comparisons: one that is not exact is what it says, and one that
 * is absent is neither more nor less than any.
 */
static void *number_of(const struct libscols_column *column, struct libscols_cell *cell,
		       void *unused)
{
	const char *text = scols_cell_get_data(cell);

	(void)column;
	(void)unused;
	if (!text || !strcmp(text, "-"))
		return NULL;
	compared = strtold(text + (*text == '~'), NULL);
	return &compared;
}

static void set_type(struct shown *shown, struct libscols_column *column)
{
	if (!show_is_numeric(shown, column)) {
		scols_column_set_data_type(column, SCOLS_DATA_STRING);
		return;
	}
	scols_column_set_data_type(column, SCOLS_DATA_FLOAT);
	scols_column_set_data_func(column, number_of, NULL);
}

/* The library asks for each name in the expression which column it stands for. */
static void assign_columns(struct libscols_filter *filter, struct shown *shown)
{
	struct libscols_iter *names = need_memory(scols_new_iter(SCOLS_ITER_FORWARD));
	struct libscols_column *column;
	const char *name;

	while (!scols_filter_next_holder(filter, names, &name, 0)) {
		column = show_column(shown, name);
		set_type(shown, column);
		if (scols_filter_assign_column(filter, names, name, column))
			die(STATUS_USAGE, "-Q can not use the column %s", name);
	}
	scols_free_iter(names);
}

struct libscols_filter *filter_begin(struct shown *shown, const char *query)
{
	struct libscols_filter *filter = need_memory(scols_new_filter(NULL));

	if (scols_filter_parse_string(filter, query))
		die(STATUS_USAGE, "-Q '%s': %s", query, scols_filter_get_errmsg(filter));
	assign_columns(filter, shown);
	return filter;
}

bool filter_keeps(struct libscols_filter *filter, struct libscols_line *line)
{
	int keeps = 0;

	return !scols_line_apply_filter(line, filter, &keeps) && keeps;
}

void filter_end(struct libscols_filter *filter)
{
	scols_unref_filter(filter);
}

#else /* !HAVE_SCOLS_FILTER */

struct libscols_filter *filter_begin(struct shown *shown, const char *query)
{
	(void)shown;
	(void)query;
	die(STATUS_USAGE, "-Q needs libsmartcols 2.40 or newer, this is %s; try --json and jq",
	    LIBSMARTCOLS_VERSION);
}

bool filter_keeps(struct libscols_filter *filter, struct libscols_line *line)
{
	(void)filter;
	(void)line;
	return true;
}

void filter_end(struct libscols_filter *filter)
{
	(void)filter;
}

#endif
