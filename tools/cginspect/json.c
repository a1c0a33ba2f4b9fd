// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fields as JSON values, by cJSON. It keeps numbers as floating point, in which inodes and
 * nanoseconds do not fit, so whole numbers are given to it as text.
 */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "json.h"

static cJSON *cjson(struct json *value)
{
	return (cJSON *)value;
}

static struct json *created(cJSON *value)
{
	return need_memory(value);
}

struct json *json_object(void)
{
	return created(cJSON_CreateObject());
}

struct json *json_array(void)
{
	return created(cJSON_CreateArray());
}

struct json *json_bool(bool value)
{
	return created(cJSON_CreateBool(value));
}

struct json *json_null(void)
{
	return created(cJSON_CreateNull());
}

static struct json *string(const char *text)
{
	return created(cJSON_CreateString(text));
}

static struct json *number(struct slice digits)
{
	char *copy = slice_copy(digits);
	struct json *value = created(cJSON_CreateRaw(copy));

	free(copy);
	return value;
}

void json_add(struct json *object, const char *key, struct json *value)
{
	if (!cJSON_AddItemToObject(cjson(object), key, cjson(value)))
		need_memory(NULL);
}

void json_replace(struct json *object, const char *key, struct json *value)
{
	if (!cJSON_ReplaceItemInObjectCaseSensitive(cjson(object), key, cjson(value)))
		need_memory(NULL);
}

void json_append(struct json *array, struct json *value)
{
	if (!cJSON_AddItemToArray(cjson(array), cjson(value)))
		need_memory(NULL);
}

/* The key is not copied, so it has to live longer than the object. */
static void add_lasting(struct json *object, const char *key, struct json *value)
{
	if (!cJSON_AddItemToObjectCS(cjson(object), key, cjson(value)))
		need_memory(NULL);
}

static void print_escape(FILE *out, uint32_t code)
{
	if (code >= 0x10000) {
		fprintf(out, "\\u%04x", 0xd800 + ((code - 0x10000) >> 10));
		code = 0xdc00 + (code & 0x3ff);
	}
	fprintf(out, "\\u%04x", code);
}

/*
 * cJSON escapes control characters below 0x20 only, and people look at JSON on terminals too.
 * What text_show() escapes is in strings only, where JSON has an escape for it.
 */
static void print_safely(FILE *out, const char *text)
{
	const char *from = text, *end = text + strlen(text);
	uint32_t unsafe;
	size_t length;

	while (text < end) {
		if (*text >= ' ' && *text < 0x7f) {
			text++;
			continue;
		}
		length = text_character(text, end - text, &unsafe);
		if (unsafe) {
			fwrite(from, 1, text - from, out);
			print_escape(out, unsafe);
			from = text + length;
		}
		text += length;
	}
	fwrite(from, 1, end - from, out);
}

void json_print(FILE *out, struct json *value)
{
	char *text = need_memory(cJSON_PrintUnformatted(cjson(value)));

	print_safely(out, text);
	cJSON_free(text);
	json_free(value);
}

void json_free(struct json *value)
{
	cJSON_Delete(cjson(value));
}

/* {"bytes": "61ff62"}, in hexadecimal: JSON has no way to say what is no Unicode. */
static struct json *bytes(const char *from, size_t length)
{
	char *hex = allocate(length, 2), *to = hex;
	struct json *value = json_object();
	size_t i;

	for (i = 0; i < length; i++) {
		*to++ = "0123456789abcdef"[(unsigned char)from[i] >> 4];
		*to++ = "0123456789abcdef"[from[i] & 15];
	}
	*to = '\0';
	json_add(value, "bytes", string(hex));
	free(hex);
	return value;
}

static struct json *text_or_bytes(const char *from, size_t length)
{
	if (strlen(from) == length && text_is_utf8(from, length))
		return string(from);
	return bytes(from, length);
}

struct json *json_text(struct slice text)
{
	char *copy = slice_copy(text);
	struct json *value = text_or_bytes(copy, text.length);

	free(copy);
	return value;
}

/*
 * The escape of a NUL byte stands for an empty name, as no name can have that byte: for all of a
 * field, or for what is behind a blank, which a name has escaped ("TID COMM").
 */
static struct slice without_empty_name(struct slice field)
{
	static const char empty[] = "\\000";
	size_t before = field.length - strlen(empty);

	if (field.length < strlen(empty) || memcmp(field.at + before, empty, strlen(empty)) ||
	    (before && field.at[before - 1] != ' '))
		return field;
	return (struct slice){ field.at, before };
}

static struct json *name(struct slice field)
{
	char *decoded = allocate(field.length, 1);
	size_t length = text_decode(without_empty_name(field), decoded);
	struct json *value;

	decoded[length] = '\0';
	value = text_or_bytes(decoded, length);
	free(decoded);
	return value;
}

static struct json *count(struct slice field)
{
	struct json *value;

	if (!slice_begins(field, "~"))
		return number(field);
	value = json_object();
	json_add(value, "count", number((struct slice){ field.at + 1, field.length - 1 }));
	json_add(value, "exact", json_bool(false));
	return value;
}

static struct json *list(struct slice field)
{
	struct json *value = json_array();
	struct slice item;

	while (field.length && slice_next(&field, ',', &item))
		json_append(value, name(item));
	return value;
}

static struct json *membership(struct slice item)
{
	struct slice hierarchy, controllers;
	struct json *value = json_object();

	slice_next(&item, ':', &hierarchy);
	slice_next(&item, ':', &controllers);
	json_add(value, "hierarchy", number(hierarchy));
	json_add(value, "controllers", list(controllers));
	json_add(value, "path", name(item));
	return value;
}

static struct json *memberships(struct slice field)
{
	struct json *value = json_array();
	struct slice item;

	while (slice_next(&field, ' ', &item))
		json_append(value, membership(item));
	return value;
}

/* What these keys have is a name, which comes last and can have commas and colons. */
static bool is_last_key(struct slice key)
{
	return slice_is(key, "name") || slice_is(key, "path") || slice_is(key, "comm") ||
	       slice_is(key, "file");
}

/* A name can look like a number. */
static struct json *detail_value(struct slice key, struct slice value)
{
	bool is_number = !is_last_key(key) && type_allows(TYPE_COUNT, value);

	return json_field(is_number ? TYPE_COUNT : TYPE_STRING, value);
}

static void add_detail(struct json *to, struct slice key, struct slice value)
{
	char *copy = text_show(key, true);

	json_add(to, copy, detail_value(key, value));
	free(copy);
}

static struct json *detail(struct slice field)
{
	struct json *value = json_object();
	struct slice rest = field, item, key;

	while (slice_next(&rest, ',', &item)) {
		const char *end = rest.at ? rest.at + rest.length : item.at + item.length;

		slice_next(&item, ':', &key);
		if (is_last_key(key) && item.at) {
			add_detail(value, key, (struct slice){ item.at, end - item.at });
			break;
		}
		add_detail(value, key, item.at ? item : slice_of("-"));
	}
	return value;
}

struct json *json_field(enum type type, struct slice field)
{
	if (slice_absent(field))
		return json_null();
	switch (type) {
	case TYPE_NUMBER:
		return number(field);
	case TYPE_COUNT:
		return count(field);
	case TYPE_YES_NO:
		return json_bool(slice_is(field, "yes"));
	case TYPE_LIST:
		return list(field);
	case TYPE_MEMBERSHIPS:
		return memberships(field);
	case TYPE_DETAIL:
		return detail(field);
	default:
		return name(field);
	}
}

static void add_column(struct json *to, const struct table *table, const struct slice *fields,
		       unsigned int column)
{
	add_lasting(to, table->columns[column].name,
		    json_field(table_type(table, column), fields[column]));
}

struct json *json_columns(const struct table *table, uint32_t row, const unsigned int *columns,
			  unsigned int nr)
{
	struct slice fields[TABLE_COLUMNS];
	struct json *value = json_object();
	unsigned int i;

	table_split(table, row, fields);
	for (i = 0; i < nr; i++)
		add_column(value, table, fields, columns[i]);
	return value;
}

struct json *json_row(const struct table *table, uint32_t row)
{
	unsigned int columns[TABLE_COLUMNS];

	return json_columns(table, row, columns, table_all(table, columns));
}

struct json *json_row_or_null(const struct table *table, uint32_t row)
{
	return row == NO_ROW ? json_null() : json_row(table, row);
}

void json_print_one(FILE *out, const char *key, struct json *value)
{
	struct json *object_of_one = json_object();

	json_add(object_of_one, key, value);
	json_print(out, object_of_one);
	fputc('\n', out);
}

void json_print_table(FILE *out, const struct table *table, const unsigned int *columns,
		      unsigned int nr)
{
	uint32_t row;

	fprintf(out, "\"%s\": [", table->kind->section);
	for (row = 0; row < table->nr_rows; row++) {
		fputs(row ? ",\n" : "\n", out);
		json_print(out, json_columns(table, row, columns, nr));
	}
	fputs("\n]", out);
}

void json_print_pairs(FILE *out, const struct table *table)
{
	struct slice key, value;
	struct json *pairs = json_object();
	uint32_t row;
	char *copy;

	for (row = 0; row < table->nr_rows; row++) {
		table_pair(table, row, &key, &value);
		copy = slice_copy(key);
		json_add(pairs, copy,
			 json_field(kind_pair_type(table->kind, key, value), value));
		free(copy);
	}
	fprintf(out, "\"%s\": ", table->kind->section);
	json_print(out, pairs);
}
