/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_DESCEND_H
#define _CGI_DESCEND_H

#include <linux/types.h>

#include "../snapshot/snapshot.h"
#include "locks.h"

struct cgroup_subsys;
struct cgroup_subsys_state;

/**
 * struct cgi_descent - a walk over a tree of csses in pre-order
 * @s: the snapshot, where ancestors are remembered
 * @ss: the controller; NULL for a tree of cgroups
 * @css: where the walk stands
 * @index: the caller's number of @css, for its children
 * @depth: ancestors of @css
 * @again: what is wrong with the tree was noted before
 */
struct cgi_descent {
	struct cgi_snapshot *s;
	const struct cgroup_subsys *ss;
	struct cgroup_subsys_state *css;
	u32 index;
	u32 depth;
	bool again;
};

struct cgroup_subsys_state *cgi_descent_next(struct cgi_descent *d);

static inline struct cgroup_subsys_state *cgi_ancestor_css(const struct cgi_ancestor *ancestor)
{
	return cgi_object_at(ancestor->addr);
}

/* The last ancestor is the parent; NULL for the root, and if there was no room for it. */
static inline const struct cgi_ancestor *cgi_descent_parent(const struct cgi_descent *d)
{
	return d->depth && d->depth <= d->s->ancestors.capacity ?
	       cgi_ancestor_at(d->s, d->depth - 1) : NULL;
}

#endif /* _CGI_DESCEND_H */
