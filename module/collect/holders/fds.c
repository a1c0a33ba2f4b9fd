// SPDX-License-Identifier: GPL-2.0-only
/*
 * The descriptors of all tasks.
 *
 * A task's table is read anew for each piece of it, under task_lock(), as a task can give it
 * up at any time and its memory is not kept by RCU.  A file in a slot is kept by the slot
 * while files->file_lock is held: close() and dup2() take that lock to empty it.  The order of
 * the two locks is the kernel's.
 */
#include <linux/fdtable.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/nsproxy.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/task.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "../../snapshot/pause.h"
#include "../../snapshot/snapshot.h"
#include "../tasks.h"
#include "fds.h"
#include "file.h"
#include "finder.h"
#include "namespaces.h"

/* A task that changes its table while it is searched is given up after so many of them. */
#define CGI_FDS_TABLES	8

/**
 * struct cgi_fds - the search of a task's descriptors
 * @f: the search that it is a part of
 * @task: identity of the task
 * @started: the second half of that identity
 * @files: identity of its table
 * @tables: how many tables it has had so far
 */
struct cgi_fds {
	struct cgi_finder *f;
	const void *task;
	u64 started;
	const void *files;
	unsigned int tables;
};

/* Return: false at the end of the table. */
static bool cgi_fds_look(struct cgi_finder *f, struct files_struct *files)
	__must_hold(&files->file_lock)
{
	const struct fdtable *fdt = files_fdtable(files);
	struct file *file;

	lockdep_assert_held(&files->file_lock);
	while ((unsigned int)f->at.fd < fdt->max_fds) {
		if (!cgi_finder_step(f))
			return true;
		file = rcu_dereference_check_fdtable(files, fdt->fd[f->at.fd]);
		if (file != f->file)
			f->part = 0;
		f->file = file;
		if (file && !cgi_find_by_file(f, file))
			return true;
		f->part = 0;
		f->at.fd++;
	}
	return false;
}

static void cgi_fds_account(struct cgi_finder *f, u64 began)
{
	struct cgi_holders_cost *cost = &f->s->holders_cost;
	u64 slots = CGI_FINDER_STEPS - f->steps;

	cost->lock_ns = max(cost->lock_ns, ktime_get_ns() - began);
	cost->lock_slots = max(cost->lock_slots, slots);
	cost->slots += slots;
}

/* A task that gives up its namespaces, or changes them, does so under task_lock(). */
static void cgi_fds_find_net(struct cgi_finder *f, const struct task_struct *task)
{
	lockdep_assert_held(&task->alloc_lock);
	if (!task->nsproxy || task->nsproxy->net_ns == init_task.nsproxy->net_ns)
		return;
	f->at.fd = -1;
	cgi_find_by_net_of_task(f, task->nsproxy->net_ns);
	f->at.fd = 0;
}

/* A table that the task has taken in place of the one before is searched from its beginning. */
static bool cgi_fds_begin_table(struct cgi_fds *w, const struct task_struct *task)
{
	struct cgi_finder *f = w->f;

	/* A task that has exited has none. */
	if (!task->files)
		return false;
	if (task->files == w->files)
		return true;
	if (w->tables++ == CGI_FDS_TABLES) {
		f->s->holders_missed = true;
		return false;
	}
	w->files = task->files;
	f->at.fd = 0;
	f->part = 0;
	/* Most kernels change the name under task_lock(); from others it can be half of two. */
	memcpy(f->at.comm, task->comm, sizeof(f->at.comm));
	f->at.comm[sizeof(f->at.comm) - 1] = '\0';
	/* Threads share a table, but each can be in a network namespace of its own. */
	cgi_fds_find_net(f, task);
	return cgi_tables_begin(&f->tables, task, f->at.tid);
}

/* Return: whether something is left to be searched of the task's table. */
static bool cgi_fds_hold(struct cgi_fds *w, struct task_struct *task)
{
	bool more = false;
	u64 began;

	task_lock(task);
	began = ktime_get_ns();
	if (cgi_fds_begin_table(w, task)) {
		spin_lock(&task->files->file_lock);
		more = cgi_fds_look(w->f, task->files);
		spin_unlock(&task->files->file_lock);
	}
	cgi_fds_account(w->f, began);
	task_unlock(task);
	return more;
}

/* The first task with this number or a higher one, or the one that is being searched. */
static struct task_struct *cgi_fds_task(struct cgi_fds *w)
{
	struct task_struct *task;
	bool forked;

	if (!w->task)
		return cgi_task_at_or_after(&w->f->at.tid, &forked);
	task = pid_task(find_pid_ns(w->f->at.tid, &init_pid_ns), PIDTYPE_PID);
	if (task != w->task || READ_ONCE(task->start_boottime) != w->started)
		return NULL;
	return task;
}

/* Return: whether the task that was found must be looked at once more. */
static bool cgi_fds_step(struct cgi_fds *w)
{
	struct task_struct *task;
	bool more = false;

	rcu_read_lock();
	task = cgi_fds_task(w);
	if (task) {
		w->task = task;
		w->started = READ_ONCE(task->start_boottime);
		more = cgi_fds_hold(w, task);
	}
	rcu_read_unlock();
	return more;
}

/* From f->at.tid on: the first task with that number or a higher one. */
static int cgi_fds_find_next(struct cgi_finder *f)
{
	struct cgi_fds w = { .f = f };
	int err;

	do {
		err = cgi_finder_reserve(f);
		if (err)
			return err;
	} while (cgi_fds_step(&w));
	return 0;
}

/* Whether the number of a thread group leader belongs to another task by now. */
static bool cgi_fds_have_successor(const struct cgi_task *record)
{
	bool have;

	if (record->tid != record->tgid)
		return false;
	rcu_read_lock();
	have = pid_task(find_pid_ns(record->tid, &init_pid_ns), PIDTYPE_PID) &&
	       !cgi_task_again(record);
	rcu_read_unlock();
	return have;
}

/*
 * A thread that calls execve() takes the number of its leader.  If the walk by number had passed
 * that number, and not come to the thread's own, it has missed the thread.  The thread may be
 * younger than the record of the leader, so what that says of threads does not count.  A new
 * process that was given the number is searched in vain.  A leader that is younger than the
 * snapshot has no record, and the thread that succeeds it can be missed.
 */
static int cgi_find_by_fds_of_successors(struct cgi_finder *f)
{
	const struct cgi_task *record;
	size_t i;
	int err;

	for (i = 0; i < f->s->tasks.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		record = cgi_task_at(f->s, i);
		if (!cgi_fds_have_successor(record))
			continue;
		f->at.tid = record->tid;
		err = cgi_fds_find_next(f);
		if (err)
			return err;
	}
	return 0;
}

/**
 * cgi_find_by_fds() - find what tasks hold by their descriptors
 * @f: the search
 *
 * Context: Process, sleeps; takes task_lock() and files->file_lock of one task after the
 *          other, for at most %CGI_FINDER_STEPS slots at a time.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_find_by_fds(struct cgi_finder *f)
{
	int err;

	for (f->at.tid = 1; f->at.tid > 0; f->at.tid++) {
		err = cgi_fds_find_next(f);
		if (err)
			return err;
		if (f->at.tid < 0)
			break;
	}
	return cgi_find_by_fds_of_successors(f);
}
