/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_FOR_CHECK_H
#define _CGI_FOR_CHECK_H

struct cgi_snapshot;

int cgi_collect_for_check(struct cgi_snapshot *s);

#endif /* _CGI_FOR_CHECK_H */
