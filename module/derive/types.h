/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_TYPES_H
#define _CGI_TYPES_H

struct cgi_snapshot;

int cgi_types_derive(struct cgi_snapshot *s);

#endif /* _CGI_TYPES_H */
