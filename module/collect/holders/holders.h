/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_HOLDERS_H
#define _CGI_HOLDERS_H

struct cgi_snapshot;

int cgi_collect_holders(struct cgi_snapshot *s);

#endif /* _CGI_HOLDERS_H */
