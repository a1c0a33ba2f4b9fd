// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables of descriptors that were searched already.  The threads of a process share one, and
 * so do all kernel threads.
 */
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "../../snapshot/memory.h"
#include "tables.h"

/**
 * cgi_tables_init() - no table was searched yet
 * @t: the tables; give them back also if this fails
 * @count: how many are expected at most.  If there are more, some are searched twice.
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0 or -ENOMEM.
 */
int cgi_tables_init(struct cgi_tables *t, size_t count)
{
	size_t slots = roundup_pow_of_two(2 * count + 2);

	t->bits = ilog2(slots);
	t->free = slots / 2;
	t->slots = cgi_alloc(slots, sizeof(*t->slots));
	if (!t->slots)
		return -ENOMEM;
	memset(t->slots, 0, slots * sizeof(*t->slots));
	return 0;
}

/**
 * cgi_tables_deinit() - give the memory back
 * @t: the tables
 *
 * Context: Process, may sleep.
 */
void cgi_tables_deinit(struct cgi_tables *t)
{
	kvfree(t->slots);
}

/* At most every other slot is taken, so this ends, and soon. */
static struct cgi_searched *cgi_tables_slot(const struct cgi_tables *t, const void *files)
{
	u32 mask = (1U << t->bits) - 1, at = hash_ptr(files, t->bits);

	while (t->slots[at].files && t->slots[at].files != files)
		at = (at + 1) & mask;
	return &t->slots[at];
}

/*
 * A table has no number, and its memory can be that of another one by now.  But a task that
 * had it when it was searched and has it now has kept it meanwhile.
 */
static bool cgi_searched_is_same(const struct cgi_searched *searched)
{
	const struct task_struct *task = pid_task(find_pid_ns(searched->tid, &init_pid_ns),
						  PIDTYPE_PID);

	return task && task == searched->task &&
	       READ_ONCE(task->start_boottime) == searched->started &&
	       READ_ONCE(task->files) == searched->files;
}

/**
 * cgi_tables_begin() - whether a task's table is to be searched
 * @t: the tables
 * @task: the task, which has a table
 * @tid: its number in the initial pid namespace
 *
 * Context: In an RCU read section; task_lock() of @task is held.
 * Return: false if it was searched before.
 */
bool cgi_tables_begin(struct cgi_tables *t, const struct task_struct *task, pid_t tid)
{
	struct cgi_searched *slot = cgi_tables_slot(t, task->files);

	lockdep_assert_held(&task->alloc_lock);
	if (slot->files && cgi_searched_is_same(slot))
		return false;
	if (!slot->files) {
		if (!t->free)
			return true;
		t->free--;
	}
	*slot = (struct cgi_searched){ .files = task->files, .task = task, .tid = tid,
				       .started = READ_ONCE(task->start_boottime) };
	return true;
}
