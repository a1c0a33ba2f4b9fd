/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_SNAPSHOT_CSS_H
#define _CGI_SNAPSHOT_CSS_H

#include <linux/bits.h>
#include <linux/types.h>

#include "refs.h"

enum cgi_css_state {
	CGI_CSS_ONLINE,
	CGI_CSS_OFFLINE,	/* not yet online */
	CGI_CSS_DRAINING,	/* killed when no task is in or below its cgroup */
	CGI_CSS_DYING,		/* killed, but something holds it */
};

/* Flags of a css; include/linux/cgroup-defs.h has the same names with CSS_*. */
#define CGI_CSS_FLAG_NO_REF	BIT(0)
#define CGI_CSS_FLAG_ONLINE	BIT(1)
#define CGI_CSS_FLAG_RELEASED	BIT(2)
#define CGI_CSS_FLAG_VISIBLE	BIT(3)
#define CGI_CSS_FLAG_DYING	BIT(4)

/**
 * struct cgi_css - a cgroup_subsys_state of a controller
 * @addr: identity
 * @cgroup_addr: identity of its cgroup
 * @found_addr: identity of the css on whose list of children it is, NULL for a root
 * @serial: creation order among all csses and cgroups
 * @refs: reference count
 * @unaccounted: @refs without what the graph explains
 * @order: position in the walk of its controller's tree
 * @cgroup: index of its cgroup
 * @parent: index of the css on whose list of children it is
 * @evidence: index of its &struct cgi_css_evidence; csses are sorted, and these are not
 * @charge: index of its &struct cgi_charge
 * @subsys: index of the controller
 * @id: id within the controller, 1 is the root
 * @flags: CGI_CSS_FLAG_*
 * @online_count: itself and its children that are online
 * @nr_children: children, those not yet released included
 * @nr_css_sets: css_sets that use it
 * @killed: its base reference is gone
 * @has_id: of memory, it has one of the few ids of its own
 * @state: &enum cgi_css_state
 */
struct cgi_css {
	const void *addr;
	const void *cgroup_addr;
	const void *found_addr;
	u64 serial;
	struct cgi_refs refs;
	struct cgi_refs unaccounted;
	u32 order;
	u32 cgroup;
	u32 parent;
	u32 evidence;
	u32 charge;
	u32 subsys;
	int id;
	u32 flags;
	int online_count;
	u32 nr_children;
	u32 nr_css_sets;
	bool killed;
	bool has_id;
	u8 state;
};

/**
 * struct cgi_ancestor - an ancestor of where a walk over a tree of csses stands
 * @addr: identity
 * @index: index of its record, or of that of its cgroup
 */
struct cgi_ancestor {
	const void *addr;
	u32 index;
};

#endif /* _CGI_SNAPSHOT_CSS_H */
