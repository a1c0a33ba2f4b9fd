// SPDX-License-Identifier: GPL-2.0-only
#include "view.h"

static const char *const cgi_task_states[] = {
	[CGI_TASK_RUNNING]	= "running",
	[CGI_TASK_EXITING]	= "exiting",
	[CGI_TASK_ZOMBIE]	= "zombie",
};

static const char *const cgi_task_lists[] = {
	[CGI_LIST_TASKS]	= "tasks",
	[CGI_LIST_DYING_TASKS]	= "dying_tasks",
	[CGI_LIST_NONE]		= "none",
	[CGI_LIST_UNKNOWN]	= "-",
};

static size_t cgi_tasks_count(const struct cgi_snapshot *s)
{
	return s->tasks.count;
}

static void cgi_task_show(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	const struct cgi_task *task = cgi_task_at(s, i);

	seq_printf(m, "%d\t%d\t", task->tid, task->tgid);
	cgi_put_string(m, task->comm);
	seq_printf(m, "\t%s\t%p\t%s\t%s\t", cgi_task_states[task->state],
		   task->css_set_addr, cgi_text_at(&s->text, task->cgroups),
		   task->kthread ? "yes" : "no");
}

static void cgi_tasks_show(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	cgi_task_show(m, s, i);
	seq_printf(m, "%s\n", cgi_task_lists[cgi_task_at(s, i)->list]);
}

/* Without css_set_lock nobody knows which list has the task. */
static void cgi_tasks_show_rcu(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	cgi_task_show(m, s, i);
	seq_puts(m, "-\n");
}

#define CGI_TASKS_HEADER	"tid\ttgid\tcomm\tstate\tcss_set\tcgroups\tkthread\tlist"

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
	.show	= cgi_tasks_show_rcu,
};
