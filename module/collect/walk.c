// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walking lists under css_set_lock without ever holding it for long.
 *
 * Under cgroup_mutex nothing is added to any list of css_sets and links; all
 * that can happen while css_set_lock is free is that a css_set dies, which
 * unlinks and frees its links at once.  So a walk may pause at a css_set if it
 * can tell afterwards whether that css_set is still there:
 *  - a task on its lists pins it: the task's reference to the css_set goes only
 *    with the task_struct, and no task can migrate;
 *  - a css_set with no task is freed by kfree_rcu(), so an RCU read section
 *    over the pause keeps it readable, and a dead one has no references.
 */
#include <linux/cgroup-defs.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "walk.h"

static void cgi_walk_lock(struct cgi_walk *walk) __acquires(cgi_css_set_lock)
{
	spin_lock_irq(cgi_css_set_lock);
	walk->began = ktime_get_ns();
	walk->nodes = 0;
}

static void cgi_walk_unlock(struct cgi_walk *walk) __releases(cgi_css_set_lock)
{
	u64 ns = ktime_get_ns() - walk->began;

	spin_unlock_irq(cgi_css_set_lock);
	walk->cost->lock_ns = max_t(u64, walk->cost->lock_ns, ns);
	walk->cost->lock_nodes = max_t(u64, walk->cost->lock_nodes, walk->nodes);
}

/* The last reference may take css_set_lock to drop that of the css_set. */
static void cgi_walk_unpin(struct cgi_walk *walk)
{
	if (walk->pin)
		put_task_struct(walk->pin);
	walk->pin = NULL;
}

/* dying_tasks will not do: from 7.2 on a task on it may have no reference left. */
static struct task_struct *cgi_css_set_task(struct css_set *cset)
{
	lockdep_assert_held(cgi_css_set_lock);
	if (!list_empty(&cset->tasks))
		return list_first_entry(&cset->tasks, struct task_struct, cg_list);
	return list_first_entry_or_null(&cset->mg_tasks, struct task_struct, cg_list);
}

/* Takes over a reference to @task. */
static void cgi_walk_pause_pinned(struct cgi_walk *walk, struct task_struct *task)
	__must_hold(cgi_css_set_lock)
{
	cgi_walk_unlock(walk);
	cgi_walk_unpin(walk);
	walk->pin = task;
	cond_resched();
	cgi_walk_lock(walk);
}

static bool cgi_walk_pause_rcu(struct cgi_walk *walk, struct css_set *cset)
	__must_hold(cgi_css_set_lock)
{
	bool alive;

	rcu_read_lock();
	cgi_walk_unlock(walk);
	cgi_walk_unpin(walk);
	cgi_walk_lock(walk);
	alive = refcount_read(&cset->refcount);
	rcu_read_unlock();
	return alive;
}

static bool cgi_walk_pause(struct cgi_walk *walk, struct css_set *cset)
	__must_hold(cgi_css_set_lock)
{
	struct task_struct *task = cgi_css_set_task(cset);

	if (!task)
		return cgi_walk_pause_rcu(walk, cset);
	get_task_struct(task);
	cgi_walk_pause_pinned(walk, task);
	return true;
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
 * cgi_walk_step() - account for a visited node, and pause if it was one too many
 * @walk: the walk
 * @cset: css_set that the walk stands on, itself or one of its links
 *
 * Relies on put_css_set_locked() in kernel/cgroup/cgroup.c unlinking a css_set
 * in the very hold in which its reference count becomes zero.
 *
 * Context: css_set_lock held; it is free for a moment after each
 *          CGI_WALK_NODES nodes, and the caller may be rescheduled then.
 * Return: true if @cset and its links are still there.  False if it died during
 *         the pause: the walk must start again, and ends because each time there
 *         are fewer css_sets.  False also if the caller was killed, so that even
 *         a list that a bug made endless can be left.
 */
bool cgi_walk_step(struct cgi_walk *walk, struct css_set *cset)
	__must_hold(cgi_css_set_lock)
{
	lockdep_assert_held(cgi_css_set_lock);
	if (++walk->nodes < CGI_WALK_NODES)
		return true;
	return cgi_walk_pause(walk, cset) && !fatal_signal_pending(current);
}

/*
 * exit_signals() sets PF_EXITING before the task leaves css_set->tasks or
 * mg_tasks; from dying_tasks it goes to no other list.
 */
static bool cgi_task_stayed(const struct task_struct *task, bool dying)
{
	if (dying)
		return !list_empty(&task->cg_list);
	return !(READ_ONCE(task->flags) & PF_EXITING);
}

/**
 * cgi_walk_step_task() - as cgi_walk_step(), standing on a task of a css_set's list
 * @walk: the walk
 * @task: the task
 * @dying: the list is dying_tasks, not tasks or mg_tasks
 *
 * A task whose last reference is gone can't be pinned; the pause waits for the
 * next one then.
 *
 * Context: as cgi_walk_step().
 * Return: true if @task is still on that list.  False if the walk has lost its
 *         place, which exiting tasks can bring about again and again, or the
 *         caller was killed.
 */
bool cgi_walk_step_task(struct cgi_walk *walk, struct task_struct *task, bool dying)
	__must_hold(cgi_css_set_lock)
{
	lockdep_assert_held(cgi_css_set_lock);
	if (++walk->nodes < CGI_WALK_NODES || !refcount_inc_not_zero(&task->usage))
		return true;
	cgi_walk_pause_pinned(walk, task);
	return cgi_task_stayed(task, dying) && !fatal_signal_pending(current);
}

/**
 * cgi_walk_ensure() - pause now unless so many nodes fit into the present hold
 * @walk: the walk
 * @cset: css_set that the walk stands on
 * @nodes: list nodes that must be visited in one hold, below CGI_WALK_NODES
 *
 * Context: as cgi_walk_step().
 * Return: as cgi_walk_step().
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
