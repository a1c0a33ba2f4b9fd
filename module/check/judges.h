/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the invariants share.
 */
#ifndef _CGI_JUDGES_H
#define _CGI_JUDGES_H

#include <linux/bits.h>

#include "check.h"

__printf(2, 3) void cgi_blame(struct cgi_check *c, const char *format, ...);

/* The object is in motion, or too large to be read in one hold. */
static inline void cgi_skip(struct cgi_check *c)
{
	c->skipped[c->now]++;
}

static inline const struct cgi_hierarchy *
cgi_hierarchy_of(const struct cgi_snapshot *s, u32 cgroup)
{
	return cgi_hierarchy_at(s, cgi_cgroup_at(s, cgroup)->hierarchy);
}

/* "H:ID" of a cgroup, for blame: its two halves. */
static inline int cgi_h(const struct cgi_snapshot *s, u32 cgroup)
{
	return cgi_hierarchy_of(s, cgroup)->id;
}

static inline u64 cgi_id(const struct cgi_snapshot *s, u32 cgroup)
{
	return cgi_cgroup_at(s, cgroup)->id;
}

/* check_trees.c */
void cgi_check_hierarchy_controllers(struct cgi_check *c, const struct cgi_snapshot *s);
void cgi_check_controller_hierarchy(struct cgi_check *c, const struct cgi_snapshot *s);
void cgi_check_populated(struct cgi_check *c, const struct cgi_snapshot *s);
void cgi_check_descendants(struct cgi_check *c, const struct cgi_snapshot *s);
void cgi_check_levels(struct cgi_check *c, const struct cgi_snapshot *s);
void cgi_check_css_tree(struct cgi_check *c, const struct cgi_snapshot *s);
void cgi_check_refs(struct cgi_check *c, const struct cgi_snapshot *s);

/* check_css_sets.c */
void cgi_check_task_cgroups(struct cgi_check *c, const struct cgi_snapshot *s);
void cgi_check_task_css_set(struct cgi_check *c, const struct cgi_snapshot *s);
void cgi_check_links_symmetric(struct cgi_check *c, const struct cgi_snapshot *s);
void cgi_check_links_unique(struct cgi_check *c, const struct cgi_snapshot *s);
void cgi_check_nr_tasks(struct cgi_check *c, const struct cgi_snapshot *s);
void cgi_check_effective_css(struct cgi_check *c, const struct cgi_snapshot *s);
void cgi_check_default_cgroup(struct cgi_check *c, const struct cgi_snapshot *s);
void cgi_check_domain(struct cgi_check *c, const struct cgi_snapshot *s);
void cgi_check_hash(struct cgi_check *c, const struct cgi_snapshot *s);

#endif /* _CGI_JUDGES_H */
