// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a hierarchy and a controller say of themselves, and whether cgroup2 is mounted.
 */
#include <linux/cgroup.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>

#include "../compat.h"
#include "../snapshot/hierarchy.h"
#include "roots.h"

static const struct {
	unsigned int root;
	u32 flag;
} cgi_root_flag_map[] = {
	{ CGRP_ROOT_NOPREFIX,			CGI_HIERARCHY_NOPREFIX },
	{ CGRP_ROOT_XATTR,			CGI_HIERARCHY_XATTR },
	{ CGRP_ROOT_NS_DELEGATE,		CGI_HIERARCHY_NSDELEGATE },
	{ CGRP_ROOT_CPUSET_V2_MODE,		CGI_HIERARCHY_CPUSET_V2_MODE },
	{ CGRP_ROOT_FAVOR_DYNMODS,		CGI_HIERARCHY_FAVORDYNMODS },
	{ CGRP_ROOT_MEMORY_LOCAL_EVENTS,	CGI_HIERARCHY_MEMORY_LOCALEVENTS },
	{ CGRP_ROOT_MEMORY_RECURSIVE_PROT,	CGI_HIERARCHY_MEMORY_RECURSIVEPROT },
	{ CGRP_ROOT_MEMORY_HUGETLB_ACCOUNTING,	CGI_HIERARCHY_MEMORY_HUGETLB_ACCOUNTING },
	{ CGRP_ROOT_PIDS_LOCAL_EVENTS,		CGI_HIERARCHY_PIDS_LOCALEVENTS },
};

/**
 * cgi_root_flags() - the options of a hierarchy that its mounts show
 * @root: the hierarchy
 *
 * Relies on cgroup_show_options() in kernel/cgroup/cgroup.c and cgroup1_show_options() in
 * kernel/cgroup/cgroup-v1.c, which look at the same flags.
 *
 * Context: cgroup_mutex held.  A remount of cgroup2 sets the flags of its root without
 *          that lock, one after the other.
 * Return: CGI_HIERARCHY_*, those of one moment.
 */
u32 cgi_root_flags(const struct cgroup_root *root)
{
	unsigned int of_root = READ_ONCE(root->flags), i;
	u32 flags = 0;

	for (i = 0; i < ARRAY_SIZE(cgi_root_flag_map); i++)
		if (of_root & cgi_root_flag_map[i].root)
			flags |= cgi_root_flag_map[i].flag;
	if (test_bit(CGRP_CPUSET_CLONE_CHILDREN, &root->cgrp.flags))
		flags |= CGI_HIERARCHY_CLONE_CHILDREN;
	return flags;
}

/**
 * cgi_subsys_flags() - what kind of controller it is
 * @ss: the controller
 *
 * The condition for %CGI_SUBSYS_NO_V1 is that of cgroup1_subsys_absent() in
 * kernel/cgroup/cgroup-v1.c, 6.12 and newer.  A controller without any files, as
 * perf_event, has a v1.
 *
 * Context: Any; nothing that is read here changes after boot.
 * Return: CGI_SUBSYS_*, without %CGI_SUBSYS_DISABLED, which needs more than this to know.
 */
u32 cgi_subsys_flags(const struct cgroup_subsys *ss)
{
	return (ss->early_init ? CGI_SUBSYS_EARLY_INIT : 0) |
	       (ss->implicit_on_dfl ? CGI_SUBSYS_IMPLICIT_ON_DFL : 0) |
	       (ss->threaded ? CGI_SUBSYS_THREADED : 0) |
	       (ss->dfl_cftypes && !ss->legacy_cftypes ? CGI_SUBSYS_NO_V1 : 0);
}

/**
 * cgi_default_is_mounted() - whether the default hierarchy is mounted anywhere
 *
 * To lock the list of superblocks or to visit one can take as long as a mount does.  It is
 * enough to see whether the list is empty: all mounts of cgroup2, of whatever namespace, share
 * one superblock, which is on this list as long as it is in use.
 *
 * Relies on sget_fc() and generic_shutdown_super(), from 6.6 on kill_super_notify(), in
 * fs/super.c.  cgroup2 is built in, so that get_fs_type() loads no module.
 *
 * Context: Any that may read the list of file systems, which takes a rwlock for a moment.
 * Return: true if it is.
 */
bool cgi_default_is_mounted(void)
{
	struct file_system_type *type = get_fs_type("cgroup2");
	bool mounted;

	if (!type)
		return false;
	mounted = !hlist_empty(&type->fs_supers);
	module_put(type->owner);
	return mounted;
}
