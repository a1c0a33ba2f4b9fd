// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verdict of the module about the graph.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "json.h"
#include "scols.h"

/* One invariant: "ok 1 NAME" or "not ok 1 NAME", and what the lines before it say. */
struct verdict {
	bool ok;
	struct slice number;
	struct slice name;
	uint32_t first_remark;
	uint32_t row;
};

static bool skip_word(struct slice *line, const char *word)
{
	size_t length = slice_of(word).length;

	if (!slice_begins(*line, word))
		return false;
	*line = (struct slice){ line->at + length, line->length - length };
	return true;
}

/* Whether the row has a verdict. */
static bool read_verdict(const struct table *table, uint32_t row, struct verdict *verdict)
{
	struct slice line = table_line(table, row);

	verdict->row = row;
	verdict->ok = skip_word(&line, "ok ");
	if (!verdict->ok && !skip_word(&line, "not ok "))
		return false;
	slice_next(&line, ' ', &verdict->number);
	verdict->name = line.at ? line : slice_of("");
	return true;
}

/* Verdicts have the numbers 1, 2, 3 and so on, so that none is missing, nor there twice. */
static void check_number(const struct table *table, const struct verdict *verdict, uint64_t wanted)
{
	uint64_t number = 0;

	if (text_number(verdict->number, &number) && number == wanted)
		return;
	input_die(table->input, table->rows[verdict->row], "this is no verdict %llu",
		  (unsigned long long)wanted);
}

/* The next verdict from *@row on, which is moved behind it. */
static bool next_verdict(const struct table *table, uint32_t *row, struct verdict *verdict)
{
	verdict->first_remark = *row;
	while (*row < table->nr_rows)
		if (read_verdict(table, (*row)++, verdict))
			return true;
	return false;
}

static bool is_remark(const struct table *table, uint32_t row, struct slice *remark)
{
	*remark = table_line(table, row);
	return skip_word(remark, "# ");
}

/* --- for people --- */

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
		if (!is_remark(table, row, &remark))
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

/* --- for programs --- */

static struct json *json_verdict(const struct table *table, const struct verdict *verdict)
{
	struct json *object = json_object();
	struct json *remarks = json_array();
	struct slice remark;
	uint32_t row;

	json_add(object, "number", json_field(TYPE_NUMBER, verdict->number));
	json_add(object, "ok", json_bool(verdict->ok));
	json_add(object, "name", json_text(verdict->name));
	for (row = verdict->first_remark; row < verdict->row; row++)
		if (is_remark(table, row, &remark))
			json_append(remarks, json_text(remark));
	json_add(object, "remarks", remarks);
	return object;
}

/* --- all of it --- */

/* The plan "1..N" says how many there must be, so that a cut text is not a sound graph. */
static uint64_t planned(const struct table *table)
{
	struct slice line;
	uint64_t plan;
	uint32_t row;

	for (row = 0; row < table->nr_rows; row++) {
		line = table_line(table, row);
		if (skip_word(&line, "1..") && text_number(line, &plan) && plan)
			return plan;
	}
	input_die(table->input, table->begin, "check has no plan 1..N");
}

enum status cmd_check(struct context *context)
{
	const struct table *table = context_more(context, KIND_CHECK);
	const struct options *options = context->options;
	struct json *all = options->json ? json_array() : NULL;
	struct verdict verdict;
	uint64_t seen = 0, bad = 0, plan = planned(table);
	uint32_t row = 0;

	for (; next_verdict(table, &row, &verdict); seen++) {
		check_number(table, &verdict, seen + 1);
		bad += !verdict.ok;
		if (options->json)
			json_append(all, json_verdict(table, &verdict));
		else
			print_verdict(options, table, &verdict);
	}
	if (seen != plan)
		input_die(table->input, table->end, "check has %llu verdicts and not %llu",
			  (unsigned long long)seen, (unsigned long long)plan);
	if (options->json)
		json_print_one(stdout, "check", all);
	else
		printf("%llu of %llu are ok\n", (unsigned long long)(seen - bad),
		       (unsigned long long)seen);
	return bad ? STATUS_NO : STATUS_OK;
}
