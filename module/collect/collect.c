// SPDX-License-Identifier: GPL-2.0-only
/*
 * The order in which a pass reads the graph, in one hold of cgroup_mutex.
 */
#include <linux/ktime.h>
#include <linux/minmax.h>

#include "../snapshot/snapshot.h"
#include "collect.h"
#include "css_sets.h"
#include "exiting.h"
#include "for_check.h"
#include "locks.h"
#include "memberships.h"
#include "programs.h"
#include "tasks.h"
#include "trees.h"

static void cgi_count_only_if_full(struct cgi_snapshot *s)
{
	if (!cgi_snapshot_fits(s))
		cgi_snapshot_count_only(s);
}

/*
 * Reference counts of cgroups and csses are read before css_sets are found.  No css_set is
 * made meanwhile, so what is found held a reference when the count was read: a race
 * makes too much of these counts unaccounted, never too little.  Tasks do come and go, so
 * the counters of css_sets are read before the tasks, and once more after them.
 *
 * Each walk goes along the kernel's own structures, so it counts what is there even if the
 * walk before it had no room.  But once something has not fit nothing more is stored.
 */
static int cgi_collect_objects(struct cgi_snapshot *s)
{
	int err;

	cgi_collect_subsystems(s);
	err = cgi_collect_hierarchies(s);
	cgi_count_only_if_full(s);
	if (!err && (s->want & CGI_WANT_CGROUPS))
		err = cgi_collect_trees(s);
	cgi_count_only_if_full(s);
	if (!err && (s->want & CGI_WANT_CSS_SETS))
		err = cgi_collect_css_sets(s);
	cgi_count_only_if_full(s);
	if (!err && (s->want & CGI_WANT_TASKS))
		err = cgi_collect_tasks(s);
	else if (!err && (s->want & CGI_WANT_EXITING))
		err = cgi_collect_exiting(s);
	return err;
}

/* More than the names of most cgroups take, with the NUL. */
#define CGI_NAME_GUESS	64

static size_t cgi_cgroups_there(const struct cgi_snapshot *s)
{
	size_t total = 0, i;

	for (i = 0; i < s->hierarchies.count; i++)
		total += cgi_hierarchy_at(s, i)->nr_counted;
	return total;
}

/*
 * A css_set without a record can't be told from a new one, and would be counted once for each of
 * its tasks.  So count all css_sets; nearly all have tasks.  The number of cgroups that they lead
 * to is estimated.  If the estimate is too low, the next pass counts the cgroups and is repeated.
 */
static int cgi_count_css_sets(struct cgi_snapshot *s)
{
	size_t most = cgi_array_fits(&s->hierarchies) ? cgi_cgroups_there(s) : SIZE_MAX;
	int err;

	cgi_snapshot_count_only(s);
	s->css_sets.count = 0;
	s->links.count = 0;
	err = cgi_collect_css_sets(s);
	s->cgroups.count = min(s->links.count, most);
	s->names.count = s->cgroups.count * CGI_NAME_GUESS;
	return err;
}

/*
 * A cgroup that did not fit is counted once for each link that leads to it, because nothing tells
 * that it was met before.  There are no more of them than the kernel itself counts.
 */
static void cgi_bound_cgroups(struct cgi_snapshot *s)
{
	size_t count = s->cgroups.count, most = cgi_cgroups_there(s);

	if (count <= most)
		return;
	s->cgroups.count = max(most, s->cgroups.capacity + 1);
	s->names.count = mult_frac(s->names.count, s->cgroups.count, count);
}

static int cgi_collect_memberships(struct cgi_snapshot *s)
{
	int err;

	if (!cgi_array_fits(&s->hierarchies) || !cgi_array_fits(&s->css_sets) ||
	    !cgi_array_fits(&s->links))
		return cgi_count_css_sets(s);
	err = cgi_collect_cgroups_of_tasks(s);
	if (!err && cgi_snapshot_fits(s))
		return cgi_collect_exits_of_tasks(s);
	if (!cgi_array_fits(&s->cgroups))
		cgi_bound_cgroups(s);
	return err;
}

/*
 * The remaining walks visit objects that earlier ones have counted: each css_set gets one sample,
 * tasks on dying_tasks are listed once more with it, and in a sound graph the lists of cgroups
 * have as many links as those of css_sets.  So a pass that did not fit skips these walks.
 */
static void cgi_count_the_rest(struct cgi_snapshot *s)
{
	if ((s->want & CGI_WANT_TASKS) && (s->want & CGI_WANT_CSS_SETS)) {
		s->samples.count = s->css_sets.count;
		if (s->want & CGI_WANT_CHECK)
			s->on_list.count += s->off_list.count;
		s->off_list.count *= 2;
	}
	if (s->want & CGI_WANT_CHECK)
		s->back_links.count = s->links.count;
}

static int cgi_collect_all(struct cgi_snapshot *s)
{
	int err;

	cgi_task_watch_begin(s);
	err = cgi_collect_objects(s);
	if (!err && cgi_snapshot_is_of_tasks(s))
		err = cgi_collect_memberships(s);
	if (err)
		return err;
	if (!cgi_snapshot_fits(s)) {
		cgi_count_the_rest(s);
		return 0;
	}
	if ((s->want & CGI_WANT_TASKS) && (s->want & CGI_WANT_CSS_SETS))
		err = cgi_collect_samples(s);
	cgi_task_watch_end(s);
	if (!err && (s->want & CGI_WANT_TASKS))
		err = cgi_collect_exits(s);
	if (!err && (s->want & CGI_WANT_EXACT_CSS_SETS))
		err = cgi_collect_namespaces(s);
	if (!err && (s->want & CGI_WANT_HOLDERS))
		err = cgi_collect_programs(s);
	if (!err && (s->want & CGI_WANT_CHECK))
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
