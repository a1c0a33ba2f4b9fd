// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invariants of hierarchies, and of the trees of cgroups and csses.
 */
#include "judges.h"

/**
 * cgi_check_hierarchy_controllers() - judge rule 1: a hierarchy carries any number of controllers
 * @c: the check
 * @s: the snapshot
 *
 * Rule 1: a hierarchy carries any number of controllers; without one it has a name.
 *
 * Context: Process, may sleep.
 */
void cgi_check_hierarchy_controllers(struct cgi_check *c, const struct cgi_snapshot *s)
{
	u32 known = BIT_ULL(s->subsystems.count) - 1;
	const struct cgi_hierarchy *h;
	size_t i;

	for (i = 0; i < s->hierarchies.count; i++) {
		h = cgi_hierarchy_at(s, i);
		if (h->controllers & ~known)
			cgi_blame(c, "hierarchy %d has controllers that do not exist: mask %#x",
				  h->id, h->controllers & ~known);
		if (!h->v2 && !h->controllers && !h->name[0])
			cgi_blame(c, "hierarchy %d has neither controller nor name", h->id);
	}
}

static bool cgi_subsys_may_be_on(const struct cgi_subsys *subsys, size_t hierarchies)
{
	return hierarchies == 1 || (!hierarchies && (subsys->flags & CGI_SUBSYS_DISABLED));
}

/**
 * cgi_check_controller_hierarchy() - judge rule 2: a controller is on exactly one hierarchy
 * @c: the check
 * @s: the snapshot
 *
 * Rule 2: a controller is attached to exactly one hierarchy, unless it was
 * disabled at boot.
 *
 * Context: Process, may sleep.
 */
void cgi_check_controller_hierarchy(struct cgi_check *c, const struct cgi_snapshot *s)
{
	const struct cgi_subsys *subsys;
	const struct cgi_hierarchy *h;
	size_t i, j, found;

	for (i = 0; i < s->subsystems.count; i++) {
		subsys = cgi_subsys_at(s, i);
		for (j = 0, found = 0; j < s->hierarchies.count; j++) {
			h = cgi_hierarchy_at(s, j);
			if (h->controllers & BIT(subsys->id)) {
				found++;
				if (h->id != subsys->hierarchy_id)
					cgi_blame(c, "%s is on hierarchy %d and on %d",
						  subsys->name, subsys->hierarchy_id, h->id);
			}
		}
		if (!cgi_subsys_may_be_on(subsys, found))
			cgi_blame(c, "%s is on %zu hierarchies", subsys->name, found);
	}
}

static void cgi_check_populated_of(struct cgi_check *c, const struct cgi_snapshot *s, u32 cgroup,
				   const struct cgi_populated *p, const char *what)
{
	if (!p->known)
		cgi_skip(c);
	else if (p->counter != p->counted)
		cgi_blame(c, "cgroup %d:%llu counts %u populated %s, there are %u",
			  cgi_h(s, cgroup), cgi_id(s, cgroup), p->counter, what, p->counted);
}

/**
 * cgi_check_populated() - judge populated counters
 * @c: the check
 * @s: the snapshot
 *
 * Context: Process, may sleep.
 */
void cgi_check_populated(struct cgi_check *c, const struct cgi_snapshot *s)
{
	const struct cgi_cgroup *cgrp;
	size_t i;

	for (i = 0; i < s->cgroups.count; i++) {
		cgrp = cgi_cgroup_at(s, i);
		cgi_check_populated_of(c, s, i, &cgrp->populated_csets, "css_sets");
		cgi_check_populated_of(c, s, i, &cgrp->populated_children, "children");
	}
}

/* In pre-order the descendants of a cgroup follow it, down to its own level. */
static void cgi_check_descendants_of(struct cgi_check *c, const struct cgi_snapshot *s, u32 cgroup)
{
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, cgroup), *other;
	u32 live = 0, removed = 0;
	size_t i;

	for (i = cgroup + 1; i < s->cgroups.count; i++) {
		other = cgi_cgroup_at(s, i);
		if (other->hierarchy != cgrp->hierarchy || other->level <= cgrp->level)
			break;
		if (other->state == CGI_CGROUP_LIVE)
			live++;
		else
			removed++;
	}
	if (live != cgrp->nr_descendants || removed != cgrp->nr_dying_descendants)
		cgi_blame(c, "cgroup %d:%llu counts %u + %u dying below, not %u + %u",
			  cgi_h(s, cgroup), cgi_id(s, cgroup), cgrp->nr_descendants,
			  cgrp->nr_dying_descendants, live, removed);
}

/**
 * cgi_check_descendants() - judge nr_descendants and nr_dying_descendants
 * @c: the check
 * @s: the snapshot
 *
 * Context: Process, may sleep.
 */
void cgi_check_descendants(struct cgi_check *c, const struct cgi_snapshot *s)
{
	size_t i;

	for (i = 0; i < s->cgroups.count; i++)
		cgi_check_descendants_of(c, s, i);
}

/**
 * cgi_check_levels() - judge levels and parents of cgroups
 * @c: the check
 * @s: the snapshot
 *
 * Context: Process, may sleep.
 */
void cgi_check_levels(struct cgi_check *c, const struct cgi_snapshot *s)
{
	const struct cgi_cgroup *cgrp, *parent;
	size_t i;

	for (i = 0; i < s->cgroups.count; i++) {
		cgrp = cgi_cgroup_at(s, i);
		if (!cgrp->parent_addr) {
			if (cgrp->level)
				cgi_blame(c, "cgroup %d:%llu has no parent, but level %u",
					  cgi_h(s, i), cgi_id(s, i), cgrp->level);
			continue;
		}
		parent = cgrp->parent == CGI_NONE ? NULL : cgi_cgroup_at(s, cgrp->parent);
		if (!parent || parent->hierarchy != cgrp->hierarchy)
			cgi_blame(c, "cgroup %d:%llu: its parent is not in its hierarchy",
				  cgi_h(s, i), cgi_id(s, i));
		else if (cgrp->level != parent->level + 1)
			cgi_blame(c, "cgroup %d:%llu has level %u, its parent %u",
				  cgi_h(s, i), cgi_id(s, i), cgrp->level, parent->level);
	}
}

static bool cgi_cgroup_is_below(const struct cgi_snapshot *s, u32 cgroup, u32 ancestor)
{
	while (cgroup != CGI_NONE && cgroup != ancestor)
		cgroup = cgi_cgroup_at(s, cgroup)->parent;
	return cgroup != CGI_NONE;
}

static void cgi_check_css(struct cgi_check *c, const struct cgi_snapshot *s,
			  const struct cgi_css *css)
{
	const char *name = cgi_subsys_at(s, css->subsys)->name;
	const struct cgi_css *parent;

	if (!css->parent_addr)
		return;
	if (css->parent == CGI_NONE) {
		cgi_blame(c, "%s:%d: its parent is not in the graph", name, css->id);
		return;
	}
	parent = cgi_css_at(s, css->parent);
	if (parent->subsys != css->subsys)
		cgi_blame(c, "%s:%d: its parent is of another controller", name, css->id);
	if (parent->serial >= css->serial || parent->order >= css->order)
		cgi_blame(c, "%s:%d is not younger than its parent %s:%d", name, css->id, name,
			  parent->id);
	/* The root css of a stolen controller has moved away from its children. */
	if (parent->parent_addr && !cgi_cgroup_is_below(s, css->cgroup, parent->cgroup))
		cgi_blame(c, "%s:%d is not below its parent %s:%d", name, css->id, name,
			  parent->id);
}

/* Older siblings stand before younger ones. */
static void cgi_check_css_order(struct cgi_check *c, const struct cgi_snapshot *s,
				const struct cgi_css *css)
{
	const char *name = cgi_subsys_at(s, css->subsys)->name;
	const struct cgi_css *older;

	if (css->older_sibling == CGI_NONE)
		return;
	older = cgi_css_at(s, css->older_sibling);
	if (older->order > css->order)
		cgi_blame(c, "%s:%d stands before its older sibling %s:%d", name, css->id,
			  name, older->id);
}

/**
 * cgi_check_css_tree() - judge parents and order of csses
 * @c: the check
 * @s: the snapshot
 *
 * Context: Process, may sleep.
 */
void cgi_check_css_tree(struct cgi_check *c, const struct cgi_snapshot *s)
{
	size_t i;

	for (i = 0; i < s->csses.count; i++) {
		cgi_check_css(c, s, cgi_css_at(s, i));
		cgi_check_css_order(c, s, cgi_css_at(s, i));
	}
}

/*
 * What surely held a css_set when its counter was read.  The tasks on its list
 * were seen in the same hold.  Css_sets of threaded cgroups were found later,
 * as their cgroups come after that of the domain; so they were there, since
 * none is made under cgroup_mutex, and each holds its dom_cset until it dies.
 *
 * Not so exited tasks and namespaces: both may have come after the counter was
 * read, and an exited task may have been on the list then and be counted twice.
 */
static u32 cgi_css_set_holders(const struct cgi_css_set *cset)
{
	u32 tasks = cset->counted ? cset->nr_on_list : 0;

	return tasks + cset->nr_threaded + (cset->init ? 1 : 0);
}

static void cgi_check_css_set_refs(struct cgi_check *c, const struct cgi_css_set *cset)
{
	u32 holders = cgi_css_set_holders(cset);

	/* Without its tasks it is judged by the rest. */
	if (!cset->counted)
		cgi_skip(c);
	if (cset->refs < holders)
		cgi_blame(c, "css_set %p has %u references, %u too few", cset->addr,
			  cset->refs, holders - cset->refs);
}

/**
 * cgi_check_refs() - judge whether counts are below what the graph explains
 * @c: the check
 * @s: the snapshot
 *
 * Children, csses and css_sets of the graph were there when the count was read,
 * unless a css_set died before: then less is explained than was counted.
 *
 * Context: Process, may sleep.
 */
void cgi_check_refs(struct cgi_check *c, const struct cgi_snapshot *s)
{
	const struct cgi_cgroup *cgrp;
	const struct cgi_css *css;
	size_t i;

	for (i = 0; i < s->css_sets.count; i++)
		cgi_check_css_set_refs(c, cgi_css_set_at(s, i));
	for (i = 0; i < s->cgroups.count; i++) {
		cgrp = cgi_cgroup_at(s, i);
		if (cgrp->refs.kind != CGI_REFS_NONE && cgrp->unaccounted < 0)
			cgi_blame(c, "cgroup %d:%llu has %ld references, %ld too few",
				  cgi_h(s, i), cgi_id(s, i), cgrp->refs.count, -cgrp->unaccounted);
	}
	for (i = 0; i < s->csses.count; i++) {
		css = cgi_css_at(s, i);
		if (css->refs.kind != CGI_REFS_NONE && css->unaccounted < 0)
			cgi_blame(c, "%s:%d has %ld references, %ld too few",
				  cgi_subsys_at(s, css->subsys)->name, css->id, css->refs.count,
				  -css->unaccounted);
	}
}
