/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_CHARGES_H
#define _CGI_CHARGES_H

#include <linux/types.h>

struct cgi_snapshot;
struct cgroup_subsys_state;

u32 cgi_collect_charge(struct cgi_snapshot *s, struct cgroup_subsys_state *css);
int cgi_collect_writebacks(struct cgi_snapshot *s);

#endif /* _CGI_CHARGES_H */
