/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two locks of the cgroup graph.  Their order: cgroup_mutex, then
 * css_set_lock.
 */
#ifndef _CGI_LOCKS_H
#define _CGI_LOCKS_H

#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

#include "reach.h"

/* A holder of cgroup_mutex reschedules after so many milliseconds and one or two ticks. */
#define CGI_HOLD_MS	8

int cgi_cgroup_lock(void);
void cgi_cgroup_unlock(void);
bool cgi_hold_is_long(unsigned long since, unsigned long now);
void cgi_hold_pause(void);
int cgi_hold_pause_at(size_t i);

/*
 * Turn an identity back into its object.  The caller must have held cgroup_mutex since the
 * identity was recorded.  This works for cgroups, csses and cgroup_roots, which that lock
 * keeps, and not for css_sets and tasks, which go without it.
 */
static inline void *cgi_object_at(const void *addr)
{
	lockdep_assert_held(cgi_cgroup_mutex);
	return (void *)addr;
}

#endif /* _CGI_LOCKS_H */
