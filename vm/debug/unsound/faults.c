// SPDX-License-Identifier: GPL-2.0-only
/*
 * The faults.  Each changes memory by poke() alone, which remembers what was there.
 */
#include <linux/cgroup.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/sched.h>

#include "cset_link.h"
#include "unsound.h"

static struct cgrp_cset_link *link_of(int i)
{
	return list_first_entry(&cgroups[i]->cset_links, struct cgrp_cset_link, cset_link);
}

static struct css_set *cset_of(int i)
{
	return link_of(i)->cset;
}

static struct task_struct *task_of(int i)
{
	return list_first_entry(&cset_of(i)->tasks, struct task_struct, cg_list);
}

/* Two lists become one, and no pointer back is wrong. */
static void cross(struct list_head *x, struct list_head *y)
{
	struct list_head *x_next = x->next, *y_next = y->next;

	POKE(x->next, y_next);
	POKE(y_next->prev, x);
	POKE(y->next, x_next);
	POKE(x_next->prev, y);
}

static void unlist(struct list_head *node)
{
	POKE(node->next->prev, node->prev);
	POKE(node->prev->next, node->next);
	POKE(node->next, node);
	POKE(node->prev, node);
}

/* The node of @x goes from its list to that of @head. */
static void move(struct list_head *x, struct list_head *head)
{
	struct list_head *next = head->next;

	POKE(x->next->prev, x->prev);
	POKE(x->prev->next, x->next);
	POKE(x->next, next);
	POKE(x->prev, head);
	POKE(next->prev, x);
	POKE(head->next, x);
}

/* Of the last of its siblings: from there a walk that trusts it is lost. */
static void plant_cgroup_parent(void)
{
	POKE(cgroups[A_D]->self.parent, &cgroups[B]->self);
}

static void plant_cgroup_parent_below(void)
{
	POKE(cgroups[B_E]->self.parent, &cgroups[A_D]->self);
}

static void plant_css_parent(void)
{
	POKE(pids_of(T)->parent, pids_of(A));
}

static void plant_css_parent_self(void)
{
	POKE(pids_of(T)->parent, pids_of(T));
}

static void plant_sibling_next(void)
{
	POKE(cgroups[A_C]->self.sibling.next, &cgroups[B_E]->self.sibling);
}

static void plant_sibling_next_head(void)
{
	POKE(cgroups[A_C]->self.sibling.next, &cgroups[B]->self.children);
}

static void plant_sibling_next_self(void)
{
	POKE(cgroups[A_C]->self.sibling.next, &cgroups[A_C]->self.sibling);
}

static void plant_sibling_prev(void)
{
	POKE(cgroups[A_D]->self.sibling.prev, &cgroups[B_E]->self.sibling);
}

static void plant_children_next(void)
{
	POKE(cgroups[A]->self.children.next, &cgroups[B_E]->self.sibling);
}

static void plant_children_prev(void)
{
	POKE(cgroups[A]->self.children.prev, &cgroups[B_E]->self.sibling);
}

static void plant_siblings_crossed(void)
{
	cross(&cgroups[A_C]->self.sibling, &cgroups[B_E]->self.sibling);
}

static void plant_css_sibling_next(void)
{
	POKE(pids_of(A)->sibling.next, &pids_of(TOP)->sibling);
}

static void plant_css_siblings_crossed(void)
{
	cross(&pids_of(A)->sibling, &pids_of(TOP)->sibling);
}

static void plant_css_ss(void)
{
	POKE(pids_of(A)->ss, cset_of(A)->subsys[cpu_cgrp_id]->ss);
}

static void plant_css_cgroup(void)
{
	POKE(pids_of(A)->cgroup, cgroups[B]);
}

static void plant_self_cgroup(void)
{
	POKE(cgroups[A_C]->self.cgroup, cgroups[B_E]);
}

static void plant_cgroup_root(void)
{
	POKE(cgroups[A_C]->root, cset_of(A)->subsys[cpu_cgrp_id]->cgroup->root);
}

static void plant_link_cset(void)
{
	POKE(link_of(A)->cset, cset_of(B));
}

static void plant_link_cgrp(void)
{
	POKE(link_of(A)->cgrp, cgroups[B]);
}

static void plant_cset_link_next(void)
{
	POKE(link_of(A)->cset_link.next, &link_of(B)->cset_link);
}

static void plant_cset_links_crossed(void)
{
	cross(&link_of(A)->cset_link, &link_of(B)->cset_link);
}

static void plant_cgrp_link_next(void)
{
	POKE(link_of(A)->cgrp_link.next, &link_of(B)->cgrp_link);
}

static void plant_cgrp_links_crossed(void)
{
	cross(&link_of(A)->cgrp_link, &link_of(B)->cgrp_link);
}

static void plant_tasks_next(void)
{
	POKE(cset_of(A)->tasks.next, &cset_of(B)->tasks);
}

static void plant_tasks_prev(void)
{
	POKE(cset_of(A)->tasks.prev, &cset_of(B)->tasks);
}

static void plant_tasks_crossed(void)
{
	cross(&task_of(A)->cg_list, &task_of(B)->cg_list);
}

static void plant_dying_tasks_next(void)
{
	POKE(cset_of(A)->dying_tasks.next, &cset_of(B)->tasks);
}

static void plant_task_css_set(void)
{
	POKE(*(struct css_set **)&task_of(A)->cgroups, cset_of(B));
}

static void plant_default_cgroup(void)
{
	POKE(cset_of(A)->dfl_cgrp, cgroups[B]);
}

static void plant_dom_cset(void)
{
	POKE(cset_of(A)->dom_cset, cset_of(B));
}

static void plant_cset_subsys(void)
{
	POKE(cset_of(A)->subsys[pids_cgrp_id], pids_of(B));
}

/* unsound.sh has disabled pids and enabled it again, so there is another css now. */
static void plant_killed_css(void)
{
	POKE(cset_of(A)->subsys[pids_cgrp_id], held);
}

static void plant_task_unlisted(void)
{
	unlist(&task_of(A)->cg_list);
}

static void plant_task_elsewhere(void)
{
	move(&task_of(A)->cg_list, &cset_of(B)->tasks);
}

static void plant_mg_tasks(void)
{
	move(&task_of(A)->cg_list, &cset_of(A)->mg_tasks);
}

static void plant_nr_tasks(void)
{
	POKE(cset_of(A)->nr_tasks, 2);
}

static void plant_dead(void)
{
	POKE(cset_of(A)->dead, true);
}

static void plant_saturated(void)
{
	POKE(cset_of(A)->refcount, (refcount_t)REFCOUNT_INIT(REFCOUNT_SATURATED));
}

static void plant_online_cnt(void)
{
	POKE(pids_of(A)->online_cnt.counter, 2);
}

static void plant_css_not_online(void)
{
	POKE(pids_of(A)->flags, pids_of(A)->flags & ~CSS_ONLINE);
}

static void plant_css_dying(void)
{
	POKE(pids_of(A)->flags, pids_of(A)->flags | CSS_DYING);
}

static void plant_css_released(void)
{
	POKE(pids_of(A)->flags, pids_of(A)->flags | CSS_RELEASED);
}

static void plant_css_no_ref(void)
{
	POKE(pids_of(A)->flags, pids_of(A)->flags | CSS_NO_REF);
}

static void plant_css_hidden(void)
{
	POKE(pids_of(A)->flags, pids_of(A)->flags & ~CSS_VISIBLE);
}

static void plant_cgroup_css(void)
{
	POKE(*(struct cgroup_subsys_state **)&cgroups[A]->subsys[pids_cgrp_id], pids_of(B));
}

static void plant_subtree_control_on(void)
{
	POKE(cgroups[A]->subtree_control, cgroups[A]->subtree_control | BIT(pids_cgrp_id));
}

static void plant_subtree_control_off(void)
{
	POKE(cgroups[TOP]->subtree_control, cgroups[TOP]->subtree_control & ~BIT(pids_cgrp_id));
}

static void plant_subtree_mask_on(void)
{
	POKE(cgroups[A]->subtree_ss_mask, cgroups[A]->subtree_ss_mask | BIT(pids_cgrp_id));
}

static void plant_subtree_mask_off(void)
{
	POKE(cgroups[TOP]->subtree_ss_mask, cgroups[TOP]->subtree_ss_mask & ~BIT(pids_cgrp_id));
}

static void plant_e_csets_moved(void)
{
	move(&cset_of(A)->e_cset_node[pids_cgrp_id], &cgroups[B]->e_csets[pids_cgrp_id]);
}

static void plant_e_csets_next(void)
{
	POKE(cgroups[A]->e_csets[pids_cgrp_id].next, &cset_of(B)->e_cset_node[pids_cgrp_id]);
}

static void plant_threaded_csets_moved(void)
{
	move(&cset_of(T_W)->threaded_csets_node, &cset_of(A)->threaded_csets);
}

static void plant_threaded_csets_next(void)
{
	POKE(cset_of(T)->threaded_csets.next, &cset_of(A)->threaded_csets);
}

static void plant_nr_threaded_children(void)
{
	POKE(cgroups[T]->nr_threaded_children, 0);
}

static void plant_populated_apart(void)
{
	POKE(cgroups[T]->nr_populated_domain_children, 1);
	POKE(cgroups[T]->nr_populated_threaded_children, 0);
}

static void plant_ancestors(void)
{
	POKE(cgroups[A_C]->ancestors[2], cgroups[B]);
}

static void plant_ancestors_self(void)
{
	POKE(cgroups[A_C]->ancestors[3], cgroups[A_D]);
}

static void plant_nr_cgrps(void)
{
	POKE(cgroups[TOP]->root->nr_cgrps.counter, 2);
}

static void plant_nr_descendants(void)
{
	POKE(cgroups[A]->nr_descendants, 9);
}

static void plant_level(void)
{
	POKE(cgroups[A_C]->level, 7);
}

/* Nothing leads to the css_set any more but its task. */
static void plant_css_set_unlisted(void)
{
	unlist(&link_of(A)->cset_link);
}

static struct cgrp_cset_link *v1_link_of(int i)
{
	return list_next_entry(link_of(i), cgrp_link);
}

static void plant_link_of_css_set_alone(void)
{
	unlist(&v1_link_of(A)->cset_link);
}

static void plant_link_of_cgroup_alone(void)
{
	unlist(&v1_link_of(A)->cgrp_link);
}

static void plant_no_such_controller(void)
{
	POKE(v1_link_of(A)->cgrp->root->subsys_mask,
	     v1_link_of(A)->cgrp->root->subsys_mask | BIT(31));
}

static void plant_two_hierarchies(void)
{
	POKE(v1_link_of(A)->cgrp->root->subsys_mask,
	     v1_link_of(A)->cgrp->root->subsys_mask | BIT(pids_cgrp_id));
}

const struct fault faults[] = {
	{ "cgroup_parent", plant_cgroup_parent },
	{ "cgroup_parent_below", plant_cgroup_parent_below },
	{ "css_parent", plant_css_parent },
	{ "css_parent_self", plant_css_parent_self },
	{ "sibling_next", plant_sibling_next },
	{ "sibling_next_head", plant_sibling_next_head },
	{ "sibling_next_self", plant_sibling_next_self },
	{ "sibling_prev", plant_sibling_prev },
	{ "children_next", plant_children_next },
	{ "children_prev", plant_children_prev },
	{ "siblings_crossed", plant_siblings_crossed },
	{ "css_sibling_next", plant_css_sibling_next },
	{ "css_siblings_crossed", plant_css_siblings_crossed },
	{ "css_ss", plant_css_ss },
	{ "css_cgroup", plant_css_cgroup },
	{ "self_cgroup", plant_self_cgroup },
	{ "cgroup_root", plant_cgroup_root },
	{ "link_cset", plant_link_cset },
	{ "link_cgrp", plant_link_cgrp },
	{ "cset_link_next", plant_cset_link_next },
	{ "cset_links_crossed", plant_cset_links_crossed },
	{ "cgrp_link_next", plant_cgrp_link_next },
	{ "cgrp_links_crossed", plant_cgrp_links_crossed },
	{ "tasks_next", plant_tasks_next },
	{ "tasks_prev", plant_tasks_prev },
	{ "tasks_crossed", plant_tasks_crossed },
	{ "dying_tasks_next", plant_dying_tasks_next },
	{ "task_css_set", plant_task_css_set },
	{ "default_cgroup", plant_default_cgroup },
	{ "dom_cset", plant_dom_cset },
	{ "cset_subsys", plant_cset_subsys },
	{ "killed_css", plant_killed_css },
	{ "task_unlisted", plant_task_unlisted },
	{ "task_elsewhere", plant_task_elsewhere },
	{ "mg_tasks", plant_mg_tasks },
	{ "nr_tasks", plant_nr_tasks },
	{ "dead", plant_dead },
	{ "saturated", plant_saturated },
	{ "online_cnt", plant_online_cnt },
	{ "css_not_online", plant_css_not_online },
	{ "css_dying", plant_css_dying },
	{ "css_released", plant_css_released },
	{ "css_no_ref", plant_css_no_ref },
	{ "css_hidden", plant_css_hidden },
	{ "cgroup_css", plant_cgroup_css },
	{ "subtree_control_on", plant_subtree_control_on },
	{ "subtree_control_off", plant_subtree_control_off },
	{ "subtree_mask_on", plant_subtree_mask_on },
	{ "subtree_mask_off", plant_subtree_mask_off },
	{ "e_csets_moved", plant_e_csets_moved },
	{ "e_csets_next", plant_e_csets_next },
	{ "threaded_csets_moved", plant_threaded_csets_moved },
	{ "threaded_csets_next", plant_threaded_csets_next },
	{ "nr_threaded_children", plant_nr_threaded_children },
	{ "populated_apart", plant_populated_apart },
	{ "ancestors", plant_ancestors },
	{ "ancestors_self", plant_ancestors_self },
	{ "nr_cgrps", plant_nr_cgrps },
	{ "nr_descendants", plant_nr_descendants },
	{ "level", plant_level },
	{ "css_set_unlisted", plant_css_set_unlisted },
	{ "link_of_css_set_alone", plant_link_of_css_set_alone },
	{ "link_of_cgroup_alone", plant_link_of_cgroup_alone },
	{ "no_such_controller", plant_no_such_controller },
	{ "two_hierarchies", plant_two_hierarchies },
};

const unsigned int nr_faults = ARRAY_SIZE(faults);
