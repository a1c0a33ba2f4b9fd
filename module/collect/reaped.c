// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting until tasks that were reaped are freed.
 *
 * A wait for RCU can't be interrupted, and it never ends on a kernel whose RCU is
 * stuck.  So a work item waits for RCU, and the reader waits for the work item,
 * killably and not for long.
 */
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "reaped.h"

/* A busy machine takes far less, and somebody who waits can bear it. */
#define CGI_REAPED_TIMEOUT	(2 * HZ)

static struct workqueue_struct *cgi_reaped_wq;
static DECLARE_WAIT_QUEUE_HEAD(cgi_reaped_ended_wait);
static atomic_t cgi_reaped_begun = ATOMIC_INIT(0);
static atomic_t cgi_reaped_ended = ATOMIC_INIT(0);

/*
 * A task that was reaped may still be about to leave its CPU.  Once do_exit() has disabled
 * preemption, a grace period does not end before the task has left, and by then its RCU
 * callback, delayed_put_task_struct(), is queued.  That callback may queue a second one, in
 * put_task_struct(): on PREEMPT_RT and, in newer kernels, everywhere.  So one grace period
 * and two barriers are awaited.
 */
static void cgi_reaped_work_fn(struct work_struct *unused)
{
	int number = atomic_inc_return(&cgi_reaped_begun);

	synchronize_rcu();
	rcu_barrier();
	rcu_barrier();
	atomic_set(&cgi_reaped_ended, number);
	wake_up_all(&cgi_reaped_ended_wait);
}

static DECLARE_WORK(cgi_reaped_work, cgi_reaped_work_fn);

/**
 * cgi_reaped_init() - make the workqueue of the work item that waits
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int cgi_reaped_init(void)
{
	cgi_reaped_wq = alloc_workqueue("cgroup_inspect", WQ_UNBOUND, 1);
	return cgi_reaped_wq ? 0 : -ENOMEM;
}

/**
 * cgi_reaped_exit() - free the workqueue
 *
 * Context: Process, no file is open; sleeps until the work item has ended, and so for
 *          ever if RCU is stuck.
 */
void cgi_reaped_exit(void)
{
	destroy_workqueue(cgi_reaped_wq);
}

/**
 * cgi_reaped_wait() - wait until tasks that have been reaped are freed
 *
 * Two kinds of reaped tasks may stay: those to which somebody else holds a reference, and
 * those that were preempted before do_exit() disabled preemption.
 *
 * Context: Process, sleeps; call with no lock held.
 * Return: 0, -EINTR if the caller was killed, or -ETIMEDOUT.
 */
int cgi_reaped_wait(void)
{
	/*
	 * A run in progress may have passed its rcu_barrier() before the callback of a
	 * task that we wait for was queued, so wait for the next run.
	 */
	int number = atomic_read(&cgi_reaped_begun) + 1;
	long left;

	/* If it is queued while it runs, a work item is run once more. */
	queue_work(cgi_reaped_wq, &cgi_reaped_work);
	left = wait_event_killable_timeout(cgi_reaped_ended_wait,
					   atomic_read(&cgi_reaped_ended) - number >= 0,
					   CGI_REAPED_TIMEOUT);
	if (left < 0)
		return -EINTR;
	return left ? 0 : -ETIMEDOUT;
}
