/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_SNAPSHOT_HIERARCHY_H
#define _CGI_SNAPSHOT_HIERARCHY_H

#include <linux/bits.h>
#include <linux/types.h>

enum cgi_hierarchy_state {
	CGI_HIERARCHY_UNMOUNTED,	/* the default hierarchy, which stays */
	CGI_HIERARCHY_MOUNTED,
	CGI_HIERARCHY_LINGERING,	/* unmounted while it had cgroups */
	CGI_HIERARCHY_DYING,		/* unmounted, about to go */
	CGI_HIERARCHY_UNKNOWN,		/* mounted, or else held by what was just removed */
};

/* Flags of a hierarchy have the names of the mount options. */
#define CGI_HIERARCHY_NOPREFIX		BIT(0)
#define CGI_HIERARCHY_XATTR		BIT(1)
#define CGI_HIERARCHY_NSDELEGATE	BIT(2)
#define CGI_HIERARCHY_CPUSET_V2_MODE	BIT(3)
#define CGI_HIERARCHY_FAVORDYNMODS	BIT(4)
#define CGI_HIERARCHY_MEMORY_LOCALEVENTS	BIT(5)
#define CGI_HIERARCHY_MEMORY_RECURSIVEPROT	BIT(6)
#define CGI_HIERARCHY_MEMORY_HUGETLB_ACCOUNTING	BIT(7)
#define CGI_HIERARCHY_PIDS_LOCALEVENTS	BIT(8)
#define CGI_HIERARCHY_CLONE_CHILDREN	BIT(9)

#define CGI_HIERARCHY_NAME_LEN		64

/**
 * struct cgi_hierarchy - a cgroup_root
 * @addr: identity
 * @id: hierarchy id, 0 for the default hierarchy
 * @version: 2 for the default hierarchy, 1 for all others
 * @controllers: mask of the controllers attached to it
 * @flags: CGI_HIERARCHY_*
 * @mounted: of the default hierarchy, whether it is mounted
 * @nr_cgroups: cgroups that are not removed
 * @nr_dying: cgroups that are removed
 * @nr_counted: what the kernel counts as its cgroups, those included that were released
 *              but are not yet freed
 * @prefix: what a membership in it begins with, as `4:memory:`, offset in the snapshot's text
 * @prefix_len: bytes of @prefix
 * @state: &enum cgi_hierarchy_state
 * @name: name of a named hierarchy, or empty
 */
struct cgi_hierarchy {
	const void *addr;
	int id;
	int version;
	u32 controllers;
	u32 flags;
	u32 nr_cgroups;
	u32 nr_dying;
	int nr_counted;
	size_t prefix;
	size_t prefix_len;
	bool mounted;
	u8 state;
	char name[CGI_HIERARCHY_NAME_LEN];
};

/* The first flags of a controller have the names of the members of struct cgroup_subsys. */
#define CGI_SUBSYS_EARLY_INIT		BIT(0)
#define CGI_SUBSYS_IMPLICIT_ON_DFL	BIT(1)
#define CGI_SUBSYS_THREADED		BIT(2)
#define CGI_SUBSYS_DISABLED		BIT(3)	/* by cgroup_disable= */
#define CGI_SUBSYS_NO_V1		BIT(4)	/* the kernel was built without its v1 */

#define CGI_SUBSYS_NAME_LEN		32

/**
 * struct cgi_subsys - a controller
 * @id: subsystem id, the bit in masks of controllers
 * @hierarchy_id: hierarchy that it is attached to
 * @nr_csses: csses, those of removed cgroups included
 * @nr_dying: csses that are killed or about to be
 * @nr_ids: csses that have an id of which there are few, or %CGI_NOT_COUNTED
 * @max_ids: how many of those there can be, or %CGI_NOT_COUNTED
 * @first_child: index of the first child of its root css
 * @flags: CGI_SUBSYS_*
 * @name: name on the default hierarchy
 * @legacy_name: name on v1
 */
struct cgi_subsys {
	int id;
	int hierarchy_id;
	u32 nr_csses;
	u32 nr_dying;
	u64 nr_ids;
	u64 max_ids;
	u32 first_child;
	u32 flags;
	char name[CGI_SUBSYS_NAME_LEN];
	char legacy_name[CGI_SUBSYS_NAME_LEN];
};

#endif /* _CGI_SNAPSHOT_HIERARCHY_H */
