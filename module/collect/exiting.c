// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks that hold a css_set though they are on none of its lists, for files that show no tasks.
 */
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "../snapshot/snapshot.h"
#include "exiting.h"
#include "locks.h"
#include "tasks.h"

/* So many tasks are looked at in one RCU read section. */
#define CGI_EXITING_BATCH	128

/*
 * References beyond nr_tasks and dying_tasks may be those of exited tasks on no list, of cgroup
 * namespaces, of css_sets of threaded cgroups, or of tasks that were just reaped.  init_css_set
 * holds one reference to itself.
 */
static bool cgi_css_set_may_have_more(const struct cgi_css_set *cset)
{
	return cset->exits_moving ||
	       cset->refs.count > (s64)cset->nr_tasks + cset->exiting.count + cset->init;
}

static int cgi_exiting_are_possible(const struct cgi_snapshot *s)
{
	size_t i;

	for (i = 0; i < s->css_sets.count; i++) {
		if (cgi_hold_pause_at(i))
			return -EINTR;
		if (cgi_css_set_may_have_more(cgi_css_set_at(s, i)))
			return 1;
	}
	return 0;
}

/* Once PF_EXITING is set, a task leaves css_set->tasks and joins no list but dying_tasks. */
static void cgi_exiting_copy(struct cgi_snapshot *s, const struct task_struct *task)
{
	struct cgi_exit *record;

	if (!(READ_ONCE(task->flags) & PF_EXITING) || !list_empty(&task->cg_list))
		return;
	record = cgi_array_add(&s->exits, 1);
	if (!record)
		return;
	record->task_addr = task;
	record->started = READ_ONCE(task->start_boottime);
	record->css_set_addr = rcu_dereference(task->cgroups);
}

/* Returns the first number that was not looked at, or a negative one if none is left. */
static int cgi_exiting_batch(struct cgi_snapshot *s, int tid)
{
	struct task_struct *task;
	int i;

	rcu_read_lock();
	for (i = 0; i < CGI_EXITING_BATCH; i++, tid++) {
		task = cgi_task_at_or_after(&tid, &s->watch.forked);
		if (tid < 0)
			break;
		if (task)
			cgi_exiting_copy(s, task);
	}
	rcu_read_unlock();
	return tid;
}

/**
 * cgi_collect_exiting() - collect tasks that are on no list of their css_set
 * @s: where to; its css_sets are there, with the tasks on dying_tasks
 *
 * No task is looked at if the references to all css_sets are explained without.
 *
 * Context: Process, cgroup_mutex held since the css_sets were collected; sleeps.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_collect_exiting(struct cgi_snapshot *s)
{
	int tid = 1, err = cgi_array_fits(&s->css_sets) ? cgi_exiting_are_possible(s) : 0;

	if (err <= 0)
		return err;
	while (tid > 0) {
		if (fatal_signal_pending(current))
			return -EINTR;
		tid = cgi_exiting_batch(s, tid);
		cgi_hold_pause();
	}
	return 0;
}
