// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judges of hierarchies and controllers, and of the trees of cgroups and csses.
 */
#include <linux/bits.h>

#include "judge.h"

/**
 * cgi_judge_hierarchy() - judge a hierarchy
 * @judge: the judge
 * @index: index of the hierarchy
 *
 * Rule 1: it carries any number of controllers; without one it has a name.
 *
 * Context: Process, may sleep.
 */
void cgi_judge_hierarchy(struct cgi_judge *judge, u32 index)
{
	const struct cgi_snapshot *s = judge->snapshot;
	const struct cgi_hierarchy *h = cgi_hierarchy_at(s, index);
	u32 known = BIT_ULL(s->subsystems.count) - 1;
	int found;

	judge->addr = h->addr;
	judge->number = h->id;
	if (h->controllers & ~known)
		cgi_blame(judge, CGI_INVARIANT_HIERARCHY_CONTROLLERS,
			  "hierarchy %d has controllers that do not exist: mask %#x",
			  h->id, h->controllers & ~known);
	if (h->version == 1 && !h->controllers && !h->name[0])
		cgi_blame(judge, CGI_INVARIANT_HIERARCHY_CONTROLLERS,
			  "hierarchy %d has neither controller nor name", h->id);
	/* css_free_rwork_fn() counts off each cgroup, and the root before its hierarchy goes. */
	found = h->nr_cgroups + h->nr_dying - (h->state == CGI_HIERARCHY_DYING ? 1 : 0);
	if (h->nr_counted < found)
		cgi_blame(judge, CGI_INVARIANT_NR_CGROUPS,
			  "hierarchy %d counts %d cgroups, %d are there", h->id, h->nr_counted,
			  found);
}

/**
 * cgi_judge_subsys() - judge a controller
 * @judge: the judge
 * @index: index of the controller
 *
 * Rule 2: it is attached to exactly one hierarchy, unless it was disabled at boot.
 *
 * Context: Process, may sleep.
 */
void cgi_judge_subsys(struct cgi_judge *judge, u32 index)
{
	const struct cgi_snapshot *s = judge->snapshot;
	const struct cgi_subsys *subsys = cgi_subsys_at(s, index);
	const struct cgi_hierarchy *h;
	size_t i, found = 0;

	judge->addr = NULL;
	judge->number = subsys->id;
	for (i = 0; i < s->hierarchies.count; i++) {
		h = cgi_hierarchy_at(s, i);
		if (!(h->controllers & BIT(subsys->id)))
			continue;
		found++;
		if (h->id != subsys->hierarchy_id)
			cgi_blame(judge, CGI_INVARIANT_CONTROLLER_HIERARCHY,
				  "%s is on hierarchy %d and on %d", subsys->name,
				  subsys->hierarchy_id, h->id);
	}
	if (found > 1 || (!found && !(subsys->flags & CGI_SUBSYS_DISABLED)))
		cgi_blame(judge, CGI_INVARIANT_CONTROLLER_HIERARCHY,
			  "%s is on %zu hierarchies", subsys->name, found);
}

/* A cgroup that could not be judged is counted once, however many of these are not known. */
static bool cgi_populated_is_known(const struct cgi_cgroup_evidence *evidence)
{
	return evidence->populated_csets.known && evidence->populated_children.known &&
	       evidence->populated_domain.known && evidence->populated_threaded.known;
}

static void cgi_judge_populated(struct cgi_judge *judge, u32 index, const char *what,
				const struct cgi_populated *p)
{
	const struct cgi_snapshot *s = judge->snapshot;

	if (p->known && p->counter != p->counted)
		cgi_blame(judge, CGI_INVARIANT_POPULATED,
			  "cgroup %d:%llu counts %u populated %s, there are %u",
			  cgi_hierarchy_of(s, index)->id, cgi_cgroup_at(s, index)->id,
			  p->counter, what, p->counted);
}

static void cgi_judge_descendants(struct cgi_judge *judge, u32 index)
{
	const struct cgi_snapshot *s = judge->snapshot;
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, index);
	const struct cgi_cgroup_evidence *evidence = cgi_cgroup_evidence_at(s, index);
	const struct cgi_branch *branch = &judge->branches[index];

	if (branch->nr_live != evidence->nr_descendants ||
	    branch->nr_removed != cgrp->nr_dying_descendants)
		cgi_blame(judge, CGI_INVARIANT_DESCENDANTS,
			  "cgroup %d:%llu counts %u + %u dying below, not %u + %u",
			  cgi_hierarchy_of(s, index)->id, cgrp->id, evidence->nr_descendants,
			  cgrp->nr_dying_descendants, branch->nr_live, branch->nr_removed);
}

static void cgi_judge_level(struct cgi_judge *judge, u32 index)
{
	const struct cgi_snapshot *s = judge->snapshot;
	const struct cgi_cgroup_evidence *evidence = cgi_cgroup_evidence_at(s, index);
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, index), *parent;
	int id = cgi_hierarchy_of(s, index)->id;

	parent = cgrp->parent == CGI_NONE ? NULL : cgi_cgroup_at(s, cgrp->parent);
	if (evidence->parent_addr != (parent ? parent->addr : NULL))
		cgi_blame(judge, CGI_INVARIANT_LEVELS,
			  "cgroup %d:%llu is not a child of what it names as its parent", id,
			  cgrp->id);
	if (evidence->strange)
		cgi_blame(judge, CGI_INVARIANT_LEVELS,
			  "cgroup %d:%llu names another hierarchy or another cgroup as its own",
			  id, cgrp->id);
	if (!parent && cgrp->level)
		cgi_blame(judge, CGI_INVARIANT_LEVELS,
			  "cgroup %d:%llu has no parent, but level %u", id, cgrp->id,
			  cgrp->level);
	if (parent && cgrp->level != parent->level + 1)
		cgi_blame(judge, CGI_INVARIANT_LEVELS,
			  "cgroup %d:%llu has level %u, its parent %u", id, cgrp->id,
			  cgrp->level, parent->level);
}

/**
 * cgi_judge_cgroup() - judge a cgroup
 * @judge: the judge
 * @index: index of the cgroup
 *
 * References are read first.  Children, csses and css_sets that are found later held
 * theirs already, because cgroup_mutex keeps new ones from being made.  A css_set that
 * dies in between makes the explained number smaller, never greater.  So a count below
 * that number is a fault.  The same goes for csses.
 *
 * Context: Process, may sleep.
 */
void cgi_judge_cgroup(struct cgi_judge *judge, u32 index)
{
	const struct cgi_snapshot *s = judge->snapshot;
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, index);
	const struct cgi_cgroup_evidence *evidence = cgi_cgroup_evidence_at(s, index);

	judge->addr = cgrp->addr;
	judge->number = cgi_cgroup_number(s, index);
	if (!cgi_populated_is_known(evidence))
		cgi_skip(judge, CGI_INVARIANT_POPULATED);
	cgi_judge_populated(judge, index, "css_sets", &evidence->populated_csets);
	cgi_judge_populated(judge, index, "children", &evidence->populated_children);
	cgi_judge_populated(judge, index, "domain children", &evidence->populated_domain);
	cgi_judge_populated(judge, index, "threaded children", &evidence->populated_threaded);
	cgi_judge_descendants(judge, index);
	cgi_judge_level(judge, index);
	cgi_judge_enabled(judge, index);
	if (evidence->wrong_ancestor != CGI_NONE)
		cgi_blame(judge, CGI_INVARIANT_ANCESTORS,
			  "cgroup %d:%llu has got its ancestor of level %u wrong",
			  cgi_hierarchy_of(s, index)->id, cgrp->id, evidence->wrong_ancestor);
	if (evidence->nr_threaded != cgrp->nr_threaded_children)
		cgi_blame(judge, CGI_INVARIANT_THREADED,
			  "cgroup %d:%llu counts %u threaded children, there are %u",
			  cgi_hierarchy_of(s, index)->id, cgrp->id, cgrp->nr_threaded_children,
			  evidence->nr_threaded);
	if (cgrp->unaccounted.kind != CGI_REFS_UNKNOWN && cgrp->unaccounted.count < 0)
		cgi_blame(judge, CGI_INVARIANT_REFS,
			  "cgroup %d:%llu has %lld references, %lld too few",
			  cgi_hierarchy_of(s, index)->id, cgrp->id, (s64)cgrp->refs.count,
			  -(s64)cgrp->unaccounted.count);
}

static bool cgi_cgroup_is_below(const struct cgi_snapshot *s, u32 cgroup, u32 ancestor)
{
	while (cgroup != CGI_NONE && cgroup != ancestor)
		cgroup = cgi_cgroup_at(s, cgroup)->parent;
	return cgroup != CGI_NONE;
}

static void cgi_judge_css_parent(struct cgi_judge *judge, const struct cgi_css *css)
{
	const struct cgi_snapshot *s = judge->snapshot;
	const char *name = cgi_subsys_at(s, css->subsys)->name;
	const struct cgi_css *parent;

	if (cgi_css_evidence_of(s, css)->parent_addr != css->found_addr)
		cgi_blame(judge, CGI_INVARIANT_CSS_TREE,
			  "%s:%d is not a child of what it names as its parent", name, css->id);
	if (css->parent == CGI_NONE)
		return;
	parent = cgi_css_at(s, css->parent);
	if (parent->serial >= css->serial || parent->order >= css->order)
		cgi_blame(judge, CGI_INVARIANT_CSS_TREE,
			  "%s:%d is not younger than its parent %s:%d", name, css->id, name,
			  parent->id);
	/*
	 * When a controller moves to another hierarchy its root css moves to the root
	 * cgroup there, away from children that are not released yet.
	 */
	if (parent->found_addr && !cgi_cgroup_is_below(s, css->cgroup, parent->cgroup))
		cgi_blame(judge, CGI_INVARIANT_CSS_TREE, "%s:%d is not below its parent %s:%d",
			  name, css->id, name, parent->id);
}

/**
 * cgi_judge_css() - judge a css
 * @judge: the judge
 * @index: index of the css
 *
 * Context: Process, may sleep.
 */
void cgi_judge_css(struct cgi_judge *judge, u32 index)
{
	const struct cgi_snapshot *s = judge->snapshot;
	const struct cgi_css *css = cgi_css_at(s, index), *older;
	const struct cgi_css_evidence *evidence = cgi_css_evidence_of(s, css);
	const char *name = cgi_subsys_at(s, css->subsys)->name;

	judge->addr = css->addr;
	judge->number = css->serial;
	cgi_judge_css_parent(judge, css);
	cgi_judge_css_state(judge, css);
	cgi_judge_e_csets(judge, css);
	if (evidence->strange)
		cgi_blame(judge, CGI_INVARIANT_CSS_TREE, "%s:%d names another controller", name,
			  css->id);
	if (evidence->older_sibling != CGI_NONE) {
		older = cgi_css_at(s, evidence->older_sibling);
		if (older->order > css->order)
			cgi_blame(judge, CGI_INVARIANT_CSS_TREE,
				  "%s:%d stands before its older sibling %s:%d", name, css->id,
				  name, older->id);
	}
	if (css->unaccounted.kind != CGI_REFS_UNKNOWN && css->unaccounted.count < 0)
		cgi_blame(judge, CGI_INVARIANT_REFS, "%s:%d has %lld references, %lld too few",
			  name, css->id, (s64)css->refs.count, -(s64)css->unaccounted.count);
}

static const char *const cgi_list_names[CGI_LISTS_OF_KINDS] = {
	[CGI_LIST_OF_CHILDREN]		= "children",
	[CGI_LIST_OF_CSS_SETS]		= "cset_links",
	[CGI_LIST_OF_CSSES]		= "children",
	[CGI_LIST_OF_E_CSETS]		= "e_csets",
	[CGI_LIST_OF_LINKS]		= "cgrp_links",
	[CGI_LIST_OF_TASKS]		= "tasks",
	[CGI_LIST_OF_DYING_TASKS]	= "dying_tasks",
	[CGI_LIST_OF_THREADED_CSETS]	= "threaded_csets",
};

/**
 * cgi_judge_broken() - judge a list on which a walk lost its way
 * @judge: the judge
 * @index: index of its record
 *
 * All lists are changed under the lock under which they were walked.
 *
 * Context: Process, may sleep.
 */
void cgi_judge_broken(struct cgi_judge *judge, u32 index)
{
	const struct cgi_snapshot *s = judge->snapshot;
	const struct cgi_broken *broken = cgi_broken_at(s, index);
	const char *name = cgi_list_names[broken->list];
	const struct cgi_css *css;

	judge->addr = broken->owner_addr;
	judge->number = broken->list;
	if (broken->list > CGI_LIST_OF_E_CSETS || broken->owner == CGI_NONE) {
		cgi_blame(judge, CGI_INVARIANT_LISTS, "css_set %p: its %s are not a sound list",
			  broken->owner_addr, name);
	} else if (broken->list > CGI_LIST_OF_CSS_SETS) {
		css = cgi_css_at(s, broken->owner);
		cgi_blame(judge, CGI_INVARIANT_LISTS, "%s:%d: its %s are not a sound list",
			  cgi_subsys_at(s, css->subsys)->name, css->id, name);
	} else {
		cgi_blame(judge, CGI_INVARIANT_LISTS, "cgroup %d:%llu: its %s are not a sound list",
			  cgi_hierarchy_of(s, broken->owner)->id,
			  cgi_cgroup_at(s, broken->owner)->id, name);
	}
}
