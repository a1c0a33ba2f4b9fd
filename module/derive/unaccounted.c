// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who holds what: each reference count without the references that the graph
 * explains.  What is left is held from outside: pages, sockets, BPF, a leak.
 */
#include "../snapshot/snapshot.h"

/*
 * A task holds its css_set from fork until its task_struct is freed.  A css_set
 * of a threaded cgroup holds that of its domain.  A cgroup namespace holds the
 * css_set of the task that made it.  init_css_set begins with a count of one.
 */
static void cgi_css_set_audit(struct cgi_css_set *cset, bool quiet)
{
	u32 initial = cset->init ? 1 : 0;

	cset->unaccounted = (long)cset->refs - cset->nr_tasks - cset->nr_dying -
			    cset->nr_exited - cset->nr_threaded - cset->nr_namespaces - initial;
	cset->exact = cset->settled && (quiet || !cset->unaccounted);
}

/*
 * From 7.2 on a task that was reaped, but is still about to leave the CPU, is
 * counted though it can't be found.
 */
static bool cgi_task_watch_is_whole(const struct cgi_task_watch *c)
{
	return c->nr_tasks && !c->forked && !c->hidden;
}

/*
 * A task that was reaped can't be found, but holds its css_set until a grace
 * period later.  There is none if all who could be reaped since the last one
 * are still there: as many as then, and none is new.
 */
static bool cgi_snapshot_is_quiet(const struct cgi_snapshot *s)
{
	const struct cgi_task_watch *then = &s->earlier, *now = &s->watch;

	return cgi_task_watch_is_whole(then) && cgi_task_watch_is_whole(now) &&
	       then->nr_tasks == now->nr_tasks && then->cursor == now->cursor;
}

/*
 * From birth to kill_css() there is a base reference; kill_css() replaces it by
 * one that css_killed_work_fn() drops when the css is offline.  Children and
 * css_sets hold one each.
 */
static long cgi_css_explained(const struct cgi_css *css)
{
	bool base = !css->killed || (css->flags & CGI_CSS_FLAG_ONLINE);

	return (base ? 1 : 0) + (long)css->nr_children + css->nr_css_sets;
}

static void cgi_css_audit(struct cgi_css *css)
{
	if (css->refs.kind != CGI_REFS_NONE)
		css->unaccounted = css->refs.count - cgi_css_explained(css);
}

/* A removed cgroup mostly stays for the sake of one css. */
static void cgi_cgroup_note_holder(struct cgi_snapshot *s, u32 index)
{
	const struct cgi_css *css = cgi_css_at(s, index);
	struct cgi_cgroup *cgrp;

	if (css->cgroup == CGI_NONE || css->unaccounted <= 0)
		return;
	cgrp = cgi_cgroup_at(s, css->cgroup);
	if (cgrp->holder == CGI_NONE ||
	    css->unaccounted > cgi_css_at(s, cgrp->holder)->unaccounted)
		cgrp->holder = index;
}

/*
 * Children and csses hold one reference each, links too unless it is a root;
 * rmdir drops the base one.  A removed cgroup is also held by its own BPF
 * state until that is released.
 */
static long cgi_cgroup_explained(const struct cgi_cgroup *cgrp)
{
	bool root = cgrp->parent == CGI_NONE;

	return (cgrp->killed ? 0 : 1) + (cgrp->bpf ? 1 : 0) + (long)cgrp->nr_children +
	       (root ? 0 : (long)cgrp->nr_csses + cgrp->nr_css_sets);
}

static void cgi_cgroup_audit(struct cgi_cgroup *cgrp)
{
	if (cgrp->refs.kind != CGI_REFS_NONE)
		cgrp->unaccounted = cgrp->refs.count - cgi_cgroup_explained(cgrp);
}

/*
 * Each superblock holds its root.  The last one to go kills a root that has no
 * child; else the root stays until its cgroups are gone.
 */
static void cgi_hierarchy_audit(struct cgi_hierarchy *h, const struct cgi_cgroup *root)
{
	if (h->v2)
		h->state = CGI_HIERARCHY_DEFAULT;
	else if (root->killed)
		h->state = CGI_HIERARCHY_DYING;
	else if (root->unaccounted > 0)
		h->state = CGI_HIERARCHY_MOUNTED;
	else
		h->state = CGI_HIERARCHY_LINGERING;
}

/**
 * cgi_snapshot_audit() - account for all references
 * @s: the snapshot, resolved
 *
 * Relies on who takes references in kernel/cgroup: cgroup_create(),
 * init_and_link_css(), link_css_set(), find_css_set(), cgroup_bpf_offline() and
 * cgroup_do_get_tree().
 *
 * Context: Any.
 */
void cgi_snapshot_audit(struct cgi_snapshot *s)
{
	bool quiet = cgi_snapshot_is_quiet(s);
	struct cgi_cgroup *cgrp;
	size_t i;

	for (i = 0; i < s->css_sets.count; i++)
		cgi_css_set_audit(cgi_css_set_at(s, i), quiet);
	for (i = 0; i < s->cgroups.count; i++)
		cgi_cgroup_at(s, i)->holder = CGI_NONE;
	for (i = 0; i < s->csses.count; i++) {
		cgi_css_audit(cgi_css_at(s, i));
		cgi_cgroup_note_holder(s, i);
	}
	for (i = 0; i < s->cgroups.count; i++) {
		cgrp = cgi_cgroup_at(s, i);
		cgi_cgroup_audit(cgrp);
		if (cgrp->parent == CGI_NONE)
			cgi_hierarchy_audit(cgi_hierarchy_at(s, cgrp->hierarchy), cgrp);
	}
}

/**
 * cgi_snapshot_is_doubtful() - whether waiting may tell what holds a css_set
 * @s: the snapshot, audited
 *
 * Context: Any.
 * Return: true if tasks that were reaped, but are not freed yet, may be what is
 *         unaccounted.
 */
bool cgi_snapshot_is_doubtful(const struct cgi_snapshot *s)
{
	const struct cgi_css_set *cset;
	size_t i;

	for (i = 0; i < s->css_sets.count; i++) {
		cset = cgi_css_set_at(s, i);
		if (cset->dying_known && cset->settled && !cset->exact)
			return true;
	}
	return false;
}
