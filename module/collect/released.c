// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting until cgroups and csses that were released are freed.
 *
 * kernel/cgroup/cgroup.c releases and frees by work items of its own workqueues:
 *
 *	css_release_work_fn()	takes the css off its parent's list, under cgroup_mutex;
 *				then asks RCU for
 *	css_free_rwork_fn()	which puts the cgroup and the parent
 *
 * So flush the first workqueue, wait for RCU, and flush the other workqueue.  Three more kinds of
 * work items put a cgroup or a css after they have released cgroup_mutex, so wait for them, too:
 * kill_css_finish_work_fn() (7.2 and newer), cgroup_bpf_release(), and css_killed_work_fn(), which
 * takes a killed css offline.  From 7.2 on css_killed_work_fn() is queued by an RCU callback, so
 * its workqueue is flushed both before and after the wait for RCU.
 *
 * The workqueues are made at boot and stay.
 */
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

#include "reach.h"
#include "reaped.h"
#include "released.h"
#include "waiter.h"

static void cgi_released_flush(struct workqueue_struct *wq)
{
	if (wq)
		flush_workqueue(wq);
}

/* Where both are one workqueue, a second flush would wait for what has come meanwhile. */
static void cgi_released_flush_releases(void)
{
	struct workqueue_struct *offline = cgi_offline_wq(), *release = cgi_release_wq();

	cgi_released_flush(offline);
	if (release != offline)
		cgi_released_flush(release);
}

static void cgi_released_await(void)
{
	cgi_released_flush(cgi_bpf_wq());
	cgi_released_flush_releases();
	cgi_reaped_await();
	cgi_released_flush_releases();
	rcu_barrier();
	cgi_released_flush(cgi_free_wq());
}

static struct cgi_waiter cgi_released_waiter = {
	.work	= __WORK_INITIALIZER(cgi_released_waiter.work, cgi_waiter_work_fn),
	.run	= cgi_released_await,
};

/**
 * cgi_released_can_wait() - whether the workqueues that matter were found
 *
 * Context: Any.
 * Return: true if cgi_released_wait() does what it is for.
 */
bool cgi_released_can_wait(void)
{
	return cgi_offline_wq() && cgi_release_wq() && cgi_free_wq();
}

/**
 * cgi_released_wait() - wait until what has been released is freed
 *
 * Tasks that have been reaped are freed then as well, as by cgi_reaped_wait().
 *
 * Context: Process, sleeps; call with no lock held.  cgroup_mutex above all: the work
 *          items that are waited for take it.
 * Return: 0, -EINTR if the caller was killed, or -ETIMEDOUT.
 */
int cgi_released_wait(void)
{
	return cgi_waiter_wait(&cgi_released_waiter);
}
