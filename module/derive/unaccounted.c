// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is unaccounted: each reference count without the references that the graph
 * explains.  The rest is held from outside, by pages, sockets, BPF, or a leak.
 *
 * How sure is it?  For cgroups and csses exactly as sure as their reference count.
 * That count is read first; what is found afterwards held a reference then, since
 * cgroup_mutex keeps everybody from making more.
 *
 * For css_sets it takes an argument, because tasks fork, exit and are reaped while
 * they are collected.  One pass looks like this:
 *
 *	cgroup_mutex is held -------------------------------------------------->
 *
 *	watch begins	css_sets	tasks		samples		watch ends
 *	reads the	refs,		each number,	refs and	reads the
 *	cursor of	nr_tasks,	cgroup		nr_tasks	cursor
 *	pid numbers	dying_tasks	namespaces	once more	again
 *
 * First question: do the counters belong to the tasks?  They do if the sample has the
 * same refs and nr_tasks as before, for then nothing came or went in between.  There
 * is one exception: a task that was forked may have taken the place of one that left.
 * The watch knows whether any task of the system was forked.  If one was, the
 * counters of every css_set that has tasks to fork from are in motion.  Otherwise a
 * css_set is settled, and if nothing is unaccounted then, that is exact: all
 * references were found.
 *
 * Second question: is what is left over really held from outside?  A task that was
 * reaped has no number any more and can't be found, but it holds its css_set until
 * RCU frees its task_struct.  So what is left over may be such a task.  The settled
 * css_set is in doubt, and take.c, which alone repeats passes, does this:
 *
 *	earlier pass		wait			this pass
 *	n tasks,		until all who were	n tasks,
 *	cursor at c		reaped are freed	cursor at c
 *
 * If as many tasks were found in both passes and the cursor has not moved, nobody was
 * forked, so nobody can have been reaped since the earlier pass either.  Whoever was
 * reaped before is freed.  So what is left over is exact.
 *
 * Both passes must be complete for this: no task was forked during the pass, and css_sets
 * count as many tasks on their lists as were found.  They can differ, because from
 * 7.2 on a css_set counts a reaped task until that has left its CPU for the last time.
 *
 * In all other cases the number is about right.  There is no number at all if dying_tasks
 * could not be read to its end.
 */
#include "../snapshot/snapshot.h"
#include "unaccounted.h"

/*
 * A task that leaves css_set->tasks during the pass may be counted and not found, or the
 * other way round.  The pass is not complete then either, which is the safe side.
 */
static bool cgi_all_tasks_found(const struct cgi_snapshot *s)
{
	size_t counted = 0, found = 0, i;

	for (i = 0; i < s->css_sets.count; i++)
		counted += cgi_css_set_at(s, i)->nr_tasks;
	for (i = 0; i < s->tasks.count; i++)
		found += cgi_task_at(s, i)->list == CGI_LIST_TASKS;
	return counted == found;
}

static bool cgi_all_reaped_are_freed(const struct cgi_snapshot *s)
{
	const struct cgi_task_watch *earlier = &s->earlier, *now = &s->watch;

	return earlier->complete && now->complete &&
	       earlier->nr_tasks == now->nr_tasks && earlier->cursor == now->cursor;
}

static bool cgi_css_set_is_settled(const struct cgi_snapshot *s, const struct cgi_css_set *cset,
				   const struct cgi_sample *sample)
{
	return cset->refs.count == sample->refs && cset->nr_tasks == sample->nr_tasks &&
	       !(s->watch.forked && cset->nr_tasks);
}

/*
 * A task holds its css_set from fork until its task_struct is freed.  A css_set
 * of a threaded cgroup holds that of its domain.  A cgroup namespace holds the
 * css_set of the task that made it.  init_css_set begins with a count of one.
 */
static void cgi_css_set_account(struct cgi_css_set *cset)
{
	cset->unaccounted.count = cset->refs.count - cset->nr_tasks - cset->exiting.count -
				  cset->nr_threaded - cset->nr_namespaces - (cset->init ? 1 : 0);
	cset->unaccounted.kind = cset->exiting.kind == CGI_REFS_UNKNOWN ? CGI_REFS_UNKNOWN :
									  CGI_REFS_ABOUT;
}

/* A css_set that died before it was sampled keeps CGI_REFS_ABOUT. */
static void cgi_css_sets_account(struct cgi_snapshot *s)
{
	bool freed = cgi_all_reaped_are_freed(s);
	const struct cgi_sample *sample;
	struct cgi_css_set *cset;
	size_t i;

	for (i = 0; i < s->css_sets.count; i++)
		cgi_css_set_account(cgi_css_set_at(s, i));
	s->in_doubt = false;
	for (i = 0; i < s->samples.count; i++) {
		sample = cgi_sample_at(s, i);
		if (sample->css_set == CGI_NONE)
			continue;
		cset = cgi_css_set_at(s, sample->css_set);
		if (cset->unaccounted.kind == CGI_REFS_UNKNOWN ||
		    !cgi_css_set_is_settled(s, cset, sample))
			continue;
		if (freed || !cset->unaccounted.count)
			cset->unaccounted.kind = CGI_REFS_EXACT;
		else
			s->in_doubt = true;
	}
}

/*
 * From birth to kill_css() there is a base reference.  kill_css() replaces it by one
 * that css_killed_work_fn() drops when the css is offline.  Children and css_sets hold
 * one each.
 */
static void cgi_css_account(struct cgi_css *css)
{
	bool base = !css->killed || (css->flags & CGI_CSS_FLAG_ONLINE);

	css->unaccounted.kind = css->refs.kind;
	if (css->refs.kind != CGI_REFS_UNKNOWN)
		css->unaccounted.count = css->refs.count - (base ? 1 : 0) -
					 (long)css->nr_children - css->nr_css_sets;
}

/* A removed cgroup mostly stays for the sake of one css. */
static void cgi_cgroup_note_holder(struct cgi_snapshot *s, u32 index)
{
	const struct cgi_css *css = cgi_css_at(s, index);
	struct cgi_cgroup *cgrp;

	if (css->cgroup == CGI_NONE || css->unaccounted.count <= 0)
		return;
	cgrp = cgi_cgroup_at(s, css->cgroup);
	if (cgrp->holder == CGI_NONE ||
	    css->unaccounted.count > cgi_css_at(s, cgrp->holder)->unaccounted.count)
		cgrp->holder = index;
}

/*
 * Children hold one reference each, and so do csses and links unless it is a root.  rmdir
 * drops the base reference.  A removed cgroup is also held by its own BPF state until
 * that is released.
 */
static void cgi_cgroup_account(struct cgi_cgroup *cgrp)
{
	bool root = cgrp->parent == CGI_NONE;
	long explained = (cgrp->killed ? 0 : 1) + (cgrp->bpf ? 1 : 0) + (long)cgrp->nr_children;

	if (!root)
		explained += (long)cgrp->nr_csses + cgrp->nr_css_sets;
	cgrp->unaccounted.kind = cgrp->refs.kind;
	if (cgrp->refs.kind != CGI_REFS_UNKNOWN)
		cgrp->unaccounted.count = cgrp->refs.count - explained;
}

/*
 * References to the default root are not counted, but its mounts were seen.  Each other
 * superblock holds its root cgroup.  When the last superblock goes, a root without
 * children is killed; another one stays until its cgroups are gone.
 */
static enum cgi_hierarchy_state cgi_hierarchy_state(const struct cgi_hierarchy *h,
						    const struct cgi_cgroup *root)
{
	if (h->version == 2)
		return h->mounted ? CGI_HIERARCHY_MOUNTED : CGI_HIERARCHY_UNMOUNTED;
	if (root->killed)
		return CGI_HIERARCHY_DYING;
	return root->unaccounted.count > 0 ? CGI_HIERARCHY_MOUNTED : CGI_HIERARCHY_LINGERING;
}

/**
 * cgi_unaccounted_decide() - account for all references, and say how sure the rest is
 * @s: the snapshot, resolved; sets @s->in_doubt if a wait may tell more
 *
 * Relies on who takes references in kernel/cgroup: cgroup_create(),
 * init_and_link_css(), link_css_set(), find_css_set(), cgroup_bpf_offline() and
 * cgroup_do_get_tree().
 *
 * Context: Any.
 */
void cgi_unaccounted_decide(struct cgi_snapshot *s)
{
	struct cgi_hierarchy *h;
	struct cgi_cgroup *cgrp;
	size_t i;

	s->watch.nr_tasks = s->tasks.count;
	s->watch.complete = !s->watch.forked && cgi_all_tasks_found(s);
	cgi_css_sets_account(s);
	for (i = 0; i < s->cgroups.count; i++)
		cgi_cgroup_at(s, i)->holder = CGI_NONE;
	for (i = 0; i < s->csses.count; i++) {
		cgi_css_account(cgi_css_at(s, i));
		cgi_cgroup_note_holder(s, i);
	}
	for (i = 0; i < s->cgroups.count; i++) {
		cgrp = cgi_cgroup_at(s, i);
		cgi_cgroup_account(cgrp);
		if (cgrp->parent != CGI_NONE)
			continue;
		h = cgi_hierarchy_at(s, cgrp->hierarchy);
		h->state = cgi_hierarchy_state(h, cgrp);
	}
}
