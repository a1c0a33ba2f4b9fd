/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the judges share.  Each judges one kind of record against all invariants of it.
 */
#ifndef _CGI_JUDGE_H
#define _CGI_JUDGE_H

#include <linux/compiler_attributes.h>
#include <linux/types.h>

#include "../snapshot/snapshot.h"

/**
 * struct cgi_branch - a cgroup and all below it
 * @nr_live: live cgroups below it
 * @nr_removed: removed cgroups below it
 * @other: its nearest ancestor that has csses of other controllers, or CGI_NONE
 */
struct cgi_branch {
	u32 nr_live;
	u32 nr_removed;
	u32 other;
};

/**
 * struct cgi_judge - a judge at work
 * @snapshot: what is judged
 * @findings: where violations go
 * @addr: identity of the object that is judged, or NULL if it has only a number
 * @number: see &struct cgi_failure
 * @branches: one for each cgroup
 * @err: 0, -ENOMEM if there was no room for a violation, or -EINTR if the caller was killed
 */
struct cgi_judge {
	const struct cgi_snapshot *snapshot;
	struct cgi_findings *findings;
	const void *addr;
	u64 number;
	struct cgi_branch *branches;
	int err;
};

/* Every root has the serial number 0, but the id of its hierarchy is not used again soon. */
static inline u64 cgi_cgroup_number(const struct cgi_snapshot *s, u32 cgroup)
{
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, cgroup);

	return cgrp->parent == CGI_NONE ? cgi_hierarchy_of(s, cgroup)->id : cgrp->serial;
}

static inline bool cgi_css_is_removed(const struct cgi_css *css)
{
	return css->killed || css->flags & CGI_CSS_FLAG_DYING;
}

__printf(3, 4) void cgi_blame(struct cgi_judge *judge, enum cgi_invariant invariant,
			      const char *format, ...);
void cgi_skip(struct cgi_judge *judge, enum cgi_invariant invariant);

/* branches.c */
int cgi_branches_create(const struct cgi_snapshot *s, struct cgi_branch **branches);

/* trees.c */
void cgi_judge_hierarchy(struct cgi_judge *judge, u32 index);
void cgi_judge_subsys(struct cgi_judge *judge, u32 index);
void cgi_judge_cgroup(struct cgi_judge *judge, u32 index);
void cgi_judge_css(struct cgi_judge *judge, u32 index);
void cgi_judge_broken(struct cgi_judge *judge, u32 index);

/* csses.c */
void cgi_judge_enabled(struct cgi_judge *judge, u32 index);
void cgi_judge_css_state(struct cgi_judge *judge, const struct cgi_css *css);
bool cgi_css_is_left_behind(const struct cgi_snapshot *s, const struct cgi_css *css);
void cgi_judge_e_csets(struct cgi_judge *judge, const struct cgi_css *css);

/* css_sets.c */
void cgi_judge_css_set(struct cgi_judge *judge, u32 index);
void cgi_judge_task(struct cgi_judge *judge, u32 index);
void cgi_judge_back_link(struct cgi_judge *judge, u32 index);

#endif /* _CGI_JUDGE_H */
