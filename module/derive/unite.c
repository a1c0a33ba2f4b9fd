// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each task once, though its number can change while tasks are collected by number.
 */
#include <linux/bsearch.h>
#include <linux/errno.h>

#include "../snapshot/snapshot.h"
#include "unite.h"

static int cgi_task_compare(const void *a, const void *b)
{
	const struct cgi_task *x = a, *y = b;

	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

static const struct cgi_task *cgi_task_leader_of(const struct cgi_snapshot *s,
						 const struct cgi_task *task)
{
	struct cgi_task wanted = { .tid = task->tgid };

	return bsearch(&wanted, s->tasks.data, s->tasks.count, s->tasks.size, cgi_task_compare);
}

/**
 * cgi_tasks_unite() - keep one record of each task
 * @s: the snapshot, whose tasks fit and are ordered by number
 *
 * The only task that changes its number is a thread that calls execve(): it becomes the leader.
 * So a thread at the address of its leader was read twice, before and after that, and the
 * leader's record stays.  Two tasks that used the same memory one after the other can look the
 * same, but only if the thread is the first one of them: a leader is not freed before its other
 * threads, unless one of them has taken over its number, and then the leader's record is of
 * that one.  So what goes is a task that has ended, and none that lives.
 *
 * Context: Process, may sleep.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_tasks_unite(struct cgi_snapshot *s)
{
	const struct cgi_task *leader = NULL;
	struct cgi_task *task;
	size_t i, kept = 0;

	for (i = 0; i < s->tasks.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		task = cgi_task_at(s, i);
		if (task->tid == task->tgid)
			continue;
		/* Threads of one process mostly have neighbouring numbers. */
		if (!leader || leader->tid != task->tgid)
			leader = cgi_task_leader_of(s, task);
		task->superseded = leader && leader->addr == task->addr;
	}
	for (i = 0; i < s->tasks.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		task = cgi_task_at(s, i);
		if (task->superseded)
			continue;
		if (kept != i)
			*cgi_task_at(s, kept) = *task;
		kept++;
	}
	s->tasks.count = kept;
	return 0;
}
