/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_SNAPSHOT_PICTURE_H
#define _CGI_SNAPSHOT_PICTURE_H

#include <linux/types.h>

#include "refs.h"

/* Up to so many removed children of a cgroup are drawn each by itself. */
#define CGI_BUNCH	8

/**
 * struct cgi_bunch - what graph.dot draws as one of the removed children of a cgroup
 * @nr: children that were removed, have no children and are linked to no css_set
 * @first: index of the first of these
 * @controllers: mask of the controllers whose csses are known to hold any of them
 * @others: index of a css that holds the cgroup itself, other than @holder of its record;
 *          the next such css is in @next_holders of &struct cgi_snapshot
 * @css_refs: unaccounted references to csses of those children, as far as they are known
 * @refs: unaccounted references to them themselves, as far as they are known
 * @unknown: there may be more of both, which could not be counted
 */
struct cgi_bunch {
	u32 nr;
	u32 first;
	u32 controllers;
	u32 others;
	struct cgi_refs css_refs;
	struct cgi_refs refs;
	bool unknown;
};

#endif /* _CGI_SNAPSHOT_PICTURE_H */
