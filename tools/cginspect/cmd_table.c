// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables, one by one, and all of them as JSON.
 */
#include "cmd.h"
#include "show.h"

enum status cmd_table(struct context *context)
{
	const struct table *table = snapshot_table(&context->snapshot, context->kind - kinds);

	if (!context->kind->always)
		table = context_more(context, context->kind - kinds);
	show_answer(table, context->options);
	return STATUS_OK;
}
