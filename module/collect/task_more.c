// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a task is beside a member of cgroups: whose child, in which namespaces, and what the
 * kernel lets be done with it.
 *
 * All of it but the namespaces is in parts of task_struct that are read for other columns, too.
 */
#include <linux/cgroup.h>
#include <linux/nsproxy.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/jobctl.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "../compat.h"
#include "../snapshot/snapshot.h"
#include "task_more.h"

/* An odd number that keeps pairs of numbers apart which differ by little. */
#define CGI_MARK_STEP	0x9e370001UL

/* The group of a parent has the same number as long as the parent lives. */
static pid_t cgi_task_ppid(const struct task_struct *task)
{
	return task_tgid_nr(rcu_dereference(task->real_parent));
}

/*
 * A task that was released meanwhile has no number any more, and so no namespace of it.  Only what
 * is in the initial namespace alone has the level 0, and its number need not be looked at.
 */
static u32 cgi_task_pidns(struct task_struct *task)
{
	struct pid *pid = task_pid(task);

	if (!pid)
		return 0;
	return pid->level ? ns_of_pid(pid)->ns.inum : init_pid_ns.ns.inum;
}

/*
 * An nsproxy is freed at once when its last task leaves it, so one is only followed under
 * task_lock(), with which a task leaves it.  That of init_task is never freed, and most tasks have
 * it: there the pointer tells all.
 */
static u64 cgi_task_cgroupns(struct task_struct *task)
{
	const struct nsproxy *initial = init_task.nsproxy;
	const struct nsproxy *proxy = READ_ONCE(task->nsproxy);
	u64 root = 0;

	if (proxy == initial)
		return cgroup_ino(initial->cgroup_ns->root_cset->dfl_cgrp);
	if (!proxy)
		return 0;
	task_lock(task);
	proxy = task->nsproxy;
	if (proxy)
		root = cgroup_ino(proxy->cgroup_ns->root_cset->dfl_cgrp);
	task_unlock(task);
	return root;
}

/* In the order in which cgroup_procs_write_start() and cgroup_migrate_add_task() look. */
static enum cgi_task_movable cgi_task_movable(const struct task_struct *task)
{
	unsigned int flags = READ_ONCE(task->flags);

	/* A bit field can't be read by READ_ONCE(); it is one bit, of any moment. */
	if (data_race(task->no_cgroup_migration != 0))
		return CGI_MOVABLE_NOT_YET;
	if (flags & PF_NO_SETAFFINITY)
		return CGI_MOVABLE_BOUND;
	return flags & PF_EXITING ? CGI_MOVABLE_EXITING : CGI_MOVABLE_YES;
}

/*
 * On v2 a task that is to freeze has JOBCTL_TRAP_FREEZE until it is thawed.  Whether it
 * has stopped is told by another bit, which is also set while it is stopped or traced, or waits
 * for its child of vfork(), when nobody has asked it to freeze.
 */
static enum cgi_task_frozen cgi_task_frozen(const struct task_struct *task)
{
	if (READ_ONCE(task->flags) & PF_EXITING)
		return CGI_FROZEN_NO;
	if (cgi_task_is_in_freezer(task))
		return CGI_FROZEN_YES;
	if (!(READ_ONCE(task->jobctl) & JOBCTL_TRAP_FREEZE))
		return CGI_FROZEN_NO;
	/* As above. */
	return data_race(task->frozen != 0) ? CGI_FROZEN_YES : CGI_FROZEN_RESISTING;
}

static bool cgi_origins_are_same(const struct cgi_origin *a, const struct cgi_origin *b)
{
	return a->pidns == b->pidns && a->cgroupns == b->cgroupns;
}

/*
 * Tasks with numbers that follow one another mostly share their namespaces, so the record before
 * is asked first.
 */
static u32 cgi_origin_before(const struct cgi_snapshot *s, const struct cgi_task *record,
			     const struct cgi_origin *origin)
{
	u32 index = record && record != s->tasks.data ? record[-1].origin : CGI_NONE;

	return index != CGI_NONE && cgi_origins_are_same(cgi_origin_at(s, index), origin) ?
	       index : CGI_NONE;
}

/* Of different origins with the same mark only the first is found again; the others get copies. */
static u32 cgi_origin_add(struct cgi_snapshot *s, struct cgi_origin *origin)
{
	struct cgi_origin *record;
	u32 index;

	origin->mark = (const void *)(unsigned long)(origin->cgroupns * CGI_MARK_STEP +
						     origin->pidns);
	index = cgi_keys_find(&s->origin_keys, origin->mark);
	if (index != CGI_NONE && cgi_origins_are_same(cgi_origin_at(s, index), origin))
		return index;
	record = cgi_array_take(&s->origins, 1);
	if (!record)
		return CGI_NONE;
	*record = *origin;
	if (index == CGI_NONE)
		cgi_keys_add(&s->origin_keys, s->origins.count - 1);
	return s->origins.count - 1;
}

/**
 * cgi_task_note_origin() - note what a task is beside a member of cgroups, if that is wanted
 * @s: the snapshot, which has the origins
 * @record: where to, or NULL if it did not fit: then its origin is counted
 * @task: the task
 *
 * Context: In an RCU read section.
 */
void cgi_task_note_origin(struct cgi_snapshot *s, struct cgi_task *record,
			  struct task_struct *task)
{
	struct cgi_origin origin;
	u32 index;

	if (!(s->want & CGI_WANT_ORIGINS))
		return;
	origin.pidns = cgi_task_pidns(task);
	origin.cgroupns = cgi_task_cgroupns(task);
	index = cgi_origin_before(s, record, &origin);
	if (index == CGI_NONE)
		index = cgi_origin_add(s, &origin);
	if (!record)
		return;
	record->origin = index;
	record->ppid = cgi_task_ppid(task);
	record->movable = cgi_task_movable(task);
	record->frozen = cgi_task_frozen(task);
}
