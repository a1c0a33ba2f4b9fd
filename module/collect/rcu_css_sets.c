// SPDX-License-Identifier: GPL-2.0-only
/*
 * The css_sets and cgroups that a task leads to, with no lock but RCU.
 *
 *	task -> css_set -> dfl_cgrp, csses -> cgroups -> their parents
 *
 * Relies on kernel/cgroup/cgroup.c.  A css_set is freed by kfree_rcu(), after it has put its
 * csses and cgroups.  A css is freed, and lets go of its cgroup, an RCU grace period after its
 * last reference (css_release()), and a cgroup lets go of its parent when it is freed.  So all
 * that a task's css_set leads to, up to the root, can be read in the RCU read section that found
 * the task.
 *
 * Between two sections all of this may be freed, and its memory used for others of its kind.  So
 * an address alone is no identity.  A cgroup has an id that no other cgroup of its hierarchy ever
 * has, nor has another hierarchy the id of its own.  A css_set has nothing of that kind, but those
 * with the same cgroups look the same in the file.  An object that differs from the record of its
 * address gets a new record, which replaces the old one in the lookup: the object of the old record
 * was freed or has changed, and will not be met again as it was.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernfs.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "../snapshot/snapshot.h"
#include "rcu_css_sets.h"
#include "trees.h"

static int cgi_keyed_make_room(struct cgi_array *records, struct cgi_keys *keys, size_t count)
{
	size_t capacity = records->capacity;
	int err = cgi_array_grow(records, count);

	return err || records->capacity == capacity ? err : cgi_keys_grow(keys, records);
}

/**
 * cgi_memberships_make_room() - make room for all that one task may bring
 * @s: the snapshot; what it has is kept
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_memberships_make_room(struct cgi_snapshot *s)
{
	int err = cgi_array_grow(&s->hierarchies, CGI_MEMBERSHIPS);

	if (!err)
		err = cgi_array_grow(&s->links, CGI_MEMBERSHIPS);
	if (!err)
		err = cgi_array_grow(&s->names, CGI_LEVELS * (NAME_MAX + 1));
	if (!err)
		err = cgi_keyed_make_room(&s->cgroups, &s->cgroup_keys, CGI_LEVELS);
	if (!err)
		err = cgi_keyed_make_room(&s->css_sets, &s->css_set_keys, 1);
	if (!err)
		err = cgi_keyed_make_room(&s->origins, &s->origin_keys, 1);
	return err;
}

static bool cgi_is_removed(const struct cgroup *cgrp)
{
	return !(READ_ONCE(cgrp->self.flags) & CSS_ONLINE);
}

/*
 * A hierarchy has the controllers by which it was found.  Its own mask would not do:
 * rebind_subsystems() changes that before or after the css moves, with waits in between.
 */
static void cgi_membership_note(struct cgi_memberships *m, struct cgroup *cgrp, u32 controller)
{
	int id = cgrp->root->hierarchy_id;
	struct cgi_membership *at = m->list + m->count, *end = at;

	while (at > m->list && at[-1].hierarchy_id < id)
		at--;
	if (at > m->list && at[-1].hierarchy_id == id) {
		at[-1].controllers |= controller;
		return;
	}
	memmove(at + 1, at, (void *)end - (void *)at);
	*at = (struct cgi_membership){
		.cgrp = cgrp,
		.hierarchy_id = id,
		.controllers = controller,
		.cgroup = CGI_NONE,
		.deleted = cgi_is_removed(cgrp),
	};
	m->count++;
}

/*
 * In a v1 hierarchy the css of a controller is that of the task's cgroup.  On the default
 * hierarchy it may be an ancestor's: there only dfl_cgrp tells the membership.
 *
 * A controller that is implicit on the default hierarchy can be mounted on v1 while cgroups
 * have csses of it.  Kernels before 7.2, and 7.2 without its updates, leave the css_sets of
 * these cgroups at such a css.  They are linked to the root of the controller's new hierarchy.
 */
static struct cgroup *cgi_cgroup_of_controller(const struct cgroup_subsys_state *css)
{
	struct cgroup *cgrp = READ_ONCE(css->cgroup);
	struct cgroup_root *root = READ_ONCE(css->ss->root);

	return cgrp->root == &cgrp_dfl_root ? &root->cgrp : cgrp;
}

static void cgi_memberships_copy(struct cgi_memberships *m, const struct css_set *cset)
{
	struct cgroup *cgrp;
	int ssid;

	m->count = 0;
	cgi_membership_note(m, cset->dfl_cgrp, 0);
	for (ssid = 0; ssid < CGROUP_SUBSYS_COUNT; ssid++) {
		cgrp = cgi_cgroup_of_controller(cset->subsys[ssid]);
		if (cgrp->root != &cgrp_dfl_root)
			cgi_membership_note(m, cgrp, BIT(ssid));
	}
}

/*
 * The node of a root cgroup, which has the id, may be freed without a grace period, so it is not
 * touched.  There is one root in a hierarchy, and no other cgroup has an id of 0.  The node of
 * any other cgroup lives as long as the cgroup.
 */
static u64 cgi_cgroup_id(struct cgroup *cgrp)
{
	return cgroup_parent(cgrp) ? cgroup_id(cgrp) : 0;
}

static u32 cgi_cgroup_find(const struct cgi_snapshot *s, struct cgroup *cgrp)
{
	u32 index = cgi_keys_find(&s->cgroup_keys, cgrp);

	if (index != CGI_NONE && cgi_cgroup_at(s, index)->id == cgi_cgroup_id(cgrp) &&
	    cgi_hierarchy_of(s, index)->id == cgrp->root->hierarchy_id)
		return index;
	return CGI_NONE;
}

/*
 * Each line says where its task was when it was read.  So a cgroup has another record once it was
 * removed, or was found by other controllers, as happens while these change their hierarchy.
 * Only its name is that of the first look.
 */
static bool cgi_membership_is(const struct cgi_snapshot *s, const struct cgi_membership *ms,
			      u32 cgroup)
{
	const struct cgi_cgroup *record = cgi_cgroup_at(s, cgroup);

	return record->addr == ms->cgrp && record->id == cgi_cgroup_id(ms->cgrp) &&
	       cgi_hierarchy_of(s, cgroup)->id == ms->hierarchy_id &&
	       cgi_hierarchy_of(s, cgroup)->controllers == ms->controllers &&
	       (record->state != CGI_CGROUP_LIVE) == ms->deleted;
}

static u32 cgi_css_set_find(const struct cgi_snapshot *s, const struct cgi_memberships *m,
			    const struct css_set *cset)
{
	u32 index = cgi_keys_find(&s->css_set_keys, cset), i;
	const struct cgi_css_set *record;
	const struct cgi_link *links;

	if (index == CGI_NONE)
		return CGI_NONE;
	record = cgi_css_set_at(s, index);
	links = cgi_link_at(s, record->first_link);
	if (record->nr_links != m->count)
		return CGI_NONE;
	for (i = 0; i < m->count; i++)
		if (!cgi_membership_is(s, &m->list[i], links[i].cgroup))
			return CGI_NONE;
	return index;
}

static u32 cgi_hierarchy_find_or_copy(struct cgi_snapshot *s, const struct cgi_membership *ms)
{
	const struct cgroup_root *root = ms->cgrp->root;
	struct cgi_hierarchy *h;
	u32 i;

	BUILD_BUG_ON(CGI_HIERARCHY_NAME_LEN < MAX_CGROUP_ROOT_NAMELEN);
	for (i = 0; i < s->hierarchies.count; i++) {
		h = cgi_hierarchy_at(s, i);
		if (h->id == ms->hierarchy_id && h->controllers == ms->controllers)
			return i;
	}
	h = cgi_array_add(&s->hierarchies, 1);
	h->addr = root;
	h->id = ms->hierarchy_id;
	h->version = root == &cgrp_dfl_root ? 2 : 1;
	h->controllers = ms->controllers;
	strscpy(h->name, root->name, sizeof(h->name));
	return i;
}

/*
 * Without cgroup_mutex a rename on v1 may free the name of a node at any time (before 6.15 it does
 * so at once), so nodes are left to a function that keeps it out.  If a cgroup is renamed between
 * two sections, its lines have one of the two names.  Each call goes up to the root with a
 * lock held on kernels before 6.15, so there is only one for all levels that get records.
 *
 * The node of a root is touched here only if there is a cgroup below it, which keeps it.
 */
static int cgi_path_copy(struct cgi_memberships *m, struct cgroup *cgrp, u32 levels)
{
	struct cgroup *from = cgrp;
	int len = 0;

	while (levels-- && cgroup_parent(from))
		from = cgroup_parent(from);
	if (from != cgrp)
		len = kernfs_path_from_node(cgrp->kn, from->kn, m->path, sizeof(m->path));
	if (len < 0 || len >= sizeof(m->path))
		return -ENAMETOOLONG;
	m->path[len] = '\0';
	m->length = len;
	return 0;
}

/* Takes away the last name of the path, or nothing, which is the name of a root. */
static const char *cgi_path_take_name(struct cgi_memberships *m)
{
	size_t end = m->length;

	if (!end)
		return "";
	while (m->length && m->path[--m->length] != '/')
		;
	m->path[end] = '\0';
	return m->path + m->length + 1;
}

/* Parents come first, as in a tree that was walked from its root. */
static int cgi_cgroups_copy(struct cgi_snapshot *s, struct cgi_memberships *m,
			    struct cgroup *cgrp, u32 count, u32 hierarchy)
{
	int err = cgi_path_copy(m, cgrp, count);
	struct cgi_cgroup *records;
	u32 i = count, first = s->cgroups.count;

	if (err)
		return err;
	records = cgi_array_take(&s->cgroups, count);
	for (; i-- && !err; cgrp = cgroup_parent(cgrp)) {
		records[i] = (struct cgi_cgroup){
			.addr = cgrp,
			.id = cgi_cgroup_id(cgrp),
			.parent = first + i - 1,
			.hierarchy = hierarchy,
			.name = s->names.count,
			.state = cgi_is_removed(cgrp) ? CGI_CGROUP_DYING : CGI_CGROUP_LIVE,
		};
		cgi_keys_put(&s->cgroup_keys, first + i);
		err = cgi_collect_name(s, cgi_path_take_name(m));
	}
	if (!err)
		records[0].parent = cgrp ? cgi_cgroup_find(s, cgrp) : CGI_NONE;
	return err;
}

/* How many cgroups lack a record, from this one up.  It counts itself, whatever its record says. */
static u32 cgi_levels_missing(const struct cgi_snapshot *s, struct cgroup *cgrp)
{
	u32 missing = 1, above = cgrp->level;

	for (; above; above--, missing++) {
		cgrp = cgroup_parent(cgrp);
		if (cgi_cgroup_find(s, cgrp) != CGI_NONE)
			break;
	}
	return missing;
}

/*
 * Whoever makes a thousand cgroups in each other must not make one section long, so there may be
 * more to do in the next one.  The highest ones come first, so what has got a record stays.
 */
static int cgi_membership_copy(struct cgi_snapshot *s, struct cgi_memberships *m,
			       const struct cgi_membership *ms)
{
	u32 missing = cgi_levels_missing(s, ms->cgrp), count = min(missing, m->levels), i;
	struct cgroup *cgrp = ms->cgrp;
	int err;

	if (!count)
		return -EAGAIN;
	m->levels -= count;
	for (i = count; i < missing; i++)
		cgrp = cgroup_parent(cgrp);
	err = cgi_cgroups_copy(s, m, cgrp, count, cgi_hierarchy_find_or_copy(s, ms));
	return err || count == missing ? err : -EAGAIN;
}

static int cgi_membership_follow(struct cgi_snapshot *s, struct cgi_memberships *m,
				 struct cgi_membership *ms)
{
	int err;

	ms->cgroup = cgi_cgroup_find(s, ms->cgrp);
	if (ms->cgroup != CGI_NONE && cgi_membership_is(s, ms, ms->cgroup))
		return 0;
	err = cgi_membership_copy(s, m, ms);
	ms->cgroup = s->cgroups.count - 1;
	return err;
}

static u32 cgi_css_set_copy(struct cgi_snapshot *s, const struct cgi_memberships *m,
			    const struct css_set *cset)
{
	struct cgi_css_set *record = cgi_array_add(&s->css_sets, 1);
	u32 index = s->css_sets.count - 1, i;
	struct cgi_link *links;

	record->addr = cset;
	record->first_link = s->links.count;
	record->nr_links = m->count;
	links = cgi_array_take(&s->links, m->count);
	for (i = 0; i < m->count; i++)
		links[i] = (struct cgi_link){
			.cgroup_addr = m->list[i].cgrp,
			.css_set = index,
			.cgroup = m->list[i].cgroup,
		};
	cgi_keys_put(&s->css_set_keys, index);
	return index;
}

/**
 * cgi_memberships_collect() - note a css_set and its cgroups, unless they were noted before
 * @s: where to, with room
 * @m: memory for this
 * @cset: the css_set
 * @css_set: index of its record
 *
 * Context: In the RCU read section that found the task of the css_set, after
 *          cgi_memberships_make_room().
 * Return: 0; -EAGAIN if not all was noted, and the task must be looked at once more, with new
 *         room; or -ENAMETOOLONG if the kernel names a cgroup in more than NAME_MAX bytes.
 */
int cgi_memberships_collect(struct cgi_snapshot *s, struct cgi_memberships *m,
			    const struct css_set *cset, u32 *css_set)
{
	u32 i;
	int err;

	m->levels = CGI_LEVELS;
	cgi_memberships_copy(m, cset);
	*css_set = cgi_css_set_find(s, m, cset);
	if (*css_set != CGI_NONE)
		return 0;
	for (i = 0; i < m->count; i++) {
		err = cgi_membership_follow(s, m, &m->list[i]);
		if (err)
			return err;
	}
	*css_set = cgi_css_set_copy(s, m, cset);
	return 0;
}
