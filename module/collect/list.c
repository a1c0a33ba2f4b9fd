// SPDX-License-Identifier: GPL-2.0-only
/*
 * What to do with a list that is broken, and with a node that does not belong to its list.
 *
 * If two lists were joined by a bug, a node may be the head of the other one.  It is treated as an
 * object here, but only the field that names the owner of the list is read.  That field lies
 * before the node, and before a head lie other fields of the structure that contains it.  So the
 * read is safe, and the value does not match the owner.
 */
#include <linux/cgroup.h>
#include <linux/sched.h>

#include "../snapshot/snapshot.h"
#include "cset_link.h"
#include "list.h"

/* cgi_list_resume() visits at most so many nodes, because it can't release the lock. */
#define CGI_LIST_BACK	4096

/**
 * cgi_list_resume() - find the node at which the walk of a broken list can continue
 * @head: its head
 *
 * Goes back from the tail as long as node->prev->next is the node.  The walk has visited none of
 * these nodes: from a visited one it would have reached the tail.  So no node is visited twice.
 * If a single pointer is wrong, only nodes more than CGI_LIST_BACK before the tail are missed.
 *
 * Context: Under the lock that protects the list.
 * Return: the first of these nodes, or @head.
 */
struct list_head *cgi_list_resume(struct list_head *head)
{
	struct list_head *at = head;
	unsigned int i;

	for (i = 0; i < CGI_LIST_BACK && at->prev != head && at->prev->next == at; i++)
		at = at->prev;
	return at;
}

/**
 * cgi_list_is_broken() - note that a list has a node which does not belong there
 * @s: where to
 * @list: which list
 * @owner: the object that has its head
 *
 * Context: Any, locks held included.
 */
void cgi_list_is_broken(struct cgi_snapshot *s, enum cgi_list list, const void *owner)
{
	struct cgi_broken *broken = cgi_array_add(&s->broken, 1);

	if (!broken)
		return;
	broken->owner_addr = owner;
	broken->list = list;
}

/**
 * cgi_list_task() - the task of a node on a list of tasks
 * @s: where to note that it does not belong there
 * @walk: the walk
 * @at: the node
 * @cset: css_set that has the list
 * @list: which one
 *
 * A walk must not stand on a task that does not point back: it may go at any time, with or
 * without its css_set.  So the hold goes on past such a node.
 *
 * Context: css_set_lock held.
 * Return: the task, or NULL.
 */
struct task_struct *cgi_list_task(struct cgi_snapshot *s, struct cgi_walk *walk,
				  struct list_head *at, const struct css_set *cset,
				  enum cgi_list list)
	__must_hold(cgi_css_set_lock)
{
	struct task_struct *task = list_entry(at, struct task_struct, cg_list);

	lockdep_assert_held(cgi_css_set_lock);
	if (cgi_task_is_of(task, cset))
		return task;
	walk->nodes++;
	cgi_list_is_broken(s, list, cset);
	return NULL;
}

/**
 * cgi_list_link() - the link of a node on a css_set's list of links
 * @s: where to note that it does not belong there
 * @walk: the walk
 * @at: the node
 * @cset: css_set that has the list
 *
 * Context: css_set_lock held; as cgi_list_task().
 * Return: the link, or NULL.
 */
struct cgrp_cset_link *cgi_list_link(struct cgi_snapshot *s, struct cgi_walk *walk,
				     struct list_head *at, const struct css_set *cset)
	__must_hold(cgi_css_set_lock)
{
	struct cgrp_cset_link *link = list_entry(at, struct cgrp_cset_link, cgrp_link);

	lockdep_assert_held(cgi_css_set_lock);
	if (link->cset == cset)
		return link;
	walk->nodes++;
	cgi_list_is_broken(s, CGI_LIST_OF_LINKS, cset);
	return NULL;
}

/**
 * cgi_list_cset_link() - the link of a node on a cgroup's list of links
 * @s: where to note that it does not belong there
 * @walk: the walk
 * @at: the node
 * @cgrp: cgroup that has the list
 *
 * Context: css_set_lock held; as cgi_list_task().
 * Return: the link, or NULL.
 */
struct cgrp_cset_link *cgi_list_cset_link(struct cgi_snapshot *s, struct cgi_walk *walk,
					  struct list_head *at, const struct cgroup *cgrp)
	__must_hold(cgi_css_set_lock)
{
	struct cgrp_cset_link *link = list_entry(at, struct cgrp_cset_link, cset_link);

	lockdep_assert_held(cgi_css_set_lock);
	if (link->cgrp == cgrp)
		return link;
	walk->nodes++;
	cgi_list_is_broken(s, CGI_LIST_OF_CSS_SETS, cgrp);
	return NULL;
}
