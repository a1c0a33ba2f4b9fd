// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a text is all that it must be; see cgi_lines.h.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "cgi.h"
#include "cgi_lines.h"

static int cgi_line_cmp(const void *a, const void *b)
{
	return strcmp(*(char * const *)a, *(char * const *)b);
}

/* What the last reading took, as stats says, is like that of another one only by accident. */
static void cgi_line_forget_cost(char *line)
{
	static const char cost[] = "_last:";
	char *at = strstr(line, cost);

	if (at && at < strchrnul(line, ' '))
		at[strlen(cost)] = '\0';
}

struct cgi_lines *cgi_lines_of(const char *text, size_t len)
{
	struct cgi_lines *lines = cgi_alloc(sizeof(*lines));
	char *at, *end;
	int room = 1;

	lines->text = cgi_alloc(len + 1);
	memcpy(lines->text, text, len);
	lines->ends = len && text[len - 1] == '\n' && strlen(lines->text) == len;
	for (at = lines->text; *at; at++)
		room += *at == '\n';
	lines->line = cgi_alloc(room * sizeof(*lines->line));
	for (at = lines->text; *at; at = end) {
		end = strchrnul(at, '\n');
		if (*end)
			*end++ = '\0';
		cgi_line_forget_cost(at);
		lines->line[lines->nr++] = at;
	}
	qsort(lines->line, lines->nr, sizeof(*lines->line), cgi_line_cmp);
	return lines;
}

void cgi_lines_free(struct cgi_lines *lines)
{
	if (!lines)
		return;
	free(lines->line);
	free(lines->text);
	free(lines);
}

static bool cgi_lines_have(const struct cgi_lines *lines, const char *line)
{
	return bsearch(&line, lines->line, lines->nr, sizeof(line), cgi_line_cmp);
}

/* The name of the object ends at the first TAB or space; nodes of a graph are indented. */
static bool cgi_line_is_of_same(const char *a, const char *b)
{
	size_t indent = strspn(a, " \t"), length = indent + strcspn(a + indent, " \t");

	return !strncmp(a, b, length) && (!b[length] || strchr(" \t", b[length]));
}

/* Does @lines have a line of this object that @others do not have? */
static bool cgi_lines_differ(const struct cgi_lines *lines, const struct cgi_lines *others,
			     const char *of)
{
	int i;

	for (i = 0; i < lines->nr; i++)
		if (cgi_line_is_of_same(of, lines->line[i]) &&
		    !cgi_lines_have(others, lines->line[i]))
			return true;
	return false;
}

static int cgi_lines_count(const struct cgi_lines *lines, const char *of)
{
	int i, nr = 0;

	for (i = 0; i < lines->nr; i++)
		nr += cgi_line_is_of_same(of, lines->line[i]);
	return nr;
}

/* A line that has changed is still there: only of fewer lines it is sure that some are missing. */
static enum cgi_fit cgi_lines_lacking(const char *name, const struct cgi_lines *between,
				      const struct cgi_lines *before,
				      const struct cgi_lines *after)
{
	enum cgi_fit fit = CGI_FITS;
	const char *line;
	int i, nr;

	for (i = 0; i < before->nr && fit != CGI_IS_WRONG; i++) {
		line = before->line[i];
		if (!cgi_lines_have(after, line) || cgi_lines_have(between, line))
			continue;
		nr = cgi_lines_count(between, line);
		fit = nr < cgi_lines_count(before, line) && nr < cgi_lines_count(after, line) ?
		      CGI_IS_WRONG : CGI_DIFFERS;
		ksft_print_msg("%s lacks: %s\n", name, line);
	}
	return fit;
}

static enum cgi_fit cgi_lines_added(const char *name, const struct cgi_lines *between,
				    const struct cgi_lines *before, const struct cgi_lines *after)
{
	const char *line;
	int i;

	for (i = 0; i < between->nr; i++) {
		line = between->line[i];
		if (cgi_lines_have(before, line) || cgi_lines_have(after, line) ||
		    cgi_lines_differ(before, after, line) || cgi_lines_differ(after, before, line))
			continue;
		ksft_print_msg("%s alone has: %s\n", name, line);
		return CGI_DIFFERS;
	}
	return CGI_FITS;
}

enum cgi_fit cgi_lines_fit(const char *name, const struct cgi_lines *between,
			   const struct cgi_lines *before, const struct cgi_lines *after)
{
	enum cgi_fit fit;

	if (!between->ends) {
		ksft_print_msg("%s does not end with the end of a line\n", name);
		return CGI_IS_WRONG;
	}
	fit = cgi_lines_lacking(name, between, before, after);
	return fit == CGI_FITS ? cgi_lines_added(name, between, before, after) : fit;
}
