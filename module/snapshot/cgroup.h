/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_SNAPSHOT_CGROUP_H
#define _CGI_SNAPSHOT_CGROUP_H

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

/**
 * struct cgi_populated - a counter of populated things, against what was counted
 * @counter: what the kernel says
 * @counted: what was counted in the same hold of css_set_lock
 * @known: one hold was enough to count all of them
 */
struct cgi_populated {
	u32 counter;
	u32 counted;
	bool known;
};

/**
 * struct cgi_cgroup - a cgroup
 * @addr: identity
 * @parent_addr: identity of what it names as its parent, NULL for a root
 * @dom_addr: identity of the cgroup of its resource domain
 * @name: last part of its path as it is, offset in the snapshot's names
 * @path_len: bytes of its path in its hierarchy, escaped
 * @id: cgroup id, the inode number of its directory
 * @serial: creation order among all csses and cgroups, 0 for a root
 * @hierarchy: index of the hierarchy
 * @parent: index of the cgroup on whose list of children it is
 * @level: depth, 0 for a root
 * @subtree_control: mask of the controllers enabled for its children, 0 on v1
 * @enabled: mask of the controllers enabled for its children, on v1 too
 * @needed: mask of the controllers that its children have csses of: @enabled, what these
 *          depend on, and what is always there
 * @controllers: mask of the controllers that it has a css of
 * @visible: those of @controllers whose files are there
 * @foreign: mask of the controllers of which it names a css that is not its own
 * @wrong_ancestor: with CGI_WANT_CHECK, level of the first ancestor that it has got wrong,
 *                  or CGI_NONE
 * @nr_children: child cgroups, removed ones included
 * @nr_csses: csses attached to it, offlined ones included
 * @nr_descendants: what the kernel counts as live descendants
 * @nr_dying_descendants: what the kernel counts as removed descendants
 * @nr_threaded_children: what the kernel counts as live threaded child cgroups
 * @nr_threaded: live threaded child cgroups that were found
 * @nr_css_sets: css_sets linked to it
 * @nr_tasks: what the kernel counts as the tasks of those css_sets
 * @refs: reference count
 * @unaccounted: @refs without what the graph explains
 * @holder: index of the css attached to it with the most unaccounted references
 * @populated_csets: populated css_sets linked to it
 * @populated_children: populated children
 * @populated_domain: those of them that are not threaded
 * @populated_threaded: those that are
 * @threaded: it takes its resource domain from an ancestor
 * @populated: it or a descendant has tasks
 * @strange: it names another hierarchy as its own, or its own css another cgroup
 * @killed: its base reference is gone
 * @bpf: its BPF state, which sockets or children hold, holds it after removal
 * @state: &enum cgi_cgroup_state
 * @type: &enum cgi_cgroup_type
 */
struct cgi_cgroup {
	const void *addr;
	const void *parent_addr;
	const void *dom_addr;
	size_t name;
	u64 path_len;
	u64 id;
	u64 serial;
	u32 hierarchy;
	u32 parent;
	u32 level;
	u32 subtree_control;
	u32 enabled;
	u32 needed;
	u32 controllers;
	u32 visible;
	u32 foreign;
	u32 wrong_ancestor;
	u32 nr_children;
	u32 nr_csses;
	u32 nr_descendants;
	u32 nr_dying_descendants;
	u32 nr_threaded_children;
	u32 nr_threaded;
	u32 nr_css_sets;
	u32 nr_tasks;
	struct cgi_refs refs;
	struct cgi_refs unaccounted;
	u32 holder;
	struct cgi_populated populated_csets;
	struct cgi_populated populated_children;
	struct cgi_populated populated_domain;
	struct cgi_populated populated_threaded;
	bool threaded;
	bool populated;
	bool strange;
	bool killed;
	bool bpf;
	u8 state;
	u8 type;
};

#endif /* _CGI_SNAPSHOT_CGROUP_H */
