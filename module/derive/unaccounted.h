/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_UNACCOUNTED_H
#define _CGI_UNACCOUNTED_H

struct cgi_snapshot;

int cgi_unaccounted_decide(struct cgi_snapshot *s);

#endif /* _CGI_UNACCOUNTED_H */
