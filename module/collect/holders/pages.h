/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_PAGES_H
#define _CGI_PAGES_H

struct cgi_finder;

int cgi_find_by_pages(struct cgi_finder *f);

#endif /* _CGI_PAGES_H */
