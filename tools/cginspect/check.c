// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the text of check to verdicts.
 */
#include "check.h"

static bool skip_word(struct slice *line, const char *word)
{
	size_t length = slice_of(word).length;

	if (!slice_begins(*line, word))
		return false;
	*line = (struct slice){ line->at + length, line->length - length };
	return true;
}

bool check_is_remark(const struct table *table, uint32_t row, struct slice *remark)
{
	*remark = table_line(table, row);
	return skip_word(remark, "# ");
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

struct verdict *check_read(const struct table *table, size_t *nr)
{
	struct verdict *verdicts = allocate(table->nr_rows, sizeof(*verdicts));
	uint64_t plan = planned(table);
	uint32_t row = 0;

	for (*nr = 0; next_verdict(table, &row, &verdicts[*nr]); (*nr)++)
		check_number(table, &verdicts[*nr], *nr + 1);
	if (*nr != plan)
		input_die(table->input, table->end, "check has %zu verdicts and not %llu", *nr,
			  (unsigned long long)plan);
	return verdicts;
}

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
		if (check_is_remark(table, row, &remark))
			json_append(remarks, json_text(remark));
	json_add(object, "remarks", remarks);
	return object;
}

struct json *check_json(const struct table *table, const struct verdict *verdicts, size_t nr)
{
	struct json *all = json_array();
	size_t i;

	for (i = 0; i < nr; i++)
		json_append(all, json_verdict(table, &verdicts[i]));
	return all;
}
