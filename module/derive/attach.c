// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel would answer if a process were moved to a cgroup, as cgroup_migrate_vet_dst()
 * in kernel/cgroup/cgroup.c decides.
 */
#include <linux/errno.h>

#include "../snapshot/snapshot.h"
#include "attach.h"

static const struct cgi_cgroup *cgi_cgroup_parent(const struct cgi_snapshot *s,
						  const struct cgi_cgroup *cgrp)
{
	return cgrp->parent == CGI_NONE ? NULL : cgi_cgroup_at(s, cgrp->parent);
}

/*
 * What makes a domain invalid: its parent, which is threaded or a thread root, or else what makes
 * its parent invalid.  Parents come first, so that is known already.
 */
static u32 cgi_attach_blocker(const struct cgi_snapshot *s, const struct cgi_cgroup *cgrp)
{
	const struct cgi_cgroup *parent = cgi_cgroup_parent(s, cgrp);

	if (!parent)
		return CGI_NONE;
	if (parent->type == CGI_TYPE_DOMAIN_INVALID)
		return parent->obstacle;
	return cgrp->parent;
}

/*
 * A threaded cgroup is as good as its domain, which comes before it.  That need not be the
 * nearest ancestor that is a domain: if one above that is made threaded, cgroup_enable_threaded()
 * gives all threaded cgroups below it the same domain, and leaves domains between them.
 */
static void cgi_attach_like_domain(const struct cgi_snapshot *s, struct cgi_cgroup *cgrp)
{
	const struct cgi_cgroup *dom = cgi_cgroup_parent(s, cgrp);

	while (dom && dom->level != cgrp->obstacle)
		dom = cgi_cgroup_parent(s, dom);
	cgrp->attach = CGI_ATTACH_OK;
	cgrp->obstacle = CGI_NONE;
	if (!dom || dom->type != CGI_TYPE_DOMAIN_INVALID)
		return;
	cgrp->attach = CGI_ATTACH_EOPNOTSUPP;
	cgrp->obstacle = dom->obstacle;
}

/*
 * A domain that enables controllers for its children takes a process only if it can be a thread
 * root: all these controllers are threaded, and no child that is a domain is populated.
 */
static void cgi_attach_to_domain(struct cgi_cgroup *cgrp, u32 threaded)
{
	cgrp->attach = CGI_ATTACH_OK;
	if (!cgrp->subtree_control || cgrp->parent == CGI_NONE)
		return;
	if (cgrp->subtree_control & ~threaded)
		cgrp->attach = CGI_ATTACH_EBUSY_CONTROLLERS;
	else if (cgrp->obstacle != CGI_NONE)
		cgrp->attach = CGI_ATTACH_EBUSY_CHILD;
}

static void cgi_attach_decide(const struct cgi_snapshot *s, struct cgi_cgroup *cgrp, u32 threaded)
{
	if (cgrp->state != CGI_CGROUP_LIVE) {
		cgrp->attach = CGI_ATTACH_NONE;
	} else if (cgrp->type == CGI_TYPE_NONE) {
		cgrp->attach = CGI_ATTACH_OK;
	} else if (cgrp->type == CGI_TYPE_DOMAIN_INVALID) {
		cgrp->attach = CGI_ATTACH_EOPNOTSUPP;
		cgrp->obstacle = cgi_attach_blocker(s, cgrp);
	} else if (cgrp->threaded) {
		cgi_attach_like_domain(s, cgrp);
	} else {
		cgi_attach_to_domain(cgrp, threaded);
	}
	if (cgrp->attach == CGI_ATTACH_EBUSY_CONTROLLERS)
		cgrp->obstacle = cgrp->subtree_control & ~threaded;
}

/* The first populated child that is a domain of its own is in the way of its parent. */
static int cgi_attach_find_children(struct cgi_snapshot *s)
{
	const struct cgi_cgroup *cgrp;
	struct cgi_cgroup *parent;
	size_t i;

	for (i = 0; i < s->cgroups.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		cgrp = cgi_cgroup_at(s, i);
		if (cgrp->parent == CGI_NONE || !cgrp->populated || cgrp->threaded)
			continue;
		parent = cgi_cgroup_at(s, cgrp->parent);
		if (!parent->threaded && parent->obstacle == CGI_NONE)
			parent->obstacle = i;
	}
	return 0;
}

/**
 * cgi_attach_derive() - find what the kernel would answer if a process were moved to each cgroup
 * @s: the snapshot, with the types of cgroups
 * @threaded: mask of the controllers that threaded cgroups can have
 *
 * Context: Process, may sleep.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_attach_derive(struct cgi_snapshot *s, unsigned int threaded)
{
	size_t i;

	if (cgi_attach_find_children(s))
		return -EINTR;
	for (i = 0; i < s->cgroups.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		cgi_attach_decide(s, cgi_cgroup_at(s, i), threaded);
	}
	return 0;
}
