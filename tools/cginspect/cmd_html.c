// SPDX-License-Identifier: GPL-2.0-only
/*
 * All about a snapshot as one page for a browser, which needs nothing else.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
	/* What Graphviz has drawn, and the picture in it: nothing if that is not whole. */
	struct slice drawn;
	struct slice svg;
};

/* --- the picture --- */

static bool read_back(int fd, struct slice *text)
{
	off_t length = lseek(fd, 0, SEEK_END);
	char *to;

	if (length < 0)
		return false;
	to = allocate(length, 1);
	*text = (struct slice){ to, length };
	return pread(fd, to, length, 0) == length;
}

/*
 * What comes before the first element is of XML, and no browser wants it within a page. An element
 * that does not end would take in all that the page has behind it.
 */
static bool find_svg(struct slice drawn, struct slice *svg)
{
	static const char end[] = "</svg>";
	const char *at = memmem(drawn.at, drawn.length, "<svg", 4);
	size_t length;

	if (!at)
		return false;
	length = drawn.at + drawn.length - at;
	while (length && at[length - 1] == '\n')
		length--;
	*svg = (struct slice){ at, length };
	return length > strlen(end) && !memcmp(at + length - strlen(end), end, strlen(end));
}

/* Returns why there is no picture, to be freed, or NULL. */
static char *draw_to(int fd, struct slice text, struct parts *parts)
{
	char *reason;

	if (fd < 0)
		return text_format("there is no memory for it: %s", strerror(errno));
	reason = graphviz_draw(text, "svg", fd);
	if (reason)
		return reason;
	if (!read_back(fd, &parts->drawn))
		return text_format("what dot of Graphviz has drawn can not be read");
	if (!find_svg(parts->drawn, &parts->svg))
		return text_format("what dot of Graphviz has drawn is no whole SVG");
	return NULL;
}

static char *draw(const struct picture *picture, struct parts *parts)
{
	struct slice text = dot_text(picture);
	int fd = memfd_create("svg", MFD_CLOEXEC);
	char *reason = draw_to(fd, text, parts);

	free((char *)text.at);
	if (fd >= 0)
		close(fd);
	if (reason)
		parts->svg.length = 0;
	return reason;
}

static void put_picture(const struct parts *parts)
{
	if (!parts->svg.length)
		return;
	fwrite(parts->svg.at, 1, parts->svg.length, stdout);
	putchar('\n');
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
	options->holders = context_try_more(context, KIND_HOLDERS);
	context_try_more(context, KIND_CHECK);
}

static void put_page(struct context *context)
{
	struct parts parts = { .context = context };
	struct slice rest = { (const char *)page_text, page_length }, line;
	struct picture picture;
	char *lacking;

	snapshot_check(&context->snapshot);
	picture_make(&picture, context);
	lacking = draw(&picture, &parts);
	if (lacking)
		note("the page has no picture: %s", lacking);
	parts.report = report_json(context, &picture, lacking);
	while (slice_next(&rest, '\n', &line))
		put_line(&parts, line);
	free((char *)parts.drawn.at);
	free(lacking);
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
