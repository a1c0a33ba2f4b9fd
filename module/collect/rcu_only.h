/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_RCU_ONLY_H
#define _CGI_RCU_ONLY_H

struct cgi_snapshot;

int cgi_collect_tasks_rcu(struct cgi_snapshot *s);

#endif /* _CGI_RCU_ONLY_H */
