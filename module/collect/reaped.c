// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting until tasks that were reaped are freed.
 */
#include <linux/rcupdate.h>

#include "reaped.h"
#include "waiter.h"

/**
 * cgi_reaped_await() - wait until RCU has freed what was given to it
 *
 * A task that was reaped may still be about to leave its CPU.  Once do_exit() has disabled
 * preemption, a grace period does not end before the task has left, and by then its RCU
 * callback, delayed_put_task_struct(), is queued.  That callback may queue a second one, in
 * put_task_struct(): on PREEMPT_RT and, in newer kernels, everywhere.  So one grace period
 * and two barriers are awaited.
 *
 * Context: Process, on a waiter; sleeps, and for ever if RCU is stuck.
 */
void cgi_reaped_await(void)
{
	synchronize_rcu();
	rcu_barrier();
	rcu_barrier();
}

static struct cgi_waiter cgi_reaped_waiter = {
	.work	= __WORK_INITIALIZER(cgi_reaped_waiter.work, cgi_waiter_work_fn),
	.run	= cgi_reaped_await,
};

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
	return cgi_waiter_wait(&cgi_reaped_waiter);
}
