/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The snapshot: one picture of the cgroup graph as plain arrays.
 *
 * Collectors fill it and views print it; neither knows the other.  Records name
 * each other by index.  The addresses in them are identities: they tell two
 * objects apart.  Nothing but a collector that still holds the cgroup_mutex
 * under which it wrote an address turns it back into an object, by
 * cgi_object_at() in module/collect/locks.h.
 */
#ifndef _CGI_SNAPSHOT_H
#define _CGI_SNAPSHOT_H

#include <linux/bits.h>
#include <linux/types.h>

#include "array.h"
#include "broken.h"
#include "cgroup.h"
#include "charge.h"
#include "css.h"
#include "css_set.h"
#include "evidence.h"
#include "exit.h"
#include "findings.h"
#include "hierarchy.h"
#include "holder.h"
#include "keys.h"
#include "moment.h"
#include "origin.h"
#include "pause.h"
#include "picture.h"
#include "refs.h"
#include "stats.h"
#include "task.h"
#include "text.h"
#include "waiting.h"

/* As an index: there is no such record. */
#define CGI_NONE	U32_MAX

/*
 * What a view needs; the rest stays empty and costs nothing.
 *
 * With CGI_WANT_GRAPH a pass holds cgroup_mutex, and finds the hierarchies and controllers.
 * CGI_WANT_TASKS without it, alone or with names and origins, collects tasks under RCU alone.
 * CGI_WANT_WAITING does not need it either, all other wants do.  Tasks without CGI_WANT_CSS_SETS
 * bring those css_sets and cgroups that they lead to.
 */
#define CGI_WANT_GRAPH		BIT(0)
#define CGI_WANT_TASKS		BIT(1)
#define CGI_WANT_CGROUPS	BIT(2)
#define CGI_WANT_CSSES		BIT(3)	/* with CGI_WANT_CGROUPS */
#define CGI_WANT_CSS_SETS	BIT(4)	/* and links, with CGI_WANT_CGROUPS */
#define CGI_WANT_REFS		BIT(5)	/* references to cgroups and csses */
#define CGI_WANT_NAMES		BIT(6)	/* of cgroups */
#define CGI_WANT_ALL		(CGI_WANT_GRAPH | CGI_WANT_TASKS | CGI_WANT_CGROUPS |	\
				 CGI_WANT_CSSES | CGI_WANT_CSS_SETS | CGI_WANT_REFS |	\
				 CGI_WANT_NAMES)

#define CGI_WANT_CHECK		BIT(7)	/* with all of it: judge what was found */

/*
 * Numbers that must be exact if that takes no more than waiting: what is unaccounted of
 * css_sets, with them and the tasks; of cgroups and csses, with all but the tasks; and states
 * of hierarchies, with the cgroups.
 */
#define CGI_WANT_EXACT_CSS_SETS	BIT(8)
#define CGI_WANT_EXACT_TREES	BIT(9)
#define CGI_WANT_EXACT_STATES	BIT(10)

#define CGI_WANT_WAITING	BIT(11)	/* who waits for cgroup_mutex, and for whom */

/* With CGI_WANT_TASKS, but not for the check: their parents, namespaces, and how they stand. */
#define CGI_WANT_ORIGINS	BIT(12)

/* With CGI_WANT_CSS_SETS: which cgroups take a process, and which are frozen. */
#define CGI_WANT_ATTACH		BIT(13)

/* With CGI_WANT_CSSES: what is charged to those of memory. */
#define CGI_WANT_CHARGES	BIT(14)

/* With CGI_WANT_CSS_SETS: how many exited tasks each cgroup has. */
#define CGI_WANT_EXITING	BIT(15)

#define CGI_WANT_HOLDERS	BIT(16)	/* with all of it, and exact numbers: who holds what */

/* With all of it, charges too: what is drawn as one, and how css_sets are called in a picture. */
#define CGI_WANT_PICTURE	BIT(17)

/**
 * struct cgi_snapshot - everything that one open file shows
 * @want: CGI_WANT_*, what to collect
 * @cautious: room is reserved only for what was counted, and a quarter more
 * @tasks: &struct cgi_task by tid
 * @css_sets: &struct cgi_css_set
 * @css_set_evidence: &struct cgi_css_set_evidence, as @css_sets; for the check only
 * @effective: &struct cgi_effective by css_set, each by id of the controller
 * @links: &struct cgi_link by css_set, highest hierarchy id first
 * @cgroups: &struct cgi_cgroup by hierarchy, each in pre-order; where only those of tasks are
 *           there, parents come first, and there is no other order
 * @cgroup_evidence: &struct cgi_cgroup_evidence, as @cgroups; for the check only
 * @csses: &struct cgi_css by controller
 * @css_evidence: &struct cgi_css_evidence, one for each css; for the check only
 * @charges: &struct cgi_charge, one for each css of memory
 * @writebacks: &struct cgi_writeback
 * @writeback_known: all of these are there
 * @hierarchies: &struct cgi_hierarchy by id; from RCU alone, in the order in which they were found
 * @subsystems: &struct cgi_subsys by id
 * @names: bytes, names of cgroups
 * @off_list: &struct cgi_off_list by task, tasks on dying_tasks
 * @on_list: &struct cgi_on_list, tasks on any list; for the check only
 * @namespaces: &struct cgi_namespace, each once
 * @exits: &struct cgi_exit, exited tasks on no list, if the tasks are not wanted
 * @exiting: &struct cgi_refs, as @cgroups: how many exited tasks each has
 * @origins: &struct cgi_origin of tasks, each once but for rare exceptions
 * @samples: &struct cgi_sample, of the css_sets that were still there
 * @back_links: &struct cgi_back_link by css_set, like @links; for the check only
 * @doubts: &struct cgi_doubt, what may be held by something that was released
 * @earlier_doubts: those of the pass before the last wait, by identity
 * @ancestors: &struct cgi_ancestor, for a walk over a tree
 * @broken: &struct cgi_broken, lists on which a walk lost its way
 * @inside: &struct cgi_holder, those that are found from the object itself, under cgroup_mutex
 * @held: &struct cgi_held by address, what was held before holders were looked for
 * @holders: &struct cgi_holder, what was found then
 * @bunches: &struct cgi_bunch, as @cgroups; for graph.dot only
 * @next_holders: u32, as @csses: index of the next css that holds the same cgroup; for graph.dot
 *                only
 * @homes: u32, as @css_sets: index of the link beside which a css_set is drawn whole; for graph.dot
 *         only
 * @first_tree: the first hierarchy that has more than its root, or 0
 * @addr_digits: so many digits at the end of their identities tell css_sets apart
 * @holders_missed: some could not be looked for, as somebody held a lock or changed a table too
 *                  often
 * @paths: of files that are holders; it begins with a NUL
 * @css_set_keys: where to find css_sets while they are collected, if those of tasks are wanted
 * @cgroup_keys: the same for cgroups
 * @origin_keys: where to find origins while they are collected
 * @text: what memberships begin with
 * @memberships_len: bytes of the memberships of all css_sets but for long ones, or 0 if it does
 *                   not pay to keep them as text
 * @watch: over the tasks of this pass
 * @earlier: over the tasks of the pass before the last wait
 * @in_doubt: CGI_WANT_EXACT_*, of what another pass after a wait may tell more
 * @findings: what the check found
 * @moment: when the file was opened
 * @waiting: who waited for cgroup_mutex when the file was opened
 * @cost: what this snapshot cost
 * @holders_cost: what the search for holders cost
 * @stats: costs of all snapshots before this one
 */
struct cgi_snapshot {
	unsigned int want;
	bool cautious;
	struct cgi_array tasks;
	struct cgi_array css_sets;
	struct cgi_array css_set_evidence;
	struct cgi_array effective;
	struct cgi_array links;
	struct cgi_array cgroups;
	struct cgi_array cgroup_evidence;
	struct cgi_array csses;
	struct cgi_array css_evidence;
	struct cgi_array charges;
	struct cgi_array writebacks;
	bool writeback_known;
	struct cgi_array hierarchies;
	struct cgi_array subsystems;
	struct cgi_array names;
	struct cgi_array off_list;
	struct cgi_array on_list;
	struct cgi_array namespaces;
	struct cgi_array exits;
	struct cgi_array exiting;
	struct cgi_array origins;
	struct cgi_array samples;
	struct cgi_array back_links;
	struct cgi_array doubts;
	struct cgi_array earlier_doubts;
	struct cgi_array ancestors;
	struct cgi_array broken;
	struct cgi_array inside;
	struct cgi_array held;
	struct cgi_array holders;
	struct cgi_array bunches;
	struct cgi_array next_holders;
	struct cgi_array homes;
	u32 first_tree;
	unsigned int addr_digits;
	bool holders_missed;
	struct cgi_text paths;
	struct cgi_keys css_set_keys;
	struct cgi_keys cgroup_keys;
	struct cgi_keys origin_keys;
	struct cgi_text text;
	u64 memberships_len;
	struct cgi_task_watch watch;
	struct cgi_task_watch earlier;
	unsigned int in_doubt;
	struct cgi_findings findings;
	struct cgi_moment moment;
	struct cgi_waiting waiting;
	struct cgi_cost cost;
	struct cgi_holders_cost holders_cost;
	struct cgi_stats stats;
};

/* Of css_sets, links and cgroups only those are there that tasks lead to. */
static inline bool cgi_snapshot_is_of_tasks(const struct cgi_snapshot *s)
{
	return (s->want & (CGI_WANT_TASKS | CGI_WANT_CSS_SETS)) == CGI_WANT_TASKS;
}

static inline struct cgi_task *cgi_task_at(const struct cgi_snapshot *s, size_t i)
{
	cgi_pause_touch();
	return (struct cgi_task *)s->tasks.data + i;
}

static inline struct cgi_css_set *cgi_css_set_at(const struct cgi_snapshot *s, size_t i)
{
	cgi_pause_touch();
	return (struct cgi_css_set *)s->css_sets.data + i;
}

/* With CGI_WANT_CHECK. */
static inline struct cgi_css_set_evidence *
cgi_css_set_evidence_at(const struct cgi_snapshot *s, size_t css_set)
{
	cgi_pause_touch();
	return (struct cgi_css_set_evidence *)s->css_set_evidence.data + css_set;
}

static inline struct cgi_link *cgi_link_at(const struct cgi_snapshot *s, size_t i)
{
	cgi_pause_touch();
	return (struct cgi_link *)s->links.data + i;
}

static inline struct cgi_cgroup *cgi_cgroup_at(const struct cgi_snapshot *s, size_t i)
{
	cgi_pause_touch();
	return (struct cgi_cgroup *)s->cgroups.data + i;
}

/* With CGI_WANT_CHECK. */
static inline struct cgi_cgroup_evidence *
cgi_cgroup_evidence_at(const struct cgi_snapshot *s, size_t cgroup)
{
	cgi_pause_touch();
	return (struct cgi_cgroup_evidence *)s->cgroup_evidence.data + cgroup;
}

static inline struct cgi_css *cgi_css_at(const struct cgi_snapshot *s, size_t i)
{
	cgi_pause_touch();
	return (struct cgi_css *)s->csses.data + i;
}

/* With CGI_WANT_CHECK. */
static inline struct cgi_css_evidence *
cgi_css_evidence_of(const struct cgi_snapshot *s, const struct cgi_css *css)
{
	cgi_pause_touch();
	return (struct cgi_css_evidence *)s->css_evidence.data + css->evidence;
}

static inline struct cgi_charge *cgi_charge_at(const struct cgi_snapshot *s, size_t i)
{
	cgi_pause_touch();
	return (struct cgi_charge *)s->charges.data + i;
}

/* NULL for a css that is not one of memory, and without CGI_WANT_CHARGES. */
static inline struct cgi_charge *
cgi_charge_of(const struct cgi_snapshot *s, const struct cgi_css *css)
{
	return css->charge == CGI_NONE ? NULL : cgi_charge_at(s, css->charge);
}

static inline struct cgi_writeback *cgi_writeback_at(const struct cgi_snapshot *s, size_t i)
{
	cgi_pause_touch();
	return (struct cgi_writeback *)s->writebacks.data + i;
}

static inline struct cgi_hierarchy *cgi_hierarchy_at(const struct cgi_snapshot *s, size_t i)
{
	cgi_pause_touch();
	return (struct cgi_hierarchy *)s->hierarchies.data + i;
}

static inline struct cgi_subsys *cgi_subsys_at(const struct cgi_snapshot *s, size_t i)
{
	cgi_pause_touch();
	return (struct cgi_subsys *)s->subsystems.data + i;
}

static inline struct cgi_namespace *cgi_namespace_at(const struct cgi_snapshot *s, size_t i)
{
	cgi_pause_touch();
	return (struct cgi_namespace *)s->namespaces.data + i;
}

/* With CGI_WANT_EXITING. */
static inline struct cgi_refs *cgi_exiting_of(const struct cgi_snapshot *s, size_t cgroup)
{
	cgi_pause_touch();
	return (struct cgi_refs *)s->exiting.data + cgroup;
}

static inline struct cgi_origin *cgi_origin_at(const struct cgi_snapshot *s, size_t i)
{
	cgi_pause_touch();
	return (struct cgi_origin *)s->origins.data + i;
}

static inline struct cgi_sample *cgi_sample_at(const struct cgi_snapshot *s, size_t i)
{
	cgi_pause_touch();
	return (struct cgi_sample *)s->samples.data + i;
}

static inline struct cgi_doubt *cgi_doubt_at(const struct cgi_snapshot *s, size_t i)
{
	cgi_pause_touch();
	return (struct cgi_doubt *)s->doubts.data + i;
}

static inline struct cgi_back_link *cgi_back_link_at(const struct cgi_snapshot *s, size_t i)
{
	cgi_pause_touch();
	return (struct cgi_back_link *)s->back_links.data + i;
}

static inline struct cgi_ancestor *cgi_ancestor_at(const struct cgi_snapshot *s, size_t i)
{
	cgi_pause_touch();
	return (struct cgi_ancestor *)s->ancestors.data + i;
}

static inline struct cgi_on_list *cgi_on_list_at(const struct cgi_snapshot *s, size_t i)
{
	cgi_pause_touch();
	return (struct cgi_on_list *)s->on_list.data + i;
}

/* The css that a css_set really uses for a controller. */
static inline struct cgi_effective *
cgi_effective_of(const struct cgi_snapshot *s, const struct cgi_css_set *cset, size_t subsys)
{
	cgi_pause_touch();
	return (struct cgi_effective *)s->effective.data + cset->first_effective + subsys;
}

static inline struct cgi_broken *cgi_broken_at(const struct cgi_snapshot *s, size_t i)
{
	cgi_pause_touch();
	return (struct cgi_broken *)s->broken.data + i;
}

static inline struct cgi_holder *cgi_holder_at(const struct cgi_snapshot *s, size_t i)
{
	cgi_pause_touch();
	return (struct cgi_holder *)s->holders.data + i;
}

static inline struct cgi_held *cgi_held_at(const struct cgi_snapshot *s, size_t i)
{
	cgi_pause_touch();
	return (struct cgi_held *)s->held.data + i;
}

/* With CGI_WANT_PICTURE. */
static inline struct cgi_bunch *cgi_bunch_at(const struct cgi_snapshot *s, size_t cgroup)
{
	cgi_pause_touch();
	return (struct cgi_bunch *)s->bunches.data + cgroup;
}

/* With CGI_WANT_PICTURE: the next css that holds the same cgroup, or %CGI_NONE. */
static inline u32 cgi_next_holder(const struct cgi_snapshot *s, u32 css)
{
	cgi_pause_touch();
	return ((const u32 *)s->next_holders.data)[css];
}

/* With CGI_WANT_PICTURE: the link beside which a css_set is drawn whole, or %CGI_NONE. */
static inline u32 cgi_home_of(const struct cgi_snapshot *s, u32 css_set)
{
	cgi_pause_touch();
	return ((const u32 *)s->homes.data)[css_set];
}

/* A removed cgroup that no child and no link leads to: graph.dot may draw many as one box. */
static inline bool cgi_cgroup_can_be_bunched(const struct cgi_cgroup *cgrp)
{
	return cgrp->state != CGI_CGROUP_LIVE && cgrp->parent != CGI_NONE &&
	       !cgrp->nr_children && !cgrp->nr_css_sets;
}

static inline bool cgi_hierarchy_has_branches(const struct cgi_hierarchy *h)
{
	return h->nr_cgroups + h->nr_dying > 1;
}

/* With CGI_WANT_PICTURE: it is drawn as a tree. */
static inline bool cgi_hierarchy_has_tree(const struct cgi_snapshot *s, u32 hierarchy)
{
	return hierarchy == s->first_tree ||
	       cgi_hierarchy_has_branches(cgi_hierarchy_at(s, hierarchy));
}

/* The hierarchy that a cgroup, given by its index, belongs to. */
static inline const struct cgi_hierarchy *
cgi_hierarchy_of(const struct cgi_snapshot *s, u32 cgroup)
{
	return cgi_hierarchy_at(s, cgi_cgroup_at(s, cgroup)->hierarchy);
}

/* Its name as it is; that of a root is empty. */
static inline const char *cgi_name_of(const struct cgi_snapshot *s, u32 cgroup)
{
	return (const char *)s->names.data + cgi_cgroup_at(s, cgroup)->name;
}

/* Bytes of a cgroup's path that are the path of its parent; 0 for a root and its children. */
static inline u64 cgi_path_prefix(const struct cgi_snapshot *s, u32 cgroup)
{
	u32 parent = cgi_cgroup_at(s, cgroup)->parent;

	if (parent == CGI_NONE || cgi_cgroup_at(s, parent)->parent == CGI_NONE)
		return 0;
	return cgi_cgroup_at(s, parent)->path_len;
}

static inline const struct cgi_hierarchy *
cgi_hierarchy_find(const struct cgi_snapshot *s, int id)
{
	size_t i;

	for (i = 0; i < s->hierarchies.count; i++)
		if (cgi_hierarchy_at(s, i)->id == id)
			return cgi_hierarchy_at(s, i);
	return NULL;
}

struct cgi_snapshot *cgi_snapshot_create(unsigned int want);
void cgi_snapshot_destroy(struct cgi_snapshot *s);
int cgi_snapshot_reserve(struct cgi_snapshot *s);
void cgi_snapshot_remember(struct cgi_snapshot *s);
bool cgi_snapshot_be_cautious(struct cgi_snapshot *s);
void cgi_snapshot_count_only(struct cgi_snapshot *s);
bool cgi_snapshot_fits(struct cgi_snapshot *s);
u64 cgi_snapshot_bytes(struct cgi_snapshot *s);

#endif /* _CGI_SNAPSHOT_H */
