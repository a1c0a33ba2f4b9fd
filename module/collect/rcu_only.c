// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks and their memberships with no lock but RCU, for kernels on which the two locks
 * can't be found.  No css leads to a hierarchy without controllers, so named
 * hierarchies of that kind are missing.
 *
 * One RCU read section reads one task.  Before each there is room made for all that it may
 * bring, so nothing is ever counted for a second pass.
 */
#include <linux/cgroup.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>

#include "../snapshot/memory.h"
#include "../snapshot/snapshot.h"
#include "rcu_css_sets.h"
#include "rcu_only.h"
#include "task_more.h"
#include "tasks.h"
#include "trees.h"

static int cgi_section_prepare(struct cgi_snapshot *s)
{
	int err;

	if (fatal_signal_pending(current))
		return -EINTR;
	cond_resched();
	err = cgi_array_grow(&s->tasks, 1);
	return err ? err : cgi_memberships_make_room(s);
}

/* Without css_set_lock nobody can tell which list has the task. */
static void cgi_task_complete(struct cgi_snapshot *s, struct cgi_task *record,
			      struct task_struct *task, u32 css_set)
{
	record->css_set = css_set;
	record->list = CGI_LIST_UNKNOWN;
	cgi_task_note_origin(s, record, task);
}

/*
 * Only one read of task->cgroups, as the task may migrate meanwhile.
 *
 * Return: 0 and in @tid the number after the task, or a negative one if no task is left; -EAGAIN
 * and the same number if the task must be looked at again; -ENAMETOOLONG.
 */
static int cgi_task_read(struct cgi_snapshot *s, struct cgi_memberships *m, int *tid)
{
	struct task_struct *task;
	struct css_set *cset;
	bool forked;
	u32 css_set;
	int err = 0;

	rcu_read_lock();
	task = cgi_task_at_or_after(tid, &forked);
	if (task) {
		cset = rcu_dereference(task->cgroups);
		err = cgi_memberships_collect(s, m, cset, &css_set);
		if (!err)
			cgi_task_complete(s, cgi_task_copy(s, task, *tid, cset), task, css_set);
	}
	rcu_read_unlock();
	if (!err && *tid > 0)
		++*tid;
	return err;
}

/* If the task must be looked at again, its record stays as it was until then. */
static int cgi_task_follow_rcu(struct cgi_snapshot *s, struct cgi_memberships *m,
			       struct cgi_task *record)
{
	struct task_struct *task;
	struct css_set *cset;
	u32 css_set;
	int err = 0;

	rcu_read_lock();
	task = cgi_task_successor(record);
	if (task) {
		cset = rcu_dereference(task->cgroups);
		err = cgi_memberships_collect(s, m, cset, &css_set);
		if (!err) {
			cgi_task_fill(record, task, record->tid, cset);
			cgi_task_complete(s, record, task, css_set);
		}
	}
	rcu_read_unlock();
	return err;
}

/* A thread that was not found by its number may have taken over that of its leader. */
static int cgi_follow_each_task(struct cgi_snapshot *s, struct cgi_memberships *m)
{
	size_t i = 0;
	int err = 0;

	while (i < s->tasks.count && (!err || err == -EAGAIN)) {
		err = cgi_section_prepare(s);
		if (!err)
			err = cgi_task_follow_rcu(s, m, cgi_task_at(s, i));
		if (!err)
			i++;
	}
	return err;
}

static int cgi_collect_each_task(struct cgi_snapshot *s, struct cgi_memberships *m)
{
	int err = 0, tid = 1;

	while (tid > 0 && (!err || err == -EAGAIN)) {
		err = cgi_section_prepare(s);
		if (!err)
			err = cgi_task_read(s, m, &tid);
	}
	return err;
}

/**
 * cgi_collect_tasks_rcu() - collect every task with its memberships from RCU alone
 * @s: where to; named hierarchies without controllers are missing
 *
 * Context: Process, no lock held; sleeps.
 * Return: 0, -EINTR if the caller was killed, -ENOMEM, or -ENAMETOOLONG if the kernel
 *         names a cgroup in more than NAME_MAX bytes.
 */
int cgi_collect_tasks_rcu(struct cgi_snapshot *s)
{
	struct cgi_memberships *m = cgi_alloc(1, sizeof(*m));
	int err;

	if (!m)
		return -ENOMEM;
	rcu_read_lock();
	cgi_collect_subsystems(s);
	rcu_read_unlock();
	err = cgi_collect_each_task(s, m);
	if (!err)
		err = cgi_follow_each_task(s, m);
	kvfree(m);
	return err;
}
