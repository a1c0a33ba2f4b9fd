/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_NAMESPACES_H
#define _CGI_NAMESPACES_H

struct cgi_finder;
struct net;

int cgi_find_by_cgroup_namespaces(struct cgi_finder *f);
int cgi_find_by_nets(struct cgi_finder *f);
void cgi_find_by_net_of_task(struct cgi_finder *f, struct net *net);

#endif /* _CGI_NAMESPACES_H */
