/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is written in graph.dot.
 */
#ifndef _CGI_GRAPH_DOT_H
#define _CGI_GRAPH_DOT_H

#include <linux/types.h>

struct cgi_bunch;
struct cgi_css_set;
struct cgi_hierarchy;
struct cgi_out;
struct cgi_snapshot;

void cgi_dot_put_hierarchy(struct cgi_out *o, const struct cgi_snapshot *s,
			   const struct cgi_hierarchy *h);
void cgi_dot_put_cgroup(struct cgi_out *o, const struct cgi_snapshot *s, u32 cgroup);
void cgi_dot_put_bunch(struct cgi_out *o, const struct cgi_snapshot *s,
		       const struct cgi_bunch *bunch);
void cgi_dot_put_css_set(struct cgi_out *o, const struct cgi_snapshot *s,
			 const struct cgi_css_set *cset);

#endif /* _CGI_GRAPH_DOT_H */
