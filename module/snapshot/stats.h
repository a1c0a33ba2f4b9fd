/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_STATS_H
#define _CGI_STATS_H

#include <linux/limits.h>
#include <linux/types.h>

#include "holder.h"

/* The kinds of objects that a snapshot counts. */
enum cgi_kind {
	CGI_KIND_TASK,
	CGI_KIND_CSS_SET,
	CGI_KIND_LINK,
	CGI_KIND_CGROUP,
	CGI_KIND_CSS,
	CGI_KIND_HIERARCHY,
	CGI_KINDS,
};

/* In place of a number of objects: they were not collected. */
#define CGI_NOT_COUNTED	U64_MAX

/**
 * struct cgi_cost - what one snapshot cost
 * @collect_ns: all passes, waiting for locks included
 * @mutex_wait_ns: all waits for cgroup_mutex together
 * @mutex_hold_ns: longest hold of cgroup_mutex
 * @lock_ns: longest hold of css_set_lock
 * @lock_nodes: most list nodes visited in one hold of css_set_lock
 * @bytes: memory of the snapshot
 * @passes: passes since the file was opened, earlier tries of the check included
 */
struct cgi_cost {
	u64 collect_ns;
	u64 mutex_wait_ns;
	u64 mutex_hold_ns;
	u64 lock_ns;
	u64 lock_nodes;
	u64 bytes;
	u64 passes;
};

/**
 * struct cgi_stats - costs since the module was loaded
 * @snapshots: snapshots that were taken; each try of the check counts as one
 * @last: cost of the last one
 * @max: the highest of each cost
 * @holders_last: cost of the last search for holders
 * @holders_max: the highest of each cost of such a search
 * @objects: objects in the last one by &enum cgi_kind, or %CGI_NOT_COUNTED
 */
struct cgi_stats {
	u64 snapshots;
	struct cgi_cost last;
	struct cgi_cost max;
	struct cgi_holders_cost holders_last;
	struct cgi_holders_cost holders_max;
	u64 objects[CGI_KINDS];
};

void cgi_stats_add(const struct cgi_cost *cost, const u64 *objects);
void cgi_stats_add_holders(const struct cgi_holders_cost *cost);
void cgi_stats_get(struct cgi_stats *stats);

#endif /* _CGI_STATS_H */
