/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_TASKS_H
#define _CGI_TASKS_H

#include <linux/types.h>

struct cgi_snapshot;
struct cgi_task;
struct css_set;
struct task_struct;

struct task_struct *cgi_task_at_or_after(int *tid, bool *forked);
struct task_struct *cgi_task_again(const struct cgi_task *record);
struct task_struct *cgi_task_successor(const struct cgi_task *record);
void cgi_task_fill(struct cgi_task *record, struct task_struct *task, int tid,
		   const struct css_set *cset);
struct cgi_task *cgi_task_copy(struct cgi_snapshot *s, struct task_struct *task, int tid,
			       const struct css_set *cset);
void cgi_task_watch_begin(struct cgi_snapshot *s);
void cgi_task_watch_end(struct cgi_snapshot *s);
int cgi_collect_tasks(struct cgi_snapshot *s);
int cgi_collect_exits(struct cgi_snapshot *s);
int cgi_collect_namespaces(struct cgi_snapshot *s);

#endif /* _CGI_TASKS_H */
