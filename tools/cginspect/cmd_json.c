// SPDX-License-Identifier: GPL-2.0-only
/*
 * The whole snapshot as one JSON object: a key for each section.
 */
#include "cmd.h"
#include "objects_json.h"

enum status cmd_json(struct context *context)
{
	if (context->options->holders)
		context_more(context, KIND_HOLDERS);
	snapshot_check(&context->snapshot);
	object_json_print_all(stdout, context);
	return STATUS_OK;
}
