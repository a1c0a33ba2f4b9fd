/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_FDS_H
#define _CGI_FDS_H

struct cgi_finder;

int cgi_find_by_fds(struct cgi_finder *f);

#endif /* _CGI_FDS_H */
