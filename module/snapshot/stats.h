/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_STATS_H
#define _CGI_STATS_H

#include <linux/types.h>

/* The kinds of objects that a snapshot counts. */
enum cgi_kind {
	CGI_KIND_TASK,
	CGI_KIND_CSS_SET,
	CGI_KIND_LINK,
	CGI_KIND_CGROUP,
	CGI_KIND_CSS,
	CGI_KIND_HIERARCHY,
	CGI_KIND_COUNT,
};

/**
 * struct cgi_cost - what one snapshot cost
 * @collect_ns: whole collection, waiting for locks included
 * @lock_ns: longest hold of css_set_lock
 * @lock_nodes: most list nodes visited in one hold of css_set_lock
 * @bytes: memory of the snapshot
 */
struct cgi_cost {
	u64 collect_ns;
	u64 lock_ns;
	u64 lock_nodes;
	u64 bytes;
};

/**
 * struct cgi_stats - costs since the module was loaded
 * @snapshots: collections that ended well
 * @last: cost of the last one
 * @max: the worst of each cost
 * @objects: objects in the last one, by &enum cgi_kind
 * @known: bit for each kind that the last one collected
 */
struct cgi_stats {
	u64 snapshots;
	struct cgi_cost last;
	struct cgi_cost max;
	u64 objects[CGI_KIND_COUNT];
	u32 known;
};

void cgi_stats_add(const struct cgi_cost *cost, const u64 *objects, u32 known);
void cgi_stats_get(struct cgi_stats *stats);

#endif /* _CGI_STATS_H */
