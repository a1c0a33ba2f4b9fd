// SPDX-License-Identifier: GPL-2.0-only
/*
 * css_sets and their links.
 */
#include <linux/cgroup.h>
#include <linux/hash.h>
#include <linux/hashtable.h>
#include <linux/refcount.h>
#include <linux/sched/signal.h>

#include "collect.h"
#include "walk.h"
#include "cset_link.h"

/* As css_set_hash() in kernel/cgroup/cgroup.c does, and hash_add() after it. */
#define CGI_CSS_SET_HASH_BITS	7

static u32 cgi_css_set_hash(const struct css_set *cset)
{
	unsigned long key = 0;
	int ssid;

	for (ssid = 0; ssid < CGROUP_SUBSYS_COUNT; ssid++)
		key += (unsigned long)cset->subsys[ssid];
	key = (key >> 16) ^ key;
	return hash_min(key, CGI_CSS_SET_HASH_BITS);
}

static const void *cgi_css_set_hash_next(const struct css_set *cset)
{
	return cset->hlist.next ? hlist_entry(cset->hlist.next, struct css_set, hlist) : NULL;
}

static struct cgi_css_set *cgi_css_set_copy(struct cgi_snapshot *s, const struct css_set *cset)
{
	struct cgi_css_set *record = cgi_array_add(&s->css_sets, 1);
	int ssid;

	if (!record)
		return NULL;
	record->addr = cset;
	record->dom_addr = cset->dom_cset;
	record->default_addr = cset->dfl_cgrp;
	record->hash_next_addr = cgi_css_set_hash_next(cset);
	record->first_link = s->links.count;
	record->hash = cgi_css_set_hash(cset);
	record->refs = refcount_read(&cset->refcount);
	record->nr_tasks = cset->nr_tasks;
	record->dead = cset->dead;
	record->init = cset == cgi_init_css_set();
	for (ssid = 0; ssid < CGROUP_SUBSYS_COUNT; ssid++)
		record->css_addr[ssid] = cset->subsys[ssid];
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

static void cgi_off_list_copy(struct cgi_snapshot *s, const struct task_struct *task,
			      enum cgi_task_list list)
{
	struct cgi_off_list *record = cgi_array_add(&s->off_list, 1);

	if (!record)
		return;
	record->task_addr = task;
	record->list = list;
}

static bool cgi_collect_mg_tasks(struct cgi_snapshot *s, struct cgi_walk *walk,
				 struct css_set *cset)
	__must_hold(cgi_css_set_lock)
{
	struct task_struct *task;

	lockdep_assert_held(cgi_css_set_lock);
	list_for_each_entry(task, &cset->mg_tasks, cg_list) {
		cgi_off_list_copy(s, task, CGI_LIST_MG_TASKS);
		if (!cgi_walk_step_task(walk, task, false))
			return false;
	}
	return true;
}

static bool cgi_collect_dying_tasks(struct cgi_snapshot *s, struct cgi_walk *walk,
				    struct css_set *cset, struct cgi_css_set *record)
	__must_hold(cgi_css_set_lock)
{
	struct task_struct *task;

	lockdep_assert_held(cgi_css_set_lock);
	list_for_each_entry(task, &cset->dying_tasks, cg_list) {
		cgi_off_list_copy(s, task, CGI_LIST_DYING_TASKS);
		if (record)
			record->nr_dying++;
		if (!cgi_walk_step_task(walk, task, true))
			return false;
	}
	return true;
}

/*
 * What a walk over css_set->tasks must find unchanged after a pause to go on.
 * Tasks join at the tail: with the same tail and as many tasks none has left.
 */
struct cgi_tasks_mark {
	const struct list_head *tail;
	int nr_tasks;
};

static struct cgi_tasks_mark cgi_tasks_mark(const struct css_set *cset)
{
	return (struct cgi_tasks_mark){ .tail = cset->tasks.prev, .nr_tasks = cset->nr_tasks };
}

static bool cgi_tasks_same(const struct cgi_tasks_mark *mark, const struct css_set *cset)
{
	return mark->tail == cset->tasks.prev && mark->nr_tasks == cset->nr_tasks;
}

/* One node more than nr_tasks is enough to tell that there are too many. */
static bool cgi_css_set_count(struct cgi_walk *walk, const struct css_set *cset, u32 *nr_on_list)
	__must_hold(cgi_css_set_lock)
{
	struct cgi_tasks_mark mark = cgi_tasks_mark(cset);
	struct task_struct *task;

	lockdep_assert_held(cgi_css_set_lock);
	*nr_on_list = 0;
	list_for_each_entry(task, &cset->tasks, cg_list) {
		if (++*nr_on_list > mark.nr_tasks)
			break;
		if (!cgi_walk_step_task(walk, task, false) || !cgi_tasks_same(&mark, cset))
			return false;
	}
	return true;
}

#define CGI_COUNT_TRIES	4

/* Most css_sets are counted without any pause. */
#define CGI_COUNT_NODES	(CGI_WALK_NODES / 2)

/*
 * A css_set in which tasks come and go all the time is left uncounted.  Under
 * cgroup_mutex mg_tasks is empty.
 */
static bool cgi_css_set_count_tasks(struct cgi_walk *walk, const struct css_set *cset,
				    u32 *nr_on_list)
	__must_hold(cgi_css_set_lock)
{
	int i;

	for (i = 0; i < CGI_COUNT_TRIES; i++)
		if (cgi_css_set_count(walk, cset, nr_on_list))
			return true;
	return false;
}

/* The links of a css_set are there as long as the css_set is. */
static bool cgi_collect_links(struct cgi_snapshot *s, struct cgi_walk *walk,
			      struct css_set *cset, struct cgi_css_set *record)
	__must_hold(cgi_css_set_lock)
{
	struct cgrp_cset_link *link;

	lockdep_assert_held(cgi_css_set_lock);
	list_for_each_entry(link, &cset->cgrp_links, cgrp_link) {
		cgi_link_copy(s, record, link);
		if (!cgi_walk_step(walk, cset))
			return false;
	}
	return true;
}

static bool cgi_collect_css_set(struct cgi_snapshot *s, struct cgi_walk *walk,
				struct css_set *cset)
	__must_hold(cgi_css_set_lock)
{
	struct cgi_css_set *record;
	bool counted = false;
	u32 nr_on_list = 0;

	lockdep_assert_held(cgi_css_set_lock);
	if (s->want & CGI_WANT_CHECK) {
		if (!cgi_walk_ensure(walk, cset, CGI_COUNT_NODES))
			return false;
		/* As the last pause left them, so are the counters read below. */
		counted = cgi_css_set_count_tasks(walk, cset, &nr_on_list);
	}
	record = cgi_css_set_copy(s, cset);
	if (record) {
		record->counted = counted;
		record->nr_on_list = nr_on_list;
	}
	if (record)
		record->dying_known = walk->tasks;
	return (!walk->tasks || cgi_collect_dying_tasks(s, walk, cset, record)) &&
	       cgi_collect_mg_tasks(s, walk, cset) &&
	       cgi_collect_links(s, walk, cset, record) &&
	       cgi_walk_step(walk, cset);
}

static bool cgi_collect_linked(struct cgi_snapshot *s, struct cgi_walk *walk, struct cgroup *cgrp)
	__must_hold(cgi_css_set_lock)
{
	struct cgrp_cset_link *link;

	lockdep_assert_held(cgi_css_set_lock);
	list_for_each_entry(link, &cgrp->cset_links, cset_link)
		if (!cgi_collect_css_set(s, walk, link->cset))
			return false;
	return true;
}

/*
 * Each time a css_set has died there are fewer of them, but tasks on dying_tasks
 * come and go: after so many lost places their lists are left alone.
 */
#define CGI_DYING_TRIES	8

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
	struct cgi_walk walk = { .cost = &s->cost };
	size_t css_sets = s->css_sets.count;
	size_t links = s->links.count;
	size_t off_list = s->off_list.count;
	unsigned int tries = 0;
	bool whole;

	/* Nothing can be added while cgroup_mutex is held: empty stays empty. */
	if (list_empty(&cgrp->cset_links))
		return 0;
	do {
		if (fatal_signal_pending(current))
			return -EINTR;
		s->css_sets.count = css_sets;
		s->links.count = links;
		s->off_list.count = off_list;
		walk.tasks = tries++ < CGI_DYING_TRIES;
		cgi_walk_begin(&walk);
		whole = cgi_collect_linked(s, &walk, cgrp);
		cgi_walk_end(&walk);
	} while (!whole);
	return 0;
}

static void cgi_sample_copy(struct cgi_snapshot *s, const struct css_set *cset)
{
	struct cgi_sample *record = cgi_array_add(&s->samples, 1);

	if (!record)
		return;
	record->css_set_addr = cset;
	record->refs = refcount_read(&cset->refcount);
	record->nr_tasks = cset->nr_tasks;
}

static bool cgi_sample_linked(struct cgi_snapshot *s, struct cgi_walk *walk, struct cgroup *cgrp)
	__must_hold(cgi_css_set_lock)
{
	struct cgrp_cset_link *link;

	lockdep_assert_held(cgi_css_set_lock);
	list_for_each_entry(link, &cgrp->cset_links, cset_link) {
		cgi_sample_copy(s, link->cset);
		if (!cgi_walk_step(walk, link->cset))
			return false;
	}
	return true;
}

/**
 * cgi_collect_samples() - read the counters of a cgroup's css_sets once more
 * @s: where to
 * @cgrp: the cgroup
 *
 * Those that have not changed since belong together with the tasks that were
 * collected in between.
 *
 * Context: Process, cgroup_mutex held, sleeps; takes css_set_lock.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_collect_samples(struct cgi_snapshot *s, struct cgroup *cgrp)
{
	struct cgi_walk walk = { .cost = &s->cost };
	size_t samples = s->samples.count;
	bool whole;

	if (list_empty(&cgrp->cset_links))
		return 0;
	do {
		if (fatal_signal_pending(current))
			return -EINTR;
		s->samples.count = samples;
		cgi_walk_begin(&walk);
		whole = cgi_sample_linked(s, &walk, cgrp);
		cgi_walk_end(&walk);
	} while (!whole);
	return 0;
}
