// SPDX-License-Identifier: GPL-2.0-only
/*
 * css_sets and their links.
 */
#include <linux/cgroup.h>
#include <linux/refcount.h>
#include <linux/sched/signal.h>

#include "collect_internal.h"
#include "collect_hold.h"
#include "cset_link.h"

static struct cgi_css_set *cgi_css_set_copy(struct cgi_snapshot *s, const struct css_set *cset)
{
	struct cgi_css_set *record = cgi_array_add(&s->css_sets, 1);
	int ssid;

	if (!record)
		return NULL;
	record->addr = cset;
	record->dom_addr = cset->dom_cset;
	record->default_addr = cset->dfl_cgrp;
	record->first_link = s->links.count;
	record->refs = refcount_read(&cset->refcount);
	record->nr_tasks = cset->nr_tasks;
	record->dead = cset->dead;
	for (ssid = 0; ssid < CGROUP_SUBSYS_COUNT; ssid++)
		record->css_id[ssid] = cset->subsys[ssid]->id;
	return record;
}

static void cgi_link_copy(struct cgi_snapshot *s, struct cgi_css_set *record,
			  const struct cgrp_cset_link *link)
{
	struct cgi_link *copy = cgi_array_add(&s->links, 1);

	if (record)
		record->nr_links++;
	if (!copy)
		return;
	copy->cgroup_addr = link->cgrp;
	copy->css_set = s->css_sets.count - 1;
}

/* The links of a css_set are there as long as the css_set is. */
static bool cgi_collect_css_set(struct cgi_snapshot *s, struct cgi_hold *hold,
				struct css_set *cset)
{
	struct cgi_css_set *record = cgi_css_set_copy(s, cset);
	struct cgrp_cset_link *link;

	lockdep_assert_held(cgi_css_set_lock);
	list_for_each_entry(link, &cset->cgrp_links, cgrp_link) {
		cgi_link_copy(s, record, link);
		if (!cgi_hold_step(hold, cset))
			return false;
	}
	return cgi_hold_step(hold, cset);
}

static bool cgi_collect_linked(struct cgi_snapshot *s, struct cgi_hold *hold, struct cgroup *cgrp)
{
	struct cgrp_cset_link *link;

	lockdep_assert_held(cgi_css_set_lock);
	list_for_each_entry(link, &cgrp->cset_links, cset_link)
		if (!cgi_collect_css_set(s, hold, link->cset))
			return false;
	return true;
}

/**
 * cgi_collect_css_sets() - collect the css_sets linked to a cgroup
 * @s: where to, with all their links
 * @cgrp: the cgroup
 *
 * A walk that lost its place starts again without what it collected.
 *
 * Context: Process, cgroup_mutex held, sleeps; takes css_set_lock.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_collect_css_sets(struct cgi_snapshot *s, struct cgroup *cgrp)
{
	struct cgi_hold hold = { .cost = &s->cost };
	size_t css_sets = s->css_sets.count;
	size_t links = s->links.count;
	bool whole;

	/* Nothing can be added while cgroup_mutex is held: empty stays empty. */
	if (list_empty(&cgrp->cset_links))
		return 0;
	do {
		if (fatal_signal_pending(current))
			return -EINTR;
		s->css_sets.count = css_sets;
		s->links.count = links;
		cgi_hold_begin(&hold);
		whole = cgi_collect_linked(s, &hold, cgrp);
		cgi_hold_end(&hold);
	} while (!whole);
	return 0;
}
