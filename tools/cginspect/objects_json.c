// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rows that belong together, for programs.
 */
#include "objects_json.h"

struct json *object_json_rows(const struct table *table, const struct relation *relation,
			      uint32_t to)
{
	struct json *array = json_array();
	uint32_t row;

	relation_for_each(relation, to, row)
		json_append(array, json_row(table, row));
	return array;
}

struct json *object_json_holders(struct context *context, struct slice object)
{
	const struct table *holders = snapshot_table(&context->snapshot, KIND_HOLDERS);
	struct json *array;
	uint32_t row;

	if (!context->options->holders)
		return json_null();
	array = json_array();
	graph_for_each_holder(&context->graph, object, row)
		json_append(array, json_row(holders, row));
	return array;
}

struct json *object_json_css(struct context *context, uint32_t row)
{
	const struct table *csses = snapshot_table(&context->snapshot, KIND_CSSES);
	struct json *object = json_row(csses, row);

	json_add(object, "holders", object_json_holders(context, table_get(csses, row, "css")));
	return object;
}

struct json *object_json_csses(struct context *context, uint32_t cgroup)
{
	const struct relation *csses = graph_relation(&context->graph, CSSES_OF_CGROUP);
	struct json *array = json_array();
	uint32_t row;

	relation_for_each(csses, cgroup, row)
		json_append(array, object_json_css(context, row));
	return array;
}

static struct json *json_css_set(struct context *context, uint32_t row)
{
	const struct table *css_sets = snapshot_table(&context->snapshot, KIND_CSS_SETS);
	const struct relation *of = graph_relation(&context->graph, TASKS_OF_CSS_SET);
	struct json *object = json_row(css_sets, row);

	json_replace(object, "tasks",
		     object_json_rows(snapshot_table(&context->snapshot, KIND_TASKS), of, row));
	json_add(object, "holders",
		 object_json_holders(context, table_get(css_sets, row, "css_set")));
	return object;
}

struct json *object_json_css_sets(struct context *context, uint32_t cgroup)
{
	const struct relation *links = graph_relation(&context->graph, LINKS_OF_CGROUP);
	const struct relation *css_sets = graph_relation(&context->graph, LINKS_OF_CSS_SET);
	struct json *array = json_array();
	uint32_t link;

	relation_for_each(links, cgroup, link)
		if (css_sets->target[link] != NO_ROW)
			json_append(array, json_css_set(context, css_sets->target[link]));
	return array;
}

static void print_section(FILE *to, const struct table *table)
{
	unsigned int columns[TABLE_COLUMNS];

	if (table->kind->form == FORM_PAIRS)
		json_print_pairs(to, table);
	else
		json_print_table(to, table, columns, table_all(table, columns));
}

void object_json_print_all(FILE *to, struct context *context)
{
	const char *separator = "";
	int i;

	fputc('{', to);
	for (i = 0; i < NR_KINDS; i++) {
		const struct table *table = snapshot_table(&context->snapshot, i);

		if (!table_is_there(table) || kinds[i].form == FORM_KTAP)
			continue;
		fputs(separator, to);
		print_section(to, table);
		separator = ",\n";
	}
	fputs("}\n", to);
}
