// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines and columns. Nothing is copied: a field is found where it is in the text.
 */
#include <stdlib.h>
#include <string.h>

#include "table.h"

static struct slice line_at(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', end - at);

	return (struct slice){ at, (newline ? newline : end) - at };
}

static void count_rows(struct table *table, const char *at)
{
	size_t rows = 0;
	const char *from;

	for (from = at; from < table->end; from++, rows++)
		from = memchr(from, '\n', table->end - from);
	if (rows >= NO_ROW)
		input_die(table->input, at, "there are more than %u lines", NO_ROW - 1);
	table->rows = allocate(rows + 1, sizeof(*table->rows));
	for (from = at; from < table->end; from++) {
		table->rows[table->nr_rows++] = from;
		from = memchr(from, '\n', table->end - from);
	}
	table->rows[rows] = table->end;
}

/* Names are what programs look for, so they are plain words. */
static bool is_name(struct slice name)
{
	size_t i;

	for (i = 0; i < name.length; i++)
		if (name.at[i] <= ' ' || name.at[i] > '~')
			return false;
	return name.length;
}

static void add_column(struct table *table, struct slice name)
{
	struct column *column = &table->columns[table->nr_columns];
	unsigned int i;

	if (!is_name(name))
		input_die(table->input, name.at, "the name of column %u is no word",
			  table->nr_columns + 1);
	for (i = 0; i < table->nr_columns; i++)
		if (slice_is(name, table->columns[i].name))
			input_die(table->input, name.at, "there are two columns %s",
				  table->columns[i].name);
	if (table->nr_columns == TABLE_COLUMNS)
		input_die(table->input, name.at, "there are more than %d columns", TABLE_COLUMNS);
	*column = (struct column){ slice_copy(name), kind_column(table->kind, name) };
	table->nr_columns++;
}

/* Returns what follows the header. */
static const char *parse_header(struct table *table)
{
	struct slice line = line_at(table->begin, table->end), names, name;

	if (!slice_begins(line, "#"))
		input_die(table->input, table->begin, "the line with the columns of %s is missing",
			  table->kind->section);
	table->columns = allocate(TABLE_COLUMNS, sizeof(*table->columns));
	names = (struct slice){ line.at + 1, line.length - 1 };
	while (slice_next(&names, '\t', &name))
		add_column(table, name);
	return line.at + line.length + 1;
}

/*
 * Memberships are the longest and dearest of all fields, and those of tasks that were forked
 * one after the other are mostly the same: @last has those that were checked last.
 */
static bool is_allowed(enum type type, struct slice field, struct slice *last)
{
	if (type != TYPE_MEMBERSHIPS)
		return type == TYPE_WORD || type_allows(type, field);
	if (slice_equal(field, *last))
		return true;
	*last = field;
	return type_allows(type, field);
}

static void check_field(const struct table *table, struct slice field, unsigned int column,
			struct slice *last)
{
	const char *name = table->columns[column].name;

	if (!field.length)
		input_die(table->input, field.at, "column %s is empty", name);
	if (!is_allowed(table_type(table, column), field, last))
		input_die(table->input, field.at, "column %s can not be '%.*s'", name,
			  field.length < 40 ? (int)field.length : 40, field.at);
}

static void check_row(const struct table *table, uint32_t row, struct slice *last)
{
	struct slice line = table_line(table, row), field;
	unsigned int nr = 0;

	while (slice_next(&line, '\t', &field)) {
		if (nr < table->nr_columns)
			check_field(table, field, nr, last);
		nr++;
	}
	if (nr != table->nr_columns)
		input_die(table->input, table->rows[row], "%s has %u columns, this line has %u",
			  table->kind->section, table->nr_columns, nr);
}

static void check_pair(const struct table *table, uint32_t row)
{
	struct slice key, value;

	table_pair(table, row, &key, &value);
	if (!value.length || !is_name(key))
		input_die(table->input, table->rows[row], "this is not 'key: value'");
}

static void parse_table(struct table *table)
{
	struct slice last = slice_of("");
	uint32_t row;

	count_rows(table, parse_header(table));
	for (row = 0; row < table->nr_rows; row++)
		check_row(table, row, &last);
}

static void parse_pairs(struct table *table)
{
	uint32_t row;

	count_rows(table, table->begin);
	if (!table->nr_rows)
		input_die(table->input, table->begin, "%s is empty: the file was cut",
			  table->kind->section);
	for (row = 0; row < table->nr_rows; row++)
		check_pair(table, row);
}

void table_place(struct table *table, const struct table_kind *kind, const struct input *input,
		 const char *begin, const char *end)
{
	*table = (struct table){ .kind = kind, .input = input, .begin = begin, .end = end };
}

void table_parse(struct table *table)
{
	/* What was refused before is looked at anew: only the fuzzer goes on after that. */
	table->nr_columns = 0;
	table->nr_rows = 0;
	switch (table->kind->form) {
	case FORM_TABLE:
		parse_table(table);
		break;
	case FORM_PAIRS:
		parse_pairs(table);
		break;
	case FORM_KTAP:
		count_rows(table, table->begin);
		break;
	}
	table->is_parsed = true;
}

void table_free(struct table *table)
{
	unsigned int i;

	for (i = 0; i < table->nr_columns; i++)
		free(table->columns[i].name);
	free(table->columns);
	free(table->rows);
	*table = (struct table){ 0 };
}

int table_column(const struct table *table, const char *name)
{
	unsigned int i;

	for (i = 0; i < table->nr_columns; i++)
		if (!strcmp(table->columns[i].name, name))
			return i;
	return -1;
}

unsigned int table_need(const struct table *table, const char *name)
{
	int column = table_column(table, name);

	if (column < 0)
		input_die(table->input, table->begin, "%s has no column %s", table->kind->section,
			  name);
	return column;
}

unsigned int table_all(const struct table *table, unsigned int *columns)
{
	unsigned int i;

	for (i = 0; i < table->nr_columns; i++)
		columns[i] = i;
	return i;
}

enum type table_type(const struct table *table, unsigned int column)
{
	const struct column_kind *kind = table->columns[column].kind;

	return kind ? kind->type : TYPE_WORD;
}

struct slice table_line(const struct table *table, uint32_t row)
{
	const char *at = table->rows[row];

	return (struct slice){ at, table->rows[row + 1] - 1 - at };
}

void table_split(const struct table *table, uint32_t row, struct slice *fields)
{
	struct slice line = table_line(table, row);

	while (slice_next(&line, '\t', fields))
		fields++;
}

struct slice table_field(const struct table *table, uint32_t row, unsigned int column)
{
	struct slice line = table_line(table, row), field = { 0 };

	do {
		slice_next(&line, '\t', &field);
	} while (column--);
	return field;
}

struct slice table_get(const struct table *table, uint32_t row, const char *column)
{
	int found = table_column(table, column);

	return found < 0 ? slice_of("-") : table_field(table, row, found);
}

/* A line that is no pair has an empty value. */
void table_pair(const struct table *table, uint32_t row, struct slice *key, struct slice *value)
{
	struct slice line = table_line(table, row);
	const char *colon = memchr(line.at, ':', line.length);
	size_t length = colon ? (size_t)(colon - line.at) : line.length;

	*key = (struct slice){ line.at, length };
	*value = (struct slice){ line.at + line.length, 0 };
	if (length && length + 1 < line.length && colon[1] == ' ')
		*value = (struct slice){ colon + 2, line.length - length - 2 };
}

struct slice table_value(const struct table *table, const char *key)
{
	struct slice name, value;
	uint32_t row;

	for (row = 0; row < table->nr_rows; row++) {
		table_pair(table, row, &name, &value);
		if (slice_is(name, key))
			return value;
	}
	return slice_of("-");
}
