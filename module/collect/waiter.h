/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_WAITER_H
#define _CGI_WAITER_H

#include <linux/atomic.h>
#include <linux/workqueue.h>

/**
 * struct cgi_waiter - waits on behalf of readers
 * @work: the work item, which runs cgi_waiter_work_fn()
 * @run: the wait, which can't be interrupted
 * @begun: number of runs that have begun
 * @ended: number of the last run that has ended
 */
struct cgi_waiter {
	struct work_struct work;
	void (*run)(void);
	atomic_t begun;
	atomic_t ended;
};

void cgi_waiter_work_fn(struct work_struct *work);
int cgi_waiter_init(void);
void cgi_waiter_exit(void);
int cgi_waiter_wait(struct cgi_waiter *waiter);

#endif /* _CGI_WAITER_H */
