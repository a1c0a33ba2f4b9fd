/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_DERIVE_EXITING_H
#define _CGI_DERIVE_EXITING_H

struct cgi_resolver;
struct cgi_snapshot;

int cgi_exiting_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r);

#endif /* _CGI_DERIVE_EXITING_H */
