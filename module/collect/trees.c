// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hierarchies, controllers, and the trees of cgroups and csses.
 *
 * All of it is stable under cgroup_mutex, with these exceptions:
 *  - The list of links that tells which hierarchies there are needs css_set_lock as well.
 *  - A remount of cgroup2 changes the flags of its root, and a mount or umount whether
 *    there is a superblock (roots.c).
 *  - The last umount of a v1 hierarchy kills its root, and references come and go
 *    (refs.c).
 *  - Tasks come and go, and so do counters of what is populated, which change under
 *    css_set_lock.
 * Each of these is read once for one record.
 */
#include <linux/cgroup.h>
#include <linux/limits.h>
#include <linux/sched/signal.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "../compat.h"
#include "../snapshot/pause.h"
#include "../snapshot/snapshot.h"
#include "charges.h"
#include "cset_link.h"
#include "css_sets.h"
#include "descend.h"
#include "list.h"
#include "locks.h"
#include "refs.h"
#include "roots.h"
#include "swap.h"
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

/*
 * A wrong link may lead to a hierarchy that another one has led to.  There are few hierarchies,
 * so they are sorted without letting others run: cgroup_mutex is held.
 */
static void cgi_hierarchies_unite(struct cgi_snapshot *s)
{
	struct cgi_hierarchy *list = s->hierarchies.data;
	size_t i, kept = 0;

	sort(list, s->hierarchies.count, sizeof(*list), cgi_hierarchy_compare, NULL);
	for (i = 0; i < s->hierarchies.count; i++)
		if (!kept || list[i].addr != list[kept - 1].addr)
			list[kept++] = list[i];
	s->hierarchies.count = kept;
}

/**
 * cgi_collect_hierarchies() - collect every cgroup_root, mounted or not
 * @s: where to; sorted by id if all of them fit, so that the index of a cgroup, too,
 *     orders by hierarchy
 *
 * init_css_set has one link to each root: cgroup_setup_root() and
 * cgroup_destroy_root() in kernel/cgroup/cgroup.c keep it so.
 *
 * Context: Process, cgroup_mutex held; sleeps; takes css_set_lock.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_collect_hierarchies(struct cgi_snapshot *s)
{
	struct css_set *cset = cgi_init_css_set();
	struct cgi_list_walk list = cgi_list_begin(s, &cset->cgrp_links, CGI_LIST_OF_LINKS, cset);
	struct cgi_walk walk = { .cost = &s->cost };
	struct cgrp_cset_link *link;
	struct list_head *at;
	int err = 0;

	lockdep_assert_held(cgi_cgroup_mutex);
	cgi_walk_begin(&walk);
	while ((at = cgi_list_step(&list))) {
		link = cgi_list_link(s, &walk, at, cset);
		if (!link)
			continue;
		cgi_hierarchy_copy(s, link->cgrp->root);
		/* init_css_set never dies, so the walk fails only if the caller was killed. */
		if (!cgi_walk_step(&walk, cset)) {
			err = -EINTR;
			break;
		}
	}
	cgi_walk_end(&walk);
	if (!err && cgi_array_fits(&s->hierarchies)) {
		cgi_hierarchies_unite(s);
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

	/* A mask of controllers is a u32. */
	BUILD_BUG_ON(CGROUP_SUBSYS_COUNT > 32);
	for (ssid = 0; ssid < CGROUP_SUBSYS_COUNT; ssid++) {
		ss = cgi_init_css_set()->subsys[ssid]->ss;
		subsys = cgi_array_add(&s->subsystems, 1);
		if (!subsys)
			continue;
		subsys->id = ss->id;
		subsys->hierarchy_id = READ_ONCE(ss->root)->hierarchy_id;
		subsys->nr_ids = ss->id == CGI_MEMORY_SSID ? 0 : CGI_NOT_COUNTED;
		subsys->max_ids = ss->id == CGI_MEMORY_SSID ? CGI_MEMORY_IDS : CGI_NOT_COUNTED;
		subsys->flags = cgi_subsys_flags(ss);
		strscpy(subsys->name, ss->name, sizeof(subsys->name));
		strscpy(subsys->legacy_name, ss->legacy_name, sizeof(subsys->legacy_name));
	}
}

/**
 * cgi_collect_name() - copy the name of a cgroup
 * @s: where to
 * @name: the name; that of a root is empty
 *
 * The name is stable under cgroup_mutex, which rename() on v1 takes.  No name that the
 * kernel accepts is longer than NAME_MAX.
 *
 * Context: cgroup_mutex held, unless @name is the caller's own copy.
 * Return: 0, or -ENAMETOOLONG.
 */
int cgi_collect_name(struct cgi_snapshot *s, const char *name)
{
	size_t len = strnlen(name, NAME_MAX + 1);
	char *copy;

	if (len > NAME_MAX)
		return -ENAMETOOLONG;
	copy = cgi_array_take(&s->names, len + 1);
	if (copy) {
		memcpy(copy, name, len);
		copy[len] = '\0';
	}
	return 0;
}

static struct cgroup_subsys_state *cgi_cgroup_css(const struct cgroup *cgrp, int ssid)
{
	return rcu_dereference_protected(cgrp->subsys[ssid], lockdep_is_held(cgi_cgroup_mutex));
}

/* A css that was disabled stays in subsys[] until it is offline; CSS_DYING tells it apart. */
static u32 cgi_cgroup_controllers(const struct cgroup *cgrp)
{
	struct cgroup_subsys_state *css;
	u32 mask = 0;
	int ssid;

	for (ssid = 0; ssid < CGROUP_SUBSYS_COUNT; ssid++) {
		css = cgi_cgroup_css(cgrp, ssid);
		if (css && !(css->flags & CSS_DYING))
			mask |= BIT(ssid);
	}
	return mask;
}

static void cgi_cgroup_copy_masks(struct cgi_cgroup_evidence *evidence, const struct cgroup *cgrp)
{
	struct cgroup_subsys_state *css;
	int ssid;

	evidence->enabled = cgrp->subtree_control;
	evidence->needed = cgrp->subtree_ss_mask;
	for (ssid = 0; ssid < CGROUP_SUBSYS_COUNT; ssid++) {
		css = cgi_cgroup_css(cgrp, ssid);
		if (!css)
			continue;
		if (css->flags & CSS_VISIBLE)
			evidence->visible |= BIT(ssid);
		if (css->cgroup != cgrp || css->ss->id != ssid)
			evidence->foreign |= BIT(ssid);
	}
}

/*
 * The list of ancestors is as long as the level says.  If the level is wrong it is not looked
 * at, as nobody knows how long it is.
 */
static u32 cgi_cgroup_wrong_ancestor(const struct cgi_descent *d, struct cgroup *cgrp)
{
	struct cgroup *ancestor;
	u32 level;

	if (cgrp->level != d->depth || !cgi_array_fits(&d->s->ancestors))
		return CGI_NONE;
	/* If the caller was killed nobody will see the record. */
	for (level = 0; level < d->depth && !(level && cgi_hold_pause_at(level)); level++) {
		ancestor = container_of(cgi_ancestor_css(cgi_ancestor_at(d->s, level)),
					struct cgroup, self);
		if (!cgi_cgroup_names_ancestor(cgrp, level, ancestor))
			return level;
	}
	return cgi_cgroup_names_ancestor(cgrp, level, cgrp) ? CGI_NONE : level;
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

/*
 * A sum that is too low would mislead the check, and make a mounted hierarchy look unmounted; and
 * roots are few.  Elsewhere one reading is enough, as the number is printed as approximate: with
 * 128 CPUs and 100,000 csses each reading takes 13 million cache lines.
 */
#define CGI_READINGS_MOST	3

static int cgi_readings(const struct cgi_snapshot *s, bool is_root)
{
	return is_root || (s->want & CGI_WANT_CHECK) ? CGI_READINGS_MOST : 1;
}

/* The freezer of v1 keeps what it knows in its own, private css. */
static u8 cgi_cgroup_freeze(const struct cgroup *cgrp)
{
	if (cgrp->root != &cgrp_dfl_root)
		return CGI_FREEZE_V1;
	return (cgrp->freezer.freeze ? CGI_FREEZE_SELF : 0) |
	       (cgrp->freezer.e_freeze ? CGI_FREEZE_EFFECTIVE : 0) |
	       (test_bit(CGRP_FROZEN, &cgrp->flags) ? CGI_FREEZE_FROZEN : 0);
}

static void cgi_cgroup_copy(struct cgi_snapshot *s, const struct cgi_descent *d, u32 hierarchy)
{
	struct cgroup *cgrp = container_of(d->css, struct cgroup, self);
	const struct cgi_ancestor *parent = cgi_descent_parent(d);
	struct cgi_cgroup *record = cgi_array_add(&s->cgroups, 1);
	const struct cgroup_root *root;

	if (!record)
		return;
	root = cgi_hierarchy_at(s, hierarchy)->addr;
	record->addr = cgrp;
	record->name = s->names.count;
	record->parent = parent ? parent->index : CGI_NONE;
	record->id = cgroup_ino(cgrp);
	record->serial = cgrp->self.serial_nr;
	record->hierarchy = hierarchy;
	record->level = cgrp->level;
	record->controllers = cgi_cgroup_controllers(cgrp);
	/* On v1 the kernel has masks as well, but subtree_control means nothing there. */
	record->subtree_control = root == &cgrp_dfl_root ? cgrp->subtree_control : 0;
	record->nr_threaded_children = cgrp->nr_threaded_children;
	record->threaded = cgrp->dom_cgrp != cgrp;
	record->obstacle = record->threaded ? cgrp->dom_cgrp->level : CGI_NONE;
	record->nr_dying_descendants = cgrp->nr_dying_descendants;
	/* References to roots are few, and tell the state of their hierarchies. */
	if (!parent || (s->want & CGI_WANT_REFS))
		record->refs = cgi_css_refs(&cgrp->self, cgi_readings(s, !parent));
	record->killed = cgi_css_is_killed(&cgrp->self);
	record->bpf = record->killed && cgi_cgroup_bpf_is_held(cgrp);
	record->populated = cgi_cgroup_is_populated(cgrp);
	record->state = cgi_cgroup_state(cgrp, record->populated);
	if (s->want & CGI_WANT_ATTACH)
		record->freeze = cgi_cgroup_freeze(cgrp);
}

static void cgi_cgroup_copy_evidence(struct cgi_snapshot *s, const struct cgi_descent *d,
				     const struct cgroup_root *root)
{
	struct cgroup *cgrp = container_of(d->css, struct cgroup, self);
	struct cgi_cgroup_evidence *evidence;

	if (!(s->want & CGI_WANT_CHECK))
		return;
	evidence = cgi_array_add(&s->cgroup_evidence, 1);
	if (!evidence)
		return;
	evidence->parent_addr = cgroup_parent(cgrp);
	evidence->dom_addr = cgrp->dom_cgrp;
	cgi_cgroup_copy_masks(evidence, cgrp);
	evidence->wrong_ancestor = cgi_cgroup_wrong_ancestor(d, cgrp);
	evidence->nr_descendants = cgrp->nr_descendants;
	evidence->strange = cgrp->root != root || cgrp->self.cgroup != cgrp;
}

/*
 * Removed cgroups stay on their parent's list until they are released.
 */
static int cgi_collect_cgroups(struct cgi_snapshot *s, struct cgroup_root *root, u32 hierarchy)
{
	struct cgi_descent d = { .s = s, .css = &root->cgrp.self };
	struct cgroup *cgrp;
	int err = 0;

	for (; d.css; cgi_descent_next(&d)) {
		if (fatal_signal_pending(current))
			return -EINTR;
		cgi_hold_pause();
		cgrp = container_of(d.css, struct cgroup, self);
		d.index = s->cgroups.count;
		cgi_cgroup_copy(s, &d, hierarchy);
		cgi_cgroup_copy_evidence(s, &d, root);
		if (s->want & CGI_WANT_EXITING)
			cgi_array_add(&s->exiting, 1);
		if (s->want & CGI_WANT_NAMES)
			err = cgi_collect_name(s, d.depth ? cgi_cgroup_name(cgrp) : "");
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

static void cgi_css_copy(struct cgi_snapshot *s, const struct cgi_descent *d, u32 subsys)
{
	const struct cgi_ancestor *parent = cgi_descent_parent(d);
	struct cgi_css *record = cgi_array_add(&s->csses, 1);
	struct cgroup_subsys_state *css = d->css;

	if (!record)
		return;
	record->addr = css;
	record->cgroup_addr = css->cgroup;
	record->found_addr = parent ? parent->addr : NULL;
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
	if (s->want & CGI_WANT_REFS)
		record->refs = cgi_css_refs(css, cgi_readings(s, !parent));
	record->killed = cgi_css_is_killed(css);
	record->state = cgi_css_state(record);
	record->has_id = subsys == CGI_MEMORY_SSID && cgi_memory_has_id(css);
	record->evidence = s->css_evidence.count;
	record->charge = CGI_NONE;
}

static void cgi_css_copy_charge(struct cgi_snapshot *s, struct cgroup_subsys_state *css)
{
	u32 charge;

	if (!(s->want & CGI_WANT_CHARGES))
		return;
	charge = cgi_collect_charge(s, css);
	if (cgi_array_fits(&s->csses))
		cgi_css_at(s, s->csses.count - 1)->charge = charge;
}

static void cgi_css_copy_evidence(struct cgi_snapshot *s, const struct cgi_descent *d, u32 subsys)
{
	struct cgroup_subsys_state *css = d->css;
	struct cgi_css_evidence *evidence;

	if (!(s->want & CGI_WANT_CHECK))
		return;
	evidence = cgi_array_add(&s->css_evidence, 1);
	if (!evidence)
		return;
	evidence->parent_addr = css->parent;
	evidence->strange = css->ss != d->ss;
	evidence->current_of_cgroup = cgi_cgroup_css(css->cgroup, subsys) == css;
}

/*
 * Offlined csses stay on their parent's list until they are released, while
 * cgroup->subsys[] has forgotten them already.  So the tree of the controller is walked.
 */
static int cgi_collect_csses(struct cgi_snapshot *s, int ssid)
{
	struct cgi_descent d = { .s = s, .css = cgi_init_css_set()->subsys[ssid] };

	for (d.ss = d.css->ss; d.css; cgi_descent_next(&d)) {
		if (fatal_signal_pending(current))
			return -EINTR;
		cgi_hold_pause();
		cgi_collect_swap(s, d.css);
		cgi_css_copy(s, &d, ssid);
		cgi_css_copy_charge(s, d.css);
		cgi_css_copy_evidence(s, &d, ssid);
	}
	return 0;
}

/*
 * If hierarchies did not fit nothing is stored any more, and their order does not matter.  The
 * list is stable under cgroup_mutex, so the lock is not held while the cgroups are counted.
 */
static int cgi_count_cgroups(struct cgi_snapshot *s)
{
	struct css_set *cset = cgi_init_css_set();
	struct cgi_list_walk list = cgi_list_begin(s, &cset->cgrp_links, CGI_LIST_OF_LINKS, cset);
	struct cgi_walk walk = { .cost = &s->cost };
	struct cgrp_cset_link *link;
	struct cgroup_root *root;
	struct list_head *at;
	int err = 0;

	do {
		cgi_walk_begin(&walk);
		at = cgi_list_step(&list);
		link = at ? cgi_list_link(s, &walk, at, cset) : NULL;
		root = link ? link->cgrp->root : NULL;
		cgi_walk_end(&walk);
		if (root)
			err = cgi_collect_cgroups(s, root, CGI_NONE);
	} while (at && !err);
	return err;
}

/**
 * cgi_collect_trees() - collect cgroups, and csses and their charges if they are wanted
 * @s: where to; its hierarchies are there, and sorted if they fit
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
	if (!cgi_array_fits(&s->hierarchies))
		err = cgi_count_cgroups(s);
	for (i = 0; cgi_array_fits(&s->hierarchies) && i < s->hierarchies.count && !err; i++)
		err = cgi_collect_cgroups(s, cgi_object_at(cgi_hierarchy_at(s, i)->addr), i);
	for (i = 0; (s->want & CGI_WANT_CSSES) && i < CGROUP_SUBSYS_COUNT && !err; i++)
		err = cgi_collect_csses(s, i);
	if (!err && (s->want & CGI_WANT_CHARGES))
		err = cgi_collect_writebacks(s);
	return err;
}
