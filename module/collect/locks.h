/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two locks of the cgroup graph.  Their order: cgroup_mutex, then
 * css_set_lock.
 */
#ifndef _CGI_LOCKS_H
#define _CGI_LOCKS_H

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

#endif /* _CGI_LOCKS_H */
