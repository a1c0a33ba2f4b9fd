// SPDX-License-Identifier: GPL-2.0-only
/*
 * css_sets, their links, and the tasks on their lists.
 *
 * Each css_set is linked to exactly one cgroup of the default hierarchy.  So the
 * cset_links of all cgroups there, removed ones included, lead to every css_set once.
 */
#include <linux/cgroup.h>
#include <linux/hashtable.h>
#include <linux/refcount.h>
#include <linux/sched/signal.h>

#include "../snapshot/snapshot.h"
#include "cset_link.h"
#include "css_sets.h"
#include "descend.h"
#include "list.h"
#include "locks.h"
#include "walk.h"

/* The size of css_set_table in kernel/cgroup/cgroup.c. */
#define CGI_CSS_SET_HASH_BITS	7

/* The chain that css_set_hash() in kernel/cgroup/cgroup.c, and hash_add(), choose. */
static u32 cgi_css_set_hash(const struct css_set *cset)
{
	unsigned long key = 0;
	int ssid;

	for (ssid = 0; ssid < CGROUP_SUBSYS_COUNT; ssid++)
		key += (unsigned long)cset->subsys[ssid];
	key = (key >> 16) ^ key;
	return hash_min(key, CGI_CSS_SET_HASH_BITS);
}

static struct cgi_css_set *cgi_css_set_copy(struct cgi_snapshot *s, const struct css_set *cset)
{
	struct cgi_css_set *record = cgi_array_add(&s->css_sets, 1);

	if (!record)
		return NULL;
	record->addr = cset;
	record->dom_addr = cset->dom_cset;
	record->default_addr = cset->dfl_cgrp;
	record->first_link = s->links.count;
	record->refs.count = refcount_read(&cset->refcount);
	record->refs.kind = CGI_REFS_EXACT;
	record->nr_tasks = cset->nr_tasks;
	record->dead = cset->dead;
	record->init = cset == cgi_init_css_set();
	return record;
}

static void cgi_effective_copy(struct cgi_snapshot *s, const struct css_set *cset,
			       struct cgi_css_set *record)
{
	size_t first = s->effective.count;
	struct cgi_effective *effective;
	int ssid;

	if (!(s->want & CGI_WANT_CSSES))
		return;
	effective = cgi_array_add(&s->effective, CGROUP_SUBSYS_COUNT);
	if (!record || !effective)
		return;
	record->first_effective = first;
	for (ssid = 0; ssid < CGROUP_SUBSYS_COUNT; ssid++)
		effective[ssid].css_addr = cset->subsys[ssid];
}

/* Notes the address only: a node that is on the list by mistake may be no task. */
static void cgi_on_list_copy(struct cgi_snapshot *s, const struct list_head *at,
			     const struct css_set *cset)
{
	struct cgi_on_list *on_list;

	if (!(s->want & CGI_WANT_CHECK))
		return;
	on_list = cgi_array_add(&s->on_list, 1);
	if (!on_list)
		return;
	on_list->task_addr = list_entry(at, struct task_struct, cg_list);
	on_list->css_set_addr = cset;
}

/**
 * cgi_collect_dying_tasks() - note the tasks on dying_tasks of a css_set
 * @s: where to
 * @walk: the walk, which stands on @cset
 * @cset: the css_set
 * @record: its record.  NULL if it did not fit: tasks are still counted, for the next pass.
 *          NULL also after the tasks were read, when the counters must not change any more.
 *
 * Context: css_set_lock held; it may be free for moments.
 * Return: false if the walk has lost or given up its place, or if the caller was killed.
 */
bool cgi_collect_dying_tasks(struct cgi_snapshot *s, struct cgi_walk *walk,
			     struct css_set *cset, struct cgi_css_set *record)
	__must_hold(cgi_css_set_lock)
{
	struct cgi_list_walk list = cgi_list_begin(s, &cset->dying_tasks,
						     CGI_LIST_OF_DYING_TASKS, cset);
	struct cgi_off_list *off_list;
	struct task_struct *task;
	struct list_head *at;

	lockdep_assert_held(cgi_css_set_lock);
	if (!list_empty(&cset->dying_tasks) && !cgi_walk_ensure(walk, cset, CGI_WALK_NODES_DYING))
		return false;
	while ((at = cgi_list_step(&list))) {
		cgi_on_list_copy(s, at, cset);
		task = cgi_list_task(s, walk, at, cset, CGI_LIST_OF_DYING_TASKS);
		if (!task)
			continue;
		off_list = cgi_array_add(&s->off_list, 1);
		if (off_list) {
			off_list->task_addr = task;
			off_list->started = READ_ONCE(task->start_boottime);
		}
		if (record)
			record->exiting.count++;
		if (!cgi_walk_step_task(walk, task, true))
			return false;
	}
	if (record)
		record->exiting.kind = CGI_REFS_EXACT;
	return true;
}

/*
 * What a walk over css_set->tasks must find unchanged after a pause to go on.
 * Tasks join at the tail: with the same tail and as many tasks as before, none has
 * left either.  After the pause there may be another task at the address of the tail, which
 * the start time tells from the one before.
 */
struct cgi_tasks_mark {
	const struct list_head *tail;
	u64 tail_started;
	int nr_tasks;
};

static struct cgi_tasks_mark cgi_tasks_mark(const struct css_set *cset)
{
	struct cgi_tasks_mark mark = { .tail = cset->tasks.prev, .nr_tasks = cset->nr_tasks };
	const struct task_struct *last = list_entry(mark.tail, struct task_struct, cg_list);

	/* On a broken list the tail may be no task, and then it has no start time. */
	if (!list_empty(&cset->tasks) && cgi_task_is_of(last, cset))
		mark.tail_started = READ_ONCE(last->start_boottime);
	return mark;
}

static bool cgi_tasks_same(const struct cgi_tasks_mark *mark, const struct css_set *cset)
{
	struct cgi_tasks_mark now = cgi_tasks_mark(cset);

	return mark->tail == now.tail && mark->tail_started == now.tail_started &&
	       mark->nr_tasks == now.nr_tasks;
}

/*
 * Count css_set->tasks, which can be long.  One node more than nr_tasks is enough to
 * tell that there are too many.
 */
static bool cgi_css_set_count_tasks(struct cgi_snapshot *s, struct cgi_walk *walk,
				    struct css_set *cset, u32 *nr_on_list)
	__must_hold(cgi_css_set_lock)
{
	struct cgi_list_walk list = cgi_list_begin(s, &cset->tasks, CGI_LIST_OF_TASKS, cset);
	struct cgi_tasks_mark mark = cgi_tasks_mark(cset);
	struct task_struct *task;
	struct list_head *at;

	lockdep_assert_held(cgi_css_set_lock);
	*nr_on_list = 0;
	while ((at = cgi_list_step(&list))) {
		if (++*nr_on_list > mark.nr_tasks)
			break;
		cgi_on_list_copy(s, at, cset);
		task = cgi_list_task(s, walk, at, cset, CGI_LIST_OF_TASKS);
		if (!task)
			continue;
		if (!cgi_walk_step_task(walk, task, false) || !cgi_tasks_same(&mark, cset))
			return false;
	}
	return true;
}

/* After so many tries a css_set stays uncounted: tasks may come and go there all the time. */
#define CGI_COUNT_TRIES	4

/* With so many nodes left in a hold, most css_sets are counted without a pause. */
#define CGI_COUNT_NODES	(CGI_WALK_NODES / 2)

static bool cgi_css_set_try_to_count(struct cgi_snapshot *s, struct cgi_walk *walk,
				     struct css_set *cset, u32 *nr_on_list)
	__must_hold(cgi_css_set_lock)
{
	size_t on_list = s->on_list.count;
	size_t broken = s->broken.count;
	int tries;

	for (tries = 0; tries < CGI_COUNT_TRIES; tries++) {
		s->on_list.count = on_list;
		s->broken.count = broken;
		if (cgi_css_set_count_tasks(s, walk, cset, nr_on_list))
			return true;
	}
	return false;
}

/*
 * The walk reaches the css_sets of threaded cgroups after @cset, and none is made while
 * cgroup_mutex is held.  So each one that the walk will find is on @cset->threaded_csets now.
 */
static bool cgi_count_threaded_csets(struct cgi_snapshot *s, struct cgi_walk *walk,
				     struct css_set *cset, u32 *count)
	__must_hold(cgi_css_set_lock)
{
	struct cgi_list_walk list = cgi_list_begin(s, &cset->threaded_csets,
						     CGI_LIST_OF_THREADED_CSETS, cset);
	struct css_set *threaded;
	struct list_head *at;

	lockdep_assert_held(cgi_css_set_lock);
	while ((at = cgi_list_step(&list))) {
		threaded = list_entry(at, struct css_set, threaded_csets_node);
		if (threaded->dom_cset != cset) {
			walk->nodes++;
			cgi_list_is_broken(s, CGI_LIST_OF_THREADED_CSETS, cset);
			continue;
		}
		++*count;
		if (!cgi_walk_step(walk, threaded))
			return false;
	}
	return true;
}

/*
 * cgi_tasks_same() found css_set->tasks unchanged after the last pause, and cgi_css_set_copy()
 * reads the counters before css_set_lock is released.  So the counters match the counted tasks.
 */
static void cgi_css_set_copy_evidence(struct cgi_snapshot *s, const struct css_set *cset,
				      const struct cgi_css_set_evidence *counts)
{
	struct cgi_css_set_evidence *evidence = cgi_array_add(&s->css_set_evidence, 1);

	if (!evidence)
		return;
	*evidence = *counts;
	if (cset->hlist.next)
		evidence->hash_next_addr = hlist_entry(cset->hlist.next, struct css_set, hlist);
	evidence->hash = cgi_css_set_hash(cset);
	evidence->has_mg_tasks = !list_empty(&cset->mg_tasks);
}

static bool cgi_collect_css_set_for_check(struct cgi_snapshot *s, struct cgi_walk *walk,
					  struct css_set *cset)
	__must_hold(cgi_css_set_lock)
{
	struct cgi_css_set_evidence counts = {};

	lockdep_assert_held(cgi_css_set_lock);
	if (!cgi_count_threaded_csets(s, walk, cset, &counts.nr_on_threaded) ||
	    !cgi_walk_ensure(walk, cset, CGI_COUNT_NODES))
		return false;
	counts.counted = cgi_css_set_try_to_count(s, walk, cset, &counts.nr_on_list);
	cgi_css_set_copy_evidence(s, cset, &counts);
	return true;
}

static bool cgi_collect_css_set(struct cgi_snapshot *s, struct cgi_walk *walk,
				struct css_set *cset)
	__must_hold(cgi_css_set_lock)
{
	struct cgi_list_walk list = cgi_list_begin(s, &cset->cgrp_links, CGI_LIST_OF_LINKS, cset);
	struct cgi_css_set *record;
	struct cgrp_cset_link *link;
	struct cgi_link *copy;
	struct list_head *at;
	unsigned int holds;

	lockdep_assert_held(cgi_css_set_lock);
	if ((s->want & CGI_WANT_CHECK) && !cgi_collect_css_set_for_check(s, walk, cset))
		return false;
	holds = walk->holds;
	record = cgi_css_set_copy(s, cset);
	cgi_effective_copy(s, cset, record);
	if (walk->dying_tasks && (s->want & (CGI_WANT_TASKS | CGI_WANT_EXITING)) &&
	    !cgi_collect_dying_tasks(s, walk, cset, record))
		return false;
	/*
	 * A task that exited in a pause may be counted in nr_tasks and on dying_tasks.  Both
	 * counters can be what they were all the same, as others were forked and freed meanwhile.
	 */
	if (record)
		record->exits_moving = walk->holds != holds;
	while ((at = cgi_list_step(&list))) {
		link = cgi_list_link(s, walk, at, cset);
		if (!link)
			continue;
		copy = cgi_array_add(&s->links, 1);
		if (copy) {
			copy->cgroup_addr = link->cgrp;
			copy->css_set = s->css_sets.count - 1;
		}
		if (record)
			record->nr_links++;
		if (!cgi_walk_step(walk, cset))
			return false;
	}
	return cgi_walk_step(walk, cset);
}

static bool cgi_collect_css_sets_of(struct cgi_snapshot *s, struct cgi_walk *walk,
				    struct cgroup *cgrp)
	__must_hold(cgi_css_set_lock)
{
	struct cgi_list_walk list = cgi_list_begin(s, &cgrp->cset_links,
						     CGI_LIST_OF_CSS_SETS, cgrp);
	struct cgrp_cset_link *link;
	struct list_head *at;

	lockdep_assert_held(cgi_css_set_lock);
	while ((at = cgi_list_step(&list))) {
		link = cgi_list_cset_link(s, walk, at, cgrp);
		if (!link)
			continue;
		/* The walk must not stand on a css_set that does not keep the link. */
		if (!cgi_link_is_kept(link))
			cgi_list_is_broken(s, CGI_LIST_OF_CSS_SETS, cgrp);
		else if (!cgi_collect_css_set(s, walk, link->cset))
			return false;
	}
	return true;
}

static bool cgi_sample_css_sets_of(struct cgi_snapshot *s, struct cgi_walk *walk,
				   struct cgroup *cgrp)
	__must_hold(cgi_css_set_lock)
{
	struct cgi_list_walk list = cgi_list_begin(s, &cgrp->cset_links,
						     CGI_LIST_OF_CSS_SETS, cgrp);
	struct cgrp_cset_link *link;
	struct cgi_sample *sample;
	struct list_head *at;
	bool dying_tasks;

	lockdep_assert_held(cgi_css_set_lock);
	while ((at = cgi_list_step(&list))) {
		link = cgi_list_cset_link(s, walk, at, cgrp);
		if (!link)
			continue;
		/* The walk must not stand on a css_set that does not keep the link. */
		dying_tasks = walk->dying_tasks && cgi_link_is_kept(link);
		sample = cgi_array_add(&s->samples, 1);
		if (sample) {
			sample->css_set_addr = link->cset;
			sample->refs = refcount_read(&link->cset->refcount);
			sample->nr_tasks = link->cset->nr_tasks;
			sample->has_dying_tasks = dying_tasks;
		}
		if (dying_tasks && !cgi_collect_dying_tasks(s, walk, link->cset, NULL))
			return false;
		if (!cgi_walk_step_link(walk, link))
			return false;
	}
	return true;
}

/*
 * A css_set that dies makes a walk start again, but no new one is made, so this ends.  The
 * lists of dying_tasks are left out after CGI_DYING_TRIES lost places.
 */
typedef bool cgi_visit_t(struct cgi_snapshot *s, struct cgi_walk *walk, struct cgroup *cgrp);

/* A walk that lost its place starts again without what it had collected. */
static int cgi_visit_cgroup(struct cgi_snapshot *s, struct cgroup *cgrp, cgi_visit_t *visit)
{
	struct cgi_walk walk = { .cost = &s->cost };
	size_t css_sets = s->css_sets.count;
	size_t css_set_evidence = s->css_set_evidence.count;
	size_t effective = s->effective.count;
	size_t links = s->links.count;
	size_t off_list = s->off_list.count;
	size_t on_list = s->on_list.count;
	size_t samples = s->samples.count;
	size_t broken = s->broken.count;
	unsigned int tries = 0;
	bool whole;

	do {
		if (fatal_signal_pending(current))
			return -EINTR;
		cgi_hold_pause();
		s->css_sets.count = css_sets;
		s->css_set_evidence.count = css_set_evidence;
		s->effective.count = effective;
		s->links.count = links;
		s->off_list.count = off_list;
		s->on_list.count = on_list;
		s->samples.count = samples;
		s->broken.count = broken;
		walk.dying_tasks = tries++ < CGI_DYING_TRIES;
		cgi_walk_begin(&walk);
		whole = visit(s, &walk, cgrp);
		cgi_walk_end(&walk);
	} while (!whole);
	return 0;
}

/*
 * Walks the tree itself, because a pass that only counts has no records of cgroups.  @again is
 * set, because cgi_collect_trees() has already noted what is wrong with the tree.
 */
static int cgi_visit_default_cgroups(struct cgi_snapshot *s, cgi_visit_t *visit)
{
	struct cgi_descent d = { .s = s, .css = &cgrp_dfl_root.cgrp.self, .again = true };
	struct cgroup *cgrp;
	int err = 0;

	lockdep_assert_held(cgi_cgroup_mutex);
	for (; d.css && !err; cgi_descent_next(&d)) {
		if (fatal_signal_pending(current))
			return -EINTR;
		cgi_hold_pause();
		cgrp = container_of(d.css, struct cgroup, self);
		/*
		 * No css_set_lock is needed to ask this: while cgroup_mutex is held no link is
		 * added, so a list that is empty stays so.
		 */
		if (!list_empty(&cgrp->cset_links))
			err = cgi_visit_cgroup(s, cgrp, visit);
	}
	return err;
}

/**
 * cgi_collect_css_sets() - collect css_sets, their links, and tasks on dying_tasks
 * @s: where to.  With CGI_WANT_CHECK the tasks on css_set->tasks are counted, too.
 *
 * Context: Process, cgroup_mutex held since the cgroups were collected; sleeps; takes
 *          css_set_lock.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_collect_css_sets(struct cgi_snapshot *s)
{
	return cgi_visit_default_cgroups(s, cgi_collect_css_sets_of);
}

/**
 * cgi_collect_samples() - read the counters of all css_sets, and dying_tasks, once more
 * @s: where to; its cgroups, css_sets and tasks are there
 *
 * Counters that have not changed since they were collected belong to the tasks that
 * were collected in between.  A task that was exiting when it was read is found on dying_tasks
 * now if it had gone there before it was read.
 *
 * Context: Process, cgroup_mutex held since the cgroups were collected; sleeps; takes
 *          css_set_lock.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_collect_samples(struct cgi_snapshot *s)
{
	return cgi_visit_default_cgroups(s, cgi_sample_css_sets_of);
}
