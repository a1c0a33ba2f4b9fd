// SPDX-License-Identifier: GPL-2.0-only
/*
 * What holds something, in a picture: each kind of thing, and who it is if holders are read.
 */
#include <stdlib.h>
#include <string.h>

#include "dot.h"
#include "dying.h"

/* So many lines of a label are about the kinds of things, and so many about holders. */
#define MOST_LINES	6

/* Lines of a label, of which only the first ones are printed. */
struct lines {
	FILE *to;
	unsigned int most;
	unsigned int nr;
};

static struct lines lines_of(FILE *to, const struct picture *picture)
{
	return (struct lines){ to, picture->context->options->all ? UINT32_MAX : MOST_LINES, 0 };
}

static bool begin_line(struct lines *lines)
{
	if (lines->nr++ >= lines->most)
		return false;
	fputs("\\n", lines->to);
	return true;
}

static void end_lines(const struct lines *lines, const char *what)
{
	if (lines->nr > lines->most)
		fprintf(lines->to, "\\nand %u more %s", lines->nr - lines->most, what);
}

/* --- kinds of things --- */

/*
 * A column that counts things of one kind. References that were not counted can be any number;
 * anything else that is absent is not there.
 */
struct reason {
	const char *column;
	const char *one;
	const char *many;
	bool unknown_if_absent;
};

static const struct reason cgroup_reasons[] = {
	{ "tasks",	"task",			"tasks",		false },
	{ "exiting",	"exiting task",		"exiting tasks",	false },
	{ "css_sets",	"css_set",		"css_sets",		false },
	{ "children",	"child",		"children",		false },
	{ "unaccounted", "other reference",	"other references",	true },
	{ 0 }
};

static const struct reason css_reasons[] = {
	{ "css_sets",	"css_set",		"css_sets",		false },
	{ "children",	"child",		"children",		false },
	{ "unaccounted", "other reference",	"other references",	true },
	{ "pages",	"page",			"pages",		false },
	{ "swap",	"page in swap",		"pages in swap",	false },
	{ "writeback",	"writeback structure",	"writeback structures",	false },
	{ 0 }
};

/* Tasks are told before, so this is what else holds a css_set. */
static const struct reason css_set_reasons[] = {
	{ "namespaces",	"cgroup namespace",	"cgroup namespaces",	false },
	{ "threaded",	"threaded css_set",	"threaded css_sets",	false },
	{ "unaccounted", "other reference",	"other references",	true },
	{ 0 }
};

static bool is_none(struct slice number, const struct reason *reason)
{
	if (slice_absent(number))
		return !reason->unknown_if_absent;
	return text_counts_none(number);
}

/* "5 pages", or without numbers "pages". */
static void put_reason(FILE *to, struct slice number, const struct reason *reason, bool numbers)
{
	if (slice_absent(number))
		fputs("maybe ", to);
	else if (numbers)
		fprintf(to, "%.*s ", (int)number.length, number.at);
	fputs(numbers && slice_is(number, "1") ? reason->one : reason->many, to);
}

/* "css memory:4: 5 other references, 5 pages"; each css holds its cgroup. To be freed. */
static char *css_words(struct context *context, uint32_t css, bool numbers)
{
	const struct table *csses = snapshot_table(&context->snapshot, KIND_CSSES);
	struct slice id = table_get(csses, css, "css"), name = id, number;
	const char *separator = ": ";
	const struct reason *reason;
	size_t length;
	char *text;
	FILE *to = need_memory(open_memstream(&text, &length));

	if (!numbers)
		slice_next(&id, ':', &name);
	fputs("css ", to);
	fwrite(name.at, 1, name.length, to);
	for (reason = css_reasons; reason->column; reason++) {
		number = table_get(csses, css, reason->column);
		if (is_none(number, reason) ||
		    !dying_counts(context, KIND_CSSES, css, reason->column))
			continue;
		fputs(separator, to);
		put_reason(to, number, reason, numbers);
		separator = ", ";
	}
	if (fclose(to))
		need_memory(NULL);
	return text;
}

/* Each kind is told to @put, a line each. */
static void tell_kinds(const struct picture *picture, uint32_t cgroup, bool numbers,
		       void (*put)(void *to, struct slice line), void *to)
{
	const struct relation *of = graph_relation(&picture->context->graph, CSSES_OF_CGROUP);
	const struct reason *reason;
	struct slice number;
	char *text;
	size_t length;
	FILE *line;
	uint32_t css;

	for (reason = cgroup_reasons; reason->column; reason++) {
		number = table_get(picture->cgroups, cgroup, reason->column);
		if (is_none(number, reason))
			continue;
		line = need_memory(open_memstream(&text, &length));
		put_reason(line, number, reason, numbers);
		fclose(line);
		put(to, (struct slice){ text, length });
		free(text);
	}
	relation_for_each(of, cgroup, css) {
		text = css_words(picture->context, css, numbers);
		put(to, slice_of(text));
		free(text);
	}
}

static void put_line(void *to, struct slice line)
{
	struct lines *lines = to;

	if (!begin_line(lines))
		return;
	fputs(lines->nr == 1 ? "held by " : "and ", lines->to);
	dot_field(lines->to, line);
}

/* --- holders --- */

/*
 * One without references is a place that another line has counted, and says something if it says
 * who is there.
 */
static void put_holder(struct lines *lines, const struct table *holders, uint32_t row)
{
	struct slice tid = table_get(holders, row, "tid"), fd = table_get(holders, row, "fd");
	struct slice refs = table_get(holders, row, "refs");
	bool is_none = text_counts_none(refs);

	if ((is_none && slice_absent(tid)) || !begin_line(lines))
		return;
	if (!is_none) {
		dot_field(lines->to, refs);
		fputc(' ', lines->to);
	}
	dot_field(lines->to, table_get(holders, row, "kind"));
	if (!slice_absent(tid)) {
		fputs(": ", lines->to);
		dot_name(lines->to, table_get(holders, row, "comm"));
		fputc(' ', lines->to);
		dot_field(lines->to, tid);
	}
	if (!slice_absent(fd)) {
		fputs(", fd ", lines->to);
		dot_field(lines->to, fd);
	}
}

/* Each line of holders about an object, if they are asked for. */
static void put_holders(struct lines *lines, const struct picture *picture, struct slice object)
{
	struct context *context = picture->context;
	uint32_t row;

	if (!context->options->holders)
		return;
	graph_for_each_holder(&context->graph, object, row)
		if (dying_holds(context, object, row))
			put_holder(lines, snapshot_table(&context->snapshot, KIND_HOLDERS), row);
}

/* --- cgroups and css_sets --- */

void dot_cgroup_held(FILE *to, const struct picture *picture, uint32_t cgroup)
{
	struct context *context = picture->context;
	const struct relation *of = graph_relation(&context->graph, CSSES_OF_CGROUP);
	const struct table *csses = snapshot_table(&context->snapshot, KIND_CSSES);
	struct lines lines = lines_of(to, picture);
	uint32_t css;

	tell_kinds(picture, cgroup, true, put_line, &lines);
	end_lines(&lines, "kinds");
	lines.nr = 0;
	put_holders(&lines, picture, table_get(picture->cgroups, cgroup, "cgroup"));
	relation_for_each(of, cgroup, css)
		put_holders(&lines, picture, table_get(csses, css, "css"));
	end_lines(&lines, "holders");
}

void dot_removed_csses(FILE *to, const struct picture *picture, uint32_t cgroup)
{
	struct context *context = picture->context;
	const struct table *csses = snapshot_table(&context->snapshot, KIND_CSSES);
	struct lines lines = lines_of(to, picture);
	struct slice state;
	uint32_t css;
	char *words;

	relation_for_each(graph_relation(&context->graph, CSSES_OF_CGROUP), cgroup, css) {
		state = table_get(csses, css, "state");
		if (!slice_is(state, "dying") && !slice_is(state, "draining"))
			continue;
		if (begin_line(&lines)) {
			words = css_words(context, css, true);
			dot_field(to, state);
			fputc(' ', to);
			dot_field(to, slice_of(words));
			free(words);
		}
		put_holders(&lines, picture, table_get(csses, css, "css"));
	}
	end_lines(&lines, "lines");
}

void dot_css_set_held(FILE *to, const struct picture *picture, uint32_t css_set)
{
	const struct reason *reason;
	struct lines lines = lines_of(to, picture);
	struct slice number;

	for (reason = css_set_reasons; reason->column; reason++) {
		number = table_get(picture->css_sets, css_set, reason->column);
		if (is_none(number, reason))
			continue;
		begin_line(&lines);
		fputs(lines.nr == 1 ? "held by " : "and ", to);
		put_reason(to, number, reason, true);
	}
	lines.nr = 0;
	put_holders(&lines, picture, table_get(picture->css_sets, css_set, "css_set"));
	end_lines(&lines, "holders");
}

/* --- many cgroups --- */

static void join(void *to, struct slice line)
{
	FILE *way = to;

	if (ftell(way))
		fputs("; ", way);
	fwrite(line.at, 1, line.length, way);
}

/* By which kinds of things a cgroup is held, as one line without numbers; to be freed. */
static char *way_of(const struct picture *picture, uint32_t cgroup)
{
	char *text;
	size_t length;
	FILE *way = need_memory(open_memstream(&text, &length));

	tell_kinds(picture, cgroup, false, join, way);
	if (fclose(way))
		need_memory(NULL);
	return text;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* How many are held in which way. */
static void put_ways(struct lines *lines, char **ways, size_t nr)
{
	size_t i, alike;

	qsort(ways, nr, sizeof(*ways), by_text);
	for (i = 0; i < nr; i += alike) {
		for (alike = 1; i + alike < nr && !strcmp(ways[i], ways[i + alike]); alike++)
			;
		if (!begin_line(lines))
			continue;
		fprintf(lines->to, "%zu held by ", alike);
		dot_field(lines->to, slice_of(*ways[i] ? ways[i] : "nothing that is known"));
	}
}

void dot_bunch_held(FILE *to, const struct picture *picture, const struct bunch *bunch)
{
	char **ways = allocate(bunch->nr_cgroups, sizeof(*ways));
	struct lines lines = lines_of(to, picture);
	uint32_t row;
	size_t nr = 0, i;

	/* All of them can be near the first row, and there can be as many boxes as rows. */
	for (row = bunch->first; nr < bunch->nr_cgroups && row < picture->cgroups->nr_rows; row++)
		if (picture->box[row] == bunch->first)
			ways[nr++] = way_of(picture, row);
	put_ways(&lines, ways, nr);
	end_lines(&lines, "ways");
	for (i = 0; i < nr; i++)
		free(ways[i]);
	free(ways);
}
