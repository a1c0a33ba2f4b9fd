/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_DERIVE_HOLDERS_H
#define _CGI_DERIVE_HOLDERS_H

struct cgi_snapshot;

int cgi_holders_expect(struct cgi_snapshot *s);
int cgi_holders_account(struct cgi_snapshot *s);

#endif /* _CGI_DERIVE_HOLDERS_H */
