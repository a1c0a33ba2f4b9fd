// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a page about a snapshot needs beside the snapshot itself.
 */
#include <stdlib.h>

#include "check.h"
#include "dying.h"
#include "report.h"

static const char *const type_names[] = {
	[TYPE_WORD] = "word",
	[TYPE_STRING] = "string",
	[TYPE_NUMBER] = "number",
	[TYPE_COUNT] = "count",
	[TYPE_YES_NO] = "yes_no",
	[TYPE_LIST] = "list",
	[TYPE_MEMBERSHIPS] = "memberships",
	[TYPE_DETAIL] = "detail",
};

static struct json *text(const char *string)
{
	return json_text(slice_of(string));
}

static struct json *number(unsigned long long value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%llu", value);
	return json_field(TYPE_NUMBER, slice_of(digits));
}

/* --- tables --- */

static struct json *column_json(const struct table *table, unsigned int column)
{
	const struct column *of = &table->columns[column];
	struct json *object = json_object();

	json_add(object, "name", text(of->name));
	json_add(object, "type", text(type_names[table_type(table, column)]));
	/* What this version does not know is of a newer module, and is not hidden. */
	json_add(object, "shown", json_bool(!of->kind || of->kind->shown));
	json_add(object, "help", text(of->kind ? of->kind->help : ""));
	return object;
}

static struct json *table_json(const struct table *table)
{
	struct json *object = json_object();
	struct json *columns = json_array();
	unsigned int i;

	json_add(object, "section", text(table->kind->section));
	json_add(object, "command", text(table->kind->command));
	json_add(object, "help", text(table->kind->help));
	for (i = 0; i < table->nr_columns; i++)
		json_append(columns, column_json(table, i));
	json_add(object, "columns", columns);
	return object;
}

static struct json *tables_json(struct context *context)
{
	struct json *tables = json_array();
	const struct table *table;
	int kind;

	for (kind = 0; kind < NR_KINDS; kind++) {
		table = snapshot_table(&context->snapshot, kind);
		if (table_is_there(table) && kinds[kind].form == FORM_TABLE)
			json_append(tables, table_json(table));
	}
	return tables;
}

/* --- what was removed --- */

static struct json *removed_one(struct context *context, enum kind kind, uint32_t row)
{
	const struct table *table = snapshot_table(&context->snapshot, kind);
	const struct table *cgroups = snapshot_table(&context->snapshot, KIND_CGROUPS);
	const char *key = kind == KIND_CGROUPS ? "cgroup" : "css";
	struct json *object = json_object();
	char *words = dying_words(context, kind, row);
	uint32_t cgroup = row;

	if (kind == KIND_CSSES)
		cgroup = graph_relation(&context->graph, CSSES_OF_CGROUP)->target[row];
	json_add(object, "kind", text(key));
	json_add(object, "object", json_field(TYPE_WORD, table_get(table, row, key)));
	json_add(object, "path", cgroup == NO_ROW ? json_null() :
		 json_field(TYPE_STRING, table_get(cgroups, cgroup, "path")));
	json_add(object, "state", json_field(TYPE_WORD, table_get(table, row, "state")));
	json_add(object, "serial", json_field(TYPE_NUMBER, table_get(table, row, "serial")));
	/* The words are shown as they are, escapes included; there can be none. */
	json_add(object, "held", *words ? text(words) : json_null());
	free(words);
	return object;
}

/* Those that "dying" shows, each with what was removed below it. */
static struct json *removed_json(struct context *context)
{
	struct json *removed = json_array();
	struct dying *dying;
	size_t i, nr;
	uint32_t row;

	dying = dying_find(context, &nr);
	for (i = 0; i < nr; i++) {
		row = dying[i].row;
		json_append(removed, removed_one(context, dying[i].kind, row));
		if (dying[i].kind == KIND_CSSES)
			continue;
		while ((row = dying_next(context, dying[i].row, row)) != NO_ROW)
			json_append(removed, removed_one(context, KIND_CGROUPS, row));
	}
	dying_free(dying, nr);
	return removed;
}

/* --- check --- */

static struct json *verdicts_json(struct context *context)
{
	const struct table *table = snapshot_table(&context->snapshot, KIND_CHECK);
	struct verdict *verdicts;
	struct json *array;
	size_t nr;

	if (!table_is_there(table))
		return json_null();
	verdicts = check_read(table, &nr);
	array = check_json(table, verdicts, nr);
	free(verdicts);
	return array;
}

/* --- the picture --- */

/* Which cgroup's box stands for a cgroup that has none. */
static struct json *boxes_json(const struct picture *picture)
{
	const struct table *cgroups = picture->cgroups;
	struct json *boxes = json_array(), *pair;
	uint32_t row, box;

	for (row = 0; row < cgroups->nr_rows; row++) {
		box = picture->box[row];
		if (box == NO_ROW || box == row)
			continue;
		pair = json_array();
		json_append(pair, json_field(TYPE_WORD, table_get(cgroups, row, "cgroup")));
		json_append(pair, json_field(TYPE_WORD, table_get(cgroups, box, "cgroup")));
		json_append(boxes, pair);
	}
	return boxes;
}

static struct json *text_or_null(const char *string)
{
	return string ? text(string) : json_null();
}

/* Of what the picture is, if not of all. */
static struct json *part_json(const struct options *options)
{
	struct json *object = json_object();

	json_add(object, "task", text_or_null(options->task));
	json_add(object, "cgroup", text_or_null(options->cgroup));
	json_add(object, "hierarchy", text_or_null(options->hierarchy));
	return object;
}

static struct json *picture_json(const struct picture *picture, const char *lacking)
{
	struct json *object = json_object();

	json_add(object, "lacking", text_or_null(lacking));
	json_add(object, "part", part_json(picture->context->options));
	json_add(object, "cgroups_left_out", number(picture->nr_bunched));
	json_add(object, "css_sets_left_out", number(picture->nr_css_sets_hidden));
	json_add(object, "boxes", boxes_json(picture));
	return object;
}

/* Why a file that the module need not have is not there, as somebody can read it; else null. */
static struct json *lacking_json(struct context *context, enum kind kind)
{
	if (table_is_there(snapshot_table(&context->snapshot, kind)))
		return json_null();
	if (context_refused(context, kind))
		return text("could not be read when the page was made");
	return text(context->options->input ?
		    "is not in the snapshot; cginspect save adds it" :
		    "is no file of the module on this kernel");
}

struct json *report_json(struct context *context, const struct picture *picture,
			 const char *lacking)
{
	struct json *report = json_object();

	json_add(report, "program", text("cginspect " CGINSPECT_VERSION));
	json_add(report, "format", number(SNAPSHOT_FORMAT));
	json_add(report, "tables", tables_json(context));
	json_add(report, "removed", removed_json(context));
	json_add(report, "check", verdicts_json(context));
	json_add(report, "no_holders", lacking_json(context, KIND_HOLDERS));
	json_add(report, "no_check", lacking_json(context, KIND_CHECK));
	json_add(report, "picture", picture_json(picture, lacking));
	return report;
}
