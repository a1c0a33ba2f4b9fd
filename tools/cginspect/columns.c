// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which columns a table is shown with.
 */
#include <string.h>
#include <strings.h>

#include "columns.h"

static void __noreturn die_of_name(const struct table *table, struct slice name)
{
	char known[1024] = "";
	unsigned int i;

	for (i = 0; i < table->nr_columns; i++)
		if (strlen(known) + strlen(table->columns[i].name) + 2 < sizeof(known))
			strcat(strcat(known, " "), table->columns[i].name);
	die(STATUS_USAGE, "%s has no column '%.*s'; it has:%s", table->kind->section,
	    (int)name.length, name.at, known);
}

unsigned int columns_find(const struct table *table, struct slice name)
{
	unsigned int i;

	for (i = 0; i < table->nr_columns; i++)
		if (strlen(table->columns[i].name) == name.length &&
		    !strncasecmp(table->columns[i].name, name.at, name.length))
			return i;
	die_of_name(table, name);
}

static unsigned int choose_shown(const struct table *table, unsigned int *columns)
{
	unsigned int i, nr = 0;

	for (i = 0; i < table->nr_columns; i++)
		if (table->columns[i].kind && table->columns[i].kind->shown)
			columns[nr++] = i;
	return nr;
}

/* An object of JSON can not have a key twice, and nobody needs to see a column twice. */
static unsigned int add_once(unsigned int *columns, unsigned int nr, unsigned int column)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (columns[i] == column)
			return nr;
	columns[nr] = column;
	return nr + 1;
}

unsigned int columns_choose(const struct table *table, const struct options *options,
			    unsigned int *columns)
{
	struct slice rest, name;
	unsigned int nr = 0;

	if (options->all_columns)
		return table_all(table, columns);
	if (!options->columns)
		return choose_shown(table, columns);
	rest = slice_of(options->columns);
	if (slice_begins(rest, "+")) {
		nr = choose_shown(table, columns);
		rest = slice_of(options->columns + 1);
	}
	while (slice_next(&rest, ',', &name))
		nr = add_once(columns, nr, columns_find(table, name));
	return nr;
}
