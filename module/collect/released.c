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
 * So the first workqueue is flushed, then RCU is awaited, and then the other workqueue is
 * flushed.  Three more kinds of work items put a cgroup or a css when they have released
 * cgroup_mutex, and are awaited for it: kill_css_finish_work_fn() (7.2 and newer),
 * cgroup_bpf_release(), and css_killed_work_fn(), which takes a killed css offline.  From 7.2
 * on the last one, too, comes to its workqueue by way of RCU, so what may be there before and
 * after RCU is flushed before and after RCU.
 *
 * The addresses of the workqueues are found like those of the locks.  They are made at
 * boot and stay.
 */
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

#include "../compat.h"
#include "ksym.h"
#include "reaped.h"
#include "released.h"
#include "waiter.h"

static struct cgi_ksym cgi_offline_wq = { .name = CGI_OFFLINE_WQ };
static struct cgi_ksym cgi_release_wq = { .name = CGI_RELEASE_WQ };
static struct cgi_ksym cgi_free_wq = { .name = CGI_FREE_WQ };
static struct cgi_ksym cgi_destroy_wq = { .name = CGI_DESTROY_WQ };
static struct cgi_ksym cgi_bpf_wq = { .name = CGI_BPF_WQ };

static struct cgi_ksym * const cgi_released_wqs[] = {
	&cgi_offline_wq, &cgi_release_wq, &cgi_free_wq, &cgi_destroy_wq, &cgi_bpf_wq,
};

static struct workqueue_struct *cgi_released_wq(const struct cgi_ksym *sym)
{
	return sym->addr ? READ_ONCE(*(struct workqueue_struct **)sym->addr) : NULL;
}

static void cgi_released_flush(const struct cgi_ksym *sym)
{
	struct workqueue_struct *wq = cgi_released_wq(sym);

	if (wq)
		flush_workqueue(wq);
}

/* A kernel has either the one workqueue or the three. */
static void cgi_released_flush_releases(void)
{
	cgi_released_flush(&cgi_offline_wq);
	cgi_released_flush(&cgi_release_wq);
	cgi_released_flush(&cgi_destroy_wq);
}

static void cgi_released_await(void)
{
	cgi_released_flush(&cgi_bpf_wq);
	cgi_released_flush_releases();
	cgi_reaped_await();
	cgi_released_flush_releases();
	rcu_barrier();
	cgi_released_flush(&cgi_free_wq);
	cgi_released_flush(&cgi_destroy_wq);
}

static struct cgi_waiter cgi_released_waiter = {
	.work	= __WORK_INITIALIZER(cgi_released_waiter.work, cgi_waiter_work_fn),
	.run	= cgi_released_await,
};

/**
 * cgi_released_init() - find the workqueues
 *
 * Context: Process, may sleep.
 */
void cgi_released_init(void)
{
	cgi_ksym_find(&cgi_bpf_wq);
	cgi_ksym_find(&cgi_free_wq);
	if (!cgi_free_wq.addr) {
		cgi_ksym_find(&cgi_destroy_wq);
		return;
	}
	cgi_ksym_find(&cgi_offline_wq);
	cgi_ksym_find(&cgi_release_wq);
}

/**
 * cgi_released_exit() - done with the workqueues
 *
 * Context: Process, may sleep; no waiter runs.
 */
void cgi_released_exit(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cgi_released_wqs); i++)
		cgi_ksym_put(cgi_released_wqs[i]);
}

/**
 * cgi_released_can_wait() - whether the workqueues that matter were found
 *
 * Context: Any, after cgi_released_init().
 * Return: true if cgi_released_wait() does what it is for.
 */
bool cgi_released_can_wait(void)
{
	return cgi_released_wq(&cgi_destroy_wq) ||
	       (cgi_released_wq(&cgi_offline_wq) && cgi_released_wq(&cgi_release_wq) &&
		cgi_released_wq(&cgi_free_wq));
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
