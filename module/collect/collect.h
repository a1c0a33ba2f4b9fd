/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_COLLECT_H
#define _CGI_COLLECT_H

struct cgi_snapshot;

int cgi_collect_graph(struct cgi_snapshot *s);

#endif /* _CGI_COLLECT_H */
