// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables, one by one, and all of them as JSON.
 */
#include "cmd.h"
#include "columns.h"
#include "json.h"
#include "show.h"

enum status cmd_table(struct context *context)
{
	const struct options *options = context->options;
	const struct table *table = snapshot_table(&context->snapshot, context->kind - kinds);
	unsigned int columns[TABLE_COLUMNS], nr;

	if (!context->kind->always)
		table = context_more(context, context->kind - kinds);
	if (!options->json) {
		show_table(table, options);
		return STATUS_OK;
	}
	/* Programs pick what they want, so they get all unless -o says otherwise. */
	nr = options->columns ? columns_choose(table, options, columns) :
				table_all(table, columns);
	fputc('{', stdout);
	json_print_table(stdout, table, columns, nr);
	fputs("}\n", stdout);
	return STATUS_OK;
}
