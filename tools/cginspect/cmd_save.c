// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that there is to say about a system as one file, for a colleague or for later.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "cmd.h"

static void put(const struct input *input)
{
	fwrite(input->text, 1, input->length, stdout);
}

static void put_more(struct context *context, enum kind kind)
{
	const struct table *table = context_more(context, kind);
	size_t nr;

	if (kind == KIND_CHECK)
		free(check_read(table, &nr));
	printf("## %s\n", kinds[kind].section);
	put(&context->snapshot.more[kind]);
}

/* All of it is checked, so what is cut or broken is never saved. */
enum status cmd_save(struct context *context)
{
	if (context->options->input)
		die(STATUS_USAGE, "save reads the running system, so it takes no -i");
	if (isatty(STDOUT_FILENO))
		die(STATUS_USAGE, "save writes to a file: cginspect save > FILE");
	snapshot_check(&context->snapshot);
	put(&context->snapshot.input);
	put_more(context, KIND_HOLDERS);
	put_more(context, KIND_CHECK);
	return STATUS_OK;
}
