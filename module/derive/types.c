// SPDX-License-Identifier: GPL-2.0-only
/*
 * What kind of thing a cgroup or a controller is, as far as the kernel keeps no such word:
 * the types of cgroups, and controllers that were disabled at boot.
 */
#include <linux/errno.h>

#include "../snapshot/snapshot.h"
#include "attach.h"
#include "types.h"

/* This is how cgroup_is_thread_root() in kernel/cgroup/cgroup.c decides. */
static bool cgi_cgroup_is_thread_root(const struct cgi_cgroup *cgrp, u32 threaded)
{
	if (cgrp->threaded)
		return false;
	return cgrp->nr_threaded_children ||
	       (cgrp->nr_tasks && (cgrp->subtree_control & threaded));
}

/*
 * This is how cgroup_type_show() decides.  In pre-order the type of the parent is known
 * already.  The root may have domains and threaded cgroups below it, and has no cgroup.type.
 */
static enum cgi_cgroup_type cgi_cgroup_type(const struct cgi_snapshot *s,
					    const struct cgi_cgroup *cgrp, u32 threaded)
{
	const struct cgi_cgroup *parent;

	if (cgi_hierarchy_at(s, cgrp->hierarchy)->version == 1)
		return CGI_TYPE_NONE;
	if (cgrp->threaded)
		return CGI_TYPE_THREADED;
	parent = cgrp->parent == CGI_NONE ? NULL : cgi_cgroup_at(s, cgrp->parent);
	if (parent && (parent->type == CGI_TYPE_THREADED ||
		       parent->type == CGI_TYPE_DOMAIN_INVALID ||
		       parent->type == CGI_TYPE_DOMAIN_THREADED))
		return CGI_TYPE_DOMAIN_INVALID;
	if (parent && cgi_cgroup_is_thread_root(cgrp, threaded))
		return CGI_TYPE_DOMAIN_THREADED;
	return CGI_TYPE_DOMAIN;
}

/* Controllers on the mask of a hierarchy, or with a css that has files or children. */
static int cgi_controllers_in_use(const struct cgi_snapshot *s, u32 *mask)
{
	const struct cgi_css *css;
	size_t i;

	*mask = 0;
	for (i = 0; i < s->hierarchies.count; i++)
		*mask |= cgi_hierarchy_at(s, i)->controllers;
	for (i = 0; i < s->csses.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		css = cgi_css_at(s, i);
		if (css->found_addr || (css->flags & CGI_CSS_FLAG_VISIBLE))
			*mask |= BIT(cgi_subsys_at(s, css->subsys)->id);
	}
	return 0;
}

/*
 * cgroup_init() in kernel/cgroup/cgroup.c leaves the following of a controller that
 * cgroup_disable= names: a root css on the default hierarchy, never on a mask, without
 * files, and so without children.  Nothing that was ever enabled looks like that under
 * cgroup_mutex.  That it is on no mask is not enough: that alone may be a fault.
 */
static void cgi_subsystems_find_disabled(struct cgi_snapshot *s, u32 in_use)
{
	const struct cgi_hierarchy *h;
	struct cgi_subsys *subsys;
	size_t i;

	for (i = 0; i < s->subsystems.count; i++) {
		subsys = cgi_subsys_at(s, i);
		h = cgi_hierarchy_find(s, subsys->hierarchy_id);
		if (h && h->version == 2 && !(in_use & BIT(subsys->id)))
			subsys->flags |= CGI_SUBSYS_DISABLED;
	}
}

/**
 * cgi_types_derive() - find the types of cgroups, and which controllers are disabled
 * @s: the snapshot, with indices and numbers of tasks
 *
 * Context: Process, may sleep.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_types_derive(struct cgi_snapshot *s)
{
	struct cgi_cgroup *cgrp;
	u32 threaded = 0, in_use;
	size_t i;

	if (cgi_controllers_in_use(s, &in_use))
		return -EINTR;
	cgi_subsystems_find_disabled(s, in_use);
	for (i = 0; i < s->subsystems.count; i++)
		if (cgi_subsys_at(s, i)->flags & CGI_SUBSYS_THREADED)
			threaded |= BIT(cgi_subsys_at(s, i)->id);
	for (i = 0; i < s->cgroups.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		cgrp = cgi_cgroup_at(s, i);
		cgrp->type = cgi_cgroup_type(s, cgrp, threaded);
	}
	return s->want & CGI_WANT_ATTACH ? cgi_attach_derive(s, threaded) : 0;
}
