/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_DERIVE_PICTURE_H
#define _CGI_DERIVE_PICTURE_H

struct cgi_snapshot;

int cgi_picture_derive(struct cgi_snapshot *s);

#endif /* _CGI_DERIVE_PICTURE_H */
