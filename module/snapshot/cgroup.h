/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_SNAPSHOT_CGROUP_H
#define _CGI_SNAPSHOT_CGROUP_H

#include <linux/bits.h>
#include <linux/types.h>

#include "refs.h"

enum cgi_cgroup_type {
	CGI_TYPE_NONE,		/* v1 knows no types */
	CGI_TYPE_DOMAIN,
	CGI_TYPE_DOMAIN_THREADED,
	CGI_TYPE_DOMAIN_INVALID,
	CGI_TYPE_THREADED,
};

enum cgi_cgroup_state {
	CGI_CGROUP_LIVE,
	CGI_CGROUP_DRAINING,	/* removed while its last tasks were exiting */
	CGI_CGROUP_DYING,	/* removed, but something holds it */
};

/* What the kernel would answer if a process were moved to a cgroup. */
enum cgi_cgroup_attach {
	CGI_ATTACH_NONE,		/* it was removed */
	CGI_ATTACH_OK,
	CGI_ATTACH_EBUSY_CONTROLLERS,	/* that its children have */
	CGI_ATTACH_EBUSY_CHILD,		/* that is populated, and a domain of its own */
	CGI_ATTACH_EOPNOTSUPP,		/* because of an ancestor */
};

/* Freezer of v2: cgroup.freeze is 1 here; here or in an ancestor; all tasks are frozen. */
#define CGI_FREEZE_SELF		BIT(0)
#define CGI_FREEZE_EFFECTIVE	BIT(1)
#define CGI_FREEZE_FROZEN	BIT(2)
#define CGI_FREEZE_V1		BIT(3)	/* has no such freezer */

/**
 * struct cgi_cgroup - a cgroup
 * @addr: identity
 * @path_len: bytes of its path in its hierarchy, escaped
 * @id: cgroup id, the inode number of its directory
 * @serial: creation order among all csses and cgroups, 0 for a root
 * @refs: reference count
 * @unaccounted: @refs without what the graph explains
 * @name: last part of its path as it is, offset in the snapshot's names
 * @hierarchy: index of the hierarchy
 * @parent: index of the cgroup on whose list of children it is
 * @level: depth, 0 for a root
 * @subtree_control: mask of the controllers enabled for its children, 0 on v1
 * @controllers: mask of the controllers that it has a css of
 * @nr_children: child cgroups, removed ones included
 * @nr_csses: csses attached to it, offlined ones included
 * @nr_dying_descendants: what the kernel counts as removed descendants
 * @nr_threaded_children: what the kernel counts as live threaded child cgroups
 * @nr_css_sets: css_sets linked to it
 * @nr_tasks: what the kernel counts as the tasks of those css_sets
 * @holder: index of the css attached to it with the most unaccounted references
 * @obstacle: why @attach is an error: index of a cgroup, or a mask of controllers; before
 *            cgi_attach_derive(), the level of the domain of a threaded cgroup
 * @threaded: it takes its resource domain from an ancestor
 * @populated: it or a descendant has tasks
 * @killed: its base reference is gone
 * @bpf: its BPF state, which sockets or children hold, holds it after removal
 * @state: &enum cgi_cgroup_state
 * @type: &enum cgi_cgroup_type
 * @attach: &enum cgi_cgroup_attach
 * @freeze: CGI_FREEZE_*
 */
struct cgi_cgroup {
	const void *addr;
	u64 path_len;
	u64 id;
	u64 serial;
	struct cgi_refs refs;
	struct cgi_refs unaccounted;
	u32 name;
	u32 hierarchy;
	u32 parent;
	u32 level;
	u32 subtree_control;
	u32 controllers;
	u32 nr_children;
	u32 nr_csses;
	u32 nr_dying_descendants;
	u32 nr_threaded_children;
	u32 nr_css_sets;
	u32 nr_tasks;
	u32 holder;
	u32 obstacle;
	bool threaded;
	bool populated;
	bool killed;
	bool bpf;
	u8 state;
	u8 type;
	u8 attach;
	u8 freeze;
};

#endif /* _CGI_SNAPSHOT_CGROUP_H */
