/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_TREES_H
#define _CGI_TREES_H

struct cgi_snapshot;

int cgi_collect_hierarchies(struct cgi_snapshot *s);
void cgi_collect_subsystems(struct cgi_snapshot *s);
int cgi_collect_name(struct cgi_snapshot *s, const char *name);
int cgi_collect_trees(struct cgi_snapshot *s);

#endif /* _CGI_TREES_H */
