/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_TAKE_H
#define _CGI_TAKE_H

struct cgi_snapshot;

int cgi_collect(struct cgi_snapshot *s);

#endif /* _CGI_TAKE_H */
