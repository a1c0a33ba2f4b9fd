// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who waits for cgroup_mutex, and for whom.  When that lock is stuck, this is what can still
 * be said, so nothing here waits for it.
 */
#include <linux/ktime.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "../compat.h"
#include "../snapshot/waiting.h"
#include "locks.h"
#include "waiting.h"

static DEFINE_SPINLOCK(cgi_waiters_lock);
/* In the order in which they came. */
static LIST_HEAD(cgi_waiters);

/**
 * cgi_mutex_waiter_add() - begin to wait
 * @waiter: the reader
 *
 * Context: Process; takes a spinlock of its own.
 */
void cgi_mutex_waiter_add(struct cgi_mutex_waiter *waiter)
{
	spin_lock(&cgi_waiters_lock);
	waiter->began = ktime_get_ns();
	list_add_tail(&waiter->node, &cgi_waiters);
	spin_unlock(&cgi_waiters_lock);
}

/**
 * cgi_mutex_waiter_del() - wait no more
 * @waiter: the reader
 *
 * Context: Process; takes a spinlock of its own.
 */
void cgi_mutex_waiter_del(struct cgi_mutex_waiter *waiter)
{
	spin_lock(&cgi_waiters_lock);
	list_del(&waiter->node);
	spin_unlock(&cgi_waiters_lock);
}

static void cgi_waiters_get(struct cgi_waiting *waiting)
{
	const struct cgi_mutex_waiter *waiter;

	spin_lock(&cgi_waiters_lock);
	list_for_each_entry(waiter, &cgi_waiters, node)
		if (!waiting->readers++)
			waiting->ns = ktime_get_ns() - waiter->began;
	spin_unlock(&cgi_waiters_lock);
}

/*
 * A task that died of an oops while it held the mutex stays its owner, though its task_struct may
 * have been freed.  So its pid is read with faults caught, and the owner counts only if a lookup
 * of that pid finds the same task, which RCU then keeps.  The second look at the owner shows
 * whether the mutex was handed over meanwhile.
 */
static enum cgi_owner cgi_owner_get(struct cgi_waiting *waiting)
{
	const struct task_struct *owner = cgi_mutex_owner(cgi_cgroup_mutex), *task;
	enum cgi_owner holder = CGI_OWNER_ENDED;

	if (!owner)
		return CGI_OWNER_NOBODY;
	rcu_read_lock();
	if (!copy_from_kernel_nofault(&waiting->tid, &owner->pid, sizeof(waiting->tid))) {
		task = pid_task(find_pid_ns(waiting->tid, &init_pid_ns), PIDTYPE_PID);
		if (task == owner) {
			strscpy(waiting->comm, task->comm, sizeof(waiting->comm));
			holder = CGI_OWNER_TASK;
		}
	}
	if (cgi_mutex_owner(cgi_cgroup_mutex) != owner)
		holder = CGI_OWNER_CHANGES;
	rcu_read_unlock();
	return holder;
}

/* A mutex that is given from hand to hand is not stuck, so no more is worth the effort. */
#define CGI_OWNER_TRIES	4

/**
 * cgi_waiting_get() - who waits for cgroup_mutex, and who holds it
 * @waiting: where to, zeroed
 *
 * Context: Process; takes a spinlock of its own, and waits for nothing else.
 */
void cgi_waiting_get(struct cgi_waiting *waiting)
{
	int tries = 0;

	cgi_waiters_get(waiting);
	if (!cgi_mutex_is_reached() || !CGI_HAVE_MUTEX_OWNER) {
		waiting->holder = cgi_mutex_is_reached() ? CGI_OWNER_NOT_TOLD : CGI_OWNER_NOT_FOUND;
		return;
	}
	do {
		waiting->holder = cgi_owner_get(waiting);
	} while (waiting->holder == CGI_OWNER_CHANGES && ++tries < CGI_OWNER_TRIES);
}
