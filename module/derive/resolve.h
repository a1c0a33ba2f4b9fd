/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_RESOLVE_H
#define _CGI_RESOLVE_H

#include <linux/types.h>

struct cgi_snapshot;

bool cgi_is_on_dying_tasks(const struct cgi_snapshot *s, const void *task_addr, u64 started);
int cgi_resolve(struct cgi_snapshot *s);

#endif /* _CGI_RESOLVE_H */
