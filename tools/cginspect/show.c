// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table of the snapshot for people: columns, order, and which lines.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "columns.h"
#include "error.h"
#include "json.h"
#include "scols.h"
#include "show.h"

/* --- order --- */

/* Numbers can be longer than any type, and have "~" or "-" before them. */
static int compare_numbers(const char *a, const char *b)
{
	int sign = 1, order;

	a += *a == '~';
	b += *b == '~';
	if ((*a == '-') != (*b == '-'))
		return *a == '-' ? -1 : 1;
	if (*a == '-')
		sign = -1;
	order = (int)strlen(a) - (int)strlen(b);
	return sign * (order ? order : strcmp(a, b));
}

/* What is absent comes first. @numeric is not NULL if the column has numbers. */
static int compare_cells(struct libscols_cell *a, struct libscols_cell *b, void *numeric)
{
	const char *left = scols_cell_get_data(a), *right = scols_cell_get_data(b);
	bool no_left = !strcmp(left, "-"), no_right = !strcmp(right, "-");

	if (no_left || no_right)
		return no_right - no_left;
	return numeric ? compare_numbers(left, right) : strcmp(left, right);
}

/* --- columns --- */

static bool is_numeric(enum type type)
{
	return type == TYPE_NUMBER || type == TYPE_COUNT;
}

bool show_is_numeric(const struct shown *shown, struct libscols_column *column)
{
	size_t at;

	for (at = 0; at < shown->nr; at++)
		if (scols_table_get_column(shown->to, at) == column)
			return is_numeric(table_type(shown->table, shown->columns[at]));
	return false;
}

/* Of a column that can be wide, what does not fit a terminal is cut. */
static int flags_of(enum type type)
{
	switch (type) {
	case TYPE_STRING:
	case TYPE_LIST:
	case TYPE_MEMBERSHIPS:
	case TYPE_DETAIL:
		return SCOLS_FL_TRUNC;
	case TYPE_NUMBER:
	case TYPE_COUNT:
		return SCOLS_FL_RIGHT;
	default:
		return 0;
	}
}

static struct libscols_column *add_column(struct shown *shown, unsigned int column, int flags)
{
	enum type type = table_type(shown->table, column);
	struct libscols_column *added;
	char name[64], *c;

	snprintf(name, sizeof(name), "%s", shown->table->columns[column].name);
	for (c = name; *c; c++)
		*c = toupper((unsigned char)*c);
	added = scols_column(shown->to, name, flags | flags_of(type));
	scols_column_set_cmpfunc(added, compare_cells, is_numeric(type) ? shown : NULL);
	return added;
}

struct libscols_column *show_column(struct shown *shown, const char *name)
{
	unsigned int column = columns_find(shown->table, slice_of(name)), i;

	for (i = 0; i < shown->nr; i++)
		if (shown->columns[i] == column)
			return scols_table_get_column(shown->to, i);
	if (shown->nr == TABLE_COLUMNS)
		die(STATUS_USAGE, "there are more than %d columns", TABLE_COLUMNS);
	shown->columns[shown->nr++] = column;
	return add_column(shown, column, SCOLS_FL_HIDDEN);
}

/* --- lines --- */

/*
 * The bytes of a name, which the library escapes as --raw does it. It can not say that a name
 * is empty, nor that it is "-", so these stay as they are in the file.
 */
static char *raw_name(struct slice field)
{
	char *name = allocate(field.length, 1);
	size_t length = text_decode(field, name);

	if (strlen(name) == length && strcmp(name, "-"))
		return name;
	free(name);
	return slice_copy(field);
}

static char *cell_of(const struct shown *shown, enum type type, struct slice field)
{
	if (!shown->raw)
		return text_show(field, type == TYPE_MEMBERSHIPS);
	return type == TYPE_STRING ? raw_name(field) : slice_copy(field);
}

/* The column that a line has its colour by, or -1. */
static int color_column(const struct table *table)
{
	return table_column(table, table->kind == &diff_kind ? "change" : "state");
}

static struct libscols_line *add_line(struct shown *shown, uint32_t row, int color)
{
	struct libscols_line *line = need_memory(scols_table_new_line(shown->to, NULL));
	struct slice fields[TABLE_COLUMNS];
	unsigned int i, column;

	table_split(shown->table, row, fields);
	for (i = 0; i < shown->nr; i++) {
		column = shown->columns[i];
		scols_set(line, i, cell_of(shown, table_type(shown->table, column),
					   fields[column]));
	}
	if (color >= 0)
		scols_line_set_color(line, scols_color(fields[color]));
	return line;
}

static void add_lines(struct shown *shown)
{
	int color = color_column(shown->table);
	struct libscols_line *line;
	uint32_t row;

	for (row = 0; row < shown->table->nr_rows; row++) {
		line = add_line(shown, row, color);
		if (shown->filter && !filter_keeps(shown->filter, line))
			scols_table_remove_line(shown->to, line);
	}
}

/* --- many lines --- */

/* The lines of the library take several times the memory of their text. */
#define PORTION	1024

/*
 * Find the width of each column that is shown. Returns false if that has to be left to the
 * library, as there are names that are not plain.
 */
static bool find_widths(const struct shown *shown, size_t *widths)
{
	struct slice fields[TABLE_COLUMNS], field;
	unsigned int i;
	uint32_t row;

	for (i = 0; i < shown->nr; i++)
		widths[i] = strlen(shown->table->columns[shown->columns[i]].name);
	for (row = 0; row < shown->table->nr_rows; row++) {
		table_split(shown->table, row, fields);
		for (i = 0; i < shown->nr; i++) {
			field = fields[shown->columns[i]];
			if (field.length > widths[i])
				widths[i] = field.length;
			if (!text_is_plain(field))
				return false;
		}
	}
	return true;
}

static void print_portions(struct shown *shown)
{
	int color = color_column(shown->table);
	uint32_t row;

	for (row = 0; row < shown->table->nr_rows; row++) {
		add_line(shown, row, color);
		if (row % PORTION == PORTION - 1)
			scols_portion_end(shown->to);
	}
}

/*
 * Whether each line can be printed as it comes, whatever is in the others. On a terminal columns
 * get what place there is, for which the library looks at all lines.
 */
static bool begin_portions(struct shown *shown)
{
	size_t widths[TABLE_COLUMNS];

	if (shown->sort || shown->filter || isatty(STDOUT_FILENO))
		return false;
	if (!shown->raw) {
		if (!find_widths(shown, widths))
			return false;
		scols_widths_set(shown->to, widths);
	}
	return true;
}

/* --- the table --- */

static void begin(struct shown *shown, const struct table *table, const struct options *options)
{
	unsigned int i;

	*shown = (struct shown){
		.table = table, .to = scols_begin(options), .raw = options->raw,
	};
	shown->nr = columns_choose(table, options, shown->columns);
	for (i = 0; i < shown->nr; i++)
		add_column(shown, shown->columns[i], 0);
	if (options->sort)
		shown->sort = show_column(shown, options->sort);
	if (options->query)
		shown->filter = filter_begin(shown, options->query);
}

static void end(struct shown *shown)
{
	if (shown->sort)
		scols_sort_table(shown->to, shown->sort);
	scols_end(shown->to);
	if (shown->filter)
		filter_end(shown->filter);
}

bool show_table(const struct table *table, const struct options *options, const char *title)
{
	bool any = table->nr_rows, in_portions;
	struct shown shown;

	begin(&shown, table, options);
	in_portions = begin_portions(&shown);
	if (!in_portions) {
		add_lines(&shown);
		any = scols_table_get_nlines(shown.to);
	}
	if (any && title)
		puts(title);
	if (in_portions)
		print_portions(&shown);
	end(&shown);
	return any;
}

void show_json(const struct table *table, const struct options *options, const char *key,
	       struct slice number)
{
	unsigned int columns[TABLE_COLUMNS], nr;

	/* Programs pick what they want, so they get all unless -o says otherwise. */
	nr = options->columns ? columns_choose(table, options, columns) :
				table_all(table, columns);
	fputc('{', stdout);
	if (key) {
		printf("\"%s\": ", key);
		json_print(stdout, json_field(TYPE_NUMBER, number));
		fputs(", ", stdout);
	}
	json_print_table(stdout, table, columns, nr);
	fputs("}\n", stdout);
}

void show_answer(const struct table *table, const struct options *options)
{
	if (options->json)
		show_json(table, options, NULL, slice_of("-"));
	else
		show_table(table, options, NULL);
}

/* Of a table without a line nothing is printed. */
void show_check(const struct table *table, const struct options *options)
{
	unsigned int columns[TABLE_COLUMNS];
	struct shown shown;

	if (options->json) {
		columns_choose(table, options, columns);
		return;
	}
	begin(&shown, table, options);
	end(&shown);
}
