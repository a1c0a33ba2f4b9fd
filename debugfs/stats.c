// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>

#include "view.h"
#include "waiting.h"

static const struct cgi_column cgi_stats_keys[] = {
	CGI_COLUMN_U64("snapshots", struct cgi_stats, snapshots),
	CGI_COLUMN_U64("collect_ns_last", struct cgi_stats, last.collect_ns),
	CGI_COLUMN_U64("collect_ns_max", struct cgi_stats, max.collect_ns),
	CGI_COLUMN_U64("lock_ns_last", struct cgi_stats, last.lock_ns),
	CGI_COLUMN_U64("lock_ns_max", struct cgi_stats, max.lock_ns),
	CGI_COLUMN_U64("lock_nodes_last", struct cgi_stats, last.lock_nodes),
	CGI_COLUMN_U64("lock_nodes_max", struct cgi_stats, max.lock_nodes),
	CGI_COLUMN_U64("bytes_last", struct cgi_stats, last.bytes),
	CGI_COLUMN_U64("bytes_max", struct cgi_stats, max.bytes),
	CGI_COLUMN_COUNT("tasks", struct cgi_stats, objects[CGI_KIND_TASK]),
	CGI_COLUMN_COUNT("css_sets", struct cgi_stats, objects[CGI_KIND_CSS_SET]),
	CGI_COLUMN_COUNT("links", struct cgi_stats, objects[CGI_KIND_LINK]),
	CGI_COLUMN_COUNT("cgroups", struct cgi_stats, objects[CGI_KIND_CGROUP]),
	CGI_COLUMN_COUNT("csses", struct cgi_stats, objects[CGI_KIND_CSS]),
	CGI_COLUMN_COUNT("hierarchies", struct cgi_stats, objects[CGI_KIND_HIERARCHY]),
	CGI_COLUMN_U64("mutex_wait_ns_last", struct cgi_stats, last.mutex_wait_ns),
	CGI_COLUMN_U64("mutex_wait_ns_max", struct cgi_stats, max.mutex_wait_ns),
	CGI_COLUMN_U64("mutex_hold_ns_last", struct cgi_stats, last.mutex_hold_ns),
	CGI_COLUMN_U64("mutex_hold_ns_max", struct cgi_stats, max.mutex_hold_ns),
	CGI_COLUMN_SPECIAL("cgroup_mutex_held_by", cgi_put_held_by),
	CGI_COLUMN_SPECIAL("readers_waiting", cgi_put_readers_waiting),
	CGI_COLUMN_SPECIAL("oldest_wait_ns", cgi_put_oldest_wait),
	CGI_COLUMN_U64("passes_last", struct cgi_stats, last.passes),
	CGI_COLUMN_U64("passes_max", struct cgi_stats, max.passes),
	CGI_COLUMN_U64("holders_ns_last", struct cgi_stats, holders_last.ns),
	CGI_COLUMN_U64("holders_ns_max", struct cgi_stats, holders_max.ns),
	CGI_COLUMN_U64("holders_lock_ns_last", struct cgi_stats, holders_last.lock_ns),
	CGI_COLUMN_U64("holders_lock_ns_max", struct cgi_stats, holders_max.lock_ns),
	CGI_COLUMN_U64("holders_lock_slots_last", struct cgi_stats, holders_last.lock_slots),
	CGI_COLUMN_U64("holders_lock_slots_max", struct cgi_stats, holders_max.lock_slots),
	CGI_COLUMN_U64("holders_slots_last", struct cgi_stats, holders_last.slots),
	CGI_COLUMN_U64("holders_slots_max", struct cgi_stats, holders_max.slots),
	CGI_COLUMN_U64("holders_pages_ns_last", struct cgi_stats, holders_last.pages_ns),
	CGI_COLUMN_U64("holders_pages_ns_max", struct cgi_stats, holders_max.pages_ns),
	CGI_COLUMN_U64("holders_pages_rcu_ns_last", struct cgi_stats, holders_last.pages_rcu_ns),
	CGI_COLUMN_U64("holders_pages_rcu_ns_max", struct cgi_stats, holders_max.pages_rcu_ns),
	CGI_COLUMN_U64("holders_pages_last", struct cgi_stats, holders_last.pages),
	CGI_COLUMN_U64("holders_pages_max", struct cgi_stats, holders_max.pages),
};

static const void *cgi_stats_record(const struct cgi_snapshot *s)
{
	return &s->stats;
}

const struct cgi_view cgi_stats_view = {
	.name		= "stats",
	.want		= CGI_WANT_WAITING,
	.columns	= cgi_stats_keys,
	.nr_columns	= ARRAY_SIZE(cgi_stats_keys),
	.record		= cgi_stats_record,
};
