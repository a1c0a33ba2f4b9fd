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

static const char *const cgi_task_movables[] = {
	[CGI_MOVABLE_YES]	= "yes",
	[CGI_MOVABLE_NOT_YET]	= "no_cgroup_migration",
	[CGI_MOVABLE_BOUND]	= "no_setaffinity",
	[CGI_MOVABLE_EXITING]	= "exiting",
};

static const char *const cgi_task_frozens[] = {
	[CGI_FROZEN_NO]		= "no",
	[CGI_FROZEN_YES]	= "yes",
	[CGI_FROZEN_RESISTING]	= "resisting",
};

static void cgi_task_put_movable(struct cgi_out *o, const struct cgi_snapshot *s,
				 const void *record)
{
	cgi_out_puts(o, cgi_task_movables[((const struct cgi_task *)record)->movable]);
}

static void cgi_task_put_frozen(struct cgi_out *o, const struct cgi_snapshot *s,
				const void *record)
{
	cgi_out_puts(o, cgi_task_frozens[((const struct cgi_task *)record)->frozen]);
}

static const struct cgi_origin *cgi_task_origin(const struct cgi_snapshot *s, const void *record)
{
	return cgi_origin_at(s, ((const struct cgi_task *)record)->origin);
}

static void cgi_task_put_pidns(struct cgi_out *o, const struct cgi_snapshot *s,
			       const void *record)
{
	const struct cgi_origin *origin = cgi_task_origin(s, record);

	if (origin->pidns)
		cgi_out_u64(o, origin->pidns);
	else
		cgi_out_putc(o, '-');
}

/* The root may not be in the snapshot, but the id of the default hierarchy is known. */
static void cgi_task_put_cgroupns(struct cgi_out *o, const struct cgi_snapshot *s,
				  const void *record)
{
	const struct cgi_origin *origin = cgi_task_origin(s, record);

	if (!origin->cgroupns) {
		cgi_out_putc(o, '-');
		return;
	}
	cgi_out_puts(o, "0:");
	cgi_out_u64(o, origin->cgroupns);
}

static void cgi_task_put_cgroups(struct cgi_out *o, const struct cgi_snapshot *s,
				 const void *record)
{
	const struct cgi_task *task = record;

	cgi_put_memberships(o, s, task->css_set);
}

/* These columns, from the first to the last, are the same for most tasks of a css_set. */
#define CGI_TASK_STATE_COLUMN	3
#define CGI_TASK_FROZEN_COLUMN	11

static const struct cgi_column cgi_tasks_columns[] = {
	CGI_COLUMN_INT("tid", struct cgi_task, tid),
	CGI_COLUMN_INT("tgid", struct cgi_task, tgid),
	CGI_COLUMN_STRING("comm", struct cgi_task, comm),
	CGI_COLUMN_ENUM("state", struct cgi_task, state, cgi_task_states),
	CGI_COLUMN_ADDR("css_set", struct cgi_task, css_set_addr),
	CGI_COLUMN_SPECIAL("cgroups", cgi_task_put_cgroups),
	CGI_COLUMN_BOOL("kthread", struct cgi_task, kthread, cgi_no_yes),
	CGI_COLUMN_ENUM("list", struct cgi_task, list, cgi_task_lists),
	CGI_COLUMN_SPECIAL("pidns", cgi_task_put_pidns),
	CGI_COLUMN_SPECIAL("cgroupns", cgi_task_put_cgroupns),
	CGI_COLUMN_SPECIAL("movable", cgi_task_put_movable),
	CGI_COLUMN_SPECIAL("frozen", cgi_task_put_frozen),
	CGI_COLUMN_INT("ppid", struct cgi_task, ppid),
	CGI_COLUMN_U64("start", struct cgi_task, started),
};

/* A zombie, say, has another state and list than the other tasks of its css_set. */
static struct cgi_piece_key cgi_task_shared_key(const struct cgi_snapshot *s, const void *record)
{
	const struct cgi_task *task = record;

	return (struct cgi_piece_key){
		.slot = task->css_set,
		.variant = task->state | task->list << 4 | task->kthread << 8 |
			   task->movable << 12 | task->frozen << 16 | (u64)task->origin << 32,
	};
}

/* Both files have the same columns, and share the same ones of them. */
#define CGI_TASKS_VIEW(wants) {						\
	.name		= "tasks",					\
	.want		= (wants),					\
	.columns	= cgi_tasks_columns,				\
	.nr_columns	= ARRAY_SIZE(cgi_tasks_columns),		\
	.records	= offsetof(struct cgi_snapshot, tasks),		\
	.shared_key	= cgi_task_shared_key,				\
	.shared_from	= CGI_TASK_STATE_COLUMN,			\
	.shared_to	= CGI_TASK_FROZEN_COLUMN + 1,			\
	.prints_tasks	= true,						\
}

#define CGI_TASKS_WANTS	(CGI_WANT_TASKS | CGI_WANT_ORIGINS | CGI_WANT_NAMES)

const struct cgi_view cgi_tasks_view = CGI_TASKS_VIEW(CGI_TASKS_WANTS | CGI_WANT_GRAPH);

/* The same file from RCU alone. */
const struct cgi_view cgi_tasks_rcu_view = CGI_TASKS_VIEW(CGI_TASKS_WANTS);
