// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting for what may never come.
 *
 * A wait for RCU or for a workqueue can't be interrupted, and it never ends on a kernel
 * on which that is stuck.  So a work item waits for it, and the reader waits for the
 * work item, killably and not for long.
 */
#include <linux/sched.h>
#include <linux/wait.h>

#include "waiter.h"

/* A busy machine takes far less, and somebody who waits can bear it. */
#define CGI_WAITER_TIMEOUT	(2 * HZ)

static struct workqueue_struct *cgi_waiter_wq;
static DECLARE_WAIT_QUEUE_HEAD(cgi_waiter_ended);

/**
 * cgi_waiter_work_fn() - what the work item of every waiter does
 * @work: the work item
 *
 * Context: Process, sleeps for as long as the waiter's @run does.
 */
void cgi_waiter_work_fn(struct work_struct *work)
{
	struct cgi_waiter *waiter = container_of(work, struct cgi_waiter, work);
	int number = atomic_inc_return(&waiter->begun);

	waiter->run();
	atomic_set(&waiter->ended, number);
	wake_up_all(&cgi_waiter_ended);
}

/**
 * cgi_waiter_init() - make the workqueue of the work items that wait
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int cgi_waiter_init(void)
{
	/* With the default number of workers, one that is stuck holds up no other. */
	cgi_waiter_wq = alloc_workqueue("cgroup_inspect", WQ_UNBOUND, 0);
	return cgi_waiter_wq ? 0 : -ENOMEM;
}

/**
 * cgi_waiter_exit() - free the workqueue
 *
 * Context: Process, no file is open; sleeps until the work items have ended, and so for
 *          ever if what they wait for is stuck.
 */
void cgi_waiter_exit(void)
{
	destroy_workqueue(cgi_waiter_wq);
}

/**
 * cgi_waiter_wait() - have a waiter run from now on, and wait until it has ended
 * @waiter: the waiter, which any number of callers may share
 *
 * Context: Process, sleeps; call with no lock held.
 * Return: 0, -EINTR if the caller was killed, or -ETIMEDOUT.
 */
int cgi_waiter_wait(struct cgi_waiter *waiter)
{
	/*
	 * A run in progress may have passed over what the caller waits for before that was
	 * there, so wait for the next run.
	 */
	int number = atomic_read(&waiter->begun) + 1;
	long left;

	/* If it is queued while it runs, a work item is run once more. */
	queue_work(cgi_waiter_wq, &waiter->work);
	left = wait_event_killable_timeout(cgi_waiter_ended,
					   atomic_read(&waiter->ended) - number >= 0,
					   CGI_WAITER_TIMEOUT);
	if (left < 0)
		return -EINTR;
	return left ? 0 : -ETIMEDOUT;
}
