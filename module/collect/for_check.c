// SPDX-License-Identifier: GPL-2.0-only
/*
 * What only the check needs: each link as its cgroup's list has it, and what is
 * populated, counted in the hold in which the kernel's counter is read.
 *
 * Meanwhile css_sets die but none is made.  So a css_set that is found by the walk
 * over the default hierarchy, the last one here, was there all the time.
 */
#include <linux/cgroup.h>
#include <linux/sched/signal.h>

#include "../compat.h"
#include "../snapshot/snapshot.h"
#include "cset_link.h"
#include "for_check.h"
#include "list.h"
#include "locks.h"
#include "walk.h"

/*
 * A pause resets walk->nodes.  So if walk->nodes has grown by exactly the visited links, all of
 * them were visited in one hold.  A pause after the very last link, too, makes the count unknown,
 * which does no harm.
 */
static bool cgi_collect_back_links(struct cgi_snapshot *s, struct cgi_walk *walk,
				   struct cgroup *cgrp, struct cgi_populated *populated)
	__must_hold(cgi_css_set_lock)
{
	struct cgi_list_walk list = cgi_list_begin(s, &cgrp->cset_links,
						     CGI_LIST_OF_CSS_SETS, cgrp);
	unsigned int visited = walk->nodes;
	struct cgi_back_link *back_link;
	struct cgrp_cset_link *link;
	struct list_head *at;

	lockdep_assert_held(cgi_css_set_lock);
	populated->counter = cgi_cgroup_nr_populated_csets(cgrp);
	populated->counted = 0;
	while ((at = cgi_list_step(&list))) {
		link = cgi_list_cset_link(s, walk, at, cgrp);
		if (!link)
			continue;
		back_link = cgi_array_add(&s->back_links, 1);
		if (back_link) {
			back_link->cgroup_addr = link->cgrp;
			back_link->css_set_addr = link->cset;
		}
		/* This is how css_set_populated() in kernel/cgroup/cgroup.c decides. */
		populated->counted += !list_empty(&link->cset->tasks) ||
				      !list_empty(&link->cset->mg_tasks);
		visited++;
		if (!cgi_walk_step_link(walk, link))
			return false;
	}
	populated->known = walk->nodes == visited;
	return true;
}

static void cgi_populated_begin(struct cgi_populated *populated, u32 counter)
{
	*populated = (struct cgi_populated){ .counter = counter };
}

/*
 * The list of children does not change under cgroup_mutex, but it may be long.  When the
 * hold has visited as many nodes as it may, the numbers stay unknown.
 *
 * If two lists were joined by a bug, a node may be the head of the other one.  A head is embedded
 * in a cgroup, too, so reading it as a child is safe, though the values mean nothing.
 */
static void cgi_count_populated_children(struct cgi_snapshot *s, struct cgi_walk *walk,
					 struct cgroup *cgrp,
					 struct cgi_cgroup_evidence *evidence)
	__must_hold(cgi_css_set_lock)
{
	struct cgi_list_walk list = cgi_list_begin(s, &cgrp->self.children,
						     CGI_LIST_OF_CHILDREN, cgrp);
	const struct cgroup *child;
	struct list_head *at;

	lockdep_assert_held(cgi_css_set_lock);
	cgi_populated_begin(&evidence->populated_children, cgi_cgroup_nr_populated_children(cgrp));
	cgi_populated_begin(&evidence->populated_domain,
			    READ_ONCE(cgrp->nr_populated_domain_children));
	cgi_populated_begin(&evidence->populated_threaded,
			    READ_ONCE(cgrp->nr_populated_threaded_children));
	while ((at = cgi_list_step(&list))) {
		if (++walk->nodes == CGI_WALK_NODES)
			return;
		child = list_entry(at, struct cgroup, self.sibling);
		if (!cgi_cgroup_is_populated(child))
			continue;
		evidence->populated_children.counted++;
		if (child->dom_cgrp == child)
			evidence->populated_domain.counted++;
		else
			evidence->populated_threaded.counted++;
	}
	evidence->populated_children.known = true;
	evidence->populated_domain.known = true;
	evidence->populated_threaded.known = true;
}

/*
 * A killed css and its successor share cgroup->e_csets[].  The walk can pause only at a css_set
 * of @css, because any other node may not be a css_set.  It gives up if the node that fills a
 * hold is such a one.
 */
static bool cgi_count_e_csets(struct cgi_snapshot *s, struct cgi_walk *walk,
			      struct cgroup_subsys_state *css, u32 subsys,
			      struct cgi_css_evidence *evidence)
	__must_hold(cgi_css_set_lock)
{
	struct cgi_list_walk list = cgi_list_begin(s, &css->cgroup->e_csets[subsys],
						     CGI_LIST_OF_E_CSETS, css);
	struct css_set *cset;
	struct list_head *at;

	lockdep_assert_held(cgi_css_set_lock);
	evidence->nr_on_e_csets = 0;
	evidence->e_csets_known = false;
	while ((at = cgi_list_step(&list))) {
		cset = list_entry(at, struct css_set, e_cset_node[subsys]);
		if (cset->subsys[subsys] == css) {
			evidence->nr_on_e_csets++;
			if (!cgi_walk_step(walk, cset))
				return false;
		} else if (++walk->nodes >= CGI_WALK_NODES) {
			return true;
		}
	}
	evidence->e_csets_known = true;
	return true;
}

/*
 * No lock is needed to see that a list is empty: while cgroup_mutex is held nothing is
 * added.
 */
static int cgi_collect_css_for_check(struct cgi_snapshot *s, const struct cgi_css *record)
{
	struct cgroup_subsys_state *css = cgi_object_at(record->addr);
	struct cgi_css_evidence *evidence = cgi_css_evidence_of(s, record);
	struct cgi_walk walk = { .cost = &s->cost };
	size_t broken = s->broken.count;
	bool whole;

	evidence->e_csets_known = true;
	if (list_empty(&css->cgroup->e_csets[record->subsys]))
		return 0;
	do {
		if (fatal_signal_pending(current))
			return -EINTR;
		s->broken.count = broken;
		cgi_walk_begin(&walk);
		whole = cgi_count_e_csets(s, &walk, css, record->subsys, evidence);
		cgi_walk_end(&walk);
	} while (!whole);
	return 0;
}

static int cgi_collect_cgroup_for_check(struct cgi_snapshot *s, u32 index)
{
	struct cgi_cgroup_evidence *evidence = cgi_cgroup_evidence_at(s, index);
	struct cgroup *cgrp = cgi_object_at(cgi_cgroup_at(s, index)->addr);
	struct cgi_walk walk = { .cost = &s->cost };
	size_t back_links = s->back_links.count, broken;
	bool whole;

	cgi_walk_begin(&walk);
	cgi_count_populated_children(s, &walk, cgrp, evidence);
	cgi_walk_end(&walk);
	broken = s->broken.count;
	do {
		if (fatal_signal_pending(current))
			return -EINTR;
		s->back_links.count = back_links;
		s->broken.count = broken;
		cgi_walk_begin(&walk);
		whole = cgi_collect_back_links(s, &walk, cgrp, &evidence->populated_csets);
		cgi_walk_end(&walk);
	} while (!whole);
	return 0;
}

/**
 * cgi_collect_for_check() - collect what only the check needs
 * @s: where to; its cgroups are there
 *
 * Context: Process, cgroup_mutex held since they were collected; sleeps; takes
 *          css_set_lock.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_collect_for_check(struct cgi_snapshot *s)
{
	size_t i = s->cgroups.count, css;
	int err = 0;

	lockdep_assert_held(cgi_cgroup_mutex);
	for (css = 0; css < s->csses.count && !err; css++) {
		cgi_hold_pause();
		if (fatal_signal_pending(current))
			return -EINTR;
		err = cgi_collect_css_for_check(s, cgi_css_at(s, css));
	}
	/* Backwards: the default hierarchy has the lowest id and must come last. */
	while (i-- && !err) {
		cgi_hold_pause();
		err = cgi_collect_cgroup_for_check(s, i);
	}
	return err;
}
