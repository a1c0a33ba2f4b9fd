// SPDX-License-Identifier: GPL-2.0-only
#include "view.h"

static const char *const cgi_task_states[] = {
	[CGI_TASK_RUNNING]	= "running",
	[CGI_TASK_EXITING]	= "exiting",
	[CGI_TASK_ZOMBIE]	= "zombie",
};

static size_t cgi_tasks_count(const struct cgi_snapshot *s)
{
	return s->tasks.count;
}

static void cgi_tasks_show(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	const struct cgi_task *task = cgi_task_at(s, i);

	seq_printf(m, "%d\t%d\t", task->tid, task->tgid);
	cgi_show_string(m, task->comm);
	seq_printf(m, "\t%s\t%p\t%s\n", cgi_task_states[task->state],
		   task->css_set_addr, cgi_text_at(&s->text, task->cgroups));
}

#define CGI_TASKS_HEADER	"tid\ttgid\tcomm\tstate\tcss_set\tcgroups"

const struct cgi_view cgi_tasks_view = {
	.name	= "tasks",
	.want	= CGI_WANT_GRAPH | CGI_WANT_TASKS,
	.header	= CGI_TASKS_HEADER,
	.count	= cgi_tasks_count,
	.show	= cgi_tasks_show,
};

/* The same file from RCU alone. */
const struct cgi_view cgi_tasks_rcu_view = {
	.name	= "tasks",
	.want	= CGI_WANT_TASKS,
	.header	= CGI_TASKS_HEADER,
	.count	= cgi_tasks_count,
	.show	= cgi_tasks_show,
};
