/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_UNITE_H
#define _CGI_UNITE_H

struct cgi_snapshot;

int cgi_tasks_unite(struct cgi_snapshot *s);

#endif /* _CGI_UNITE_H */
