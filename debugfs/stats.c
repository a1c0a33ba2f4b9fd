// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>

#include "view.h"

enum cgi_stats_line {
	CGI_STATS_SNAPSHOTS,
	CGI_STATS_COLLECT_LAST,
	CGI_STATS_COLLECT_MAX,
	CGI_STATS_LOCK_NS_LAST,
	CGI_STATS_LOCK_NS_MAX,
	CGI_STATS_LOCK_NODES_LAST,
	CGI_STATS_LOCK_NODES_MAX,
	CGI_STATS_BYTES_LAST,
	CGI_STATS_BYTES_MAX,
	CGI_STATS_COSTS,
};

static const char *const cgi_stats_keys[] = {
	[CGI_STATS_SNAPSHOTS]				= "snapshots",
	[CGI_STATS_COLLECT_LAST]			= "collect_ns_last",
	[CGI_STATS_COLLECT_MAX]				= "collect_ns_max",
	[CGI_STATS_LOCK_NS_LAST]			= "lock_ns_last",
	[CGI_STATS_LOCK_NS_MAX]				= "lock_ns_max",
	[CGI_STATS_LOCK_NODES_LAST]			= "lock_nodes_last",
	[CGI_STATS_LOCK_NODES_MAX]			= "lock_nodes_max",
	[CGI_STATS_BYTES_LAST]				= "bytes_last",
	[CGI_STATS_BYTES_MAX]				= "bytes_max",
	[CGI_STATS_COSTS + CGI_KIND_TASK]		= "tasks",
	[CGI_STATS_COSTS + CGI_KIND_CSS_SET]		= "css_sets",
	[CGI_STATS_COSTS + CGI_KIND_LINK]		= "links",
	[CGI_STATS_COSTS + CGI_KIND_CGROUP]		= "cgroups",
	[CGI_STATS_COSTS + CGI_KIND_CSS]		= "csses",
	[CGI_STATS_COSTS + CGI_KIND_HIERARCHY]		= "hierarchies",
};

static u64 cgi_stats_cost(const struct cgi_stats *stats, enum cgi_stats_line line)
{
	const u64 values[CGI_STATS_COSTS] = {
		[CGI_STATS_SNAPSHOTS]		= stats->snapshots,
		[CGI_STATS_COLLECT_LAST]	= stats->last.collect_ns,
		[CGI_STATS_COLLECT_MAX]		= stats->max.collect_ns,
		[CGI_STATS_LOCK_NS_LAST]	= stats->last.lock_ns,
		[CGI_STATS_LOCK_NS_MAX]		= stats->max.lock_ns,
		[CGI_STATS_LOCK_NODES_LAST]	= stats->last.lock_nodes,
		[CGI_STATS_LOCK_NODES_MAX]	= stats->max.lock_nodes,
		[CGI_STATS_BYTES_LAST]		= stats->last.bytes,
		[CGI_STATS_BYTES_MAX]		= stats->max.bytes,
	};

	return values[line];
}

static size_t cgi_stats_count(const struct cgi_snapshot *s)
{
	return ARRAY_SIZE(cgi_stats_keys);
}

static void cgi_stats_show(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	unsigned int kind = i - CGI_STATS_COSTS;

	if (i < CGI_STATS_COSTS)
		seq_printf(m, "%s: %llu\n", cgi_stats_keys[i], cgi_stats_cost(&s->stats, i));
	else if (s->stats.objects[kind] != CGI_NOT_COUNTED)
		seq_printf(m, "%s: %llu\n", cgi_stats_keys[i], s->stats.objects[kind]);
	else
		seq_printf(m, "%s: -\n", cgi_stats_keys[i]);
}

const struct cgi_view cgi_stats_view = {
	.name	= "stats",
	.count	= cgi_stats_count,
	.show	= cgi_stats_show,
};
