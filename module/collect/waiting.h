/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_WAITING_H
#define _CGI_WAITING_H

#include <linux/list.h>
#include <linux/types.h>

struct cgi_waiting;

/**
 * struct cgi_mutex_waiter - a reader that waits for cgroup_mutex
 * @node: in the list of those who wait
 * @began: since when, in ns
 */
struct cgi_mutex_waiter {
	struct list_head node;
	u64 began;
};

void cgi_mutex_waiter_add(struct cgi_mutex_waiter *waiter);
void cgi_mutex_waiter_del(struct cgi_mutex_waiter *waiter);
void cgi_waiting_get(struct cgi_waiting *waiting);

#endif /* _CGI_WAITING_H */
