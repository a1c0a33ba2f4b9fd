/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_PATHS_H
#define _CGI_PATHS_H

struct cgi_snapshot;

int cgi_paths_write(struct cgi_snapshot *s);

#endif /* _CGI_PATHS_H */
