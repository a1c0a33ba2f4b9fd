// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two locks of the cgroup graph, both private to kernel/cgroup/cgroup.c.
 */
#include "locks.h"
#include "waiting.h"

struct cgi_ksym cgi_cgroup_mutex_sym = { .name = "cgroup_mutex" };
struct cgi_ksym cgi_css_set_lock_sym = { .name = "css_set_lock" };

/**
 * cgi_locks_init() - find both locks
 *
 * Context: Process, may sleep.
 */
void cgi_locks_init(void)
{
	cgi_ksym_find(&cgi_cgroup_mutex_sym);
	cgi_ksym_find(&cgi_css_set_lock_sym);
}

/**
 * cgi_locks_exit() - done with both locks
 *
 * Context: Process, may sleep.
 */
void cgi_locks_exit(void)
{
	cgi_ksym_put(&cgi_css_set_lock_sym);
	cgi_ksym_put(&cgi_cgroup_mutex_sym);
}

/**
 * cgi_locks_found() - whether both locks can be taken
 *
 * Context: Any.
 * Return: true if they can.
 */
bool cgi_locks_found(void)
{
	return cgi_cgroup_mutex && cgi_css_set_lock;
}

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
	return err;
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
