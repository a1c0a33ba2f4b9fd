/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_JSON_H
#define _CGINSPECT_JSON_H

#include <stdio.h>

#include "table.h"

/* A value, which has those that were added to it. Only json.c knows that it is of cJSON. */
struct json;

struct json *json_object(void);
struct json *json_array(void);
struct json *json_bool(bool value);
struct json *json_null(void);
/* One value: a number, a string, an array, an object, or null for "-". */
struct json *json_field(enum type type, struct slice field);
/* An object with all columns of a row. */
struct json *json_row(const struct table *table, uint32_t row);
/* The same, or null for NO_ROW. */
struct json *json_row_or_null(const struct table *table, uint32_t row);
/* An object with some of them, by their numbers. */
struct json *json_columns(const struct table *table, uint32_t row, const unsigned int *columns,
			  unsigned int nr);
void json_add(struct json *object, const char *key, struct json *value);
/* Put @value where the key is already. */
void json_replace(struct json *object, const char *key, struct json *value);
void json_append(struct json *array, struct json *value);

/*
 * Print "key": [...], one row a line. A row is made, printed and freed before the next one,
 * so this takes the memory of one. @columns has @nr numbers of columns.
 */
void json_print_table(FILE *out, const struct table *table, const unsigned int *columns,
		      unsigned int nr);
void json_print_pairs(FILE *out, const struct table *table);
/* A string of which nothing is escaped. */
struct json *json_text(struct slice text);
/* Print {"key": value} as one line, and free the value. */
void json_print_one(FILE *out, const char *key, struct json *value);
/* Print a value, and free it. */
void json_print(FILE *out, struct json *value);
void json_free(struct json *value);

#endif /* _CGINSPECT_JSON_H */
