// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was removed but is held: which, in which order, and by what.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dying.h"

static const struct table *table_of(struct context *context, enum kind kind)
{
	return snapshot_table(&context->snapshot, kind);
}

static bool is_removed(const struct table *table, uint32_t row)
{
	struct slice state = table_get(table, row, "state");

	return slice_is(state, "dying") || slice_is(state, "draining");
}

/* --- by what --- */

/*
 * What of a row holds it, if it is not 0, and the word for it. What is absent is not there,
 * but references that were not counted can be any number.
 */
static const struct {
	const char *column;
	const char *word;
	bool unknown_if_absent;
} reasons[] = {
	{ "tasks",		"tasks", false },
	{ "exiting",		"exiting", false },
	{ "threaded",		"threaded css_sets", false },
	{ "namespaces",		"namespaces", false },
	{ "css_sets",		"css_sets", false },
	{ "children",		"children", false },
	{ "unaccounted",	"unaccounted", true },
	{ "pages",		"pages", false },
	{ "swap",		"swap", false },
	{ "writeback",		"writeback", false },
};

/*
 * A css that drains has its own references until it is killed, as that of memory for its id. They
 * are among those that are unaccounted, and say nothing of why it is still there.
 */
static bool drains(const struct table *csses, uint32_t css)
{
	return css != NO_ROW && slice_is(table_get(csses, css, "state"), "draining");
}

bool dying_counts(struct context *context, enum kind kind, uint32_t row, const char *column)
{
	return kind != KIND_CSSES || strcmp(column, "unaccounted") ||
	       !drains(table_of(context, kind), row);
}

bool dying_holds(struct context *context, struct slice object, uint32_t holder)
{
	struct slice kind = table_get(table_of(context, KIND_HOLDERS), holder, "kind");

	return (!slice_is(kind, "unknown") && !slice_is(kind, "unseen")) ||
	       !drains(table_of(context, KIND_CSSES),
		       graph_find(&context->graph, INDEX_CSSES, object));
}

static bool says_none(struct slice value)
{
	return slice_absent(value) || text_counts_none(value);
}

/* Print "WORD NUMBER, WORD NUMBER", or the words alone; returns whether there is any. */
static bool put_row(FILE *to, const char *before, struct context *context, enum kind kind,
		    uint32_t row, bool numbers)
{
	const struct table *table = table_of(context, kind);
	const char *separator = before;
	struct slice number;
	bool unknown;
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
		number = table_get(table, row, reasons[i].column);
		unknown = reasons[i].unknown_if_absent && slice_absent(number);
		if ((says_none(number) && !unknown) ||
		    !dying_counts(context, kind, row, reasons[i].column))
			continue;
		fprintf(to, "%s%s%s", separator, reasons[i].word, unknown ? " not known" : "");
		if (numbers && !unknown)
			fprintf(to, " %.*s", (int)number.length, number.at);
		separator = ", ";
	}
	return separator != before;
}

/* "css memory:4 (unaccounted 5)", or without numbers "css memory (unaccounted)". */
static void put_css(FILE *to, struct context *context, uint32_t css, bool numbers)
{
	struct slice id = table_get(table_of(context, KIND_CSSES), css, "css"), name = id;

	if (!numbers)
		slice_next(&id, ':', &name);
	fprintf(to, "css %.*s", (int)name.length, name.at);
	if (put_row(to, " (", context, KIND_CSSES, css, numbers))
		fputc(')', to);
}

/* The csses of a cgroup hold it. */
static void put_csses(struct context *context, FILE *to, const char *separator, uint32_t cgroup,
		      bool numbers)
{
	const struct relation *of = graph_relation(&context->graph, CSSES_OF_CGROUP);
	uint32_t css;

	relation_for_each(of, cgroup, css) {
		fputs(separator, to);
		put_css(to, context, css, numbers);
		separator = ", ";
	}
}

static char *words_of(struct context *context, enum kind kind, uint32_t row, bool numbers)
{
	char *words;
	size_t length;
	FILE *to = need_memory(open_memstream(&words, &length));
	bool any = put_row(to, "", context, kind, row, numbers);

	if (kind == KIND_CGROUPS)
		put_csses(context, to, any ? ", " : "", row, numbers);
	if (fclose(to))
		need_memory(NULL);
	return words;
}

char *dying_words(struct context *context, enum kind kind, uint32_t row)
{
	char *words = words_of(context, kind, row, true);
	char *shown = text_show(slice_of(words), false);

	free(words);
	return shown;
}

/* --- which --- */

static char *group_of(struct context *context, enum kind kind, uint32_t row)
{
	struct slice above = table_get(table_of(context, kind), row, "parent");
	char *words = words_of(context, kind, row, false), *group;

	group = text_format("%.*s %s", (int)above.length, above.at, words);
	free(words);
	return group;
}

static void add(struct context *context, struct dying *dying, size_t *nr, enum kind kind,
		uint32_t row)
{
	uint64_t serial = 0;

	text_number(table_get(table_of(context, kind), row, "serial"), &serial);
	dying[(*nr)++] = (struct dying){ kind, row, serial, group_of(context, kind, row) };
}

static void find_cgroups(struct context *context, struct dying *dying, size_t *nr)
{
	const struct relation *parents = graph_relation(&context->graph, CHILDREN_OF_CGROUP);
	const struct table *cgroups = table_of(context, KIND_CGROUPS);
	uint32_t row, above;

	for (row = 0; row < cgroups->nr_rows; row++) {
		above = parents->target[row];
		if (is_removed(cgroups, row) && (above == NO_ROW || !is_removed(cgroups, above)))
			add(context, dying, nr, KIND_CGROUPS, row);
	}
}

static void find_csses(struct context *context, struct dying *dying, size_t *nr)
{
	const struct relation *of = graph_relation(&context->graph, CSSES_OF_CGROUP);
	const struct table *cgroups = table_of(context, KIND_CGROUPS);
	const struct table *csses = table_of(context, KIND_CSSES);
	uint32_t row, cgroup;

	for (row = 0; row < csses->nr_rows; row++) {
		cgroup = of->target[row];
		if (is_removed(csses, row) && (cgroup == NO_ROW || !is_removed(cgroups, cgroup)))
			add(context, dying, nr, KIND_CSSES, row);
	}
}

/* The first removed one of a chain of siblings. */
static uint32_t skip_live(const struct table *cgroups, const struct relation *children,
			  uint32_t row)
{
	while (row != NO_ROW && !is_removed(cgroups, row))
		row = children->next[row];
	return row;
}

uint32_t dying_next(struct context *context, uint32_t top, uint32_t row)
{
	const struct relation *children = graph_relation(&context->graph, CHILDREN_OF_CGROUP);
	const struct table *cgroups = table_of(context, KIND_CGROUPS);
	uint32_t next = skip_live(cgroups, children, children->first[row]);

	for (; next == NO_ROW && row != top; row = children->target[row])
		next = skip_live(cgroups, children, children->next[row]);
	return next;
}

/* --- in which order --- */

static int by_age(const void *a, const void *b)
{
	const struct dying *left = a, *right = b;

	return (left->serial > right->serial) - (left->serial < right->serial);
}

static int by_group(const void *a, const void *b)
{
	const struct dying *left = a, *right = b;
	int order = strcmp(left->group, right->group);

	return order ? order : by_age(a, b);
}

/* Where a group begins, and how many are in it. */
struct run {
	struct dying *first;
	size_t nr;
};

static int by_oldest(const void *a, const void *b)
{
	const struct run *left = a, *right = b;

	return by_age(left->first, right->first);
}

static size_t find_runs(struct dying *dying, size_t nr, struct run *runs)
{
	size_t i, nr_runs = 0;

	for (i = 0; i < nr; i++) {
		if (!i || strcmp(dying[i].group, dying[i - 1].group))
			runs[nr_runs++] = (struct run){ &dying[i], 0 };
		runs[nr_runs - 1].nr++;
	}
	return nr_runs;
}

static struct dying *order(struct dying *dying, size_t nr)
{
	struct run *runs = allocate(nr, sizeof(*runs));
	struct dying *ordered = allocate(nr, sizeof(*ordered)), *to = ordered;
	size_t i, nr_runs;

	qsort(dying, nr, sizeof(*dying), by_group);
	nr_runs = find_runs(dying, nr, runs);
	qsort(runs, nr_runs, sizeof(*runs), by_oldest);
	for (i = 0; i < nr_runs; to += runs[i].nr, i++)
		memcpy(to, runs[i].first, runs[i].nr * sizeof(*to));
	free(runs);
	free(dying);
	return ordered;
}

struct dying *dying_find(struct context *context, size_t *nr)
{
	size_t most = (size_t)table_of(context, KIND_CGROUPS)->nr_rows +
		      table_of(context, KIND_CSSES)->nr_rows;
	struct dying *dying = allocate(most, sizeof(*dying));

	*nr = 0;
	find_cgroups(context, dying, nr);
	find_csses(context, dying, nr);
	return order(dying, *nr);
}

void dying_free(struct dying *dying, size_t nr)
{
	while (nr--)
		free(dying[nr].group);
	free(dying);
}
