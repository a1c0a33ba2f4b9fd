// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invariants of css_sets and their links, tasks and csses.
 */
#include "judges.h"

static u32 cgi_css_set_hierarchies(const struct cgi_snapshot *s, const struct cgi_css_set *cset)
{
	u32 i, distinct = 0, last = CGI_NONE, cgroup;

	/* Links are ordered by cgroup, and so by hierarchy. */
	for (i = 0; i < cset->nr_links; i++) {
		cgroup = cgi_link_at(s, cset->first_link + i)->cgroup;
		if (cgroup == CGI_NONE || cgi_cgroup_at(s, cgroup)->hierarchy == last)
			continue;
		last = cgi_cgroup_at(s, cgroup)->hierarchy;
		distinct++;
	}
	return distinct;
}

static bool cgi_css_set_is_linked_once(const struct cgi_snapshot *s,
				       const struct cgi_css_set *cset)
{
	return cset->nr_links == s->hierarchies.count &&
	       cgi_css_set_hierarchies(s, cset) == s->hierarchies.count;
}

/**
 * cgi_check_task_cgroups() - judge rule 3: in each hierarchy a task is in exactly one cgroup
 * @c: the check
 * @s: the snapshot
 *
 * Rule 3: in each hierarchy a task is in exactly one cgroup.
 *
 * Context: Process, may sleep.
 */
void cgi_check_task_cgroups(struct cgi_check *c, const struct cgi_snapshot *s)
{
	const struct cgi_task *task;
	size_t i;

	for (i = 0; i < s->tasks.count; i++) {
		task = cgi_task_at(s, i);
		if (task->css_set == CGI_NONE)
			continue;
		if (!cgi_css_set_is_linked_once(s, cgi_css_set_at(s, task->css_set)))
			cgi_blame(c, "task %d is not in exactly one cgroup of each hierarchy",
				  task->tid);
	}
}

/**
 * cgi_check_task_css_set() - judge rule 4 as far as a snapshot can tell
 * @c: the check
 * @s: the snapshot
 *
 * Rule 4: fork shares the parent's css_set, migration gives one task another.
 * What a snapshot can tell of it: each task points at a css_set that is there.
 *
 * Context: Process, may sleep.
 */
void cgi_check_task_css_set(struct cgi_check *c, const struct cgi_snapshot *s)
{
	const struct cgi_task *task;
	size_t i;

	for (i = 0; i < s->tasks.count; i++) {
		task = cgi_task_at(s, i);
		if (task->css_set == CGI_NONE)
			cgi_blame(c, "task %d points at css_set %p, which is not in the graph",
				  task->tid, task->css_set_addr);
	}
}

static void cgi_blame_missing(struct cgi_check *c, const struct cgi_snapshot *s,
			      const char *side, const struct cgi_css_set *cset, u32 cgroup)
{
	if (cgroup == CGI_NONE)
		cgi_blame(c, "css_set %p: link to an unknown cgroup", cset->addr);
	else
		cgi_blame(c, "link of css_set %p and cgroup %d:%llu is not on the list of the %s",
			  cset->addr, cgi_h(s, cgroup), cgi_id(s, cgroup), side);
}

/* Both lists of a css_set have the same order: find where they part. */
static size_t cgi_check_css_set_symmetric(struct cgi_check *c, const struct cgi_snapshot *s,
					  u32 index, size_t back)
{
	const struct cgi_css_set *cset = cgi_css_set_at(s, index);
	const struct cgi_back_link *link;
	u32 i = 0, cgroup;

	for (; back < s->back_links.count; back++) {
		link = cgi_back_link_at(s, back);
		if (link->css_set != index)
			break;
		for (; i < cset->nr_links; i++) {
			cgroup = cgi_link_at(s, cset->first_link + i)->cgroup;
			if (cgroup != CGI_NONE && cgroup <= link->cgroup)
				break;
			cgi_blame_missing(c, s, "cgroup", cset, cgroup);
		}
		if (i == cset->nr_links ||
		    cgi_link_at(s, cset->first_link + i)->cgroup != link->cgroup)
			cgi_blame_missing(c, s, "css_set", cset, link->cgroup);
		else
			i++;
	}
	for (; i < cset->nr_links; i++)
		cgi_blame_missing(c, s, "cgroup", cset,
				  cgi_link_at(s, cset->first_link + i)->cgroup);
	return back;
}

static size_t cgi_back_links_skip(const struct cgi_snapshot *s, u32 index, size_t back)
{
	while (back < s->back_links.count && cgi_back_link_at(s, back)->css_set == index)
		back++;
	return back;
}

/**
 * cgi_check_links_symmetric() - judge whether links are on the lists of both ends
 * @c: the check
 * @s: the snapshot
 *
 * A css_set that died between the two walks has lost its links on the way.
 *
 * Context: Process, may sleep.
 */
void cgi_check_links_symmetric(struct cgi_check *c, const struct cgi_snapshot *s)
{
	size_t i, back = 0;

	for (i = 0; i < s->css_sets.count; i++) {
		if (cgi_css_set_at(s, i)->alive) {
			back = cgi_check_css_set_symmetric(c, s, i, back);
		} else {
			cgi_skip(c);
			back = cgi_back_links_skip(s, i, back);
		}
	}
	/* None can be made while cgroup_mutex is held. */
	for (; back < s->back_links.count; back++)
		cgi_blame(c, "css_set %p has a link, but none into the default hierarchy",
			  cgi_back_link_at(s, back)->css_set_addr);
}

/**
 * cgi_check_links_unique() - judge whether a css_set has one link for each hierarchy
 * @c: the check
 * @s: the snapshot
 *
 * Context: Process, may sleep.
 */
void cgi_check_links_unique(struct cgi_check *c, const struct cgi_snapshot *s)
{
	const struct cgi_css_set *cset;
	size_t i;

	for (i = 0; i < s->css_sets.count; i++) {
		cset = cgi_css_set_at(s, i);
		if (!cgi_css_set_is_linked_once(s, cset))
			cgi_blame(c, "css_set %p has %u links into %u of %zu hierarchies",
				  cset->addr, cset->nr_links, cgi_css_set_hierarchies(s, cset),
				  s->hierarchies.count);
	}
}

/**
 * cgi_check_nr_tasks() - judge nr_tasks against the lists of a css_set
 * @c: the check
 * @s: the snapshot
 *
 * Context: Process, may sleep.
 */
void cgi_check_nr_tasks(struct cgi_check *c, const struct cgi_snapshot *s)
{
	const struct cgi_css_set *cset;
	size_t i;

	for (i = 0; i < s->css_sets.count; i++) {
		cset = cgi_css_set_at(s, i);
		if (!cset->counted)
			cgi_skip(c);
		else if (cset->nr_on_list != cset->nr_tasks)
			cgi_blame(c, "css_set %p counts %u tasks, its lists hold %u%s",
				  cset->addr, cset->nr_tasks, cset->nr_on_list,
				  cset->nr_on_list > cset->nr_tasks ? " or more" : "");
	}
}

static u32 cgi_css_set_cgroup_in(const struct cgi_snapshot *s, const struct cgi_css_set *cset,
				 int hierarchy_id)
{
	u32 i, cgroup;

	for (i = 0; i < cset->nr_links; i++) {
		cgroup = cgi_link_at(s, cset->first_link + i)->cgroup;
		if (cgroup != CGI_NONE && cgi_hierarchy_of(s, cgroup)->id == hierarchy_id)
			return cgroup;
	}
	return CGI_NONE;
}

/* As cgroup_e_css() in kernel/cgroup/cgroup.c looks for it. */
static u32 cgi_cgroup_nearest_with(const struct cgi_snapshot *s, u32 cgroup, int subsys)
{
	while (cgroup != CGI_NONE && !(cgi_cgroup_at(s, cgroup)->controllers & BIT(subsys)))
		cgroup = cgi_cgroup_at(s, cgroup)->parent;
	return cgroup;
}

/*
 * When an implicit controller is mounted on v1, kernels before 7.3 leave the
 * css_sets of v2 at the csses that they had, until their tasks migrate.
 */
static bool cgi_css_is_left_behind(const struct cgi_css *css, const struct cgi_subsys *subsys)
{
	bool removed = css->killed || css->flags & CGI_CSS_FLAG_DYING;

	return removed && subsys->hierarchy_id && subsys->flags & CGI_SUBSYS_IMPLICIT_ON_DFL;
}

static void cgi_check_css_set_css(struct cgi_check *c, const struct cgi_snapshot *s,
				  const struct cgi_css_set *cset, const struct cgi_subsys *subsys)
{
	u32 linked = cgi_css_set_cgroup_in(s, cset, subsys->hierarchy_id);
	u32 css = cset->css[subsys->id], nearest;

	if (css == CGI_NONE) {
		cgi_blame(c, "css_set %p: its css of %s is not in the graph", cset->addr,
			  subsys->name);
		return;
	}
	/* Which is blamed by others. */
	if (linked == CGI_NONE)
		return;
	if (cgi_css_is_left_behind(cgi_css_at(s, css), subsys)) {
		cgi_skip(c);
		return;
	}
	nearest = cgi_cgroup_nearest_with(s, linked, subsys->id);
	if (nearest != cgi_css_at(s, css)->cgroup)
		cgi_blame(c, "css_set %p in %d:%llu uses %s:%d, not the nearest css",
			  cset->addr, cgi_h(s, linked), cgi_id(s, linked), subsys->name,
			  cgi_css_at(s, css)->id);
}

/*
 * Exited tasks are not migrated: a css_set that has no other may lag behind
 * what subtree_control and mounts have changed since.
 */
static bool cgi_css_set_is_current(const struct cgi_css_set *cset)
{
	return cset->nr_running && !cset->dead;
}

/**
 * cgi_check_effective_css() - judge the effective csses of css_sets
 * @c: the check
 * @s: the snapshot
 *
 * Context: Process, may sleep.
 */
void cgi_check_effective_css(struct cgi_check *c, const struct cgi_snapshot *s)
{
	const struct cgi_css_set *cset;
	size_t i, j;

	for (i = 0; i < s->css_sets.count; i++) {
		cset = cgi_css_set_at(s, i);
		if (!cgi_css_set_is_current(cset)) {
			cgi_skip(c);
			continue;
		}
		for (j = 0; j < s->subsystems.count; j++)
			cgi_check_css_set_css(c, s, cset, cgi_subsys_at(s, j));
	}
}

/**
 * cgi_check_default_cgroup() - judge css_set->dfl_cgrp against the links
 * @c: the check
 * @s: the snapshot
 *
 * Context: Process, may sleep.
 */
void cgi_check_default_cgroup(struct cgi_check *c, const struct cgi_snapshot *s)
{
	const struct cgi_css_set *cset;
	size_t i;

	for (i = 0; i < s->css_sets.count; i++) {
		cset = cgi_css_set_at(s, i);
		if (cset->default_cgroup == CGI_NONE ||
		    cset->default_cgroup != cgi_css_set_cgroup_in(s, cset, 0))
			cgi_blame(c, "css_set %p: its default cgroup is not the linked one",
				  cset->addr);
	}
}

static void cgi_check_css_set_domain(struct cgi_check *c, const struct cgi_snapshot *s,
				     const struct cgi_css_set *cset)
{
	const struct cgi_cgroup *cgrp;

	if (cset->dom == CGI_NONE || cset->default_cgroup == CGI_NONE) {
		cgi_blame(c, "css_set %p: the css_set of its domain is not in the graph",
			  cset->addr);
		return;
	}
	cgrp = cgi_cgroup_at(s, cset->default_cgroup);
	if (cgi_css_set_at(s, cset->dom)->default_addr != cgrp->dom_addr)
		cgi_blame(c, "css_set %p: dom_cset is not in the domain of %d:%llu",
			  cset->addr, cgi_h(s, cset->default_cgroup),
			  cgi_id(s, cset->default_cgroup));
}

/**
 * cgi_check_domain() - judge css_set->dom_cset against cgroup->dom_cgrp
 * @c: the check
 * @s: the snapshot
 *
 * Context: Process, may sleep.
 */
void cgi_check_domain(struct cgi_check *c, const struct cgi_snapshot *s)
{
	size_t i;

	for (i = 0; i < s->css_sets.count; i++) {
		if (cgi_css_set_is_current(cgi_css_set_at(s, i)))
			cgi_check_css_set_domain(c, s, cgi_css_set_at(s, i));
		else
			cgi_skip(c);
	}
}

/**
 * cgi_check_hash() - judge whether css_sets of a hash chain have the same key
 * @c: the check
 * @s: the snapshot
 *
 * css_sets of one chain of the hash table have the same key; the next one may have died.
 *
 * Context: Process, may sleep.
 */
void cgi_check_hash(struct cgi_check *c, const struct cgi_snapshot *s)
{
	const struct cgi_css_set *cset, *next;
	size_t i;

	for (i = 0; i < s->css_sets.count; i++) {
		cset = cgi_css_set_at(s, i);
		if (!cset->hash_next_addr)
			continue;
		if (cset->hash_next == CGI_NONE) {
			cgi_skip(c);
			continue;
		}
		next = cgi_css_set_at(s, cset->hash_next);
		if (next->hash != cset->hash)
			cgi_blame(c, "css_set %p is hashed to %u, %p after it to %u",
				  cset->addr, cset->hash, next->addr, next->hash);
	}
}
