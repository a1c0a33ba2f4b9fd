// SPDX-License-Identifier: GPL-2.0-only
/*
 * What only the check needs: each link as its cgroup's list has it, and what
 * is populated counted in the hold in which the kernel's counter is read.
 *
 * Css_sets die meanwhile but none is made, so a css_set found by the walk that
 * ends here, of the default hierarchy, was there all the time.
 */
#include <linux/cgroup.h>
#include <linux/sched/signal.h>

#include "walk.h"
#include "collect.h"
#include "../compat.h"
#include "cset_link.h"

static void cgi_back_link_copy(struct cgi_snapshot *s, const struct cgrp_cset_link *link)
{
	struct cgi_back_link *record = cgi_array_add(&s->back_links, 1);

	if (!record)
		return;
	record->cgroup_addr = link->cgrp;
	record->css_set_addr = link->cset;
}

/* As css_set_populated() in kernel/cgroup/cgroup.c decides. */
static bool cgi_css_set_is_populated(const struct css_set *cset)
{
	return !list_empty(&cset->tasks) || !list_empty(&cset->mg_tasks);
}

/* Everything was visited in one hold exactly if no pause has reset its nodes. */
static bool cgi_back_links_of(struct cgi_snapshot *s, struct cgi_walk *walk,
			      struct cgroup *cgrp, struct cgi_populated *populated)
{
	struct cgrp_cset_link *link;
	unsigned int visited = walk->nodes;

	lockdep_assert_held(cgi_css_set_lock);
	populated->counter = cgi_cgroup_nr_populated_csets(cgrp);
	populated->counted = 0;
	list_for_each_entry(link, &cgrp->cset_links, cset_link) {
		cgi_back_link_copy(s, link);
		populated->counted += cgi_css_set_is_populated(link->cset);
		visited++;
		if (!cgi_walk_step(walk, link->cset))
			return false;
	}
	populated->known = walk->nodes == visited;
	return true;
}

/* The list of children is stable, its length is not bounded: give up in time. */
static void cgi_count_populated_children(struct cgi_walk *walk, const struct cgroup *cgrp,
					 struct cgi_populated *populated)
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

static int cgi_check_cgroup(struct cgi_snapshot *s, struct cgi_cgroup *record)
{
	struct cgroup *cgrp = (struct cgroup *)record->addr;
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
		whole = cgi_back_links_of(s, &walk, cgrp, &record->populated_csets);
		cgi_walk_end(&walk);
	} while (!whole);
	return 0;
}

/**
 * cgi_collect_check() - collect what only the check needs
 * @s: where to; its cgroups are there
 *
 * Context: Process, cgroup_mutex held since they were collected; sleeps; takes
 *          css_set_lock.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_collect_check(struct cgi_snapshot *s)
{
	size_t i = s->cgroups.count;
	int err = 0;

	lockdep_assert_held(cgi_cgroup_mutex);
	/* Backwards: the default hierarchy has the lowest id and must come last. */
	while (i-- && !err) {
		cond_resched();
		err = cgi_check_cgroup(s, cgi_cgroup_at(s, i));
	}
	return err;
}
