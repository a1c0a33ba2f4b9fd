/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_SWAP_H
#define _CGI_SWAP_H

struct cgi_snapshot;
struct cgroup_subsys_state;

void cgi_collect_swap(struct cgi_snapshot *s, struct cgroup_subsys_state *css);

#endif /* _CGI_SWAP_H */
