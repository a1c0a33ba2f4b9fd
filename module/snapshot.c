// SPDX-License-Identifier: GPL-2.0-only
/*
 * Life of a snapshot, and what is derived once its records are there.  Plain
 * data only: nothing here knows a kernel object.
 */
#include <linux/bsearch.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "snapshot.h"

/* Where to find the record of an identity. */
struct cgi_key {
	const void *addr;
	u32 index;
};

struct cgi_keys {
	struct cgi_key *keys;
	size_t count;
};

#define CGI_SNAPSHOT_ARRAYS	8

static struct cgi_array *cgi_snapshot_array(struct cgi_snapshot *s, unsigned int i)
{
	struct cgi_array *arrays[CGI_SNAPSHOT_ARRAYS] = {
		&s->tasks, &s->css_sets, &s->links, &s->cgroups,
		&s->csses, &s->hierarchies, &s->subsystems, &s->names,
	};

	return arrays[i];
}

/**
 * cgi_snapshot_create() - an empty snapshot
 * @want: CGI_WANT_*, what it is for
 *
 * Context: Process, may sleep.
 * Return: the snapshot, or NULL if out of memory.
 */
struct cgi_snapshot *cgi_snapshot_create(unsigned int want)
{
	struct cgi_snapshot *s = kzalloc(sizeof(*s), GFP_KERNEL_ACCOUNT);

	if (!s)
		return NULL;
	s->want = want;
	s->tasks.size = sizeof(struct cgi_task);
	s->css_sets.size = sizeof(struct cgi_css_set);
	s->links.size = sizeof(struct cgi_link);
	s->cgroups.size = sizeof(struct cgi_cgroup);
	s->csses.size = sizeof(struct cgi_css);
	s->hierarchies.size = sizeof(struct cgi_hierarchy);
	s->subsystems.size = sizeof(struct cgi_subsys);
	s->names.size = 1;
	return s;
}

/**
 * cgi_snapshot_destroy() - free a snapshot
 * @s: the snapshot, or NULL
 *
 * Context: Process, may sleep.
 */
void cgi_snapshot_destroy(struct cgi_snapshot *s)
{
	unsigned int i;

	if (!s)
		return;
	for (i = 0; i < CGI_SNAPSHOT_ARRAYS; i++)
		cgi_array_free(cgi_snapshot_array(s, i));
	cgi_text_free(&s->text);
	kfree(s);
}

/**
 * cgi_snapshot_reserve() - empty a snapshot, with room for what it last counted
 * @s: the snapshot
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0 or -ENOMEM.
 */
int cgi_snapshot_reserve(struct cgi_snapshot *s)
{
	unsigned int i;
	int err;

	for (i = 0; i < CGI_SNAPSHOT_ARRAYS; i++) {
		err = cgi_array_reserve(cgi_snapshot_array(s, i));
		if (err)
			return err;
	}
	return 0;
}

/**
 * cgi_snapshot_fits() - whether every record found its place
 * @s: the snapshot
 *
 * Context: Any.
 * Return: false if the collection must be repeated with more room.
 */
bool cgi_snapshot_fits(struct cgi_snapshot *s)
{
	unsigned int i;

	for (i = 0; i < CGI_SNAPSHOT_ARRAYS; i++)
		if (!cgi_array_fits(cgi_snapshot_array(s, i)))
			return false;
	return true;
}

static int cgi_hierarchy_compare(const void *a, const void *b)
{
	const struct cgi_hierarchy *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/**
 * cgi_snapshot_sort_hierarchies() - put the hierarchies in ascending order of id
 * @s: the snapshot, whose hierarchies fit
 *
 * Cgroups are collected in this order, so an index of a cgroup also orders by
 * hierarchy.
 *
 * Context: Any.
 */
void cgi_snapshot_sort_hierarchies(struct cgi_snapshot *s)
{
	cgi_array_sort(&s->hierarchies, cgi_hierarchy_compare);
}

static int cgi_key_compare(const void *a, const void *b)
{
	const struct cgi_key *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

static int cgi_keys_init(struct cgi_keys *k, size_t count)
{
	k->count = 0;
	k->keys = kvmalloc_array(count + 1, sizeof(*k->keys),
				 GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	return k->keys ? 0 : -ENOMEM;
}

static void cgi_keys_add(struct cgi_keys *k, const void *addr)
{
	k->keys[k->count] = (struct cgi_key){ .addr = addr, .index = k->count };
	k->count++;
}

static void cgi_keys_sort(struct cgi_keys *k)
{
	sort(k->keys, k->count, sizeof(*k->keys), cgi_key_compare, NULL);
}

static u32 cgi_keys_find(const struct cgi_keys *k, const void *addr)
{
	struct cgi_key wanted = { .addr = addr };
	struct cgi_key *found = bsearch(&wanted, k->keys, k->count,
					sizeof(*k->keys), cgi_key_compare);

	return found ? found->index : CGI_NONE;
}

static int cgi_keys_init_cgroups(struct cgi_keys *k, struct cgi_snapshot *s)
{
	size_t i;

	if (cgi_keys_init(k, s->cgroups.count))
		return -ENOMEM;
	for (i = 0; i < s->cgroups.count; i++)
		cgi_keys_add(k, cgi_cgroup_at(s, i)->addr);
	cgi_keys_sort(k);
	return 0;
}

static int cgi_keys_init_css_sets(struct cgi_keys *k, struct cgi_snapshot *s)
{
	size_t i;

	if (cgi_keys_init(k, s->css_sets.count))
		return -ENOMEM;
	for (i = 0; i < s->css_sets.count; i++)
		cgi_keys_add(k, cgi_css_set_at(s, i)->addr);
	cgi_keys_sort(k);
	return 0;
}

static void cgi_cgroups_resolve(struct cgi_snapshot *s, const struct cgi_keys *cgroups)
{
	struct cgi_cgroup *cgrp;
	size_t i;

	for (i = 0; i < s->cgroups.count; i++) {
		cgrp = cgi_cgroup_at(s, i);
		cgrp->parent = cgi_keys_find(cgroups, cgrp->parent_addr);
		if (cgrp->parent != CGI_NONE)
			cgi_cgroup_at(s, cgrp->parent)->nr_children++;
		if (!cgrp->dying)
			cgi_hierarchy_at(s, cgrp->hierarchy)->nr_cgroups++;
	}
}

static void cgi_csses_resolve(struct cgi_snapshot *s, const struct cgi_keys *cgroups)
{
	struct cgi_css *css;
	size_t i;

	for (i = 0; i < s->csses.count; i++) {
		css = cgi_css_at(s, i);
		css->cgroup = cgi_keys_find(cgroups, css->cgroup_addr);
		cgi_subsys_at(s, css->subsys)->nr_csses++;
	}
}

/* Cgroups are ordered by hierarchy, so the highest index is the highest id. */
static int cgi_link_compare(const void *a, const void *b)
{
	const struct cgi_link *x = a, *y = b;

	return x->cgroup > y->cgroup ? -1 : x->cgroup < y->cgroup;
}

static void cgi_link_resolve(struct cgi_snapshot *s, struct cgi_link *link,
			     const struct cgi_keys *cgroups)
{
	struct cgi_cgroup *cgrp;

	link->cgroup = cgi_keys_find(cgroups, link->cgroup_addr);
	if (link->cgroup == CGI_NONE)
		return;
	cgrp = cgi_cgroup_at(s, link->cgroup);
	cgrp->nr_css_sets++;
	cgrp->nr_tasks += cgi_css_set_at(s, link->css_set)->nr_tasks;
}

static void cgi_css_sets_resolve(struct cgi_snapshot *s, const struct cgi_keys *cgroups)
{
	struct cgi_css_set *cset;
	size_t i, j;

	for (i = 0; i < s->css_sets.count; i++) {
		cset = cgi_css_set_at(s, i);
		cset->default_cgroup = cgi_keys_find(cgroups, cset->default_addr);
		for (j = 0; j < cset->nr_links; j++)
			cgi_link_resolve(s, cgi_link_at(s, cset->first_link + j), cgroups);
		sort(cgi_link_at(s, cset->first_link), cset->nr_links,
		     sizeof(struct cgi_link), cgi_link_compare, NULL);
	}
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
		       (parent->level && parent->type == CGI_TYPE_DOMAIN_THREADED)))
		return CGI_TYPE_DOMAIN_INVALID;
	if (cgi_cgroup_is_thread_root(cgrp, threaded))
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

static int cgi_snapshot_resolve(struct cgi_snapshot *s)
{
	struct cgi_keys cgroups;

	if (cgi_keys_init_cgroups(&cgroups, s))
		return -ENOMEM;
	cgi_cgroups_resolve(s, &cgroups);
	cgi_csses_resolve(s, &cgroups);
	cgi_css_sets_resolve(s, &cgroups);
	cgi_cgroups_set_types(s);
	kvfree(cgroups.keys);
	return 0;
}

static void cgi_cgroup_write_path(struct cgi_snapshot *s, struct cgi_cgroup *cgrp)
{
	const struct cgi_cgroup *parent;

	cgrp->path = cgi_text_begin(&s->text);
	if (cgrp->parent != CGI_NONE) {
		parent = cgi_cgroup_at(s, cgrp->parent);
		if (parent->level)
			cgi_text_put_copy(&s->text, parent->path, parent->path_len);
	}
	cgi_text_put(&s->text, "/", 1);
	cgi_text_put_escaped(&s->text, (const char *)s->names.data + cgrp->name);
	cgrp->path_len = cgi_text_begin(&s->text) - cgrp->path;
	cgi_text_end(&s->text);
}

/**
 * cgi_snapshot_write_controllers() - put the controllers of a v1 hierarchy
 * @s: the snapshot
 * @mask: the controllers
 * @name: name of the hierarchy, or empty
 *
 * The middle field of a line of /proc/PID/cgroup.
 *
 * Context: Any.
 */
void cgi_snapshot_write_controllers(struct cgi_snapshot *s, u32 mask, const char *name)
{
	const char *separator = "";
	size_t i;

	for (i = 0; i < s->subsystems.count; i++) {
		if (!(mask & BIT(cgi_subsys_at(s, i)->id)))
			continue;
		cgi_text_printf(&s->text, "%s%s", separator,
				cgi_subsys_at(s, i)->legacy_name);
		separator = ",";
	}
	if (*name) {
		cgi_text_printf(&s->text, "%sname=", separator);
		cgi_text_put_escaped(&s->text, name);
	}
}

static void cgi_link_write(struct cgi_snapshot *s, const struct cgi_link *link)
{
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, link->cgroup);
	const struct cgi_hierarchy *h = cgi_hierarchy_at(s, cgrp->hierarchy);

	cgi_text_printf(&s->text, "%d:", h->id);
	if (!h->v2)
		cgi_snapshot_write_controllers(s, h->controllers, h->name);
	cgi_text_put(&s->text, ":", 1);
	cgi_text_put_copy(&s->text, cgrp->path, cgrp->path_len);
	if (cgrp->dying)
		cgi_text_put_escaped(&s->text, CGI_DELETED);
}

static void cgi_css_set_write(struct cgi_snapshot *s, struct cgi_css_set *cset)
{
	const struct cgi_link *link;
	size_t i, written = 0;

	cset->cgroups = cgi_text_begin(&s->text);
	for (i = 0; i < cset->nr_links; i++) {
		link = cgi_link_at(s, cset->first_link + i);
		if (link->cgroup == CGI_NONE)
			continue;
		if (written++)
			cgi_text_put(&s->text, " ", 1);
		cgi_link_write(s, link);
	}
	if (!written)
		cgi_text_put(&s->text, "-", 1);
	cgi_text_end(&s->text);
}

static void cgi_snapshot_write(struct cgi_snapshot *s)
{
	size_t i;

	s->text.length = 0;
	cgi_text_put(&s->text, "-", 1);
	cgi_text_end(&s->text);
	for (i = 0; i < s->cgroups.count; i++)
		cgi_cgroup_write_path(s, cgi_cgroup_at(s, i));
	for (i = 0; i < s->css_sets.count; i++)
		cgi_css_set_write(s, cgi_css_set_at(s, i));
}

/* Writing into no room at all tells the size. */
static int cgi_snapshot_write_text(struct cgi_snapshot *s)
{
	size_t length;

	cgi_snapshot_write(s);
	length = s->text.length;
	s->text.length = 0;
	if (cgi_text_reserve(&s->text, length))
		return -ENOMEM;
	cgi_snapshot_write(s);
	return 0;
}

static int cgi_tasks_resolve(struct cgi_snapshot *s)
{
	struct cgi_keys css_sets;
	struct cgi_task *task;
	size_t i;
	u32 at;

	if (cgi_keys_init_css_sets(&css_sets, s))
		return -ENOMEM;
	for (i = 0; i < s->tasks.count; i++) {
		task = cgi_task_at(s, i);
		at = cgi_keys_find(&css_sets, task->css_set_addr);
		task->cgroups = at == CGI_NONE ? 0 : cgi_css_set_at(s, at)->cgroups;
	}
	kvfree(css_sets.keys);
	return 0;
}

/**
 * cgi_snapshot_finish() - derive everything that takes no lock
 * @s: the snapshot, which fits
 *
 * Turns identities into indices, counts, and writes each path and each
 * css_set's memberships once.
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0 or -ENOMEM.
 */
int cgi_snapshot_finish(struct cgi_snapshot *s)
{
	int err;

	err = cgi_snapshot_resolve(s);
	if (!err)
		err = cgi_snapshot_write_text(s);
	if (!err)
		err = cgi_tasks_resolve(s);
	return err;
}

/**
 * cgi_snapshot_bytes() - memory that a snapshot takes
 * @s: the snapshot
 *
 * Context: Any.
 * Return: bytes.
 */
u64 cgi_snapshot_bytes(struct cgi_snapshot *s)
{
	u64 bytes = sizeof(*s) + s->text.capacity;
	unsigned int i;

	for (i = 0; i < CGI_SNAPSHOT_ARRAYS; i++)
		bytes += cgi_snapshot_array(s, i)->capacity *
			 cgi_snapshot_array(s, i)->size;
	return bytes;
}
