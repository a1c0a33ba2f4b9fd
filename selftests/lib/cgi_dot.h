/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * graph.dot as Graphviz reads it, and as the tables say that it should be.
 */
#ifndef CGI_DOT_H
#define CGI_DOT_H

#include <stdbool.h>

#include "cgi.h"

/* These are the nodes and edges, by what they stand for. */
struct cgi_dot {
	struct cgi_set cgroups, css_sets, copies, links, children, doms;
	struct cgi_set clusters, roots;
	int cluster;	/* in which the line is that is read, or -1 */
};

/*
 * Returns how many braces and brackets outside of strings are still open at the
 * end, or -1 if a string has no end or more are closed than were open.
 */
int cgi_dot_depth(const char *text);
void cgi_dot_read(struct cgi_dot *g, const char *text);
/* Compares what is read now with the tables, for cgi_settles(). */
int cgi_dot_diff(void);

/*
 * These read anew and are about the node @name. The label is NULL if there is no
 * such node; the caller frees it. All others say what is wrong.
 */
char *cgi_dot_label(const char *name);
/* Labels have the octal escapes of the tables. */
bool cgi_dot_label_has(const char *name, const char *part);
bool cgi_dot_label_lacks(const char *name, const char *part);
/* Is @want the first line of the node's label? */
bool cgi_dot_label_is(const char *name, const char *want);
/* Only the nodes of removed objects are dashed. */
bool cgi_dot_is_marked(const char *name, bool want);

#endif
