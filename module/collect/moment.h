/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_MOMENT_H
#define _CGI_MOMENT_H

struct cgi_moment;

void cgi_moment_get(struct cgi_moment *moment);

#endif /* _CGI_MOMENT_H */
