/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_PATHS_H
#define _CGI_PATHS_H

#include <linux/types.h>

struct cgi_snapshot;

int cgi_paths_write(struct cgi_snapshot *s);
void cgi_paths_put_controllers(struct cgi_snapshot *s, u32 mask, const char *name);

#endif /* _CGI_PATHS_H */
