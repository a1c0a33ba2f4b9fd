/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_SNAPSHOT_WAITING_H
#define _CGI_SNAPSHOT_WAITING_H

#include <linux/sched.h>
#include <linux/types.h>

/* What can be said of who holds cgroup_mutex. */
enum cgi_owner {
	CGI_OWNER_NOT_FOUND,	/* the mutex itself was not found */
	CGI_OWNER_NOT_TOLD,	/* this kernel's mutex does not name its owner */
	CGI_OWNER_NOBODY,
	CGI_OWNER_TASK,
	CGI_OWNER_ENDED,	/* the task has ended without giving it back */
	CGI_OWNER_CHANGES,	/* it goes from one to the other too fast to be told */
};

/**
 * struct cgi_waiting - who waits for cgroup_mutex, and for whom
 * @readers: readers that wait for it
 * @ns: how long the one that came first has waited
 * @holder: &enum cgi_owner
 * @tid: the task that holds it, in the initial pid namespace
 * @comm: its command name
 */
struct cgi_waiting {
	u64 readers;
	u64 ns;
	u8 holder;
	int tid;
	char comm[TASK_COMM_LEN];
};

#endif /* _CGI_SNAPSHOT_WAITING_H */
