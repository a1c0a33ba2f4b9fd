// SPDX-License-Identifier: GPL-2.0-only
/*
 * The order in which a pass reads the graph, in one hold of cgroup_mutex.
 */
#include <linux/ktime.h>
#include <linux/minmax.h>

#include "../snapshot/snapshot.h"
#include "collect.h"
#include "css_sets.h"
#include "for_check.h"
#include "locks.h"
#include "tasks.h"
#include "trees.h"

/*
 * Reference counts of cgroups and csses are read before css_sets are found.  No css_set is
 * made meanwhile, so what is found held a reference when the count was read: a race
 * makes too much of these counts unaccounted, never too little.  Tasks do come and go, so
 * the counters of css_sets are read before the tasks, and once more after them.
 *
 * Each walk goes along records of the walk before it, so it is left out if these did
 * not fit; take.c makes room for them and tries again.
 */
static int cgi_collect_all(struct cgi_snapshot *s)
{
	int err;

	cgi_task_watch_begin(s);
	cgi_collect_subsystems(s);
	err = cgi_collect_hierarchies(s);
	if (err || !cgi_snapshot_fits(s))
		return err;
	err = cgi_collect_trees(s);
	if (!err && cgi_array_fits(&s->cgroups))
		err = cgi_collect_css_sets(s);
	if (!err && (s->want & CGI_WANT_TASKS))
		err = cgi_collect_tasks(s);
	/* If other records did not fit, samples are counted all the same, for the next pass. */
	if (!err && (s->want & CGI_WANT_TASKS) && cgi_array_fits(&s->cgroups))
		err = cgi_collect_samples(s);
	cgi_task_watch_end(s);
	if (!err && (s->want & CGI_WANT_TASKS) && cgi_snapshot_fits(s))
		err = cgi_collect_exits(s);
	if (!err && (s->want & CGI_WANT_EXACT_CSS_SETS) && cgi_snapshot_fits(s))
		err = cgi_collect_namespaces(s);
	if (!err && (s->want & CGI_WANT_CHECK) && cgi_snapshot_fits(s))
		err = cgi_collect_for_check(s);
	return err;
}

/**
 * cgi_collect_graph() - read hierarchies, cgroups, csses, css_sets and links, and tasks
 * @s: where to, with room; @s->want says whether tasks, and what the check needs, too
 *
 * Context: Process, no lock held; sleeps; takes cgroup_mutex, and css_set_lock for a
 *          bounded number of list nodes at a time.
 * Return: 0, -EINTR if the caller was killed, or -ENAMETOOLONG.
 */
int cgi_collect_graph(struct cgi_snapshot *s)
{
	u64 began = ktime_get_ns(), held;
	int err = cgi_cgroup_lock();

	held = ktime_get_ns();
	s->cost.mutex_wait_ns += held - began;
	if (err)
		return err;
	err = cgi_collect_all(s);
	cgi_cgroup_unlock();
	s->cost.mutex_hold_ns = max(s->cost.mutex_hold_ns, ktime_get_ns() - held);
	return err;
}
