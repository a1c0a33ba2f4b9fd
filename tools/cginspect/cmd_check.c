// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verdict of the module about the graph.
 */
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "cmd.h"
#include "scols.h"

static void print_line(const struct options *options, const char *state, struct slice number,
		       struct slice text)
{
	const char *color = scols_color(slice_of(state));
	char *shown = text_show(text, true);

	if (options->color && color)
		printf("\033[%sm%s\033[m", slice_is(slice_of(color), "red") ? "31" : "32", state);
	else
		fputs(state, stdout);
	printf(" %.*s %s\n", (int)number.length, number.at, shown);
	free(shown);
}

static void print_remarks(const struct table *table, const struct verdict *verdict)
{
	struct slice remark;
	uint32_t row;
	char *shown;

	for (row = verdict->first_remark; row < verdict->row; row++) {
		if (!check_is_remark(table, row, &remark))
			continue;
		shown = text_show(remark, true);
		printf("    %s\n", shown);
		free(shown);
	}
}

static void print_verdict(const struct options *options, const struct table *table,
			  const struct verdict *verdict)
{
	print_line(options, verdict->ok ? "ok" : "not ok", verdict->number, verdict->name);
	print_remarks(table, verdict);
}

enum status cmd_check(struct context *context)
{
	const struct table *table = context_more(context, KIND_CHECK);
	const struct options *options = context->options;
	size_t i, nr, bad = 0;
	struct verdict *verdicts = check_read(table, &nr);

	for (i = 0; i < nr; i++)
		bad += !verdicts[i].ok;
	if (options->json)
		json_print_one(stdout, "check", check_json(table, verdicts, nr));
	for (i = 0; i < nr && !options->json; i++)
		print_verdict(options, table, &verdicts[i]);
	if (!options->json)
		printf("%zu of %zu are ok\n", nr - bad, nr);
	free(verdicts);
	return bad ? STATUS_NO : STATUS_OK;
}
