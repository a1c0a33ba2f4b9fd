// SPDX-License-Identifier: GPL-2.0-only
/*
 * From identities to indices, and what can be counted then.  Plain data only:
 * nothing here knows a kernel object.
 */
#include <linux/bsearch.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "../snapshot/snapshot.h"

/* Where to find the record of an identity. */
struct cgi_key {
	const void *addr;
	u32 index;
};

struct cgi_keys {
	struct cgi_key *keys;
	size_t count;
};

struct cgi_resolver {
	struct cgi_keys cgroups;
	struct cgi_keys csses;
	struct cgi_keys css_sets;
};

static int cgi_key_compare(const void *a, const void *b)
{
	const struct cgi_key *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

/* Every record of these kinds begins with its identity. */
static int cgi_keys_init(struct cgi_keys *k, const struct cgi_array *a)
{
	size_t i;

	k->keys = kvmalloc_array(a->count + 1, sizeof(*k->keys),
				 GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!k->keys)
		return -ENOMEM;
	for (i = 0; i < a->count; i++) {
		k->keys[i].addr = *(const void **)(a->data + i * a->size);
		k->keys[i].index = i;
	}
	k->count = a->count;
	sort(k->keys, k->count, sizeof(*k->keys), cgi_key_compare, NULL);
	return 0;
}

static u32 cgi_keys_find(const struct cgi_keys *k, const void *addr)
{
	struct cgi_key wanted = { .addr = addr };
	struct cgi_key *found = bsearch(&wanted, k->keys, k->count,
					sizeof(*k->keys), cgi_key_compare);

	return found ? found->index : CGI_NONE;
}

static int cgi_resolver_init(struct cgi_resolver *r, const struct cgi_snapshot *s)
{
	BUILD_BUG_ON(offsetof(struct cgi_cgroup, addr));
	BUILD_BUG_ON(offsetof(struct cgi_css, addr));
	BUILD_BUG_ON(offsetof(struct cgi_css_set, addr));
	if (cgi_keys_init(&r->cgroups, &s->cgroups) ||
	    cgi_keys_init(&r->csses, &s->csses) ||
	    cgi_keys_init(&r->css_sets, &s->css_sets))
		return -ENOMEM;
	return 0;
}

static void cgi_resolver_deinit(struct cgi_resolver *r)
{
	kvfree(r->cgroups.keys);
	kvfree(r->csses.keys);
	kvfree(r->css_sets.keys);
}

static void cgi_cgroup_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r,
			       u32 index)
{
	struct cgi_cgroup *cgrp = cgi_cgroup_at(s, index);
	struct cgi_hierarchy *h = cgi_hierarchy_at(s, cgrp->hierarchy);

	cgrp->parent = cgi_keys_find(&r->cgroups, cgrp->parent_addr);
	/* Pre-order: else the graph is broken, and walks up it might never end. */
	if (cgrp->parent != CGI_NONE && cgrp->parent >= index)
		cgrp->parent = CGI_NONE;
	if (cgrp->parent != CGI_NONE)
		cgi_cgroup_at(s, cgrp->parent)->nr_children++;
	if (cgrp->state == CGI_CGROUP_LIVE)
		h->nr_cgroups++;
	else
		h->nr_dying++;
}

static bool cgi_css_is_going(const struct cgi_css *css)
{
	return css->state == CGI_CSS_DYING || css->state == CGI_CSS_DRAINING;
}

/* Parents come before children, older children before younger ones. */
static void cgi_css_add_child(struct cgi_css *parent, struct cgi_css *css, u32 index)
{
	css->older_sibling = parent->last_child;
	parent->last_child = index;
	parent->nr_children++;
}

static void cgi_css_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r,
			    u32 index)
{
	struct cgi_css *css = cgi_css_at(s, index);
	struct cgi_subsys *subsys = cgi_subsys_at(s, css->subsys);

	css->cgroup = cgi_keys_find(&r->cgroups, css->cgroup_addr);
	css->parent = cgi_keys_find(&r->csses, css->parent_addr);
	if (css->cgroup != CGI_NONE)
		cgi_cgroup_at(s, css->cgroup)->nr_csses++;
	css->last_child = CGI_NONE;
	css->older_sibling = CGI_NONE;
	if (css->parent != CGI_NONE)
		cgi_css_add_child(cgi_css_at(s, css->parent), css, index);
	subsys->nr_csses++;
	if (cgi_css_is_going(css))
		subsys->nr_dying++;
}

/* The kernel asks for the first child in its own order, so by position. */
static void cgi_subsys_note_child(struct cgi_snapshot *s, u32 index)
{
	struct cgi_css *css = cgi_css_at(s, index), *first;
	struct cgi_subsys *subsys = cgi_subsys_at(s, css->subsys);

	if (css->parent == CGI_NONE || cgi_css_at(s, css->parent)->parent_addr)
		return;
	first = subsys->first_child == CGI_NONE ? NULL : cgi_css_at(s, subsys->first_child);
	if (!first || css->order < first->order)
		subsys->first_child = index;
}

static void cgi_csses_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r)
{
	size_t i;

	for (i = 0; i < s->subsystems.count; i++)
		cgi_subsys_at(s, i)->first_child = CGI_NONE;
	for (i = 0; i < s->csses.count; i++) {
		cond_resched();
		cgi_css_resolve(s, r, i);
	}
	for (i = 0; i < s->csses.count; i++)
		cgi_subsys_note_child(s, i);
}

/* Cgroups are ordered by hierarchy, so the highest index is the highest id. */
static int cgi_link_compare(const void *a, const void *b)
{
	const struct cgi_link *x = a, *y = b;

	return x->cgroup > y->cgroup ? -1 : x->cgroup < y->cgroup;
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

static void cgi_css_set_resolve_csses(struct cgi_snapshot *s, const struct cgi_resolver *r,
				      struct cgi_css_set *cset)
{
	size_t i;

	for (i = 0; i < s->subsystems.count; i++) {
		cset->css[i] = cgi_keys_find(&r->csses, cset->css_addr[i]);
		if (cset->css[i] != CGI_NONE)
			cgi_css_at(s, cset->css[i])->nr_css_sets++;
	}
}

static void cgi_css_set_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r,
				struct cgi_css_set *cset)
{
	size_t i;

	cset->default_cgroup = cgi_keys_find(&r->cgroups, cset->default_addr);
	cset->hash_next = cgi_keys_find(&r->css_sets, cset->hash_next_addr);
	cset->dom = cgi_keys_find(&r->css_sets, cset->dom_addr);
	if (cset->dom != CGI_NONE && cset->dom_addr != cset->addr)
		cgi_css_set_at(s, cset->dom)->nr_threaded++;
	for (i = 0; i < cset->nr_links; i++)
		cgi_link_resolve(s, r, cgi_link_at(s, cset->first_link + i));
	sort(cgi_link_at(s, cset->first_link), cset->nr_links,
	     sizeof(struct cgi_link), cgi_link_compare, NULL);
	cgi_css_set_resolve_csses(s, r, cset);
}

static void cgi_namespaces_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r)
{
	size_t i;
	u32 at;

	for (i = 0; i < s->namespaces.count; i++) {
		at = cgi_keys_find(&r->css_sets, cgi_namespace_at(s, i)->css_set_addr);
		if (at != CGI_NONE)
			cgi_css_set_at(s, at)->nr_namespaces++;
	}
}

static int cgi_off_list_compare(const void *a, const void *b)
{
	const struct cgi_off_list *x = a, *y = b;

	return x->task_addr < y->task_addr ? -1 : x->task_addr > y->task_addr;
}

static void cgi_task_resolve_list(struct cgi_snapshot *s, struct cgi_task *task)
{
	struct cgi_off_list wanted = { .task_addr = task->addr };
	struct cgi_off_list *found = bsearch(&wanted, s->off_list.data, s->off_list.count,
					   s->off_list.size, cgi_off_list_compare);

	if (found)
		task->list = found->list;
	else if (task->list == CGI_LIST_TASKS && task->state == CGI_TASK_ZOMBIE)
		task->list = CGI_LIST_UNKNOWN;
}

static bool cgi_css_set_has_command(const struct cgi_snapshot *s, const struct cgi_css_set *cset,
				    const char *comm)
{
	u32 i;

	for (i = 0; i < cset->nr_commands; i++)
		if (!strcmp(cgi_task_at(s, cset->commands[i])->comm, comm))
			return true;
	return false;
}

static void cgi_css_set_note_command(const struct cgi_snapshot *s, struct cgi_css_set *cset,
				     u32 task)
{
	if (cgi_css_set_has_command(s, cset, cgi_task_at(s, task)->comm))
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

	cgi_task_resolve_list(s, task);
	task->css_set = cgi_keys_find(&r->css_sets, task->css_set_addr);
	if (task->css_set == CGI_NONE)
		return;
	cset = cgi_css_set_at(s, task->css_set);
	cgi_css_set_note_command(s, cset, index);
	if (task->state == CGI_TASK_RUNNING)
		cset->nr_running++;
	else if (task->list == CGI_LIST_NONE)
		cset->nr_exited++;
}

/* Tasks that left their lists meanwhile make a difference, too: better doubt than be wrong. */
static void cgi_task_watch_resolve(struct cgi_snapshot *s)
{
	size_t counted = 0, found = 0, i;

	for (i = 0; i < s->css_sets.count; i++)
		counted += cgi_css_set_at(s, i)->nr_tasks;
	for (i = 0; i < s->tasks.count; i++)
		found += cgi_task_at(s, i)->list == CGI_LIST_TASKS ||
			 cgi_task_at(s, i)->list == CGI_LIST_MG_TASKS;
	s->watch.hidden = counted != found;
}

static u32 cgi_threaded_controllers(const struct cgi_snapshot *s)
{
	u32 mask = 0;
	size_t i;

	for (i = 0; i < s->subsystems.count; i++)
		if (cgi_subsys_at(s, i)->flags & CGI_SUBSYS_THREADED)
			mask |= BIT(cgi_subsys_at(s, i)->id);
	return mask;
}

/* As cgroup_is_thread_root() in kernel/cgroup/cgroup.c decides. */
static bool cgi_cgroup_is_thread_root(const struct cgi_cgroup *cgrp, u32 threaded)
{
	if (cgrp->threaded)
		return false;
	return cgrp->nr_threaded_children ||
	       (cgrp->nr_tasks && (cgrp->subtree_control & threaded));
}

/* As cgroup_type_show() does; pre-order, so the parent's type is known. */
static enum cgi_cgroup_type cgi_cgroup_type(const struct cgi_snapshot *s,
					    const struct cgi_cgroup *cgrp, u32 threaded)
{
	const struct cgi_cgroup *parent;

	if (!cgi_hierarchy_at(s, cgrp->hierarchy)->v2)
		return CGI_TYPE_NONE;
	if (cgrp->threaded)
		return CGI_TYPE_THREADED;
	parent = cgrp->parent == CGI_NONE ? NULL : cgi_cgroup_at(s, cgrp->parent);
	if (parent && (parent->type == CGI_TYPE_THREADED ||
		       parent->type == CGI_TYPE_DOMAIN_INVALID ||
		       parent->type == CGI_TYPE_DOMAIN_THREADED))
		return CGI_TYPE_DOMAIN_INVALID;
	/* The root may be a thread root and more, and has no cgroup.type. */
	if (parent && cgi_cgroup_is_thread_root(cgrp, threaded))
		return CGI_TYPE_DOMAIN_THREADED;
	return CGI_TYPE_DOMAIN;
}

static void cgi_cgroups_set_types(struct cgi_snapshot *s)
{
	u32 threaded = cgi_threaded_controllers(s);
	struct cgi_cgroup *cgrp;
	size_t i;

	for (i = 0; i < s->cgroups.count; i++) {
		cgrp = cgi_cgroup_at(s, i);
		cgrp->type = cgi_cgroup_type(s, cgrp, threaded);
	}
}

/* The order of links: by css_set, highest cgroup first. */
static int cgi_back_link_compare(const void *a, const void *b)
{
	const struct cgi_back_link *x = a, *y = b;

	if (x->css_set != y->css_set)
		return x->css_set < y->css_set ? -1 : 1;
	return x->cgroup > y->cgroup ? -1 : x->cgroup < y->cgroup;
}

/* The default hierarchy was walked last: what is linked there never died. */
static void cgi_back_link_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r,
				  struct cgi_back_link *link)
{
	link->cgroup = cgi_keys_find(&r->cgroups, link->cgroup_addr);
	link->css_set = cgi_keys_find(&r->css_sets, link->css_set_addr);
	if (link->cgroup == CGI_NONE || link->css_set == CGI_NONE)
		return;
	if (cgi_hierarchy_at(s, cgi_cgroup_at(s, link->cgroup)->hierarchy)->v2)
		cgi_css_set_at(s, link->css_set)->alive = true;
}

static void cgi_back_links_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r)
{
	size_t i;

	for (i = 0; i < s->back_links.count; i++) {
		cond_resched();
		cgi_back_link_resolve(s, r, cgi_back_link_at(s, i));
	}
	cgi_array_sort(&s->back_links, cgi_back_link_compare);
}

static int cgi_namespace_compare(const void *a, const void *b)
{
	const struct cgi_namespace *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

/*
 * What did not change while the tasks were collected fits together with them,
 * unless one that was forked has taken the place of one that has left.
 */
static void cgi_sample_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r,
			       const struct cgi_sample *sample)
{
	u32 index = cgi_keys_find(&r->css_sets, sample->css_set_addr);
	struct cgi_css_set *cset;

	if (index == CGI_NONE)
		return;
	cset = cgi_css_set_at(s, index);
	cset->settled = cset->refs == sample->refs && cset->nr_tasks == sample->nr_tasks &&
			!(s->watch.forked && cset->nr_tasks);
}

static void cgi_samples_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r)
{
	size_t i;

	for (i = 0; i < s->samples.count; i++)
		cgi_sample_resolve(s, r, cgi_sample_at(s, i));
}

/* Each task brought its own; keep one of each. */
static void cgi_namespaces_unite(struct cgi_snapshot *s)
{
	struct cgi_namespace *list = s->namespaces.data;
	size_t i, kept = 0;

	cgi_array_sort(&s->namespaces, cgi_namespace_compare);
	for (i = 0; i < s->namespaces.count; i++)
		if (!kept || list[i].addr != list[kept - 1].addr)
			list[kept++] = list[i];
	s->namespaces.count = kept;
}

static int cgi_css_compare(const void *a, const void *b)
{
	const struct cgi_css *x = a, *y = b;

	if (x->subsys != y->subsys)
		return x->subsys < y->subsys ? -1 : 1;
	return x->serial < y->serial ? -1 : x->serial > y->serial;
}

static void cgi_snapshot_sort(struct cgi_snapshot *s)
{
	cgi_namespaces_unite(s);
	cgi_array_sort(&s->csses, cgi_css_compare);
	cgi_array_sort(&s->off_list, cgi_off_list_compare);
}

/* Controllers on the mask of a hierarchy, or with a css that has files or children. */
static u32 cgi_controllers_in_use(const struct cgi_snapshot *s)
{
	const struct cgi_css *css;
	u32 mask = 0;
	size_t i;

	for (i = 0; i < s->hierarchies.count; i++)
		mask |= cgi_hierarchy_at(s, i)->controllers;
	for (i = 0; i < s->csses.count; i++) {
		css = cgi_css_at(s, i);
		if (css->parent_addr || (css->flags & CGI_CSS_FLAG_VISIBLE))
			mask |= BIT(cgi_subsys_at(s, css->subsys)->id);
	}
	return mask;
}

/*
 * What cgroup_init() in kernel/cgroup/cgroup.c leaves of a controller that
 * cgroup_disable= names: a root css on the default hierarchy, never on a mask,
 * without files, so without children.  Nothing that was ever enabled looks so
 * under cgroup_mutex; that it is on no mask alone may be a fault.
 */
static void cgi_subsystems_resolve(struct cgi_snapshot *s)
{
	u32 in_use = cgi_controllers_in_use(s);
	const struct cgi_hierarchy *h;
	struct cgi_subsys *subsys;
	size_t i;

	for (i = 0; i < s->subsystems.count; i++) {
		subsys = cgi_subsys_at(s, i);
		h = cgi_hierarchy_find(s, subsys->hierarchy_id);
		if (h && h->v2 && !(in_use & BIT(subsys->id)))
			subsys->flags |= CGI_SUBSYS_DISABLED;
	}
}

static void cgi_resolve_all(struct cgi_snapshot *s, const struct cgi_resolver *r)
{
	size_t i;

	for (i = 0; i < s->cgroups.count; i++) {
		cond_resched();
		cgi_cgroup_resolve(s, r, i);
	}
	cgi_csses_resolve(s, r);
	cgi_subsystems_resolve(s);
	for (i = 0; i < s->css_sets.count; i++) {
		cond_resched();
		cgi_css_set_resolve(s, r, cgi_css_set_at(s, i));
	}
	cgi_samples_resolve(s, r);
	cgi_namespaces_resolve(s, r);
	for (i = 0; i < s->tasks.count; i++) {
		cond_resched();
		cgi_task_resolve(s, r, i);
	}
	cgi_task_watch_resolve(s);
	cgi_cgroups_set_types(s);
	cgi_back_links_resolve(s, r);
}

/**
 * cgi_resolve() - turn identities into indices, and count
 * @s: the snapshot, which fits
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0 or -ENOMEM.
 */
int cgi_resolve(struct cgi_snapshot *s)
{
	struct cgi_resolver r = {};
	int err;

	cgi_snapshot_sort(s);
	err = cgi_resolver_init(&r, s);
	if (!err)
		cgi_resolve_all(s, &r);
	cgi_resolver_deinit(&r);
	return err;
}
