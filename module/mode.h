/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_MODE_H
#define _CGI_MODE_H

#include <linux/types.h>

void cgi_graph_init(bool wanted);
void cgi_graph_exit(void);
bool cgi_graph_is_on(void);
bool cgi_graph_rcu_is_safe(void);
const char *cgi_graph_reason(void);
const char *cgi_graph_memberships(void);
const char *cgi_graph_css_set_lock_way(void);
const char *cgi_graph_cgroup_mutex_way(void);
const char *cgi_graph_lock_ways(void);

#endif /* _CGI_MODE_H */
