/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_DERIVE_H
#define _CGI_DERIVE_H

struct cgi_snapshot;

int cgi_derive(struct cgi_snapshot *s);

#endif /* _CGI_DERIVE_H */
