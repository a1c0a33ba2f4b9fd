/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_SNAPSHOT_EXIT_H
#define _CGI_SNAPSHOT_EXIT_H

#include <linux/types.h>

/**
 * struct cgi_exit - a task that is on no list of its css_set, and still has a number
 * @task_addr: identity
 * @started: when it was forked, the second half of its identity
 * @css_set_addr: identity of its css_set
 */
struct cgi_exit {
	const void *task_addr;
	u64 started;
	const void *css_set_addr;
};

#endif /* _CGI_SNAPSHOT_EXIT_H */
