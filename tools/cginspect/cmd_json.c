// SPDX-License-Identifier: GPL-2.0-only
/*
 * The whole snapshot as one JSON object: a key for each section.
 */
#include "cmd.h"
#include "json.h"

static void print_section(const struct table *table)
{
	unsigned int columns[TABLE_COLUMNS];

	if (table->kind->form == FORM_PAIRS)
		json_print_pairs(stdout, table);
	else
		json_print_table(stdout, table, columns, table_all(table, columns));
}

enum status cmd_json(struct context *context)
{
	const char *separator = "";
	int i;

	if (context->options->holders)
		context_more(context, KIND_HOLDERS);
	snapshot_check(&context->snapshot);
	fputc('{', stdout);
	for (i = 0; i < NR_KINDS; i++) {
		const struct table *table = snapshot_table(&context->snapshot, i);

		if (!table_is_there(table) || kinds[i].form == FORM_KTAP)
			continue;
		fputs(separator, stdout);
		print_section(table);
		separator = ",\n";
	}
	fputs("}\n", stdout);
	return STATUS_OK;
}
