/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_CSS_SETS_H
#define _CGI_CSS_SETS_H

#include <linux/sched.h>
#include <linux/sched/task.h>

struct cgi_snapshot;
struct css_set;

/*
 * Idle tasks belong to init_css_set for ever, which makes it the one css_set
 * that can be named without a lock.
 */
static inline struct css_set *cgi_init_css_set(void)
{
	return rcu_dereference_raw(init_task.cgroups);
}

int cgi_collect_css_sets(struct cgi_snapshot *s);
int cgi_collect_samples(struct cgi_snapshot *s);

#endif /* _CGI_CSS_SETS_H */
