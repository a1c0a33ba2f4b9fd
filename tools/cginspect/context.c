// SPDX-License-Identifier: GPL-2.0-only
/*
 * What commands work on, and what is read only if a command wants it.
 */
#include "cmd.h"

static void __noreturn die_of_lack(const struct context *context, enum kind kind)
{
	die(STATUS_INPUT, "%s has no section %s: only cginspect save > FILE puts it there",
	    context->snapshot.input.name, kinds[kind].section);
}

const struct table *context_more(struct context *context, enum kind kind)
{
	struct snapshot *snapshot = &context->snapshot;
	const struct table *table = snapshot_table(snapshot, kind);

	if (table_is_there(table))
		return table;
	if (context->options->input)
		die_of_lack(context, kind);
	input_read_live(&snapshot->more[kind], context->options->dir, kinds[kind].section);
	snapshot_add(snapshot, kind);
	table = snapshot_table(snapshot, kind);
	if (table_is_there(snapshot_table(snapshot, KIND_INFO)))
		note("%s is of a later moment than the rest", kinds[kind].section);
	return table;
}

bool context_has_more(struct context *context, enum kind kind)
{
	if (table_is_there(snapshot_table(&context->snapshot, kind)))
		return true;
	return !context->options->input &&
	       input_has_live(context->options->dir, kinds[kind].section);
}

void context_forget(struct context *context)
{
	graph_free(&context->graph);
	snapshot_free(&context->snapshot);
}
