/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_TABLE_H
#define _CGINSPECT_TABLE_H

#include <stdint.h>

#include "input.h"
#include "kinds.h"
#include "text.h"

/* So many columns has no table that anybody would make. */
#define TABLE_COLUMNS	256
/* "No row": of an object that is absent or not listed. */
#define NO_ROW		UINT32_MAX

/* @kind is NULL for a column that this version does not know. */
struct column {
	char *name;
	const struct column_kind *kind;
};

/*
 * One section. It owns the arrays, and the text stays where it was read: a row is the
 * address at which its line begins, and after the last one is @end, so a table takes 8 bytes
 * a row beside its text, and nobody looks for the end of a line again. Of a
 * section of FORM_PAIRS or FORM_KTAP each line is a row, and there are no columns.
 */
struct table {
	const struct table_kind *kind;
	const struct input *input;
	const char *begin;
	const char *end;
	struct column *columns;
	unsigned int nr_columns;
	const char **rows;
	uint32_t nr_rows;
	/* Whether all of the above is there, and the fields are known to be of their types. */
	bool is_parsed;
};

/* Whether the input has this section. */
static inline bool table_is_there(const struct table *table)
{
	return table->begin;
}

/* Keep that the lines from @begin to @end are a table. The last one is whole. */
void table_place(struct table *table, const struct table_kind *kind, const struct input *input,
		 const char *begin, const char *end);
/*
 * Find the columns and rows. Ends the program if it is no table: each row must have as many
 * fields as there are columns, and in each column that is known, fields of its type.
 */
void table_parse(struct table *table);
void table_free(struct table *table);

/* -1 if there is no such column. */
int table_column(const struct table *table, const char *name);
/* Ends the program if there is no such column. */
unsigned int table_need(const struct table *table, const char *name);
/* Put the numbers of all columns into @columns, which has room for TABLE_COLUMNS. */
unsigned int table_all(const struct table *table, unsigned int *columns);
enum type table_type(const struct table *table, unsigned int column);

struct slice table_line(const struct table *table, uint32_t row);
/* All fields of a row; @fields has room for as many as there are columns. */
void table_split(const struct table *table, uint32_t row, struct slice *fields);
struct slice table_field(const struct table *table, uint32_t row, unsigned int column);
/* The same by name; "-" if the table has no such column. */
struct slice table_get(const struct table *table, uint32_t row, const char *column);

/* Of FORM_PAIRS: the row's key and value; or the value of a key, "-" if it is not there. */
void table_pair(const struct table *table, uint32_t row, struct slice *key, struct slice *value);
struct slice table_value(const struct table *table, const char *key);

#endif /* _CGINSPECT_TABLE_H */
