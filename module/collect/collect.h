/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the collectors share.  Kernel objects end here.
 */
#ifndef _CGI_COLLECT_H
#define _CGI_COLLECT_H

#include <linux/cgroup-defs.h>
#include <linux/sched.h>
#include <linux/sched/task.h>

#include "../snapshot/snapshot.h"

/*
 * Idle tasks belong to init_css_set for ever, which makes it the one css_set
 * that can be named without a lock.
 */
static inline struct css_set *cgi_init_css_set(void)
{
	return rcu_dereference_raw(init_task.cgroups);
}

/* All of these are called with cgroup_mutex held. */
void cgi_collect_hierarchies(struct cgi_snapshot *s);
void cgi_collect_subsystems(struct cgi_snapshot *s);
int cgi_collect_trees(struct cgi_snapshot *s);
int cgi_collect_default(struct cgi_snapshot *s,
			int (*collect)(struct cgi_snapshot *s, struct cgroup *cgrp));
int cgi_collect_check(struct cgi_snapshot *s);
int cgi_collect_samples(struct cgi_snapshot *s, struct cgroup *cgrp);
int cgi_collect_css_sets(struct cgi_snapshot *s, struct cgroup *cgrp);

/* With it, and without any lock. */
void cgi_task_watch_begin(struct cgi_snapshot *s);
void cgi_task_watch_end(struct cgi_snapshot *s);
int cgi_collect_tasks(struct cgi_snapshot *s);
int cgi_collect_tasks_rcu(struct cgi_snapshot *s);

#endif /* _CGI_COLLECT_H */
