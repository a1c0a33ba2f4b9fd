// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hierarchies, controllers, and the trees of cgroups and csses.
 *
 * All of it is stable under cgroup_mutex.  Only the list of links that tells which
 * hierarchies there are needs css_set_lock as well.
 */
#include <linux/cgroup.h>
#include <linux/kernfs.h>
#include <linux/limits.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "../compat.h"
#include "../snapshot/snapshot.h"
#include "cset_link.h"
#include "css_sets.h"
#include "refs.h"
#include "roots.h"
#include "trees.h"
#include "walk.h"

static void cgi_hierarchy_copy(struct cgi_snapshot *s, const struct cgroup_root *root)
{
	struct cgi_hierarchy *h = cgi_array_add(&s->hierarchies, 1);

	BUILD_BUG_ON(CGI_HIERARCHY_NAME_LEN < MAX_CGROUP_ROOT_NAMELEN);
	if (!h)
		return;
	h->addr = root;
	h->id = root->hierarchy_id;
	h->version = root == &cgrp_dfl_root ? 2 : 1;
	h->controllers = root->subsys_mask;
	h->nr_counted = atomic_read(&root->nr_cgrps);
	h->flags = cgi_root_flags(root);
	strscpy(h->name, root->name, sizeof(h->name));
}

static int cgi_hierarchy_compare(const void *a, const void *b)
{
	const struct cgi_hierarchy *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/**
 * cgi_collect_hierarchies() - collect every cgroup_root, mounted or not
 * @s: where to; sorted by id if all of them fit, so that the index of a cgroup, too,
 *     orders by hierarchy
 *
 * init_css_set has one link to each root: cgroup_setup_root() and
 * cgroup_destroy_root() in kernel/cgroup/cgroup.c keep it so.
 *
 * Context: Process, cgroup_mutex held; takes css_set_lock.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_collect_hierarchies(struct cgi_snapshot *s)
{
	struct css_set *cset = cgi_init_css_set();
	struct cgi_walk walk = { .cost = &s->cost };
	struct cgrp_cset_link *link;
	int err = 0;

	lockdep_assert_held(cgi_cgroup_mutex);
	cgi_walk_begin(&walk);
	list_for_each_entry(link, &cset->cgrp_links, cgrp_link) {
		cgi_hierarchy_copy(s, link->cgrp->root);
		/* init_css_set never dies, so the walk fails only if the caller was killed. */
		if (!cgi_walk_step(&walk, cset)) {
			err = -EINTR;
			break;
		}
	}
	cgi_walk_end(&walk);
	if (!err && cgi_array_fits(&s->hierarchies)) {
		cgi_array_sort(&s->hierarchies, cgi_hierarchy_compare);
		/* No other id is as low as that of the default hierarchy, so it is the first. */
		cgi_hierarchy_at(s, 0)->mounted = cgi_default_is_mounted();
	}
	return err;
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
	const struct cgroup_subsys *ss;
	struct cgi_subsys *subsys;
	int ssid;

	BUILD_BUG_ON(CGROUP_SUBSYS_COUNT > CGI_SUBSYS_MAX);
	for (ssid = 0; ssid < CGROUP_SUBSYS_COUNT; ssid++) {
		ss = cgi_init_css_set()->subsys[ssid]->ss;
		subsys = cgi_array_add(&s->subsystems, 1);
		if (!subsys)
			continue;
		subsys->id = ss->id;
		subsys->hierarchy_id = READ_ONCE(ss->root)->hierarchy_id;
		subsys->flags = cgi_subsys_flags(ss);
		strscpy(subsys->name, ss->name, sizeof(subsys->name));
		strscpy(subsys->legacy_name, ss->legacy_name, sizeof(subsys->legacy_name));
	}
}

/*
 * The path of a cgroup from its parent is "/name", and the name is stable under
 * cgroup_mutex.  A path for which there is too little room is cut, so a longer one is
 * refused: no name that the kernel accepts is that long.
 */
static int cgi_collect_name(struct cgi_snapshot *s, struct cgi_cgroup *record,
			    struct cgroup *cgrp)
{
	struct cgroup *parent = cgroup_parent(cgrp);
	char path[NAME_MAX + 3] = "/";
	size_t at = s->names.count;
	char *name;
	int len;

	if (parent) {
		len = kernfs_path_from_node(cgrp->kn, parent->kn, path, sizeof(path));
		if (len < 1 || len > NAME_MAX + 1)
			return -ENAMETOOLONG;
	}
	name = cgi_array_add(&s->names, strlen(path));
	if (name)
		memcpy(name, path + 1, strlen(path));
	if (record)
		record->name = at;
	return 0;
}

/* A css that was disabled stays in subsys[] until it is offline; CSS_DYING tells it apart. */
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
 * From 7.2 on rmdir succeeds while exiting tasks are still there; on older kernels a
 * removed cgroup is never populated.  The caller has read @populated once for both
 * columns: the last task may leave at any time, as css_set_lock is not held.
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
	/* On v1 the kernel has a mask as well, but it means nothing there. */
	record->subtree_control = cgrp->root == &cgrp_dfl_root ? cgrp->subtree_control : 0;
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

/* Removed cgroups stay on their parent's list until they are released. */
static int cgi_collect_cgroups(struct cgi_snapshot *s, struct cgroup_root *root, u32 hierarchy)
{
	struct cgroup_subsys_state *css;
	struct cgi_cgroup *record;
	int err;

	css_for_each_descendant_pre(css, &root->cgrp.self) {
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		record = cgi_cgroup_copy(s, css->cgroup, hierarchy);
		err = cgi_collect_name(s, record, css->cgroup);
		if (err)
			return err;
	}
	return 0;
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
	record->flags = (css->flags & CSS_NO_REF ? CGI_CSS_FLAG_NO_REF : 0) |
			(css->flags & CSS_ONLINE ? CGI_CSS_FLAG_ONLINE : 0) |
			(css->flags & CSS_RELEASED ? CGI_CSS_FLAG_RELEASED : 0) |
			(css->flags & CSS_VISIBLE ? CGI_CSS_FLAG_VISIBLE : 0) |
			(css->flags & CSS_DYING ? CGI_CSS_FLAG_DYING : 0);
	record->online_count = atomic_read(&css->online_cnt);
	record->refs = cgi_css_refs(css);
	record->killed = cgi_css_is_killed(css);
	record->state = cgi_css_state(record);
}

/*
 * Offlined csses stay on their parent's list until they are released, while
 * cgroup->subsys[] has forgotten them already.  So the tree of the controller is walked.
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
 * cgi_collect_trees() - collect cgroups and csses
 * @s: where to; its hierarchies are there, and sorted
 *
 * Context: Process, cgroup_mutex held since the hierarchies were collected; sleeps.
 * Return: 0, -EINTR if the caller was killed, or -ENAMETOOLONG if the kernel
 *         names a cgroup in more than NAME_MAX bytes.
 */
int cgi_collect_trees(struct cgi_snapshot *s)
{
	int err = 0;
	size_t i;

	lockdep_assert_held(cgi_cgroup_mutex);
	for (i = 0; i < s->hierarchies.count && !err; i++)
		err = cgi_collect_cgroups(s, cgi_object_at(cgi_hierarchy_at(s, i)->addr), i);
	for (i = 0; i < s->subsystems.count && !err; i++)
		err = cgi_collect_csses(s, i);
	return err;
}
