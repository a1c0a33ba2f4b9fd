// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hierarchies, controllers, and the trees of cgroups and csses.
 *
 * All of it is stable under cgroup_mutex, so nothing here needs css_set_lock
 * but the list of links that tells which hierarchies there are.
 */
#include <linux/cgroup.h>
#include <linux/kernfs.h>
#include <linux/limits.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "collect.h"
#include "walk.h"
#include "refs.h"
#include "../compat.h"
#include "cset_link.h"

static u32 cgi_hierarchy_flags(unsigned int flags)
{
	return (flags & CGRP_ROOT_NOPREFIX ? CGI_HIERARCHY_NOPREFIX : 0) |
	       (flags & CGRP_ROOT_XATTR ? CGI_HIERARCHY_XATTR : 0) |
	       (flags & CGRP_ROOT_NS_DELEGATE ? CGI_HIERARCHY_NSDELEGATE : 0) |
	       (flags & CGRP_ROOT_CPUSET_V2_MODE ? CGI_HIERARCHY_CPUSET_V2_MODE : 0);
}

static void cgi_hierarchy_copy(struct cgi_snapshot *s, const struct cgroup_root *root)
{
	struct cgi_hierarchy *h = cgi_array_add(&s->hierarchies, 1);

	BUILD_BUG_ON(CGI_HIERARCHY_NAME_LEN < MAX_CGROUP_ROOT_NAMELEN);
	if (!h)
		return;
	h->addr = root;
	h->id = root->hierarchy_id;
	h->controllers = root->subsys_mask;
	h->flags = cgi_hierarchy_flags(root->flags);
	h->v2 = root == &cgrp_dfl_root;
	strscpy(h->name, root->name, sizeof(h->name));
}

/**
 * cgi_collect_hierarchies() - collect every cgroup_root, mounted or not
 * @s: where to; sorted by id if all of them fit
 *
 * init_css_set has one link to each root: cgroup_setup_root() and
 * cgroup_destroy_root() in kernel/cgroup/cgroup.c keep it so.
 *
 * Context: Process, cgroup_mutex held; takes css_set_lock.
 */
void cgi_collect_hierarchies(struct cgi_snapshot *s)
{
	struct css_set *cset = cgi_init_css_set();
	struct cgi_walk walk = { .cost = &s->cost };
	struct cgrp_cset_link *link;

	lockdep_assert_held(cgi_cgroup_mutex);
	cgi_walk_begin(&walk);
	list_for_each_entry(link, &cset->cgrp_links, cgrp_link) {
		cgi_hierarchy_copy(s, link->cgrp->root);
		/* init_css_set never dies. */
		cgi_walk_step(&walk, cset);
	}
	cgi_walk_end(&walk);
	if (cgi_array_fits(&s->hierarchies))
		cgi_snapshot_sort_hierarchies(s);
}

static u32 cgi_subsys_flags(const struct cgroup_subsys *ss)
{
	return (ss->early_init ? CGI_SUBSYS_EARLY_INIT : 0) |
	       (ss->implicit_on_dfl ? CGI_SUBSYS_IMPLICIT_ON_DFL : 0) |
	       (ss->threaded ? CGI_SUBSYS_THREADED : 0);
}

static void cgi_subsys_copy(struct cgi_snapshot *s, const struct cgroup_subsys *ss)
{
	struct cgi_subsys *subsys = cgi_array_add(&s->subsystems, 1);

	if (!subsys)
		return;
	subsys->id = ss->id;
	subsys->hierarchy_id = READ_ONCE(ss->root)->hierarchy_id;
	subsys->flags = cgi_subsys_flags(ss);
	strscpy(subsys->name, ss->name, sizeof(subsys->name));
	strscpy(subsys->legacy_name, ss->legacy_name, sizeof(subsys->legacy_name));
}

/**
 * cgi_collect_subsystems() - collect every controller
 * @s: where to
 *
 * The array cgroup_subsys[] is not exported, but init_css_set has a root css of
 * each controller.
 *
 * Context: Process, cgroup_mutex held or in an RCU read section.
 */
void cgi_collect_subsystems(struct cgi_snapshot *s)
{
	struct css_set *cset = cgi_init_css_set();
	int ssid;

	BUILD_BUG_ON(CGROUP_SUBSYS_COUNT > CGI_SUBSYS_MAX);
	for (ssid = 0; ssid < CGROUP_SUBSYS_COUNT; ssid++)
		cgi_subsys_copy(s, cset->subsys[ssid]->ss);
}

static void cgi_name_copy(struct cgi_snapshot *s, struct cgi_cgroup *record, const char *name)
{
	size_t at = s->names.count, size = strlen(name) + 1;
	char *copy = cgi_array_add(&s->names, size);

	if (copy)
		memcpy(copy, name, size);
	if (record)
		record->name = at;
}

/* The path from the parent is "/name"; a name is stable under cgroup_mutex. */
static int cgi_cgroup_copy_name(struct cgi_snapshot *s, struct cgi_cgroup *record,
				struct cgroup *cgrp)
{
	struct cgroup *parent = cgroup_parent(cgrp);
	char path[NAME_MAX + 3];
	int len;

	if (!parent) {
		cgi_name_copy(s, record, "");
		return 0;
	}
	len = kernfs_path_from_node(cgrp->kn, parent->kn, path, sizeof(path));
	/* A longer one is cut to what there is room for. */
	if (len < 1 || len > NAME_MAX + 1)
		return -ENAMETOOLONG;
	cgi_name_copy(s, record, path + 1);
	return 0;
}

/* A css that was disabled stays in subsys[] until it is offline. */
static u32 cgi_cgroup_controllers(struct cgroup *cgrp)
{
	struct cgroup_subsys_state *css;
	u32 mask = 0;
	int ssid;

	for (ssid = 0; ssid < CGROUP_SUBSYS_COUNT; ssid++) {
		css = rcu_dereference_protected(cgrp->subsys[ssid],
						lockdep_is_held(cgi_cgroup_mutex));
		if (css && !(css->flags & CSS_DYING))
			mask |= BIT(ssid);
	}
	return mask;
}

/*
 * Newer kernels let rmdir succeed while exiting tasks are still there; on older
 * ones a removed cgroup is never populated.
 */
static enum cgi_cgroup_state cgi_cgroup_state(struct cgroup *cgrp, bool populated)
{
	if (cgrp->self.flags & CSS_ONLINE)
		return CGI_CGROUP_LIVE;
	return populated ? CGI_CGROUP_DRAINING : CGI_CGROUP_DYING;
}

static struct cgi_cgroup *cgi_cgroup_copy(struct cgi_snapshot *s, struct cgroup *cgrp,
					  u32 hierarchy)
{
	struct cgi_cgroup *record = cgi_array_add(&s->cgroups, 1);

	if (!record)
		return NULL;
	record->addr = cgrp;
	record->parent_addr = cgroup_parent(cgrp);
	record->id = cgroup_ino(cgrp);
	record->serial = cgrp->self.serial_nr;
	record->hierarchy = hierarchy;
	record->level = cgrp->level;
	record->subtree_control = cgrp->subtree_control;
	record->controllers = cgi_cgroup_controllers(cgrp);
	record->nr_threaded_children = cgrp->nr_threaded_children;
	record->threaded = cgrp->dom_cgrp != cgrp;
	record->dom_addr = cgrp->dom_cgrp;
	record->nr_descendants = cgrp->nr_descendants;
	record->nr_dying_descendants = cgrp->nr_dying_descendants;
	record->refs = cgi_css_refs(&cgrp->self);
	record->killed = cgi_css_is_killed(&cgrp->self);
	record->bpf = record->killed && cgi_cgroup_bpf_is_held(cgrp);
	record->populated = cgi_cgroup_is_populated(cgrp);
	record->state = cgi_cgroup_state(cgrp, record->populated);
	return record;
}

static int cgi_collect_cgroup(struct cgi_snapshot *s, struct cgroup *cgrp, u32 hierarchy)
{
	struct cgi_cgroup *record = cgi_cgroup_copy(s, cgrp, hierarchy);

	return cgi_cgroup_copy_name(s, record, cgrp);
}

/* Removed cgroups stay on their parent's list until they are released. */
static int cgi_collect_cgroups(struct cgi_snapshot *s, struct cgroup_root *root, u32 hierarchy)
{
	struct cgroup_subsys_state *css;
	int err;

	css_for_each_descendant_pre(css, &root->cgrp.self) {
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		err = cgi_collect_cgroup(s, css->cgroup, hierarchy);
		if (err)
			return err;
	}
	return 0;
}

static u32 cgi_css_flags(unsigned int flags)
{
	return (flags & CSS_NO_REF ? CGI_CSS_FLAG_NO_REF : 0) |
	       (flags & CSS_ONLINE ? CGI_CSS_FLAG_ONLINE : 0) |
	       (flags & CSS_RELEASED ? CGI_CSS_FLAG_RELEASED : 0) |
	       (flags & CSS_VISIBLE ? CGI_CSS_FLAG_VISIBLE : 0) |
	       (flags & CSS_DYING ? CGI_CSS_FLAG_DYING : 0);
}

static enum cgi_css_state cgi_css_state(const struct cgi_css *css)
{
	if (css->killed)
		return CGI_CSS_DYING;
	if (css->flags & CGI_CSS_FLAG_DYING)
		return CGI_CSS_DRAINING;
	return css->flags & CGI_CSS_FLAG_ONLINE ? CGI_CSS_ONLINE : CGI_CSS_OFFLINE;
}

static void cgi_css_copy(struct cgi_snapshot *s, struct cgroup_subsys_state *css, u32 subsys)
{
	struct cgi_css *record = cgi_array_add(&s->csses, 1);

	if (!record)
		return;
	record->addr = css;
	record->cgroup_addr = css->cgroup;
	record->parent_addr = css->parent;
	record->serial = css->serial_nr;
	record->order = s->csses.count;
	record->subsys = subsys;
	record->id = css->id;
	record->flags = cgi_css_flags(css->flags);
	record->online_count = atomic_read(&css->online_cnt);
	record->refs = cgi_css_refs(css);
	record->killed = cgi_css_is_killed(css);
	record->state = cgi_css_state(record);
}

/*
 * Offlined csses stay on their parent's list until they are released, while
 * cgroup->subsys[] has forgotten them already.
 */
static int cgi_collect_csses(struct cgi_snapshot *s, int ssid)
{
	struct cgroup_subsys_state *css;

	css_for_each_descendant_pre(css, cgi_init_css_set()->subsys[ssid]) {
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		cgi_css_copy(s, css, ssid);
	}
	return 0;
}

/**
 * cgi_collect_default() - visit each cgroup of the default hierarchy
 * @s: the snapshot, whose cgroups fit
 * @collect: what to do with each
 *
 * Each css_set has exactly one cgroup there, so this reaches all of them once.
 * The default hierarchy is the first of all.
 *
 * Context: Process, cgroup_mutex held since the cgroups were collected; sleeps.
 * Return: 0, or what @collect returned.
 */
int cgi_collect_default(struct cgi_snapshot *s,
			int (*collect)(struct cgi_snapshot *s, struct cgroup *cgrp))
{
	struct cgi_cgroup *record;
	int err = 0;
	size_t i;

	for (i = 0; i < s->cgroups.count && !err; i++) {
		record = cgi_cgroup_at(s, i);
		if (record->hierarchy)
			break;
		cond_resched();
		err = collect(s, (struct cgroup *)record->addr);
	}
	return err;
}

/**
 * cgi_collect_trees() - collect cgroups, csses, css_sets and links
 * @s: where to; its hierarchies are there, and sorted
 *
 * Context: Process, cgroup_mutex held, sleeps; takes css_set_lock.
 * Return: 0, -EINTR if the caller was killed, or -ENAMETOOLONG if the kernel
 *         names a cgroup in more than NAME_MAX bytes.
 */
int cgi_collect_trees(struct cgi_snapshot *s)
{
	struct cgroup_root *root;
	int err = 0;
	size_t i;

	lockdep_assert_held(cgi_cgroup_mutex);
	for (i = 0; i < s->hierarchies.count && !err; i++) {
		root = (struct cgroup_root *)cgi_hierarchy_at(s, i)->addr;
		err = cgi_collect_cgroups(s, root, i);
	}
	for (i = 0; i < s->subsystems.count && !err; i++)
		err = cgi_collect_csses(s, i);
	/* Reference counts were read: what is found now held them then. */
	if (!err && cgi_array_fits(&s->cgroups))
		err = cgi_collect_default(s, cgi_collect_css_sets);
	return err;
}
