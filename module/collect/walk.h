/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_WALK_H
#define _CGI_WALK_H

#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "../snapshot/stats.h"
#include "locks.h"

struct cgrp_cset_link;
struct css_set;

/*
 * List nodes visited in one hold of css_set_lock.  That takes a few microseconds, less than the
 * kernel's own walks over all css_sets of a cgroup.  Only a broken list makes a hold longer: the
 * walk can't pause at a node that does not belong to its list, nor in cgi_list_resume() and
 * cgi_link_is_kept().
 */
#define CGI_WALK_NODES	64

/* Not every task on dying_tasks can be pinned, so a pause there is tried after so many nodes. */
#define CGI_WALK_NODES_DYING	(CGI_WALK_NODES / 2)

/**
 * struct cgi_walk - a walk in holds of css_set_lock, each of a bounded number of nodes
 * @cost: where the longest hold is noted
 * @began: when the present hold began, in ns
 * @nodes: list nodes visited in the present hold
 * @holds: so many holds have begun, so it tells whether there was a pause
 * @dying_tasks: lists of dying_tasks are walked, too
 * @pin: task to which the walk holds a reference, so that its css_set can't die, or NULL
 */
struct cgi_walk {
	struct cgi_cost *cost;
	u64 began;
	unsigned int nodes;
	unsigned int holds;
	bool dying_tasks;
	struct task_struct *pin;
};

/* Whether @task holds a reference to @cset, as each task that belongs on its lists does. */
static inline bool cgi_task_is_of(const struct task_struct *task, const struct css_set *cset)
{
	return rcu_access_pointer(task->cgroups) == cset;
}

void cgi_walk_begin(struct cgi_walk *walk) __acquires(cgi_css_set_lock);
bool cgi_walk_step(struct cgi_walk *walk, struct css_set *cset) __must_hold(cgi_css_set_lock);
bool cgi_link_is_kept(const struct cgrp_cset_link *link) __must_hold(cgi_css_set_lock);
bool cgi_walk_step_link(struct cgi_walk *walk, const struct cgrp_cset_link *link)
	__must_hold(cgi_css_set_lock);
bool cgi_walk_step_task(struct cgi_walk *walk, struct task_struct *task, bool dying)
	__must_hold(cgi_css_set_lock);
bool cgi_walk_ensure(struct cgi_walk *walk, struct css_set *cset, unsigned int nodes)
	__must_hold(cgi_css_set_lock);
void cgi_walk_end(struct cgi_walk *walk) __releases(cgi_css_set_lock);

#endif /* _CGI_WALK_H */
