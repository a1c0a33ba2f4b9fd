// SPDX-License-Identifier: GPL-2.0-only
/*
 * Proof on live data that struct cgrp_cset_link is laid out as we think.
 *
 * The links of init_css_set are there from boot, one for each hierarchy.  Each is read
 * with faults caught, because with a wrong layout its pointers would be wild.
 */
#include <linux/cgroup.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "cset_link.h"
#include "css_sets.h"
#include "layout.h"
#include "walk.h"

/* So many prove a layout, and no more are visited in the one hold. */
#define CGI_LAYOUT_LINKS	64

struct cgi_layout {
	struct css_set *cset;
	struct cgroup *roots[CGI_LAYOUT_LINKS];
	unsigned int count;
};

static bool cgi_layout_is_new(const struct cgi_layout *l, const struct cgroup *root)
{
	unsigned int i;

	for (i = 0; i < l->count; i++)
		if (l->roots[i] == root)
			return false;
	return true;
}

/* A root cgroup is embedded in the cgroup_root that it points to. */
static bool cgi_layout_is_root(const struct cgroup *cgrp)
{
	struct cgroup_root *root;

	if (copy_from_kernel_nofault(&root, &cgrp->root, sizeof(root)))
		return false;
	return cgrp == &root->cgrp;
}

static bool cgi_layout_is_linked(const struct cgrp_cset_link *at,
				 const struct cgrp_cset_link *link)
{
	struct list_head *back;

	if (copy_from_kernel_nofault(&back, &link->cset_link.next->prev, sizeof(back)))
		return false;
	return back == &at->cset_link;
}

static bool cgi_layout_check_link(struct cgi_layout *l, const struct list_head *node)
{
	const struct cgrp_cset_link *at = list_entry(node, struct cgrp_cset_link, cgrp_link);
	struct cgrp_cset_link link;

	if (copy_from_kernel_nofault(&link, at, sizeof(link)))
		return false;
	if (link.cset != l->cset || !cgi_layout_is_root(link.cgrp) ||
	    !cgi_layout_is_linked(at, &link) || !cgi_layout_is_new(l, link.cgrp))
		return false;
	l->roots[l->count++] = link.cgrp;
	return true;
}

static bool cgi_layout_check_links(struct cgi_layout *l)
{
	struct list_head *node;

	lockdep_assert_held(cgi_css_set_lock);
	list_for_each(node, &l->cset->cgrp_links) {
		if (l->count == CGI_LAYOUT_LINKS)
			return true;
		if (!cgi_layout_check_link(l, node))
			return false;
	}
	return !cgi_layout_is_new(l, &cgrp_dfl_root.cgrp);
}

/**
 * cgi_layout_check() - whether links can be walked
 *
 * Every link of init_css_set must point back to it, and each to the root cgroup of
 * another hierarchy.  The default hierarchy must be among them.
 *
 * Context: Process, sleeps for cgroup_mutex, takes css_set_lock once.
 * Return: 0 if they can, -EPROTO if the layout is not the one in cset_link.h, -EINTR if
 *         the caller was killed, or -ENOMEM.
 */
int cgi_layout_check(void)
{
	struct cgi_cost cost = {};
	struct cgi_walk walk = { .cost = &cost };
	struct cgi_layout *l;
	int err;

	l = kzalloc(sizeof(*l), GFP_KERNEL);
	if (!l)
		return -ENOMEM;
	err = cgi_cgroup_lock();
	if (!err) {
		l->cset = cgi_init_css_set();
		cgi_walk_begin(&walk);
		err = cgi_layout_check_links(l) ? 0 : -EPROTO;
		cgi_walk_end(&walk);
		cgi_cgroup_unlock();
	}
	kfree(l);
	return err;
}
