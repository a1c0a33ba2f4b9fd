/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_ROOTS_H
#define _CGI_ROOTS_H

#include <linux/types.h>

struct cgroup_root;
struct cgroup_subsys;

u32 cgi_root_flags(const struct cgroup_root *root);
u32 cgi_subsys_flags(const struct cgroup_subsys *ss);
bool cgi_default_is_mounted(void);

#endif /* _CGI_ROOTS_H */
