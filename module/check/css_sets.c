// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judges of css_sets with their links, and of tasks.
 */
#include <linux/bitops.h>
#include <linux/bits.h>

#include "judge.h"

/* Links are ordered by cgroup, and so by hierarchy. */
static u32 cgi_css_set_hierarchies(const struct cgi_snapshot *s, const struct cgi_css_set *cset)
{
	u32 i, distinct = 0, last = CGI_NONE, cgroup;

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
 * cgi_judge_task() - judge a task
 * @judge: the judge
 * @index: index of the task
 *
 * Rule 3: in each hierarchy it is in exactly one cgroup, that of its css_set.  The kernel
 * has it in two ways, by task->cgroups and by the lists of css_sets, which cgroup.procs
 * shows.  The two must agree, also of a task that exits meanwhile: it keeps its css_set.
 *
 * Rule 4: fork shares the parent's css_set, and migration gives one task another.  What
 * a snapshot can tell of it is that the task points at a css_set that is there.
 *
 * Context: Process, may sleep.
 */
void cgi_judge_task(struct cgi_judge *judge, u32 index)
{
	const struct cgi_snapshot *s = judge->snapshot;
	const struct cgi_task *task = cgi_task_at(s, index);

	judge->addr = task->addr;
	judge->number = task->started;
	if (task->css_set == CGI_NONE)
		cgi_blame(judge, CGI_INVARIANT_TASK_CSS_SET,
			  "task %d points at css_set %p, which is not in the graph",
			  task->tid, task->css_set_addr);
	if (task->listed_addr && task->listed_addr != task->css_set_addr)
		cgi_blame(judge, CGI_INVARIANT_TASK_CGROUPS,
			  "task %d points at css_set %p, but is on a list of %p", task->tid,
			  task->css_set_addr, task->listed_addr);
	else if (task->state == CGI_TASK_RUNNING && task->unlisted)
		cgi_blame(judge, CGI_INVARIANT_TASK_CGROUPS, "task %d runs, but is on no list",
			  task->tid);
}

static void cgi_blame_missing_link(struct cgi_judge *judge, const char *side,
				   const struct cgi_css_set *cset, u32 cgroup)
{
	const struct cgi_snapshot *s = judge->snapshot;

	if (cgroup == CGI_NONE)
		cgi_blame(judge, CGI_INVARIANT_LINKS_SYMMETRIC,
			  "css_set %p: link to an unknown cgroup", cset->addr);
	else
		cgi_blame(judge, CGI_INVARIANT_LINKS_SYMMETRIC,
			  "link of css_set %p and cgroup %d:%llu is not on the list of the %s",
			  cset->addr, cgi_hierarchy_of(s, cgroup)->id,
			  cgi_cgroup_at(s, cgroup)->id, side);
}

/*
 * Links and back links have the same order, highest cgroup first, so the two lists are
 * merged.  A css_set that died between the two walks has lost its links on the way, and
 * is not judged.
 */
static void cgi_judge_links_symmetric(struct cgi_judge *judge, u32 index)
{
	const struct cgi_snapshot *s = judge->snapshot;
	const struct cgi_css_set *cset = cgi_css_set_at(s, index);
	const struct cgi_css_set_evidence *evidence = cgi_css_set_evidence_at(s, index);
	u32 i = 0, j = 0, link, back;

	if (!evidence->alive) {
		cgi_skip(judge, CGI_INVARIANT_LINKS_SYMMETRIC);
		return;
	}
	while (i < cset->nr_links || j < evidence->nr_back_links) {
		link = i < cset->nr_links ?
		       cgi_link_at(s, cset->first_link + i)->cgroup : CGI_NONE;
		back = j < evidence->nr_back_links ?
		       cgi_back_link_at(s, evidence->first_back_link + j)->cgroup : CGI_NONE;
		if (link != CGI_NONE && link == back) {
			i++;
			j++;
		} else if (j == evidence->nr_back_links ||
			   (i < cset->nr_links && (link == CGI_NONE || link > back))) {
			cgi_blame_missing_link(judge, "cgroup", cset, link);
			i++;
		} else {
			cgi_blame_missing_link(judge, "css_set", cset, back);
			j++;
		}
	}
}

/**
 * cgi_judge_back_link() - judge a link that is on its cgroup's list
 * @judge: the judge
 * @index: index of the back link
 *
 * Links of a known css_set are judged with that.  While cgroup_mutex is held no css_set
 * is made, so there must be no other.
 *
 * Context: Process, may sleep.
 */
void cgi_judge_back_link(struct cgi_judge *judge, u32 index)
{
	const struct cgi_back_link *link = cgi_back_link_at(judge->snapshot, index);

	judge->addr = link->css_set_addr;
	judge->number = link->cgroup == CGI_NONE ? 0 :
			cgi_cgroup_number(judge->snapshot, link->cgroup);
	if (link->css_set == CGI_NONE)
		cgi_blame(judge, CGI_INVARIANT_LINKS_SYMMETRIC,
			  "css_set %p has a link, but none into the default hierarchy",
			  link->css_set_addr);
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

/*
 * This finds what cgroup_e_css_by_mask() in kernel/cgroup/cgroup.c finds for a css_set, but skips
 * ancestors that have the same controllers.  In a sound graph parents have more, so the way is
 * no longer than the number of controllers, however deep the cgroup is.
 */
static u32 cgi_cgroup_nearest_with(const struct cgi_judge *judge, u32 cgroup, int subsys)
{
	const struct cgi_snapshot *s = judge->snapshot;

	while (cgroup != CGI_NONE && !(cgi_cgroup_at(s, cgroup)->controllers & BIT(subsys)))
		cgroup = judge->branches[cgroup].other;
	return cgroup;
}

static void cgi_judge_effective_css(struct cgi_judge *judge, const struct cgi_css_set *cset,
				    const struct cgi_subsys *subsys)
{
	const struct cgi_snapshot *s = judge->snapshot;
	u32 linked = cgi_css_set_cgroup_in(s, cset, subsys->hierarchy_id);
	u32 css = cgi_effective_of(s, cset, subsys->id)->css;

	if (css == CGI_NONE) {
		cgi_blame(judge, CGI_INVARIANT_EFFECTIVE_CSS,
			  "css_set %p: its css of %s is not in the graph", cset->addr,
			  subsys->name);
		return;
	}
	/* CGI_INVARIANT_LINKS_UNIQUE reports a missing link. */
	if (linked == CGI_NONE)
		return;
	if (cgi_css_is_left_behind(s, cgi_css_at(s, css))) {
		cgi_skip(judge, CGI_INVARIANT_EFFECTIVE_CSS);
		return;
	}
	if (cgi_css_is_removed(cgi_css_at(s, css)) ||
	    cgi_cgroup_nearest_with(judge, linked, subsys->id) != cgi_css_at(s, css)->cgroup)
		cgi_blame(judge, CGI_INVARIANT_EFFECTIVE_CSS,
			  "css_set %p in %d:%llu uses %s:%d, not the nearest css", cset->addr,
			  cgi_hierarchy_of(s, linked)->id, cgi_cgroup_at(s, linked)->id,
			  subsys->name, cgi_css_at(s, css)->id);
}

static void cgi_judge_domain(struct cgi_judge *judge, const struct cgi_css_set *cset)
{
	const struct cgi_snapshot *s = judge->snapshot;
	u32 cgroup = cset->default_cgroup;

	if (cset->dom == CGI_NONE || cgroup == CGI_NONE) {
		cgi_blame(judge, CGI_INVARIANT_DOMAIN,
			  "css_set %p: the css_set of its domain is not in the graph",
			  cset->addr);
		return;
	}
	if (cgi_css_set_at(s, cset->dom)->default_addr !=
	    cgi_cgroup_evidence_at(s, cgroup)->dom_addr)
		cgi_blame(judge, CGI_INVARIANT_DOMAIN,
			  "css_set %p: dom_cset is not in the domain of %d:%llu", cset->addr,
			  cgi_hierarchy_of(s, cgroup)->id, cgi_cgroup_at(s, cgroup)->id);
}

/*
 * Exited tasks are not migrated, so a css_set that has no other tasks may lag behind
 * what subtree_control and mounts have changed since.  So may one whose cgroup was removed.
 */
static void cgi_judge_csses_and_domain(struct cgi_judge *judge, const struct cgi_css_set *cset)
{
	const struct cgi_snapshot *s = judge->snapshot;
	size_t i;

	if (!cset->nr_running || cset->dead) {
		cgi_skip(judge, CGI_INVARIANT_EFFECTIVE_CSS);
		cgi_skip(judge, CGI_INVARIANT_DOMAIN);
		return;
	}
	for (i = 0; i < s->subsystems.count; i++)
		cgi_judge_effective_css(judge, cset, cgi_subsys_at(s, i));
	cgi_judge_domain(judge, cset);
}

/*
 * What surely held a css_set when its counter was read.  The tasks on its list were seen
 * in the same hold.  Css_sets of threaded cgroups were found later, as their cgroups
 * come after that of the domain.  But they were there already, since none is made under
 * cgroup_mutex, and each holds its dom_cset until it dies.
 *
 * Exited tasks and namespaces are left out: they may have come after the counter was
 * read, and an exited task may still have been on the list then and would count twice.
 */
static void cgi_judge_css_set_refs(struct cgi_judge *judge, const struct cgi_css_set *cset,
				   const struct cgi_css_set_evidence *evidence)
{
	long holders = (evidence->counted ? evidence->nr_on_list : 0) + cset->nr_threaded +
		       (cset->init ? 1 : 0);

	/* If its tasks could not be counted, only the other holders are compared. */
	if (!evidence->counted)
		cgi_skip(judge, CGI_INVARIANT_REFS);
	if ((u32)cset->refs.count > INT_MAX)
		cgi_blame(judge, CGI_INVARIANT_REFS, "css_set %p: its reference count is saturated",
			  cset->addr);
	if (cset->refs.count < holders)
		cgi_blame(judge, CGI_INVARIANT_REFS,
			  "css_set %p has %lld references, %lld too few", cset->addr,
			  (s64)cset->refs.count, (s64)(holders - cset->refs.count));
}

/* The next one of a chain may have died since its predecessor was copied. */
static void cgi_judge_hash(struct cgi_judge *judge, u32 index)
{
	const struct cgi_snapshot *s = judge->snapshot;
	const struct cgi_css_set_evidence *evidence = cgi_css_set_evidence_at(s, index), *next;

	if (!evidence->hash_next_addr)
		return;
	if (evidence->hash_next == CGI_NONE) {
		cgi_skip(judge, CGI_INVARIANT_HASH);
		return;
	}
	next = cgi_css_set_evidence_at(s, evidence->hash_next);
	if (next->hash != evidence->hash)
		cgi_blame(judge, CGI_INVARIANT_HASH,
			  "css_set %p is hashed to %u, %p after it to %u",
			  cgi_css_set_at(s, index)->addr, evidence->hash,
			  evidence->hash_next_addr, next->hash);
}

/*
 * The kernel does not number css_sets.  But the cgroups that a css_set is linked to stay the
 * same as long as it lives, except for the roots of hierarchies that are mounted and unmounted,
 * which have the serial number 0.  A css_set of the same cgroups that gets the same address is
 * not told apart; it would have to violate the same invariant.
 */
static u64 cgi_css_set_number(const struct cgi_snapshot *s, const struct cgi_css_set *cset)
{
	u64 number = 0;
	u32 i, cgroup;

	for (i = 0; i < cset->nr_links; i++) {
		cgroup = cgi_link_at(s, cset->first_link + i)->cgroup;
		if (cgroup != CGI_NONE)
			number ^= rol64(cgi_cgroup_at(s, cgroup)->serial,
					cgi_hierarchy_of(s, cgroup)->id);
	}
	return number;
}

/*
 * rmdir marks the css_sets of a cgroup in the hold of cgroup_mutex in which it removes that,
 * and afterwards none is made that has a link to it.
 */
static void cgi_judge_dead(struct cgi_judge *judge, const struct cgi_css_set *cset)
{
	const struct cgi_snapshot *s = judge->snapshot;
	u32 i, cgroup, removed = CGI_NONE;

	for (i = 0; i < cset->nr_links; i++) {
		cgroup = cgi_link_at(s, cset->first_link + i)->cgroup;
		if (cgroup != CGI_NONE && cgi_cgroup_at(s, cgroup)->state != CGI_CGROUP_LIVE)
			removed = cgroup;
	}
	if (cset->dead && removed == CGI_NONE)
		cgi_blame(judge, CGI_INVARIANT_DEAD,
			  "css_set %p is dead, but none of its cgroups was removed", cset->addr);
	if (!cset->dead && removed != CGI_NONE)
		cgi_blame(judge, CGI_INVARIANT_DEAD,
			  "css_set %p is not dead, but its cgroup %d:%llu was removed",
			  cset->addr, cgi_hierarchy_of(s, removed)->id,
			  cgi_cgroup_at(s, removed)->id);
}

/**
 * cgi_judge_css_set() - judge a css_set and its links
 * @judge: the judge
 * @index: index of the css_set
 *
 * mg_tasks must be empty: only a migration puts tasks there, and it takes them off before
 * it releases the cgroup_mutex that the collectors held.
 *
 * Context: Process, may sleep.
 */
void cgi_judge_css_set(struct cgi_judge *judge, u32 index)
{
	const struct cgi_snapshot *s = judge->snapshot;
	const struct cgi_css_set *cset = cgi_css_set_at(s, index);
	const struct cgi_css_set_evidence *evidence = cgi_css_set_evidence_at(s, index);

	judge->addr = cset->addr;
	judge->number = cgi_css_set_number(s, cset);
	cgi_judge_links_symmetric(judge, index);
	if (!cgi_css_set_is_linked_once(s, cset))
		cgi_blame(judge, CGI_INVARIANT_LINKS_UNIQUE,
			  "css_set %p has %u links into %u of %zu hierarchies", cset->addr,
			  cset->nr_links, cgi_css_set_hierarchies(s, cset),
			  s->hierarchies.count);
	if (!evidence->counted)
		cgi_skip(judge, CGI_INVARIANT_NR_TASKS);
	else if (evidence->nr_on_list != cset->nr_tasks)
		cgi_blame(judge, CGI_INVARIANT_NR_TASKS,
			  "css_set %p counts %u tasks, css_set->tasks has %u%s", cset->addr,
			  cset->nr_tasks, evidence->nr_on_list,
			  evidence->nr_on_list > cset->nr_tasks ? " or more" : "");
	cgi_judge_csses_and_domain(judge, cset);
	if (cset->default_cgroup == CGI_NONE ||
	    cset->default_cgroup != cgi_css_set_cgroup_in(s, cset, 0))
		cgi_blame(judge, CGI_INVARIANT_DEFAULT_CGROUP,
			  "css_set %p: its default cgroup is not the linked one", cset->addr);
	cgi_judge_css_set_refs(judge, cset, evidence);
	cgi_judge_hash(judge, index);
	cgi_judge_dead(judge, cset);
	if (evidence->nr_on_threaded < cset->nr_threaded)
		cgi_blame(judge, CGI_INVARIANT_THREADED,
			  "css_set %p has %u threaded css_sets, its list %u", cset->addr,
			  cset->nr_threaded, evidence->nr_on_threaded);
	if (evidence->has_mg_tasks)
		cgi_blame(judge, CGI_INVARIANT_MIGRATION,
			  "css_set %p has tasks on mg_tasks", cset->addr);
}
