// SPDX-License-Identifier: GPL-2.0-only
/*
 * One collection: room first, then the locks, then again if it did not fit.
 */
#include <linux/ktime.h>

#include "collect/collect.h"
#include "collect/locks.h"
#include "collect/reaped.h"
#include "take.h"

static int cgi_collect_all(struct cgi_snapshot *s)
{
	int err;

	cgi_task_watch_begin(s);
	cgi_collect_subsystems(s);
	cgi_collect_hierarchies(s);
	/* Records past the end of the arrays are not there to be walked. */
	if (!cgi_snapshot_fits(s))
		return 0;
	err = cgi_collect_trees(s);
	if (!err && (s->want & CGI_WANT_TASKS))
		err = cgi_collect_tasks(s);
	/* The same walk again: of no use on records that are not all there. */
	if (!err && (s->want & CGI_WANT_TASKS) && cgi_snapshot_fits(s))
		err = cgi_collect_default(s, cgi_collect_samples);
	cgi_task_watch_end(s);
	if (!err && (s->want & CGI_WANT_CHECK) && cgi_snapshot_fits(s))
		err = cgi_collect_check(s);
	return err;
}

static int cgi_collect_graph(struct cgi_snapshot *s)
{
	int err;

	err = cgi_cgroup_lock();
	if (err)
		return err;
	err = cgi_collect_all(s);
	cgi_cgroup_unlock();
	return err;
}

static int cgi_collect_once(struct cgi_snapshot *s)
{
	int err;

	err = cgi_snapshot_reserve(s);
	if (err)
		return err;
	if (s->want & CGI_WANT_GRAPH)
		return cgi_collect_graph(s);
	return cgi_collect_tasks_rcu(s);
}

/* What did not settle in so many rounds is on a system that is too busy. */
#define CGI_EXACT_TRIES	2

static int cgi_collect_whole(struct cgi_snapshot *s)
{
	u64 began = ktime_get_ns();
	int err;

	do {
		err = cgi_collect_once(s);
		if (err)
			return err;
	} while (!cgi_snapshot_fits(s));
	if (s->want & CGI_WANT_GRAPH)
		err = cgi_snapshot_finish(s);
	s->cost.collect_ns += ktime_get_ns() - began;
	return err;
}

/*
 * If RCU does not answer, the last collection stands and says what is in doubt.
 * More than one round, as the work item that waits may need a new thread: a fork.
 */
static int cgi_collect_exactly(struct cgi_snapshot *s)
{
	int err = 0, i;

	for (i = 0; i < CGI_EXACT_TRIES && !err && cgi_snapshot_is_doubtful(s); i++) {
		s->earlier = s->watch;
		err = cgi_reaped_wait();
		if (err == -ETIMEDOUT)
			return 0;
		if (!err)
			err = cgi_collect_whole(s);
	}
	return err;
}

static void cgi_collect_account(struct cgi_snapshot *s)
{
	const u64 objects[CGI_KIND_COUNT] = {
		[CGI_KIND_TASK]		= s->tasks.count,
		[CGI_KIND_CSS_SET]	= s->css_sets.count,
		[CGI_KIND_LINK]		= s->links.count,
		[CGI_KIND_CGROUP]	= s->cgroups.count,
		[CGI_KIND_CSS]		= s->csses.count,
		[CGI_KIND_HIERARCHY]	= s->hierarchies.count,
	};
	u32 known = 0;

	if (s->want & CGI_WANT_TASKS)
		known |= BIT(CGI_KIND_TASK);
	if (s->want & CGI_WANT_GRAPH)
		known |= GENMASK(CGI_KIND_HIERARCHY, CGI_KIND_CSS_SET);
	s->cost.bytes = cgi_snapshot_bytes(s);
	cgi_stats_add(&s->cost, objects, known);
}

/**
 * cgi_collect() - take a snapshot of the running kernel
 * @s: a new snapshot; @s->want says of what.  With CGI_WANT_GRAPH both locks must
 *     have been found; CGI_WANT_TASKS alone takes none of them.
 *
 * No memory is allocated with a lock held, and nothing is cut: what did not fit
 * is counted and the collection repeated.  With CGI_WANT_EXACT it is made anew
 * after a grace period if tasks that were reaped may hold a css_set.
 *
 * Context: Process, sleeps; takes cgroup_mutex, and css_set_lock for a bounded
 *          number of list nodes at a time.
 * Return: 0, -ENOMEM, -EINTR if the caller was killed, or -ENAMETOOLONG.
 */
int cgi_collect(struct cgi_snapshot *s)
{
	int err;

	s->cost.collect_ns = 0;
	err = cgi_collect_whole(s);
	if (!err && (s->want & CGI_WANT_EXACT))
		err = cgi_collect_exactly(s);
	if (!err)
		cgi_collect_account(s);
	return err;
}
