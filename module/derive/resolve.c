// SPDX-License-Identifier: GPL-2.0-only
/*
 * From identities to indices, and what can be counted then.
 */
#include <linux/bsearch.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "../snapshot/keys.h"
#include "../snapshot/snapshot.h"
#include "../snapshot/sort.h"
#include "charges.h"
#include "evidence.h"
#include "exiting.h"
#include "resolve.h"
#include "resolver.h"

/**
 * cgi_resolve_in_steps() - go through arrays of a snapshot one after the other
 * @s: the snapshot
 * @r: where to find the records of identities, if a step asks
 * @steps: which arrays, and what is done with each record
 * @count: how many
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_resolve_in_steps(struct cgi_snapshot *s, const struct cgi_resolver *r,
			 const struct cgi_resolve_step *steps, size_t count)
{
	const struct cgi_resolve_step *step;
	const struct cgi_array *records;
	size_t i;

	for (step = steps; step < steps + count; step++) {
		records = (void *)s + step->records;
		for (i = 0; i < records->count; i++) {
			if (cgi_pause(i))
				return -EINTR;
			step->resolve(s, r, i);
		}
	}
	return 0;
}

static int cgi_resolver_init(struct cgi_resolver *r, const struct cgi_snapshot *s)
{
	int err;

	BUILD_BUG_ON(offsetof(struct cgi_cgroup, addr));
	BUILD_BUG_ON(offsetof(struct cgi_css, addr));
	BUILD_BUG_ON(offsetof(struct cgi_css_set, addr));
	BUILD_BUG_ON(offsetof(struct cgi_on_list, task_addr));
	err = cgi_keys_init(&r->cgroups, &s->cgroups);
	if (!err)
		err = cgi_keys_init(&r->csses, &s->csses);
	if (!err)
		err = cgi_keys_init(&r->css_sets, &s->css_sets);
	if (!err)
		err = cgi_keys_init(&r->on_list, &s->on_list);
	return err;
}

static void cgi_resolver_deinit(struct cgi_resolver *r)
{
	cgi_keys_deinit(&r->cgroups);
	cgi_keys_deinit(&r->csses);
	cgi_keys_deinit(&r->css_sets);
	cgi_keys_deinit(&r->on_list);
}

/*
 * The parent is the cgroup on whose list the collector found this one.  Cgroups are in
 * pre-order, so a parent has a lower index, and every walk up to the root ends.
 */
static void cgi_cgroup_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r, u32 index)
{
	struct cgi_cgroup *cgrp = cgi_cgroup_at(s, index);
	struct cgi_hierarchy *h = cgi_hierarchy_at(s, cgrp->hierarchy);

	if (cgrp->parent != CGI_NONE)
		cgi_cgroup_at(s, cgrp->parent)->nr_children++;
	if (cgrp->state == CGI_CGROUP_LIVE)
		h->nr_cgroups++;
	else
		h->nr_dying++;
}

static int cgi_css_compare(const void *a, const void *b)
{
	const struct cgi_css *x = a, *y = b;

	if (x->subsys != y->subsys)
		return x->subsys < y->subsys ? -1 : 1;
	return x->serial < y->serial ? -1 : x->serial > y->serial;
}

static void cgi_css_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r,
			    u32 index)
{
	struct cgi_css *css = cgi_css_at(s, index);
	struct cgi_subsys *subsys = cgi_subsys_at(s, css->subsys);

	css->cgroup = cgi_keys_find(&r->cgroups, css->cgroup_addr);
	css->parent = cgi_keys_find(&r->csses, css->found_addr);
	if (css->cgroup != CGI_NONE)
		cgi_cgroup_at(s, css->cgroup)->nr_csses++;
	if (css->parent != CGI_NONE)
		cgi_css_at(s, css->parent)->nr_children++;
	subsys->nr_csses++;
	subsys->nr_ids += css->has_id;
	if (css->state == CGI_CSS_DYING || css->state == CGI_CSS_DRAINING)
		subsys->nr_dying++;
}

static void cgi_subsys_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r, u32 index)
{
	cgi_subsys_at(s, index)->first_child = CGI_NONE;
}

/* rebind_subsystems() asks for the first child in the order of the list, not by age. */
static void cgi_subsys_note_child(struct cgi_snapshot *s, const struct cgi_resolver *r, u32 index)
{
	struct cgi_css *css = cgi_css_at(s, index), *first;
	struct cgi_subsys *subsys = cgi_subsys_at(s, css->subsys);

	if (css->parent == CGI_NONE || cgi_css_at(s, css->parent)->found_addr)
		return;
	first = subsys->first_child == CGI_NONE ? NULL : cgi_css_at(s, subsys->first_child);
	if (!first || css->order < first->order)
		subsys->first_child = index;
}

/* Highest hierarchy id first; what leads to no cgroup that is there comes before all. */
static u64 cgi_link_rank(const struct cgi_snapshot *s, const struct cgi_link *link)
{
	u32 hierarchy = U32_MAX;

	if (link->cgroup != CGI_NONE)
		hierarchy = cgi_cgroup_at(s, link->cgroup)->hierarchy;
	return (u64)hierarchy << 32 | link->cgroup;
}

static int cgi_link_compare(const void *a, const void *b, const void *snapshot)
{
	u64 x = cgi_link_rank(snapshot, a), y = cgi_link_rank(snapshot, b);

	return x > y ? -1 : x < y;
}

/*
 * The kernel adds links in the order in which hierarchies are made, and that is nearly always the
 * order of their ids.  So what is turned round is mostly in order.
 */
static void cgi_links_sort(struct cgi_snapshot *s, const struct cgi_css_set *cset)
{
	struct cgi_link *links = cgi_link_at(s, cset->first_link);
	bool sorted = true;
	u32 i, nr = cset->nr_links;

	for (i = 0; i < nr / 2; i++)
		swap(links[i], links[nr - 1 - i]);
	for (i = 1; i < nr && sorted; i++)
		sorted = cgi_link_rank(s, &links[i - 1]) >= cgi_link_rank(s, &links[i]);
	if (!sorted)
		sort_r(links, nr, sizeof(*links), cgi_link_compare, NULL, s);
}

static void cgi_link_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r,
			     struct cgi_link *link)
{
	struct cgi_cgroup *cgrp;

	link->cgroup = cgi_keys_find(&r->cgroups, link->cgroup_addr);
	if (link->cgroup == CGI_NONE)
		return;
	cgrp = cgi_cgroup_at(s, link->cgroup);
	cgrp->nr_css_sets++;
	cgrp->nr_tasks += cgi_css_set_at(s, link->css_set)->nr_tasks;
}

static void cgi_css_set_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r, u32 index)
{
	struct cgi_css_set *cset = cgi_css_set_at(s, index);
	struct cgi_effective *effective;
	size_t i;

	cset->default_cgroup = cgi_keys_find(&r->cgroups, cset->default_addr);
	cset->dom = cgi_keys_find(&r->css_sets, cset->dom_addr);
	if (cset->dom != CGI_NONE && cset->dom_addr != cset->addr)
		cgi_css_set_at(s, cset->dom)->nr_threaded++;
	for (i = 0; i < cset->nr_links; i++)
		cgi_link_resolve(s, r, cgi_link_at(s, cset->first_link + i));
	cgi_links_sort(s, cset);
	for (i = 0; i < s->subsystems.count && (s->want & CGI_WANT_CSSES); i++) {
		effective = cgi_effective_of(s, cset, i);
		effective->css = cgi_keys_find(&r->csses, effective->css_addr);
		if (effective->css != CGI_NONE)
			cgi_css_at(s, effective->css)->nr_css_sets++;
	}
}

static int cgi_namespace_compare(const void *a, const void *b)
{
	const struct cgi_namespace *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return x->css_set_addr < y->css_set_addr ? -1 : x->css_set_addr > y->css_set_addr;
}

/*
 * Each task brought its own namespace; one record of each is kept.  A namespace can be freed
 * between two tasks, and another one be made at its address.  Unless both hold the same css_set
 * they are two; if they do, only one of them can be there at a time.
 */
static int cgi_namespaces_unite(struct cgi_snapshot *s)
{
	struct cgi_namespace *ns;
	size_t i, kept = 0;
	int err = cgi_array_sort(&s->namespaces, cgi_namespace_compare);

	for (i = 0; i < s->namespaces.count && !err; i++) {
		err = cgi_pause(i);
		ns = cgi_namespace_at(s, i);
		if (!kept || cgi_namespace_compare(ns, cgi_namespace_at(s, kept - 1)))
			*cgi_namespace_at(s, kept++) = *ns;
	}
	s->namespaces.count = kept;
	return err;
}

static void cgi_namespace_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r, u32 index)
{
	u32 at = cgi_keys_find(&r->css_sets, cgi_namespace_at(s, index)->css_set_addr);

	if (at != CGI_NONE)
		cgi_css_set_at(s, at)->nr_namespaces++;
}

static int cgi_off_list_compare(const void *a, const void *b)
{
	const struct cgi_off_list *x = a, *y = b;

	if (x->task_addr != y->task_addr)
		return x->task_addr < y->task_addr ? -1 : 1;
	return x->started < y->started ? -1 : x->started > y->started;
}

/**
 * cgi_is_on_dying_tasks() - whether a task was found on dying_tasks of a css_set
 * @s: the snapshot, with what was found there in order
 * @task_addr: identity of the task
 * @started: the second half of that identity
 *
 * The lists of dying_tasks and the tasks are read at different moments.  In between a task
 * can be freed and its memory used for a new one, so an address alone tells nothing.  The
 * start time tells the two apart.  That of a task on dying_tasks does not change any more:
 * only de_thread() in fs/exec.c sets it anew, of a thread that calls execve().
 *
 * Context: Any.
 * Return: true if it was.
 */
bool cgi_is_on_dying_tasks(const struct cgi_snapshot *s, const void *task_addr, u64 started)
{
	struct cgi_off_list wanted = { .task_addr = task_addr, .started = started };

	return bsearch(&wanted, s->off_list.data, s->off_list.count, s->off_list.size,
		       cgi_off_list_compare);
}

/*
 * A task that was running when it was read was on css_set->tasks then, even if it was found
 * on dying_tasks at another moment.  One that was exiting, and was on a list before and after
 * dying_tasks was read, is on css_set->tasks if it is not on dying_tasks; but if that could not
 * be read to its end, nobody can tell.
 */
static void cgi_task_resolve_list(struct cgi_snapshot *s, struct cgi_task *task)
{
	bool exits_known = task->css_set != CGI_NONE &&
			   cgi_css_set_at(s, task->css_set)->exits_known;

	if (task->state == CGI_TASK_RUNNING)
		return;
	if (cgi_is_on_dying_tasks(s, task->addr, task->started))
		task->list = CGI_LIST_DYING_TASKS;
	else if (task->list == CGI_LIST_TASKS && !exits_known)
		task->list = CGI_LIST_UNKNOWN;
}

static void cgi_task_resolve_listed(struct cgi_snapshot *s, const struct cgi_resolver *r,
				    struct cgi_task *task)
{
	u32 found = cgi_keys_find(&r->on_list, task->addr);

	if (found != CGI_NONE)
		task->listed_addr = cgi_on_list_at(s, found)->css_set_addr;
}

static void cgi_css_set_note_command(const struct cgi_snapshot *s, struct cgi_css_set *cset,
				     u32 task)
{
	u32 i;

	for (i = 0; i < cset->nr_commands; i++)
		if (!strcmp(cgi_task_at(s, cset->commands[i])->comm, cgi_task_at(s, task)->comm))
			return;
	if (cset->nr_commands < CGI_COMMANDS)
		cset->commands[cset->nr_commands++] = task;
	else
		cset->more_commands = true;
}

static void cgi_task_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r,
			     u32 index)
{
	struct cgi_task *task = cgi_task_at(s, index);
	struct cgi_css_set *cset;

	cgi_task_resolve_listed(s, r, task);
	task->css_set = cgi_keys_find(&r->css_sets, task->css_set_addr);
	cgi_task_resolve_list(s, task);
	if (task->css_set == CGI_NONE)
		return;
	cset = cgi_css_set_at(s, task->css_set);
	cgi_css_set_note_command(s, cset, index);
	if (task->state == CGI_TASK_RUNNING)
		cset->nr_running++;
	else if (task->list == CGI_LIST_NONE)
		cset->exiting.count++;
}

static void cgi_back_link_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r, u32 index)
{
	struct cgi_back_link *link = cgi_back_link_at(s, index);

	link->cgroup = cgi_keys_find(&r->cgroups, link->cgroup_addr);
	link->css_set = cgi_keys_find(&r->css_sets, link->css_set_addr);
}

/* Of a css_set that died there is no record. */
static void cgi_broken_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r, u32 index)
{
	struct cgi_broken *broken = cgi_broken_at(s, index);
	const struct cgi_keys *owners = broken->list <= CGI_LIST_OF_CSS_SETS ? &r->cgroups :
					broken->list <= CGI_LIST_OF_E_CSETS ? &r->csses :
									      &r->css_sets;

	broken->owner = cgi_keys_find(owners, broken->owner_addr);
}

static void cgi_sample_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r, u32 index)
{
	struct cgi_sample *sample = cgi_sample_at(s, index);

	sample->css_set = cgi_keys_find(&r->css_sets, sample->css_set_addr);
	if (sample->css_set != CGI_NONE)
		cgi_css_set_at(s, sample->css_set)->exits_known = sample->has_dying_tasks;
}

/* The order matters: a step counts in records that earlier steps have resolved. */
static const struct cgi_resolve_step cgi_resolve_steps[] = {
	{ offsetof(struct cgi_snapshot, cgroups), cgi_cgroup_resolve },
	{ offsetof(struct cgi_snapshot, subsystems), cgi_subsys_resolve },
	{ offsetof(struct cgi_snapshot, csses), cgi_css_resolve },
	{ offsetof(struct cgi_snapshot, csses), cgi_subsys_note_child },
	{ offsetof(struct cgi_snapshot, css_sets), cgi_css_set_resolve },
	{ offsetof(struct cgi_snapshot, samples), cgi_sample_resolve },
	{ offsetof(struct cgi_snapshot, namespaces), cgi_namespace_resolve },
	{ offsetof(struct cgi_snapshot, tasks), cgi_task_resolve },
	{ offsetof(struct cgi_snapshot, broken), cgi_broken_resolve },
	{ offsetof(struct cgi_snapshot, back_links), cgi_back_link_resolve },
};

static void cgi_css_set_resolve_links(struct cgi_snapshot *s, const struct cgi_resolver *r,
				      u32 index)
{
	cgi_links_sort(s, cgi_css_set_at(s, index));
}

static void cgi_task_resolve_exit(struct cgi_snapshot *s, const struct cgi_resolver *r, u32 index)
{
	cgi_task_resolve_list(s, cgi_task_at(s, index));
}

/* Where only what tasks lead to was collected, indices were known at once. */
static const struct cgi_resolve_step cgi_links_of_tasks_step = {
	offsetof(struct cgi_snapshot, css_sets), cgi_css_set_resolve_links
};

static const struct cgi_resolve_step cgi_exits_of_tasks_step = {
	offsetof(struct cgi_snapshot, tasks), cgi_task_resolve_exit
};

static int cgi_resolve_sort(struct cgi_snapshot *s)
{
	int err = cgi_namespaces_unite(s);

	if (!err)
		err = cgi_array_sort(&s->csses, cgi_css_compare);
	if (!err)
		err = cgi_array_sort(&s->off_list, cgi_off_list_compare);
	return err;
}

static int cgi_resolve_of_tasks(struct cgi_snapshot *s)
{
	int err = cgi_array_sort(&s->off_list, cgi_off_list_compare);

	if (!err)
		err = cgi_resolve_in_steps(s, NULL, &cgi_links_of_tasks_step, 1);
	if (!err && s->watch.exits)
		err = cgi_resolve_in_steps(s, NULL, &cgi_exits_of_tasks_step, 1);
	return err;
}

static int cgi_resolve_all(struct cgi_snapshot *s, const struct cgi_resolver *r)
{
	int err = cgi_resolve_in_steps(s, r, cgi_resolve_steps, ARRAY_SIZE(cgi_resolve_steps));

	if (!err && (s->want & CGI_WANT_EXITING))
		err = cgi_exiting_resolve(s, r);
	if (!err && (s->want & CGI_WANT_CHARGES))
		err = cgi_charges_resolve(s, r);
	if (!err && (s->want & CGI_WANT_CHECK))
		err = cgi_evidence_resolve(s, r);
	return err;
}

/**
 * cgi_resolve() - turn identities into indices, and count
 * @s: the snapshot, whose records fit
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_resolve(struct cgi_snapshot *s)
{
	struct cgi_resolver r = {};
	int err;

	if (cgi_snapshot_is_of_tasks(s))
		return cgi_resolve_of_tasks(s);
	err = cgi_resolve_sort(s);
	if (!err)
		err = cgi_resolver_init(&r, s);
	if (!err)
		err = cgi_resolve_all(s, &r);
	cgi_resolver_deinit(&r);
	return err;
}
