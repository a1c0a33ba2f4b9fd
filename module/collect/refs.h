/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_COLLECT_REFS_H
#define _CGI_COLLECT_REFS_H

#include "../snapshot/refs.h"

struct cgroup_subsys_state;

struct cgi_refs cgi_css_refs(struct cgroup_subsys_state *css, int readings);
bool cgi_css_is_killed(struct cgroup_subsys_state *css);

#endif /* _CGI_COLLECT_REFS_H */
