/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_WRITEBACK_H
#define _CGI_WRITEBACK_H

struct cgi_finder;

int cgi_find_by_writeback(struct cgi_finder *f);

#endif /* _CGI_WRITEBACK_H */
