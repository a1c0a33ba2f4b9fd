/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_MEMBERSHIPS_H
#define _CGI_MEMBERSHIPS_H

#include <linux/types.h>

struct cgi_snapshot;
struct css_set;

u32 cgi_collect_css_set_of_task(struct cgi_snapshot *s, const struct css_set *cset);
int cgi_collect_cgroups_of_tasks(struct cgi_snapshot *s);
int cgi_collect_exits_of_tasks(struct cgi_snapshot *s);

#endif /* _CGI_MEMBERSHIPS_H */
