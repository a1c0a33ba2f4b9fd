// SPDX-License-Identifier: GPL-2.0-only
/*
 * The css_sets and cgroups that tasks lead to, and no others.
 *
 *	task -> css_set -> links -> cgroups -> their parents
 *
 * A task that is found in an RCU read section keeps its css_set for as long as this section
 * lasts: the last reference of the task goes by an RCU callback (delayed_put_task_struct()), and
 * that of the css_set with it.  While cgroup_mutex is held no link is added to a css_set, and
 * none is taken away before the css_set dies.  So no css_set_lock is needed to read the links.
 *
 * The css_set may be gone when the section ends, but a cgroup that one of its links named is
 * not freed before css_release_work_fn() has taken cgroup_mutex, and nor are its parents.
 */
#include <linux/cgroup.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "../compat.h"
#include "../snapshot/snapshot.h"
#include "cset_link.h"
#include "css_sets.h"
#include "list.h"
#include "locks.h"
#include "memberships.h"
#include "tasks.h"
#include "trees.h"
#include "walk.h"

static void cgi_links_copy(struct cgi_snapshot *s, const struct css_set *cset, u32 css_set)
{
	struct list_head *head = (struct list_head *)&cset->cgrp_links, *at;
	struct cgi_list_walk list = cgi_list_begin(s, head, CGI_LIST_OF_LINKS, cset);
	const struct cgrp_cset_link *link;
	struct cgi_link *copy;

	while ((at = cgi_list_step(&list))) {
		link = list_entry(at, struct cgrp_cset_link, cgrp_link);
		if (link->cset != cset) {
			cgi_list_is_broken(s, CGI_LIST_OF_LINKS, cset);
			continue;
		}
		copy = cgi_array_take(&s->links, 1);
		if (copy)
			*copy = (struct cgi_link){ .cgroup_addr = link->cgrp, .css_set = css_set };
	}
}

/**
 * cgi_collect_css_set_of_task() - note the css_set of a task, if it is the first task of it
 * @s: where to
 * @cset: the css_set
 *
 * Context: cgroup_mutex held; in the RCU read section in which the task was found.
 * Return: index of the css_set, or CGI_NONE if there was no room.
 */
u32 cgi_collect_css_set_of_task(struct cgi_snapshot *s, const struct css_set *cset)
{
	u32 index = cgi_keys_find(&s->css_set_keys, cset);
	struct cgi_css_set *record;

	if (index != CGI_NONE)
		return index;
	index = s->css_sets.count;
	record = cgi_array_add(&s->css_sets, 1);
	if (!record)
		return CGI_NONE;
	record->addr = cset;
	record->default_addr = cset->dfl_cgrp;
	record->first_link = s->links.count;
	cgi_keys_add(&s->css_set_keys, index);
	cgi_links_copy(s, cset, index);
	record->nr_links = s->links.count - record->first_link;
	return index;
}

/**
 * struct cgi_way_up - from a cgroup up to one of which there is a record, or to the root
 * @missing: how many cgroups have no record, itself included
 * @known: index of the first one that has, or CGI_NONE
 * @hierarchy: index of their hierarchy, or CGI_NONE if the way leads nowhere
 */
struct cgi_way_up {
	u32 missing;
	u32 known;
	u32 hierarchy;
};

static u32 cgi_hierarchy_of_root(const struct cgi_snapshot *s, struct cgroup *cgrp)
{
	const struct cgroup_root *root = container_of(cgrp, struct cgroup_root, cgrp);
	u32 i;

	for (i = 0; i < s->hierarchies.count; i++)
		if (cgi_hierarchy_at(s, i)->addr == root)
			return i;
	return CGI_NONE;
}

/*
 * The cgroup's array of ancestors does not depend on self.parent, so it exposes a wrong parent; and
 * as each parent must be one level higher, the climb ends.  A css of a controller is not embedded
 * in a cgroup, so reading its level would read past its end.
 */
static bool cgi_is_parent(struct cgroup *parent, const struct cgroup *cgrp)
{
	return !parent->self.ss && parent->level + 1 == cgrp->level &&
	       cgi_cgroup_names_ancestor(cgrp, parent->level, parent);
}

/* @cgrp itself is known to have no record. */
static int cgi_way_up_find(const struct cgi_snapshot *s, struct cgroup *cgrp,
			   struct cgi_way_up *way)
{
	struct cgroup *parent;

	*way = (struct cgi_way_up){ .known = CGI_NONE, .hierarchy = CGI_NONE };
	for (;; cgrp = parent) {
		if (cgi_hold_pause_at(way->missing++))
			return -EINTR;
		parent = cgroup_parent(cgrp);
		if (!parent) {
			way->hierarchy = cgi_hierarchy_of_root(s, cgrp);
			return 0;
		}
		if (!cgi_is_parent(parent, cgrp))
			return 0;
		way->known = cgi_keys_find(&s->cgroup_keys, parent);
		if (way->known != CGI_NONE) {
			way->hierarchy = cgi_cgroup_at(s, way->known)->hierarchy;
			return 0;
		}
	}
}

/* Parents come first, as in a tree that was walked from its root. */
static int cgi_way_up_copy(struct cgi_snapshot *s, struct cgroup *cgrp,
			   const struct cgi_way_up *way)
{
	struct cgi_cgroup *records = cgi_array_take(&s->cgroups, way->missing);
	u32 first = s->cgroups.count - way->missing, i = way->missing;
	int err = 0;

	for (; i-- && !err; cgrp = cgroup_parent(cgrp)) {
		if (records) {
			records[i] = (struct cgi_cgroup){
				.addr = cgrp,
				.parent = i ? first + i - 1 : way->known,
				.hierarchy = way->hierarchy,
				.name = s->names.count,
				.state = cgrp->self.flags & CSS_ONLINE ? CGI_CGROUP_LIVE :
									 CGI_CGROUP_DYING,
			};
			cgi_keys_add(&s->cgroup_keys, first + i);
		}
		err = cgi_hold_pause_at(i);
		if (!err)
			err = cgi_collect_name(s, cgroup_parent(cgrp) ? cgi_cgroup_name(cgrp) : "");
	}
	return err;
}

/* A cgroup from which no way leads to a root is no membership that can be printed. */
static int cgi_link_find_cgroup(struct cgi_snapshot *s, struct cgi_link *link)
{
	struct cgroup *cgrp = cgi_object_at(link->cgroup_addr);
	struct cgi_way_up way;
	int err;

	link->cgroup = cgi_keys_find(&s->cgroup_keys, cgrp);
	if (link->cgroup != CGI_NONE)
		return 0;
	err = cgi_way_up_find(s, cgrp, &way);
	if (err || way.hierarchy == CGI_NONE)
		return err;
	err = cgi_way_up_copy(s, cgrp, &way);
	if (cgi_array_fits(&s->cgroups))
		link->cgroup = s->cgroups.count - 1;
	return err;
}

/* A css_set knows its cgroup in the default hierarchy apart from the links. */
static bool cgi_link_is_right(const struct cgi_snapshot *s, const struct cgi_link *link)
{
	return cgi_hierarchy_of(s, link->cgroup)->version != 2 ||
	       link->cgroup_addr == cgi_css_set_at(s, link->css_set)->default_addr;
}

static int cgi_link_follow(struct cgi_snapshot *s, struct cgi_link *link)
{
	int err = cgi_link_find_cgroup(s, link);

	if (link->cgroup != CGI_NONE && !cgi_link_is_right(s, link))
		link->cgroup = CGI_NONE;
	return err;
}

/**
 * cgi_collect_cgroups_of_tasks() - note the cgroups that the links lead to, and their parents
 * @s: where to; its hierarchies and links are there and fit
 *
 * Context: Process, cgroup_mutex held since the links were noted; sleeps.
 * Return: 0, -EINTR if the caller was killed, or -ENAMETOOLONG.
 */
int cgi_collect_cgroups_of_tasks(struct cgi_snapshot *s)
{
	int err = 0;
	size_t i;

	lockdep_assert_held(cgi_cgroup_mutex);
	for (i = 0; i < s->links.count && !err; i++) {
		err = cgi_hold_pause_at(i);
		if (!err)
			err = cgi_link_follow(s, cgi_link_at(s, i));
	}
	return err;
}

/* A reference to the task of a record keeps its css_set. */
static struct task_struct *cgi_task_get(const struct cgi_task *record)
{
	struct task_struct *task;

	rcu_read_lock();
	task = cgi_task_again(record);
	if (task && !refcount_inc_not_zero(&task->usage))
		task = NULL;
	rcu_read_unlock();
	return task;
}

static int cgi_css_set_collect_exits(struct cgi_snapshot *s, struct cgi_css_set *record,
				     struct css_set *cset)
{
	struct cgi_walk walk = { .cost = &s->cost };
	size_t off_list = s->off_list.count, broken = s->broken.count;
	int tries;

	record->exits_tried = true;
	for (tries = 0; tries < CGI_DYING_TRIES && !record->exits_known; tries++) {
		if (fatal_signal_pending(current))
			return -EINTR;
		s->off_list.count = off_list;
		s->broken.count = broken;
		cgi_walk_begin(&walk);
		record->exits_known = cgi_collect_dying_tasks(s, &walk, cset, NULL);
		cgi_walk_end(&walk);
		cgi_hold_pause();
	}
	return 0;
}

/**
 * cgi_collect_exits_of_tasks() - read dying_tasks of css_sets whose tasks may be there
 * @s: where to; its tasks and css_sets fit
 *
 * Only a task that was exiting and on a list leaves open which list that was.
 *
 * Context: Process, cgroup_mutex held since the tasks were collected; sleeps; takes
 *          css_set_lock.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_collect_exits_of_tasks(struct cgi_snapshot *s)
{
	const struct cgi_task *record;
	struct cgi_css_set *cset;
	struct task_struct *task;
	int err = 0;
	size_t i;

	for (i = 0; s->watch.exits && i < s->tasks.count && !err; i++) {
		err = cgi_hold_pause_at(i);
		record = cgi_task_at(s, i);
		if (err || record->list != CGI_LIST_UNKNOWN)
			continue;
		cset = cgi_css_set_at(s, record->css_set);
		task = cset->exits_tried ? NULL : cgi_task_get(record);
		if (!task)
			continue;
		err = cgi_css_set_collect_exits(s, cset, rcu_access_pointer(task->cgroups));
		put_task_struct(task);
	}
	return err;
}
