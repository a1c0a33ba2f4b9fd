// SPDX-License-Identifier: GPL-2.0-only
/*
 * Costs of all snapshots since the module was loaded.
 */
#include <linux/minmax.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "stats.h"

static DEFINE_SPINLOCK(cgi_stats_lock);
static struct cgi_stats cgi_stats = {
	.objects = { [0 ... CGI_KINDS - 1] = CGI_NOT_COUNTED },
};

static void cgi_cost_raise(struct cgi_cost *max, const struct cgi_cost *cost)
{
	max->collect_ns = max(max->collect_ns, cost->collect_ns);
	max->mutex_wait_ns = max(max->mutex_wait_ns, cost->mutex_wait_ns);
	max->mutex_hold_ns = max(max->mutex_hold_ns, cost->mutex_hold_ns);
	max->lock_ns = max(max->lock_ns, cost->lock_ns);
	max->lock_nodes = max(max->lock_nodes, cost->lock_nodes);
	max->bytes = max(max->bytes, cost->bytes);
	max->passes = max(max->passes, cost->passes);
}

/**
 * cgi_stats_add() - account for a snapshot
 * @cost: what it cost
 * @objects: its objects by &enum cgi_kind, or %CGI_NOT_COUNTED
 *
 * Context: Process; takes a spinlock of its own.
 */
void cgi_stats_add(const struct cgi_cost *cost, const u64 *objects)
{
	spin_lock(&cgi_stats_lock);
	cgi_stats.snapshots++;
	cgi_stats.last = *cost;
	cgi_cost_raise(&cgi_stats.max, cost);
	memcpy(cgi_stats.objects, objects, sizeof(cgi_stats.objects));
	spin_unlock(&cgi_stats_lock);
}

/**
 * cgi_stats_add_holders() - account for a search for holders
 * @cost: what it cost
 *
 * Context: Process; takes a spinlock of its own.
 */
void cgi_stats_add_holders(const struct cgi_holders_cost *cost)
{
	struct cgi_holders_cost *max = &cgi_stats.holders_max;

	spin_lock(&cgi_stats_lock);
	cgi_stats.holders_last = *cost;
	max->ns = max(max->ns, cost->ns);
	max->lock_ns = max(max->lock_ns, cost->lock_ns);
	max->lock_slots = max(max->lock_slots, cost->lock_slots);
	max->slots = max(max->slots, cost->slots);
	max->pages_ns = max(max->pages_ns, cost->pages_ns);
	max->pages_rcu_ns = max(max->pages_rcu_ns, cost->pages_rcu_ns);
	max->pages = max(max->pages, cost->pages);
	spin_unlock(&cgi_stats_lock);
}

/**
 * cgi_stats_get() - copy the stats as of now
 * @stats: where to
 *
 * Context: Process; takes a spinlock of its own.
 */
void cgi_stats_get(struct cgi_stats *stats)
{
	spin_lock(&cgi_stats_lock);
	*stats = cgi_stats;
	spin_unlock(&cgi_stats_lock);
}
