// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two locks of the cgroup graph, both private to kernel/cgroup/cgroup.c.
 */
#include <linux/jiffies.h>
#include <linux/sched/signal.h>

#include "../snapshot/pause.h"
#include "locks.h"
#include "waiting.h"

/* In jiffies: since when the holder has kept its processor.  Protected by cgroup_mutex. */
static unsigned long cgi_hold_since;

/**
 * cgi_cgroup_lock() - take cgroup_mutex
 *
 * While it is held no hierarchy, cgroup, css, css_set or link can be made, no
 * task can migrate and no cgroup or css leaves its list of siblings.  Tasks
 * still fork and exit, and css_sets die with their last reference.
 *
 * Context: Process, sleeps.
 * Return: 0, or -EINTR if the caller was killed while waiting.
 */
int cgi_cgroup_lock(void)
{
	struct cgi_mutex_waiter waiter;
	int err;

	cgi_mutex_waiter_add(&waiter);
	err = mutex_lock_killable(cgi_cgroup_mutex);
	cgi_mutex_waiter_del(&waiter);
	if (!err)
		cgi_hold_since = jiffies;
	return err;
}

/**
 * cgi_hold_is_long() - whether it is time to let others have the processor
 * @since: when they last could, in jiffies
 * @now: jiffies
 *
 * Context: Any.
 * Return: true if it is.
 */
bool cgi_hold_is_long(unsigned long since, unsigned long now)
{
	return time_after(now, since + msecs_to_jiffies(CGI_HOLD_MS));
}

/**
 * cgi_hold_pause() - let others run if the hold of cgroup_mutex is a long one
 *
 * A task that reschedules here blocks everybody who waits for cgroup_mutex.  That can take long:
 * up to 6.17, a task whose cgroup has used up its CPU quota stops in cond_resched() until the
 * quota is refilled.  So only a hold that has lasted longer than CGI_HOLD_MS reschedules.
 *
 * Context: Process, cgroup_mutex held; sleeps.
 */
void cgi_hold_pause(void)
{
	lockdep_assert_held(cgi_cgroup_mutex);
	if (!cgi_hold_is_long(cgi_hold_since, jiffies))
		return;
	cond_resched();
	cgi_hold_since = jiffies;
}

/**
 * cgi_hold_pause_at() - cgi_hold_pause() every now and then, and see whether the caller was killed
 * @i: number of the object that comes next
 *
 * Loops over records that run with cgroup_mutex held call this, and not cgi_pause().
 *
 * Context: Process, cgroup_mutex held; sleeps.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_hold_pause_at(size_t i)
{
	if (i % CGI_PAUSE_OBJECTS)
		return 0;
	cgi_hold_pause();
	return fatal_signal_pending(current) ? -EINTR : 0;
}

/**
 * cgi_cgroup_unlock() - release cgroup_mutex
 *
 * Context: Process.
 */
void cgi_cgroup_unlock(void)
{
	mutex_unlock(cgi_cgroup_mutex);
}
