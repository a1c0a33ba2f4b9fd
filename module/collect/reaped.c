// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting until tasks that were reaped are freed.
 *
 * Waiting for RCU can't be interrupted, and never ends on a kernel whose RCU is
 * stuck: a work item waits in the reader's place.
 */
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "reaped.h"

/* Far above what a busy machine takes, and short for somebody who waits. */
#define CGI_REAPED_TIMEOUT	(2 * HZ)

static struct workqueue_struct *cgi_reaped_wq;
static DECLARE_WAIT_QUEUE_HEAD(cgi_reaped_ended_wait);
static atomic_t cgi_reaped_begun = ATOMIC_INIT(0);
static atomic_t cgi_reaped_ended = ATOMIC_INIT(0);

/*
 * A task that was reaped may still be about to leave the CPU; a grace period is
 * not over before finish_task_switch() has queued its callback.  That is
 * delayed_put_task_struct(), which may leave the rest to another one:
 * put_task_struct() on PREEMPT_RT, and everywhere in newer kernels.
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
 * cgi_reaped_init() - get ready to wait
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
 * cgi_reaped_exit() - done with waiting
 *
 * Context: Process, sleeps until RCU callbacks have run, for ever if RCU is
 *          stuck; no file is open.
 */
void cgi_reaped_exit(void)
{
	destroy_workqueue(cgi_reaped_wq);
}

/**
 * cgi_reaped_wait() - wait until tasks reaped before are freed
 *
 * What somebody else holds a reference to stays, and a task that was preempted on
 * the last few steps of do_exit().
 *
 * Context: Process, sleeps; call with no lock held.
 * Return: 0, -EINTR if the caller was killed, or -ETIMEDOUT.
 */
int cgi_reaped_wait(void)
{
	/* One that has begun may have missed a callback of ours. */
	int number = atomic_read(&cgi_reaped_begun) + 1;
	long left;

	/* Also while it runs: then it runs once more. */
	queue_work(cgi_reaped_wq, &cgi_reaped_work);
	left = wait_event_killable_timeout(cgi_reaped_ended_wait,
					   atomic_read(&cgi_reaped_ended) - number >= 0,
					   CGI_REAPED_TIMEOUT);
	if (left < 0)
		return -EINTR;
	return left ? 0 : -ETIMEDOUT;
}
