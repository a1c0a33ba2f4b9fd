// SPDX-License-Identifier: GPL-2.0-only
/*
 * Taking a snapshot, and taking it again.
 *
 * One pass makes room, collects under the locks, and derives without them.  There
 * are four reasons for another pass, and each has its loop here, the innermost
 * first: something did not fit; there was no memory for as much room as last time; a
 * number is in doubt that waiting can make exact; the check found what may be a race.
 */
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "check/check.h"
#include "collect/collect.h"
#include "collect/holders/holders.h"
#include "collect/moment.h"
#include "collect/reaped.h"
#include "collect/released.h"
#include "collect/rcu_only.h"
#include "collect/waiting.h"
#include "derive/derive.h"
#include "derive/holders.h"
#include "snapshot/snapshot.h"
#include "take.h"

/* A system on which numbers are in doubt after so many waits is too busy for more. */
#define CGI_DOUBT_TRIES		2

/* A race does not hit the same object so many times in a row. */
#define CGI_CHECK_TRIES		5
#define CGI_CHECK_PAUSE_MS	20

/*
 * A pass counts everything that is there, so the next one has room for that and a quarter
 * more.  If so many passes are too small one after the other, the system changes too fast to be
 * read, and no number of passes is sure to be enough.
 */
#define CGI_FIT_TRIES	8

/**
 * cgi_take_fitting() - collect until everything has found its place
 * @s: where to
 * @collect: makes a pass, in which what does not fit is counted
 *
 * Context: Process, sleeps.
 * Return: 0, -ENOMEM, what @collect returned, or -EAGAIN if the system grows too fast.
 */
int cgi_take_fitting(struct cgi_snapshot *s, int (*collect)(struct cgi_snapshot *s))
{
	int err, i;

	for (i = 0; i < CGI_FIT_TRIES; i++) {
		err = cgi_snapshot_reserve(s);
		if (err)
			return err;
		s->cost.passes++;
		err = collect(s);
		if (err)
			return err;
		if (cgi_snapshot_fits(s)) {
			cgi_snapshot_remember(s);
			return 0;
		}
	}
	return -EAGAIN;
}

/**
 * cgi_take_affordable() - take a snapshot, and if there is no memory for it forget what the
 *                         last one needed
 * @s: where to
 * @take: takes it
 *
 * Context: Process, sleeps.
 * Return: what @take returned.
 */
int cgi_take_affordable(struct cgi_snapshot *s, int (*take)(struct cgi_snapshot *s))
{
	int err;

	do {
		err = take(s);
	} while (err == -ENOMEM && cgi_snapshot_be_cautious(s));
	return err;
}

static int cgi_take_derived(struct cgi_snapshot *s)
{
	bool graph = s->want & CGI_WANT_GRAPH;
	int err = cgi_take_fitting(s, graph ? cgi_collect_graph : cgi_collect_tasks_rcu);

	if (err)
		return err;
	return cgi_derive(s);
}

/* Nearly always one pass, as the last snapshot has told how much room is needed. */
static int cgi_take_pass(struct cgi_snapshot *s)
{
	u64 began = ktime_get_ns();
	int err = cgi_take_affordable(s, cgi_take_derived);

	s->cost.collect_ns += ktime_get_ns() - began;
	return err;
}

/* The doubts of the last pass about numbers that are printed, if a wait can remove them. */
static unsigned int cgi_take_doubts(const struct cgi_snapshot *s)
{
	unsigned int doubts = s->in_doubt & s->want;

	return cgi_released_can_wait() ? doubts : doubts & CGI_WANT_EXACT_CSS_SETS;
}

/**
 * cgi_take_wait() - wait, so that the next pass can be compared with the last one
 * @s: the last pass
 * @trees: whether doubts about cgroups and csses are compared, too; @wait must be for all that
 *         was released then
 * @wait: waits
 *
 * Numbers are called exact if both passes agree, because what was gone at the first one has put
 * its references by the end of the wait.  After a wait that did not end nothing is compared.
 *
 * Context: Process, sleeps.
 * Return: what @wait returned.
 */
int cgi_take_wait(struct cgi_snapshot *s, bool trees, int (*wait)(void))
{
	int err = wait();

	if (err)
		return err;
	s->earlier = s->watch;
	if (trees)
		swap(s->doubts, s->earlier_doubts);
	return 0;
}

/*
 * derive/unaccounted.c says why waiting for what was reaped or released removes doubt.
 * One wait may not be enough: the workqueue may fork a thread for it, and then the tasks
 * of both passes differ.  After a timeout the last pass is shown, with its doubts.
 */
static int cgi_take_settled(struct cgi_snapshot *s)
{
	int err = cgi_take_pass(s), i;
	unsigned int doubts;
	bool trees;

	for (i = 0; i < CGI_DOUBT_TRIES && !err; i++) {
		doubts = cgi_take_doubts(s);
		if (!doubts)
			break;
		trees = doubts & ~CGI_WANT_EXACT_CSS_SETS;
		err = cgi_take_wait(s, trees, trees ? cgi_released_wait : cgi_reaped_wait);
		if (err == -ETIMEDOUT)
			return 0;
		if (!err)
			err = cgi_take_pass(s);
	}
	return err;
}

/*
 * Holders are searched for between two snapshots.  The second one is shown, and a number in
 * which it differs from the first one is marked as about right.  It waits only if it has
 * doubts that the wait of the first one does not remove.
 */
static int cgi_take_holders(struct cgi_snapshot *s)
{
	int err = cgi_take_settled(s);

	if (!err)
		err = cgi_holders_expect(s);
	if (!err)
		err = cgi_collect_holders(s);
	if (!err)
		err = cgi_take_settled(s);
	if (!err)
		err = cgi_holders_account(s);
	if (!err)
		cgi_stats_add_holders(&s->holders_cost);
	return err;
}

/* How many objects of a kind there are is known only if all of them were collected. */
static u64 cgi_take_count(const struct cgi_snapshot *s, unsigned int want,
			  const struct cgi_array *records)
{
	return s->want & want ? records->count : CGI_NOT_COUNTED;
}

static void cgi_take_account(struct cgi_snapshot *s)
{
	const u64 objects[CGI_KINDS] = {
		[CGI_KIND_TASK]		= cgi_take_count(s, CGI_WANT_TASKS, &s->tasks),
		[CGI_KIND_CSS_SET]	= cgi_take_count(s, CGI_WANT_CSS_SETS, &s->css_sets),
		[CGI_KIND_LINK]		= cgi_take_count(s, CGI_WANT_CSS_SETS, &s->links),
		[CGI_KIND_CGROUP]	= cgi_take_count(s, CGI_WANT_CGROUPS, &s->cgroups),
		[CGI_KIND_CSS]		= cgi_take_count(s, CGI_WANT_CSSES, &s->csses),
		[CGI_KIND_HIERARCHY]	= cgi_take_count(s, CGI_WANT_GRAPH, &s->hierarchies),
	};

	s->cost.bytes = cgi_snapshot_bytes(s);
	cgi_stats_add(&s->cost, objects);
}

static int cgi_take_once(struct cgi_snapshot *s)
{
	int err;

	/* Passes are those of all tries of the check, and all else is of this try. */
	s->cost = (struct cgi_cost){ .passes = s->cost.passes };
	err = s->want & CGI_WANT_HOLDERS ? cgi_take_holders(s) : cgi_take_settled(s);
	if (!err)
		cgi_take_account(s);
	return err;
}

/**
 * cgi_take_checked() - take snapshots until the check finds nothing wrong in one of them
 * @s: where to, one after the other; the last one stays, and of its findings those that
 *     every earlier try had as well
 * @take: takes one with CGI_WANT_CHECK
 *
 * What is wrong with the same object each time is no race.
 *
 * Context: Process, sleeps.
 * Return: 0, whatever was found, what @take returned, -ENOMEM, or -EINTR if the caller
 *         was killed.
 */
int cgi_take_checked(struct cgi_snapshot *s, int (*take)(struct cgi_snapshot *s))
{
	int err, i;

	for (i = 0; i < CGI_CHECK_TRIES; i++) {
		/*
		 * Races last shorter than this pause.  A caller with a pending signal must
		 * pause as well, or all tries would come at once; only a killed one stops.
		 */
		if (i)
			schedule_timeout_killable(msecs_to_jiffies(CGI_CHECK_PAUSE_MS));
		if (fatal_signal_pending(current))
			return -EINTR;
		err = take(s);
		if (!err)
			err = cgi_check_judge(s);
		if (err || cgi_findings_are_sound(&s->findings))
			return err;
	}
	return 0;
}

/**
 * cgi_take() - take a snapshot of the running kernel
 * @s: a new snapshot; @s->want says of what.  With CGI_WANT_GRAPH both locks must
 *     have been found; CGI_WANT_TASKS alone takes none of them.  CGI_WANT_WAITING alone
 *     waits for nothing.
 *
 * No memory is allocated with a lock held.  Nothing is cut: records that do not fit are
 * counted, and the pass is repeated with more room.
 *
 * Context: Process, sleeps; takes cgroup_mutex, and css_set_lock for a bounded
 *          number of list nodes at a time.
 * Return: 0, -ENOMEM, -EINTR if the caller was killed, -EAGAIN if the system grows too fast,
 *         or -ENAMETOOLONG.
 */
int cgi_take(struct cgi_snapshot *s)
{
	if (s->want & CGI_WANT_WAITING)
		cgi_waiting_get(&s->waiting);
	if (s->want & CGI_WANT_WAITING)
		cgi_moment_get(&s->moment);
	if (!(s->want & (CGI_WANT_GRAPH | CGI_WANT_TASKS)))
		return 0;
	if (s->want & CGI_WANT_CHECK)
		return cgi_take_checked(s, cgi_take_once);
	return cgi_take_once(s);
}
