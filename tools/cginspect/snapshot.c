// SPDX-License-Identifier: GPL-2.0-only
/*
 * From text to tables: the sections of a snapshot, in the order in which they are there.
 */
#include <stdlib.h>
#include <string.h>

#include "snapshot.h"

#define MARK	"## "

/* What somebody may take for a snapshot, by how it begins. */
static const struct {
	const char *begin;
	size_t length;
	const char *what;
} foreign[] = {
	{ "\x1f\x8b",		2, "it is compressed: zcat FILE | cginspect -i - ..." },
	{ "\x28\xb5\x2f\xfd",	4, "it is compressed: zstdcat FILE | cginspect -i - ..." },
	{ "\3757zXZ",	5, "it is compressed: xzcat FILE | cginspect -i - ..." },
	{ "\xef\xbb\xbf",	3, "an editor has changed it (a byte order mark)" },
	{ "\xff\xfe",		2, "an editor has changed it (UTF-16)" },
	{ "KTAP version",	12, "it is the file check alone; save the file snapshot" },
	{ "digraph",		7, "it is graph.dot; save the file snapshot" },
	{ "version: ",		9, "it is the file info alone; save the file snapshot" },
	{ "## info\r",		8, "lines end with a carriage return: it was changed" },
	{ "#",			1, "it is one table alone; save the file snapshot" },
};

static void __noreturn die_of_foreign(const struct input *input)
{
	size_t i;

	if (!input->length)
		die(STATUS_INPUT, "%s is empty", input->name);
	for (i = 0; i < sizeof(foreign) / sizeof(*foreign); i++)
		if (input->length >= foreign[i].length &&
		    !memcmp(input->text, foreign[i].begin, foreign[i].length))
			input_die(input, input->text, "this is no snapshot: %s", foreign[i].what);
	input_die(input, input->text, "this is no snapshot of cgroup_inspect: no '## info'");
}

/* What would make every later message a riddle. */
static void check_bytes(const struct input *input)
{
	const char *end = input->text + input->length;
	const char *at = memchr(input->text, '\0', input->length);

	if (at)
		input_die(input, at, "there is a NUL byte, so this is no text");
	at = memchr(input->text, '\n', input->length);
	if (at && at > input->text && at[-1] == '\r')
		input_die(input, at, "lines end with a carriage return: the file was changed");
	if (!input->length || end[-1] == '\n')
		return;
	at = memrchr(input->text, '\n', input->length);
	input_die(input, end, "the last line does not end: the file was cut, after %zu bytes",
		  input->length);
}

static bool is_mark(const char *at, const char *end)
{
	return (size_t)(end - at) >= strlen(MARK) && !memcmp(at, MARK, strlen(MARK));
}

/* The beginning of the next line with a mark, or @end. */
static const char *next_mark(const char *at, const char *end)
{
	while (at < end && !is_mark(at, end))
		at = (const char *)memchr(at, '\n', end - at) + 1;
	return at;
}

static int kind_of_section(struct slice name)
{
	int i;

	for (i = 0; i < NR_KINDS; i++)
		if (slice_is(name, kinds[i].section))
			return i;
	return -1;
}

/*
 * Find the end of the section whose mark is at @at, and keep where it is, unless a newer
 * module or program has added it. Returns where the next one begins.
 */
static const char *find_section(struct snapshot *snapshot, const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', end - at), *next;
	struct slice name = { at + strlen(MARK), newline - at - strlen(MARK) };
	int kind = kind_of_section(name);

	next = next_mark(newline + 1, end);
	if (kind < 0)
		return next;
	if (table_is_there(&snapshot->tables[kind]))
		input_die(&snapshot->input, at, "there are two sections %s", kinds[kind].section);
	table_place(&snapshot->tables[kind], &kinds[kind], &snapshot->input, newline + 1, next);
	return next;
}

/* Check is the last one that "save" adds. */
static bool is_needed(const struct snapshot *snapshot, enum kind kind)
{
	return kinds[kind].always ||
	       (kind == KIND_CHECK && table_is_there(&snapshot->tables[KIND_HOLDERS]));
}

static void check_sections(const struct snapshot *snapshot)
{
	int i;

	for (i = 0; i < NR_KINDS; i++)
		if (is_needed(snapshot, i) && !table_is_there(&snapshot->tables[i]))
			input_die(&snapshot->input, snapshot->input.text + snapshot->input.length,
				  "there is no section %s: the file was cut", kinds[i].section);
}

/* A column keeps its meaning while the format is the same. */
static void check_format(struct snapshot *snapshot)
{
	struct slice value = table_value(snapshot_table(snapshot, KIND_INFO), "format");
	uint64_t format;

	if (!text_number(value, &format))
		input_die(&snapshot->input, snapshot->input.text, "info has no format");
	if (format == SNAPSHOT_FORMAT || (snapshot->said && format == snapshot->said))
		return;
	snapshot->said = format;
	note("%s has format %llu, this program knows %d: columns may mean something else",
	     snapshot->input.name, (unsigned long long)format, SNAPSHOT_FORMAT);
}

static void make_tables(struct snapshot *snapshot)
{
	if (!snapshot->tables)
		snapshot->tables = allocate(NR_KINDS, sizeof(*snapshot->tables));
}

void snapshot_parse(struct snapshot *snapshot)
{
	const struct input *input = &snapshot->input;
	const char *at = input->text, *end = input->text + input->length;

	if (!input->length || !slice_begins((struct slice){ at, input->length }, "## info\n"))
		die_of_foreign(input);
	check_bytes(input);
	make_tables(snapshot);
	while (at < end)
		at = find_section(snapshot, at, end);
	check_sections(snapshot);
	check_format(snapshot);
	/* It is the last one that the module writes, so a file that was cut there is told. */
	snapshot_table(snapshot, KIND_STATS);
}

void snapshot_add(struct snapshot *snapshot, enum kind kind)
{
	const struct input *input = &snapshot->more[kind];

	check_bytes(input);
	make_tables(snapshot);
	table_place(&snapshot->tables[kind], &kinds[kind], input, input->text,
		    input->text + input->length);
}

const struct table *snapshot_table(const struct snapshot *snapshot, enum kind kind)
{
	static const struct table not_there;
	struct table *table;

	if (!snapshot->tables)
		return &not_there;
	table = &snapshot->tables[kind];
	if (table_is_there(table) && !table->is_parsed)
		table_parse(table);
	return table;
}

void snapshot_check(const struct snapshot *snapshot)
{
	int i;

	for (i = 0; i < NR_KINDS; i++)
		snapshot_table(snapshot, i);
}

void snapshot_free(struct snapshot *snapshot)
{
	int i;

	for (i = 0; i < NR_KINDS; i++) {
		if (snapshot->tables)
			table_free(&snapshot->tables[i]);
		input_free(&snapshot->more[i]);
	}
	free(snapshot->tables);
	snapshot->tables = NULL;
	input_free(&snapshot->input);
}
