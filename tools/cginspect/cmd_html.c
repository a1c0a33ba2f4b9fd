// SPDX-License-Identifier: GPL-2.0-only
/*
 * All about a snapshot as one page for a browser, which needs nothing else.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dot.h"
#include "graphviz.h"
#include "objects_json.h"
#include "page.h"
#include "report.h"

/* What is put into the page. */
struct parts {
	struct context *context;
	struct json *report;
	struct slice svg;
};

/* --- the picture --- */

static char *read_back(int fd, size_t *length)
{
	FILE *from = need_memory(fdopen(fd, "r"));
	char *text;

	fseek(from, 0, SEEK_END);
	*length = ftell(from);
	rewind(from);
	text = allocate(*length, 1);
	*length = fread(text, 1, *length, from);
	fclose(from);
	return text;
}

/* Returns why there is no picture, or NULL. */
static const char *draw(const struct picture *picture, struct slice *svg)
{
	struct slice text = dot_text(picture);
	int fd = memfd_create("svg", MFD_CLOEXEC);
	const char *reason;

	if (fd < 0)
		die(STATUS_INPUT, "there is no room for the picture");
	reason = graphviz_draw(text, "svg", fd);
	free((char *)text.at);
	svg->at = read_back(fd, &svg->length);
	return reason;
}

/* What comes before the first element is of XML, and no browser wants it within a page. */
static void put_picture(const struct parts *parts)
{
	const char *end = parts->svg.at + parts->svg.length;
	const char *at = memmem(parts->svg.at, parts->svg.length, "<svg", 4);

	if (at)
		fwrite(at, 1, end - at, stdout);
}

/* --- data --- */

/* In JSON "<" is only in strings. Without it nothing there ends the element or begins one. */
static ssize_t write_without_tags(void *to, const char *bytes, size_t length)
{
	struct slice rest = { bytes, length }, piece;

	while (slice_next(&rest, '<', &piece)) {
		fwrite(piece.at, 1, piece.length, to);
		if (rest.at)
			fputs("\\u003c", to);
	}
	return ferror(to) ? 0 : length;
}

static FILE *without_tags(FILE *to)
{
	return need_memory(fopencookie(to, "w", (cookie_io_functions_t){
		.write = write_without_tags }));
}

static void put_snapshot(const struct parts *parts)
{
	FILE *to = without_tags(stdout);

	object_json_print_all(to, parts->context);
	fclose(to);
}

static void put_report(const struct parts *parts)
{
	FILE *to = without_tags(stdout);

	json_print(to, parts->report);
	fputc('\n', to);
	fclose(to);
}

/* --- all of it --- */

static const struct {
	const char *line;
	void (*put)(const struct parts *parts);
} slots[] = {
	{ "@snapshot@",	put_snapshot },
	{ "@report@",	put_report },
	{ "@picture@",	put_picture },
};

static void put_line(const struct parts *parts, struct slice line)
{
	size_t i;

	for (i = 0; i < sizeof(slots) / sizeof(*slots); i++)
		if (slice_is(line, slots[i].line)) {
			slots[i].put(parts);
			return;
		}
	fwrite(line.at, 1, line.length, stdout);
	putchar('\n');
}

/* Holders and check are read if they can be had. */
static void read_more(struct context *context, struct options *options)
{
	options->holders = context_has_more(context, KIND_HOLDERS);
	if (options->holders)
		context_more(context, KIND_HOLDERS);
	if (context_has_more(context, KIND_CHECK))
		context_more(context, KIND_CHECK);
}

static void put_page(struct context *context)
{
	struct parts parts = { .context = context };
	struct slice rest = { (const char *)page_text, page_length }, line;
	struct picture picture;
	const char *lacking;

	snapshot_check(&context->snapshot);
	picture_make(&picture, context);
	lacking = draw(&picture, &parts.svg);
	if (lacking)
		note("the page has no picture: %s", lacking);
	parts.report = report_json(context, &picture, lacking);
	while (slice_next(&rest, '\n', &line))
		put_line(&parts, line);
	free((char *)parts.svg.at);
	picture_free(&picture);
}

enum status cmd_html(struct context *context)
{
	const struct options *given = context->options;
	struct options options = *given;

	if (!page_length)
		die(STATUS_INPUT, "this cginspect was built without the page: %s were not there",
		    "libjs-jquery and libjs-jquery-datatables");
	if (isatty(STDOUT_FILENO))
		die(STATUS_USAGE, "html writes to a file: cginspect html > FILE");
	context->options = &options;
	read_more(context, &options);
	put_page(context);
	context->options = given;
	return STATUS_OK;
}
