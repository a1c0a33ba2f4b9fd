// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a judge must know of the branches of all trees of cgroups.  To look for it cgroup by
 * cgroup would take time that grows with the square of the depth.
 */
#include <linux/errno.h>

#include "../snapshot/memory.h"
#include "../snapshot/pause.h"
#include "judge.h"

/* In pre-order parents come first, so backwards all below a cgroup has been added up. */
static int cgi_branches_add_up(const struct cgi_snapshot *s, struct cgi_branch *branches)
{
	const struct cgi_cgroup *cgrp;
	size_t i;

	for (i = s->cgroups.count; i--;) {
		if (cgi_pause(i))
			return -EINTR;
		cgrp = cgi_cgroup_at(s, i);
		if (cgrp->parent == CGI_NONE)
			continue;
		branches[cgrp->parent].nr_live += branches[i].nr_live;
		branches[cgrp->parent].nr_removed += branches[i].nr_removed;
		if (cgrp->state == CGI_CGROUP_LIVE)
			branches[cgrp->parent].nr_live++;
		else
			branches[cgrp->parent].nr_removed++;
	}
	return 0;
}

/* Sets @other of each branch, forwards, as it is copied from the branch of the parent. */
static int cgi_branches_begin(const struct cgi_snapshot *s, struct cgi_branch *branches)
{
	const struct cgi_cgroup *cgrp;
	size_t i;

	for (i = 0; i < s->cgroups.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		cgrp = cgi_cgroup_at(s, i);
		branches[i] = (struct cgi_branch){ .other = cgrp->parent };
		if (cgrp->parent != CGI_NONE &&
		    cgi_cgroup_at(s, cgrp->parent)->controllers == cgrp->controllers)
			branches[i].other = branches[cgrp->parent].other;
	}
	return 0;
}

/**
 * cgi_branches_create() - learn about the branches of a snapshot
 * @s: the snapshot, derived
 * @branches: where to put an array of one for each cgroup, for kvfree(), also if this fails
 *
 * Context: Process, may sleep.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_branches_create(const struct cgi_snapshot *s, struct cgi_branch **branches)
{
	int err;

	*branches = cgi_alloc(s->cgroups.count + 1, sizeof(**branches));
	if (!*branches)
		return -ENOMEM;
	err = cgi_branches_begin(s, *branches);
	return err ? err : cgi_branches_add_up(s, *branches);
}
