/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Any part of a file's text, printed when it is asked for.
 */
#ifndef _CGI_PAGER_H
#define _CGI_PAGER_H

#include <linux/types.h>

#include "out.h"

struct cgi_snapshot;
struct cgi_view;

/* A window covers at most this much, and at least that much unless the text ends. */
#define CGI_WINDOW_MAX	16384
#define CGI_WINDOW_MIN	1024

/* The offset of one in so many lines is remembered once it was printed. */
#define CGI_LINES_A_MARK	16

/**
 * struct cgi_pager - the text of one open file
 * @view: the file
 * @snapshot: what it prints
 * @lines: of cgi_view_lines()
 * @out: a window, with the text that was asked for last
 * @marks: offset of each line whose number is a multiple of %CGI_LINES_A_MARK
 * @marked: how many of @marks are known, in their order
 * @last_line: the line that was begun last
 * @last_at: its offset
 */
struct cgi_pager {
	const struct cgi_view *view;
	const struct cgi_snapshot *snapshot;
	size_t lines;
	struct cgi_out out;
	u64 *marks;
	size_t marked;
	size_t last_line;
	u64 last_at;
};

int cgi_pager_init(struct cgi_pager *p, const struct cgi_view *view,
		   const struct cgi_snapshot *s);
void cgi_pager_deinit(struct cgi_pager *p);
ssize_t cgi_pager_get(struct cgi_pager *p, u64 pos, size_t want, const char **text);

#endif /* _CGI_PAGER_H */
