// SPDX-License-Identifier: GPL-2.0-only
/*
 * What tables and trees have in common when libsmartcols prints them.
 */
#include <stdint.h>
#include <string.h>

#include "error.h"
#include "scols.h"

static const struct {
	const char *state;
	const char *color;
} colors[] = {
	{ "dying",	"red" },
	{ "dead",	"red" },
	{ "leaked",	"red" },
	{ "not ok",	"red" },
	{ "ok",		"green" },
	{ "made",	"green" },
	{ "draining",	"yellow" },
	{ "exiting",	"yellow" },
	{ "moved",	"yellow" },
	{ "lingering",	"yellow" },
	{ "offline",	"yellow" },
	{ "zombie",	"magenta" },
	{ "exited",	"magenta" },
};

const char *scols_color(struct slice state)
{
	size_t i;

	for (i = 0; i < sizeof(colors) / sizeof(*colors); i++)
		if (slice_is(state, colors[i].state))
			return colors[i].color;
	return NULL;
}

struct libscols_table *scols_begin(const struct options *options)
{
	struct libscols_table *table = need_memory(scols_new_table());

	scols_table_enable_raw(table, options->raw);
	scols_table_enable_noheadings(table, options->noheadings);
	scols_table_enable_ascii(table, options->ascii);
	scols_table_enable_colors(table, options->color);
	return table;
}

struct libscols_column *scols_column(struct libscols_table *table, const char *name, int flags)
{
	return need_memory(scols_table_new_column(table, name, 0, flags));
}

#ifdef HAVE_SCOLS_FILTER

static void keep_from_measuring(struct libscols_column *column, size_t width)
{
	(void)column;
	(void)width;
}

#else /* !HAVE_SCOLS_FILTER */

/*
 * Up to 2.39 the library asks this function, instead of measuring, of a column that is
 * wrapped. Where it writes to no terminal nothing is.
 */
static size_t width_of(const struct libscols_column *column, const char *text, void *width)
{
	(void)column;
	(void)text;
	return (uintptr_t)width;
}

static char *no_wrap(const struct libscols_column *column, char *text, void *unused)
{
	(void)column;
	(void)text;
	(void)unused;
	return NULL;
}

static void keep_from_measuring(struct libscols_column *column, size_t width)
{
	scols_column_set_wrapfunc(column, width_of, no_wrap, (void *)(uintptr_t)width);
	scols_column_set_flags(column, scols_column_get_flags(column) | SCOLS_FL_WRAP);
}

#endif

/* The library forgets a width as soon as cells are less wide than the name, unless told so. */
static void column_set_width(struct libscols_column *column, size_t width)
{
	int flags = scols_column_get_flags(column);

	if (width > strlen(scols_column_get_name(column)))
		flags |= SCOLS_FL_STRICTWIDTH;
	scols_column_set_whint(column, width);
	scols_column_set_flags(column, flags);
	keep_from_measuring(column, width);
}

void scols_widths_set(struct libscols_table *table, const size_t *widths)
{
	size_t i;

	for (i = 0; i < scols_table_get_ncols(table); i++)
		column_set_width(scols_table_get_column(table, i), widths[i]);
	/* There is nothing that would be escaped. */
	scols_table_enable_noencoding(table, 1);
}

static void print(struct libscols_table *table)
{
	if (scols_print_table(table))
		die(STATUS_INPUT, "the table can not be printed");
}

void scols_portion_end(struct libscols_table *table)
{
	print(table);
	scols_table_remove_lines(table);
	scols_table_enable_noheadings(table, 1);
}

void scols_end(struct libscols_table *table)
{
	print(table);
	scols_unref_table(table);
}

void scols_set(struct libscols_line *line, unsigned int cell, char *text)
{
	if (scols_line_refer_data(line, cell, text))
		need_memory(NULL);
}
