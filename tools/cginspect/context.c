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

/* What was read beside the snapshot becomes a part of it. */
static const struct table *add_more(struct context *context, enum kind kind)
{
	struct snapshot *snapshot = &context->snapshot;

	snapshot_add(snapshot, kind);
	if (table_is_there(snapshot_table(snapshot, KIND_INFO)))
		note("%s is of a later moment than the rest", kinds[kind].section);
	return snapshot_table(snapshot, kind);
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
	return add_more(context, kind);
}

bool context_refused(const struct context *context, enum kind kind)
{
	return context->refused & 1u << kind;
}

/* The file can be there and not be had, as it takes more memory to make than the snapshot. */
bool context_try_more(struct context *context, enum kind kind)
{
	const char *reason, *dir = context->options->dir, *file = kinds[kind].section;

	if (table_is_there(snapshot_table(&context->snapshot, kind)))
		return true;
	if (context->options->input || context_refused(context, kind) || !input_has_live(dir, file))
		return false;
	reason = input_ask_live(&context->snapshot.more[kind], dir, file);
	if (!reason)
		return add_more(context, kind);
	context->refused |= 1u << kind;
	note("%s/%s: %s; the rest is told without it", dir, file, reason);
	return false;
}

void context_forget(struct context *context)
{
	graph_free(&context->graph);
	snapshot_free(&context->snapshot);
}
