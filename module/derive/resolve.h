/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_RESOLVE_H
#define _CGI_RESOLVE_H

struct cgi_snapshot;

int cgi_resolve(struct cgi_snapshot *s);

#endif /* _CGI_RESOLVE_H */
