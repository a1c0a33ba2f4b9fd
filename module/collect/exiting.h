/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_EXITING_H
#define _CGI_EXITING_H

struct cgi_snapshot;

int cgi_collect_exiting(struct cgi_snapshot *s);

#endif /* _CGI_EXITING_H */
