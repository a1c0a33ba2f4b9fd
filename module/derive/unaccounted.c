// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is unaccounted: each reference count without the references that the graph
 * explains.  The rest is held from outside, by pages, sockets, BPF, or a leak.
 *
 * How sure is it?
 *
 * Cgroups and csses
 * =================
 *
 * Never surer than their reference count, which is read first.  What is found afterwards
 * held a reference then, since cgroup_mutex keeps everybody from making more.  If the
 * count is exact and nothing is left over, that is exact.  The count is exact only of an
 * object that was removed.  Of such an object, what is left over may be held by a css (or
 * a cgroup) that can't be found any more:
 *
 *	css_release_work_fn()	a grace period		css_free_rwork_fn()
 *	the css leaves its	and a work item		puts its cgroup
 *	parent's list		------------------->	and its parent
 *
 * So all of these are in doubt, and take.c, which alone repeats passes, does this:
 *
 *	earlier pass		wait			this pass
 *	n children and csses,	until all that was	n children and csses,
 *	m css_sets		released is freed	m css_sets
 *
 * What was released before the earlier pass has put its references by now.  What was
 * released since was still found in the earlier pass, and nothing took its place: an object
 * that was removed gets no new child or css.  So if there are as many as before, nothing was
 * released since.
 *
 * A css_set puts its references at once when it dies, so it matters only if it dies
 * between the reading of the count and the walk that would find it.  Then there is one less
 * than before.  (A new one that makes up for it could only come to a css that a v1 mount
 * has taken from live cgroups.)
 *
 * So if both numbers are the same, what is left over is exact.  Otherwise it is about
 * right, and is called so.  So it is while a css that was killed is not offline: what its
 * controller gives back in css_offline(), as memory does with the css's id, is no holder.
 *
 * The root of a v1 hierarchy takes part once it is dying.  Before that its count is not
 * exact, but makes the difference between mounted and lingering.  Here the kernel helps: it
 * counts the cgroups of a hierarchy until they are freed.  What it counts above those that
 * were found may hold the root, and more than that only a superblock can hold.
 *
 * css_sets
 * ========
 *
 * Here it takes another argument, because tasks fork, exit and are reaped while they
 * are collected.  One pass looks like this:
 *
 *	cgroup_mutex is held -------------------------------------------------->
 *
 *	watch begins	css_sets	tasks		samples		watch ends
 *	reads the	refs,		each number,	refs and	reads the
 *	cursor of	nr_tasks,	cgroup		nr_tasks	cursor again,
 *	pid numbers	dying_tasks	namespaces	once more	then namespaces
 *
 * First question: do the counters belong to the tasks?  They do if the sample has the
 * same refs and nr_tasks as before, for then nothing came or went in between.  There
 * are two exceptions.  A task that was forked may have taken the place of one that left.
 * The watch knows whether any task of the system was forked.  If one was, the
 * counters of every css_set that has tasks to fork from are in motion.  And a namespace that
 * was made may have taken the place of one that was left.  If each task has the same one
 * before and after the samples, none was made or left when they were taken; otherwise all
 * css_sets are in motion.  A css_set that is not is settled, and if nothing is unaccounted
 * then, that is exact: all references were found.
 *
 * Second question: is what is left over really held from outside?  A task that was
 * reaped has no number any more and can't be found, but it holds its css_set until
 * RCU frees its task_struct.  So what is left over may be such a task.  The settled
 * css_set is in doubt, and take.c does this:
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
 * could not be read to its end.  Then the css_set is in doubt, too: from 7.2 on tasks that
 * RCU is about to free are there, and the walk can't pause at them; after the wait they are
 * gone.
 */
#include <linux/bsearch.h>
#include <linux/errno.h>

#include "../snapshot/snapshot.h"
#include "unaccounted.h"

/*
 * A task that leaves css_set->tasks during the pass may be counted and not found, or the
 * other way round.  The pass is not complete then either, which is the safe side.
 */
static int cgi_watch_end(struct cgi_snapshot *s)
{
	size_t counted = 0, found = 0, i;

	for (i = 0; i < s->css_sets.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		counted += cgi_css_set_at(s, i)->nr_tasks;
	}
	for (i = 0; i < s->tasks.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		found += cgi_task_at(s, i)->list == CGI_LIST_TASKS;
	}
	s->watch.nr_tasks = s->tasks.count;
	s->watch.complete = !s->watch.forked && counted == found;
	return 0;
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
	       !(s->watch.forked && cset->nr_tasks) && !s->watch.namespaces_changed;
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
static int cgi_css_sets_account(struct cgi_snapshot *s)
{
	bool freed = cgi_all_reaped_are_freed(s);
	const struct cgi_sample *sample;
	struct cgi_css_set *cset;
	size_t i;

	for (i = 0; i < s->css_sets.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		cgi_css_set_account(cgi_css_set_at(s, i));
	}
	for (i = 0; i < s->samples.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		sample = cgi_sample_at(s, i);
		if (sample->css_set == CGI_NONE)
			continue;
		cset = cgi_css_set_at(s, sample->css_set);
		if (cset->unaccounted.kind == CGI_REFS_UNKNOWN) {
			/* Tasks that RCU is about to free may have been in the way. */
			s->in_doubt |= CGI_WANT_EXACT_CSS_SETS;
			continue;
		}
		if (!cgi_css_set_is_settled(s, cset, sample))
			continue;
		if (freed || !cset->unaccounted.count)
			cset->unaccounted.kind = CGI_REFS_EXACT;
		else
			s->in_doubt |= CGI_WANT_EXACT_CSS_SETS;
	}
	return 0;
}

static int cgi_doubt_compare(const void *a, const void *b)
{
	const struct cgi_doubt *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

static bool cgi_doubt_is_settled(const struct cgi_snapshot *s, const struct cgi_doubt *doubt)
{
	const struct cgi_array *earlier = &s->earlier_doubts;
	const struct cgi_doubt *found = bsearch(doubt, earlier->data, earlier->count,
						earlier->size, cgi_doubt_compare);

	return found && !doubt->goes_offline && found->number == doubt->number &&
	       found->attached == doubt->attached && found->css_sets == doubt->css_sets;
}

/* Doubts that are settled are noted, too, as other doubts may lead to another pass. */
static int cgi_refs_doubt(struct cgi_snapshot *s, struct cgi_refs *unaccounted,
			  const struct cgi_doubt *doubt)
{
	int err;

	if (!(s->want & CGI_WANT_EXACT_TREES) || unaccounted->kind != CGI_REFS_EXACT ||
	    unaccounted->count <= 0)
		return 0;
	err = cgi_array_grow(&s->doubts, 1);
	if (err)
		return err;
	*(struct cgi_doubt *)cgi_array_add(&s->doubts, 1) = *doubt;
	if (cgi_doubt_is_settled(s, doubt))
		return 0;
	unaccounted->kind = CGI_REFS_ABOUT;
	s->in_doubt |= CGI_WANT_EXACT_TREES;
	return 0;
}

/*
 * Until kill_css_finish() (before 7.2: kill_css()) there is a base reference, which that
 * replaces by one that css_killed_work_fn() drops when the css is offline.  Children and
 * css_sets hold one each.
 */
static int cgi_css_account(struct cgi_snapshot *s, struct cgi_css *css)
{
	bool base = !css->killed || (css->flags & CGI_CSS_FLAG_ONLINE);
	struct cgi_doubt doubt = { .addr = css->addr, .number = css->serial };

	doubt.goes_offline = css->killed && base;
	doubt.attached = (base ? 1 : 0) + (long)css->nr_children;
	doubt.css_sets = css->nr_css_sets;
	css->unaccounted.kind = css->refs.kind;
	if (css->refs.kind != CGI_REFS_UNKNOWN)
		css->unaccounted.count = css->refs.count - doubt.attached - doubt.css_sets;
	return cgi_refs_doubt(s, &css->unaccounted, &doubt);
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
static int cgi_cgroup_account(struct cgi_snapshot *s, struct cgi_cgroup *cgrp)
{
	bool root = cgrp->parent == CGI_NONE;
	struct cgi_doubt doubt = { .addr = cgrp->addr };

	doubt.number = root ? cgi_hierarchy_at(s, cgrp->hierarchy)->id : cgrp->serial;
	doubt.attached = (cgrp->killed ? 0 : 1) + (cgrp->bpf ? 1 : 0) + (long)cgrp->nr_children;
	if (!root) {
		doubt.attached += cgrp->nr_csses;
		doubt.css_sets = cgrp->nr_css_sets;
	}
	cgrp->unaccounted.kind = cgrp->refs.kind;
	if (cgrp->refs.kind != CGI_REFS_UNKNOWN)
		cgrp->unaccounted.count = cgrp->refs.count - doubt.attached - doubt.css_sets;
	return cgi_refs_doubt(s, &cgrp->unaccounted, &doubt);
}

/*
 * References to the default root are not counted, but its mounts were seen.  Each other
 * superblock holds its root cgroup.  When the last superblock goes, a root without
 * children is killed; another one stays, even when its cgroups are gone, until it is mounted
 * and unmounted once more.  Those that were
 * released but are not yet freed can't be found, and each of them may hold the root, too.
 */
static enum cgi_hierarchy_state cgi_hierarchy_state(const struct cgi_hierarchy *h,
						    const struct cgi_cgroup *root)
{
	if (h->version == 2)
		return h->mounted ? CGI_HIERARCHY_MOUNTED : CGI_HIERARCHY_UNMOUNTED;
	if (root->killed)
		return CGI_HIERARCHY_DYING;
	if (root->unaccounted.count <= 0)
		return CGI_HIERARCHY_LINGERING;
	return root->unaccounted.count > (long)h->nr_counted - h->nr_cgroups - h->nr_dying ?
	       CGI_HIERARCHY_MOUNTED : CGI_HIERARCHY_UNKNOWN;
}

static int cgi_csses_account(struct cgi_snapshot *s)
{
	size_t i;
	int err;

	for (i = 0; i < s->cgroups.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		cgi_cgroup_at(s, i)->holder = CGI_NONE;
	}
	for (i = 0; i < s->csses.count; i++) {
		err = cgi_pause(i);
		if (!err)
			err = cgi_css_account(s, cgi_css_at(s, i));
		if (err)
			return err;
		cgi_cgroup_note_holder(s, i);
	}
	return 0;
}

static int cgi_cgroups_account(struct cgi_snapshot *s)
{
	struct cgi_hierarchy *h;
	struct cgi_cgroup *cgrp;
	size_t i;
	int err;

	for (i = 0; i < s->cgroups.count; i++) {
		cgrp = cgi_cgroup_at(s, i);
		err = cgi_pause(i);
		if (!err)
			err = cgi_cgroup_account(s, cgrp);
		if (err)
			return err;
		if (cgrp->parent != CGI_NONE)
			continue;
		h = cgi_hierarchy_at(s, cgrp->hierarchy);
		h->state = cgi_hierarchy_state(h, cgrp);
		if (h->state == CGI_HIERARCHY_UNKNOWN)
			s->in_doubt |= CGI_WANT_EXACT_STATES;
	}
	return 0;
}

/**
 * cgi_unaccounted_decide() - account for all references, and say how sure the rest is
 * @s: the snapshot, resolved; sets @s->in_doubt if a wait may tell more
 *
 * Relies on who takes references: cgroup_create(), init_and_link_css(), link_css_set(),
 * find_css_set() and cgroup_do_get_tree() in kernel/cgroup/cgroup.c, and
 * cgroup_bpf_offline() in kernel/bpf/cgroup.c.
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_unaccounted_decide(struct cgi_snapshot *s)
{
	int err;

	s->in_doubt = 0;
	err = cgi_watch_end(s);
	if (!err)
		err = cgi_css_sets_account(s);
	if (!err)
		err = cgi_csses_account(s);
	if (!err)
		err = cgi_cgroups_account(s);
	if (!err)
		err = cgi_array_sort(&s->doubts, cgi_doubt_compare);
	return err;
}
