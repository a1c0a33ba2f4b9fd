/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_ATTACH_H
#define _CGI_ATTACH_H

struct cgi_snapshot;

int cgi_attach_derive(struct cgi_snapshot *s, unsigned int threaded);

#endif /* _CGI_ATTACH_H */
