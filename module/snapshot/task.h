/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_SNAPSHOT_TASK_H
#define _CGI_SNAPSHOT_TASK_H

#include <linux/sched.h>
#include <linux/types.h>

enum cgi_task_state {
	CGI_TASK_RUNNING,
	CGI_TASK_EXITING,
	CGI_TASK_ZOMBIE,
};

/* Which list of its css_set a task is on. */
enum cgi_task_list {
	CGI_LIST_TASKS,
	CGI_LIST_DYING_TASKS,
	CGI_LIST_NONE,
	CGI_LIST_UNKNOWN,	/* it exited while the lists were read, or none was read */
};

/* Whether the kernel would move it to another cgroup if it was asked to. */
enum cgi_task_movable {
	CGI_MOVABLE_YES,
	CGI_MOVABLE_NOT_YET,	/* no_cgroup_migration: kthreadd and what it has just made */
	CGI_MOVABLE_BOUND,	/* PF_NO_SETAFFINITY */
	CGI_MOVABLE_EXITING,
};

enum cgi_task_frozen {
	CGI_FROZEN_NO,
	CGI_FROZEN_YES,
	CGI_FROZEN_RESISTING,	/* it was told to, and has not stopped */
};

/**
 * struct cgi_task - a thread
 * @addr: identity
 * @css_set_addr: identity of its css_set
 * @started: when it was forked; the second half of its identity, as the kernel uses the
 *           memory at @addr for a new task soon after it has freed this one
 * @listed_addr: with CGI_WANT_CHECK, identity of the css_set on whose list it was, or NULL
 * @ppid: with CGI_WANT_ORIGINS, thread group id of its parent, 0 if that is the idle task; the
 *        check does not want these, so the same memory serves both
 * @origin: with CGI_WANT_ORIGINS, index of its &struct cgi_origin
 * @tid: thread id in the initial pid namespace
 * @tgid: thread group id in the initial pid namespace
 * @css_set: index of its css_set
 * @state: &enum cgi_task_state
 * @list: &enum cgi_task_list
 * @kthread: it is a kernel thread
 * @unlisted: it was on no list a little after @state was read
 * @has_threads: its thread group had other threads, one of which may take its number over
 * @superseded: a later record is of the same task, which has changed its number meanwhile
 * @movable: with CGI_WANT_ORIGINS, &enum cgi_task_movable
 * @frozen: with CGI_WANT_ORIGINS, &enum cgi_task_frozen
 * @comm: command name
 *
 * There are more tasks than of all else, so a record is to stay small.
 */
struct cgi_task {
	const void *addr;
	const void *css_set_addr;
	u64 started;
	union {
		const void *listed_addr;
		struct {
			pid_t ppid;
			u32 origin;
		};
	};
	pid_t tid;
	pid_t tgid;
	u32 css_set;
	u8 state;
	u8 list;
	bool kthread;
	bool unlisted : 1;
	bool has_threads : 1;
	bool superseded : 1;
	u8 movable : 2;
	u8 frozen : 2;
	char comm[TASK_COMM_LEN];
};

/**
 * struct cgi_off_list - a task that is on dying_tasks, off css_set->tasks
 * @task_addr: identity of the task
 * @started: the second half of that identity
 */
struct cgi_off_list {
	const void *task_addr;
	u64 started;
};

/**
 * struct cgi_on_list - a task as a list of a css_set has it
 * @task_addr: address of the task; its start time is not read, as the node may be no task, so
 *             a later task at this address looks the same until the next try
 * @css_set_addr: identity of the css_set that has the list
 */
struct cgi_on_list {
	const void *task_addr;
	const void *css_set_addr;
};

/**
 * struct cgi_namespace - the cgroup namespace of a task
 * @addr: identity
 * @css_set_addr: identity of the css_set that the namespace holds
 */
struct cgi_namespace {
	const void *addr;
	const void *css_set_addr;
};

/**
 * struct cgi_task_watch - whether tasks and their cgroup namespaces came or went during a pass
 * @cursor: where fork() would have looked for a free number when the pass began
 * @nr_tasks: tasks that were found
 * @nr_namespaces: tasks that were found in a namespace when they were looked at once more
 * @forked: a task was being forked, or was forked, before the last task was read
 * @exits: a task was exiting, and on a list of which only later it is known which one
 * @namespaces_changed: a task had another namespace, or none, when it was looked at once more
 * @complete: no task was forked, and css_sets count exactly the tasks that were found
 */
struct cgi_task_watch {
	int cursor;
	size_t nr_tasks;
	size_t nr_namespaces;
	bool forked;
	bool exits;
	bool namespaces_changed;
	bool complete;
};

#endif /* _CGI_SNAPSHOT_TASK_H */
