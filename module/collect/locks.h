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

#include "ksym.h"

extern struct cgi_ksym cgi_cgroup_mutex_sym;
extern struct cgi_ksym cgi_css_set_lock_sym;

#define cgi_cgroup_mutex	((struct mutex *)cgi_cgroup_mutex_sym.addr)
#define cgi_css_set_lock	((spinlock_t *)cgi_css_set_lock_sym.addr)

void cgi_locks_init(void);
void cgi_locks_exit(void);
bool cgi_locks_found(void);
int cgi_cgroup_lock(void);
void cgi_cgroup_unlock(void);

/*
 * The object that an identity in a record belongs to.  It is still there only if
 * cgroup_mutex has been held since the record was made, and only if it is a cgroup,
 * a css or a cgroup_root: css_sets and tasks go without that lock.
 */
static inline void *cgi_object_at(const void *addr)
{
	lockdep_assert_held(cgi_cgroup_mutex);
	return (void *)addr;
}

#endif /* _CGI_LOCKS_H */
