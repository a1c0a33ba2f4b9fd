// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>

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

static const char *const cgi_no_yes[] = { "no", "yes" };

/* Without the graph there are no css_sets, and each task has a text of its own. */
static void cgi_task_put_cgroups(struct cgi_out *o, const struct cgi_snapshot *s,
				 const void *record)
{
	const struct cgi_task *task = record;

	if (s->want & CGI_WANT_GRAPH)
		cgi_put_memberships(o, s, task->css_set);
	else
		cgi_out_puts(o, cgi_text_at(&s->text, task->cgroups));
}

/* From here on, columns are the same for most tasks of a css_set. */
#define CGI_TASK_STATE_COLUMN	3

static const struct cgi_column cgi_tasks_columns[] = {
	CGI_COLUMN_INT("tid", struct cgi_task, tid),
	CGI_COLUMN_INT("tgid", struct cgi_task, tgid),
	CGI_COLUMN_STRING("comm", struct cgi_task, comm),
	CGI_COLUMN_ENUM("state", struct cgi_task, state, cgi_task_states),
	CGI_COLUMN_ADDR("css_set", struct cgi_task, css_set_addr),
	CGI_COLUMN_SPECIAL("cgroups", cgi_task_put_cgroups),
	CGI_COLUMN_BOOL("kthread", struct cgi_task, kthread, cgi_no_yes),
	CGI_COLUMN_ENUM("list", struct cgi_task, list, cgi_task_lists),
};

/* A zombie, say, has another state and list than the other tasks of its css_set. */
static struct cgi_piece_key cgi_task_shared_key(const struct cgi_snapshot *s, const void *record)
{
	const struct cgi_task *task = record;

	return (struct cgi_piece_key){
		.slot = task->css_set,
		.variant = task->state | task->list << 8 | task->kthread << 16,
	};
}

const struct cgi_view cgi_tasks_view = {
	.name		= "tasks",
	.want		= CGI_WANT_GRAPH | CGI_WANT_TASKS | CGI_WANT_NAMES,
	.columns	= cgi_tasks_columns,
	.nr_columns	= ARRAY_SIZE(cgi_tasks_columns),
	.records	= offsetof(struct cgi_snapshot, tasks),
	.shared_key	= cgi_task_shared_key,
	.shared_from	= CGI_TASK_STATE_COLUMN,
	.shared_to	= ARRAY_SIZE(cgi_tasks_columns),
	.prints_tasks	= true,
};

/* The same file from RCU alone. */
const struct cgi_view cgi_tasks_rcu_view = {
	.name		= "tasks",
	.want		= CGI_WANT_TASKS,
	.columns	= cgi_tasks_columns,
	.nr_columns	= ARRAY_SIZE(cgi_tasks_columns),
	.records	= offsetof(struct cgi_snapshot, tasks),
};
