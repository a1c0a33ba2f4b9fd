/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether a text of a file of the module is all that it must be, judged by one that was read
 * before it and one that was read after it.
 */
#ifndef CGI_LINES_H
#define CGI_LINES_H

#include <stdbool.h>
#include <stddef.h>

/* This is a text, and its lines in the order of strcmp(). */
struct cgi_lines {
	char *text;
	char **line;
	int nr;
	bool ends;	/* with the end of a line */
};

struct cgi_lines *cgi_lines_of(const char *text, size_t len);
void cgi_lines_free(struct cgi_lines *lines);
enum cgi_fit {
	CGI_FITS,
	/* Others may have made and undone something just then: it can be tried once more. */
	CGI_DIFFERS,
	/* It lacks lines that were there all the time, or the end of one. */
	CGI_IS_WRONG,
};

/*
 * What is the same in @before and @after rests, so the text between them must have it, too. Any
 * other line that it has must be in one of them, or be of an object that was in motion, which is
 * one of which they have different lines. A line begins with the name of its object. If that is
 * not so, this says what is missing or wrong.
 */
enum cgi_fit cgi_lines_fit(const char *name, const struct cgi_lines *between,
			   const struct cgi_lines *before, const struct cgi_lines *after);

#endif
