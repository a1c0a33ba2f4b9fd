// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walking lists under css_set_lock without ever holding it for long.
 *
 * While cgroup_mutex is held nothing is added to any list of css_sets and links.  All
 * that can happen when css_set_lock is free is that a css_set dies, which unlinks
 * and frees its links at once.  So a walk may pause at a css_set if it can tell
 * afterwards whether that css_set is still there:
 *  - A task on one of its lists pins it.  The task's reference to the css_set goes only
 *    with the task_struct, and no task can migrate.
 *  - A css_set without such a task is freed by kfree_rcu().  So an RCU read section over
 *    the pause keeps it readable, and its reference count is zero if it is dead.
 * The second would do for every css_set, but the walk could not let others run then:
 * that is not allowed in an RCU read section.
 *
 * From 7.2 on a task can be on dying_tasks though its last reference is gone: its task_struct
 * is freed by call_rcu(), and leaves the list only then.  Such a task can't be pinned, and an
 * RCU read section does not keep it: if its callback runs already, and waits for css_set_lock,
 * no grace period holds it back.  So the walk can't stand on it over a pause.  It looks for
 * another one in time, from the middle of a hold on, and gives up its place if there is none.
 */
#include <linux/cgroup-defs.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "cset_link.h"
#include "walk.h"

/* More hierarchies than anybody has: the way back along the links of a css_set must end. */
#define CGI_WALK_LINKS	4096

static void cgi_walk_lock(struct cgi_walk *walk) __acquires(cgi_css_set_lock)
{
	spin_lock_irq(cgi_css_set_lock);
	walk->began = ktime_get_ns();
	walk->holds++;
	walk->nodes = 0;
}

static void cgi_walk_unlock(struct cgi_walk *walk) __releases(cgi_css_set_lock)
{
	u64 ns = ktime_get_ns() - walk->began;

	spin_unlock_irq(cgi_css_set_lock);
	walk->cost->lock_ns = max_t(u64, walk->cost->lock_ns, ns);
	walk->cost->lock_nodes = max_t(u64, walk->cost->lock_nodes, walk->nodes);
}

/*
 * css_set_lock must be free: dropping a task's last reference may drop that of its css_set,
 * which takes the lock.
 */
static void cgi_walk_unpin(struct cgi_walk *walk)
{
	if (walk->pin)
		put_task_struct(walk->pin);
	walk->pin = NULL;
}

/* Takes over a reference to @task. */
static void cgi_walk_pause_pinned(struct cgi_walk *walk, struct task_struct *task)
	__must_hold(cgi_css_set_lock)
{
	cgi_walk_unlock(walk);
	cgi_walk_unpin(walk);
	walk->pin = task;
	cgi_hold_pause();
	cgi_walk_lock(walk);
}

/*
 * A task that has no reference left, and one that is on the list by mistake, are no pins.  More
 * than the first one of a list is not looked at.
 */
static struct task_struct *cgi_walk_pin_of(const struct css_set *cset, struct list_head *tasks)
{
	struct task_struct *task = list_first_entry_or_null(tasks, struct task_struct, cg_list);

	if (!task || !cgi_task_is_of(task, cset) || !refcount_inc_not_zero(&task->usage))
		return NULL;
	return task;
}

static bool cgi_walk_pause(struct cgi_walk *walk, struct css_set *cset)
	__must_hold(cgi_css_set_lock)
{
	struct task_struct *task = cgi_walk_pin_of(cset, &cset->tasks);
	bool alive;

	if (!task)
		task = cgi_walk_pin_of(cset, &cset->dying_tasks);
	if (task) {
		cgi_walk_pause_pinned(walk, task);
		return true;
	}
	rcu_read_lock();
	cgi_walk_unlock(walk);
	cgi_walk_unpin(walk);
	cgi_walk_lock(walk);
	alive = refcount_read(&cset->refcount);
	rcu_read_unlock();
	return alive;
}

/**
 * cgi_walk_begin() - take css_set_lock for a walk
 * @walk: @cost set, the rest zero or as cgi_walk_end() left it
 *
 * Context: Process, cgroup_mutex held; returns with css_set_lock held and
 *          interrupts off.
 */
void cgi_walk_begin(struct cgi_walk *walk) __acquires(cgi_css_set_lock)
{
	lockdep_assert_held(cgi_cgroup_mutex);
	cgi_walk_lock(walk);
}

/**
 * cgi_walk_ensure() - pause now unless so many nodes fit into the present hold
 * @walk: the walk
 * @cset: css_set that the walk stands on
 * @nodes: list nodes that the caller wants to visit without a pause, fewer than
 *         CGI_WALK_NODES
 *
 * Relies on put_css_set_locked() in kernel/cgroup/cgroup.c, which unlinks a css_set
 * in the very hold in which its reference count becomes zero.
 *
 * Context: css_set_lock held; it is free during the pause, and the caller may be
 *          rescheduled then.
 * Return: true if @cset and its links are still there.  False if @cset died during
 *         the pause: the walk must start again.  False also if the caller was killed,
 *         so that even a list that a bug made endless can be left.
 */
bool cgi_walk_ensure(struct cgi_walk *walk, struct css_set *cset, unsigned int nodes)
	__must_hold(cgi_css_set_lock)
{
	lockdep_assert_held(cgi_css_set_lock);
	if (walk->nodes + nodes < CGI_WALK_NODES)
		return true;
	return cgi_walk_pause(walk, cset) && !fatal_signal_pending(current);
}

/**
 * cgi_walk_step() - account for a visited node, and pause if the hold has visited enough
 * @walk: the walk
 * @cset: css_set that the walk stands on, itself or one of its links
 *
 * Context: as cgi_walk_ensure(); the lock is free for a moment after each
 *          CGI_WALK_NODES nodes.
 * Return: as cgi_walk_ensure().
 */
bool cgi_walk_step(struct cgi_walk *walk, struct css_set *cset)
	__must_hold(cgi_css_set_lock)
{
	lockdep_assert_held(cgi_css_set_lock);
	walk->nodes++;
	return cgi_walk_ensure(walk, cset, 0);
}

/**
 * cgi_link_is_kept() - whether a link lives as long as the css_set that it names
 * @link: the link
 *
 * It does if it is on the list of that css_set.  Links are on it in the order in which
 * hierarchies were made, so the way back to its head is short, from a link into the default
 * hierarchy a single step.
 *
 * Context: css_set_lock held; looks at one node for each hierarchy, or at CGI_WALK_LINKS nodes if
 *          the list is broken.
 * Return: true if it does.
 */
bool cgi_link_is_kept(const struct cgrp_cset_link *link) __must_hold(cgi_css_set_lock)
{
	const struct list_head *at = &link->cgrp_link;
	unsigned int i;

	lockdep_assert_held(cgi_css_set_lock);
	for (i = 0; i < CGI_WALK_LINKS; i++) {
		at = at->prev;
		if (at == &link->cset->cgrp_links)
			return true;
		if (at == &link->cgrp_link)
			return false;
	}
	return false;
}

/**
 * cgi_walk_step_link() - as cgi_walk_step(), standing on a link of a cgroup's list
 * @walk: the walk
 * @link: the link
 *
 * A link that is not on the list of the css_set it names may be freed during a pause.  So the
 * walk does not pause at such a link, and tries again at the next node.
 *
 * Context: as cgi_walk_step().
 * Return: as cgi_walk_step().
 */
bool cgi_walk_step_link(struct cgi_walk *walk, const struct cgrp_cset_link *link)
	__must_hold(cgi_css_set_lock)
{
	lockdep_assert_held(cgi_css_set_lock);
	if (++walk->nodes < CGI_WALK_NODES || !cgi_link_is_kept(link))
		return true;
	return cgi_walk_ensure(walk, link->cset, 0);
}

/**
 * cgi_walk_step_task() - as cgi_walk_step(), standing on a task of a css_set's list
 * @walk: the walk
 * @task: the task
 * @dying: the list is dying_tasks, not tasks
 *
 * A task with a reference count of zero can't be pinned; only dying_tasks has such tasks.  So
 * after half of a hold on dying_tasks the walk pauses at the first task that it can pin.  If
 * there is none until the end of the hold, the walk gives up its place.
 *
 * Relies on exit_signals(), which sets PF_EXITING before a task leaves css_set->tasks;
 * from dying_tasks a task goes to no other list.
 *
 * Context: as cgi_walk_step().
 * Return: true if @task is still on that list.  False if the walk has lost its
 *         place, which exiting tasks can bring about again and again, or has given it
 *         up, or if the caller was killed.
 */
bool cgi_walk_step_task(struct cgi_walk *walk, struct task_struct *task, bool dying)
	__must_hold(cgi_css_set_lock)
{
	lockdep_assert_held(cgi_css_set_lock);
	if (++walk->nodes < (dying ? CGI_WALK_NODES_DYING : CGI_WALK_NODES))
		return true;
	if (!refcount_inc_not_zero(&task->usage))
		return walk->nodes < CGI_WALK_NODES;
	cgi_walk_pause_pinned(walk, task);
	if (fatal_signal_pending(current))
		return false;
	return dying ? !list_empty(&task->cg_list) : !(READ_ONCE(task->flags) & PF_EXITING);
}

/**
 * cgi_walk_end() - release css_set_lock after a walk
 * @walk: the walk
 *
 * Context: Process, css_set_lock held, released on return.
 */
void cgi_walk_end(struct cgi_walk *walk) __releases(cgi_css_set_lock)
{
	cgi_walk_unlock(walk);
	cgi_walk_unpin(walk);
}
