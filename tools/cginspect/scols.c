// SPDX-License-Identifier: GPL-2.0-only
/*
 * What tables and trees have in common when libsmartcols prints them.
 */
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

void scols_end(struct libscols_table *table)
{
	if (scols_print_table(table))
		die(STATUS_INPUT, "the table can not be printed");
	scols_unref_table(table);
}

void scols_set(struct libscols_line *line, unsigned int cell, char *text)
{
	if (scols_line_refer_data(line, cell, text))
		need_memory(NULL);
}
