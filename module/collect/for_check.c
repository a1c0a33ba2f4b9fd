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
#include "walk.h"

/*
 * A pause sets the number of nodes of a hold back to zero.  So if that number has grown by
 * what was visited, everything was visited in one hold.  A list after whose very last
 * link there was a pause is taken for too long, which does no harm.
 */
static bool cgi_collect_back_links(struct cgi_snapshot *s, struct cgi_walk *walk,
				   struct cgroup *cgrp, struct cgi_populated *populated)
	__must_hold(cgi_css_set_lock)
{
	unsigned int visited = walk->nodes;
	struct cgi_back_link *back_link;
	struct cgrp_cset_link *link;

	lockdep_assert_held(cgi_css_set_lock);
	populated->counter = cgi_cgroup_nr_populated_csets(cgrp);
	populated->counted = 0;
	list_for_each_entry(link, &cgrp->cset_links, cset_link) {
		back_link = cgi_array_add(&s->back_links, 1);
		if (back_link) {
			back_link->cgroup_addr = link->cgrp;
			back_link->css_set_addr = link->cset;
		}
		/* This is how css_set_populated() in kernel/cgroup/cgroup.c decides. */
		populated->counted += !list_empty(&link->cset->tasks) ||
				      !list_empty(&link->cset->mg_tasks);
		visited++;
		if (!cgi_walk_step(walk, link->cset))
			return false;
	}
	populated->known = walk->nodes == visited;
	return true;
}

/*
 * The list of children does not change under cgroup_mutex, but it may be long.  When the
 * hold has visited as many nodes as it may, the number stays unknown.
 */
static void cgi_count_populated_children(struct cgi_walk *walk, const struct cgroup *cgrp,
					 struct cgi_populated *populated)
	__must_hold(cgi_css_set_lock)
{
	struct cgroup_subsys_state *css;

	lockdep_assert_held(cgi_css_set_lock);
	populated->counter = cgi_cgroup_nr_populated_children(cgrp);
	populated->counted = 0;
	populated->known = false;
	list_for_each_entry(css, &cgrp->self.children, sibling) {
		if (++walk->nodes == CGI_WALK_NODES)
			return;
		populated->counted += cgi_cgroup_is_populated(css->cgroup);
	}
	populated->known = true;
}

static int cgi_collect_cgroup_for_check(struct cgi_snapshot *s, struct cgi_cgroup *record)
{
	struct cgroup *cgrp = cgi_object_at(record->addr);
	struct cgi_walk walk = { .cost = &s->cost };
	size_t back_links = s->back_links.count;
	bool whole;

	cgi_walk_begin(&walk);
	cgi_count_populated_children(&walk, cgrp, &record->populated_children);
	cgi_walk_end(&walk);
	do {
		if (fatal_signal_pending(current))
			return -EINTR;
		s->back_links.count = back_links;
		cgi_walk_begin(&walk);
		whole = cgi_collect_back_links(s, &walk, cgrp, &record->populated_csets);
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
	size_t i = s->cgroups.count;
	int err = 0;

	lockdep_assert_held(cgi_cgroup_mutex);
	/* Backwards: the default hierarchy has the lowest id and must come last. */
	while (i-- && !err) {
		cond_resched();
		err = cgi_collect_cgroup_for_check(s, cgi_cgroup_at(s, i));
	}
	return err;
}
