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
 * So many list nodes are visited in one hold of css_set_lock.  That takes a few
 * microseconds, less than holds of the kernel's own that walk all css_sets of a cgroup.
 * A hold goes on past them only past nodes that do not belong to their list, and back from the
 * end of a list that is broken.
 */
#define CGI_WALK_NODES	64

/* On dying_tasks, where not every task can be paused at, a pause is due after so many. */
#define CGI_WALK_NODES_DYING	(CGI_WALK_NODES / 2)

/**
 * struct cgi_walk - a walk in holds of css_set_lock, each of a bounded number of nodes
 * @cost: where the longest hold is noted
 * @began: when the present hold began, in ns
 * @nodes: list nodes visited in the present hold
 * @dying_tasks: lists of dying_tasks are walked, too
 * @pin: task to which the walk holds a reference, so that its css_set can't die, or NULL
 */
struct cgi_walk {
	struct cgi_cost *cost;
	u64 began;
	unsigned int nodes;
	bool dying_tasks;
	struct task_struct *pin;
};

/* Whether a task on a list of @cset keeps that, as a task of its own does. */
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
