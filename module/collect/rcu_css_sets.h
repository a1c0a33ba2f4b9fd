/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_RCU_CSS_SETS_H
#define _CGI_RCU_CSS_SETS_H

#include <linux/cgroup.h>
#include <linux/limits.h>
#include <linux/types.h>

struct cgi_snapshot;

/* The default hierarchy and, at most, one for each controller. */
#define CGI_MEMBERSHIPS	(CGROUP_SUBSYS_COUNT + 1)

/* So many cgroups get a record in one RCU read section. */
#define CGI_LEVELS	32

/**
 * struct cgi_membership - a cgroup of a css_set
 * @cgrp: the cgroup
 * @hierarchy_id: id of its hierarchy
 * @controllers: those whose csses led to that hierarchy
 * @cgroup: index of the cgroup's record, once there is one
 * @deleted: the cgroup was removed
 */
struct cgi_membership {
	struct cgroup *cgrp;
	int hierarchy_id;
	u32 controllers;
	u32 cgroup;
	bool deleted;
};

/**
 * struct cgi_memberships - what one task is a member of, copied in one RCU read section
 * @list: the memberships, highest hierarchy id first
 * @count: how many there are
 * @levels: so many more cgroups may get a record in this section
 * @path: path of a cgroup below one above it, which is taken apart into names
 * @length: bytes of @path that were not taken away
 */
struct cgi_memberships {
	struct cgi_membership list[CGI_MEMBERSHIPS];
	unsigned int count;
	u32 levels;
	char path[CGI_LEVELS * (NAME_MAX + 1) + 1];
	size_t length;
};

int cgi_memberships_make_room(struct cgi_snapshot *s);
int cgi_memberships_collect(struct cgi_snapshot *s, struct cgi_memberships *m,
			    const struct css_set *cset, u32 *css_set);

#endif /* _CGI_RCU_CSS_SETS_H */
