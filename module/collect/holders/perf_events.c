// SPDX-License-Identifier: GPL-2.0-only
/*
 * A perf event of a cgroup holds a css.  One of a task keeps the task_struct when the task has
 * been reaped, and with it the css_set.
 */
#include <linux/cgroup.h>
#include <linux/fs.h>
#include <linux/perf_event.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "../../compat.h"
#include "file.h"
#include "finder.h"

/* As long as a task has a number it is in the graph, and what it holds is accounted for. */
static void cgi_find_by_dead_task(struct cgi_finder *f, const struct task_struct *task)
{
	struct cgi_holder what = {
		.kind = CGI_HOLDER_PERF_EVENT,
		.addr = task,
		.number = READ_ONCE(task->pid),
		.refs = { .count = 1, .kind = CGI_REFS_EXACT },
	};

	if (pid_alive(task))
		return;
	strscpy(what.name, task->comm, sizeof(what.name));
	cgi_find_css_set(f, rcu_dereference(task->cgroups), &what);
}

/**
 * cgi_find_by_perf_event() - find what a perf event holds
 * @f: the search
 * @file: the file of the event
 *
 * Context: In an RCU read section, with the lock held that keeps @file.
 * Return: true.
 */
bool cgi_find_by_perf_event(struct cgi_finder *f, struct file *file)
{
	const struct perf_event *event = file->private_data;
	const struct task_struct *task = cgi_perf_event_task(event);
	const struct cgi_holder what = {
		.kind = CGI_HOLDER_PERF_EVENT,
		.addr = event,
		.number = cgi_perf_event_id(event),
		.refs = { .count = 1, .kind = CGI_REFS_EXACT },
	};

	cgi_find_css(f, cgi_perf_event_css(event), &what);
	if (task)
		cgi_find_by_dead_task(f, task);
	return true;
}
