/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_CSS_SETS_H
#define _CGI_CSS_SETS_H

#include <linux/sched.h>
#include <linux/sched/task.h>

#include "locks.h"

struct cgi_css_set;
struct cgi_snapshot;
struct cgi_walk;
struct css_set;

/*
 * Idle tasks belong to init_css_set for ever, which makes it the one css_set
 * that can be named without a lock.
 */
static inline struct css_set *cgi_init_css_set(void)
{
	return rcu_dereference_raw(init_task.cgroups);
}

/*
 * Tasks enter and leave dying_tasks all the time, and many in a row may be impossible to pin.
 * After losing its place so many times the walk leaves the tasks on dying_tasks unknown.
 */
#define CGI_DYING_TRIES	8

bool cgi_collect_dying_tasks(struct cgi_snapshot *s, struct cgi_walk *walk,
			     struct css_set *cset, struct cgi_css_set *record)
	__must_hold(cgi_css_set_lock);
int cgi_collect_css_sets(struct cgi_snapshot *s);
int cgi_collect_samples(struct cgi_snapshot *s);

#endif /* _CGI_CSS_SETS_H */
