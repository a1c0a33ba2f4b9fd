/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_DERIVE_CHARGES_H
#define _CGI_DERIVE_CHARGES_H

struct cgi_resolver;
struct cgi_snapshot;

int cgi_charges_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r);

#endif /* _CGI_DERIVE_CHARGES_H */
