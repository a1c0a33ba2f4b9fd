/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_TASK_MORE_H
#define _CGI_TASK_MORE_H

struct cgi_snapshot;
struct cgi_task;
struct task_struct;

void cgi_task_note_origin(struct cgi_snapshot *s, struct cgi_task *record,
			  struct task_struct *task);

#endif /* _CGI_TASK_MORE_H */
