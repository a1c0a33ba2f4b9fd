/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Going along a list of the kernel's without trusting it.
 *
 * A node follows another one only if its pointer back says so.  Then no list is endless: on
 * the way from the head each node has just one predecessor, so the first one that comes
 * twice is the head.  And a single wrong pointer is noticed before what it leads to is taken
 * for an object.
 */
#ifndef _CGI_LIST_H
#define _CGI_LIST_H

#include <linux/list.h>

#include "../snapshot/broken.h"
#include "walk.h"

struct cgi_snapshot;
struct cgroup;
struct cgrp_cset_link;
struct css_set;
struct task_struct;

struct list_head *cgi_list_resume(struct list_head *head);
void cgi_list_is_broken(struct cgi_snapshot *s, enum cgi_list list, const void *owner);
struct task_struct *cgi_list_task(struct cgi_snapshot *s, struct cgi_walk *walk,
				  struct list_head *at, const struct css_set *cset,
				  enum cgi_list list)
	__must_hold(cgi_css_set_lock);
struct cgrp_cset_link *cgi_list_link(struct cgi_snapshot *s, struct cgi_walk *walk,
				     struct list_head *at, const struct css_set *cset)
	__must_hold(cgi_css_set_lock);
struct cgrp_cset_link *cgi_list_cset_link(struct cgi_snapshot *s, struct cgi_walk *walk,
					  struct list_head *at, const struct cgroup *cgrp)
	__must_hold(cgi_css_set_lock);

/**
 * struct cgi_list_walk - going along a list
 * @s: where it is noted if the list is broken
 * @head: its head
 * @at: the last node, or the head
 * @list: which list
 * @owner: the object that has the head
 */
struct cgi_list_walk {
	struct cgi_snapshot *s;
	struct list_head *head;
	struct list_head *at;
	enum cgi_list list;
	const void *owner;
};

static inline struct cgi_list_walk cgi_list_begin(struct cgi_snapshot *s, struct list_head *head,
						  enum cgi_list list, const void *owner)
{
	return (struct cgi_list_walk){ .s = s, .head = head, .at = head, .list = list,
				       .owner = owner };
}

/* The next node, or NULL at the end. */
static inline struct list_head *cgi_list_step(struct cgi_list_walk *walk)
{
	struct list_head *next = walk->at->next;

	if (unlikely(next->prev != walk->at)) {
		cgi_list_is_broken(walk->s, walk->list, walk->owner);
		next = cgi_list_resume(walk->head);
	}
	walk->at = next;
	return next == walk->head ? NULL : next;
}

#endif /* _CGI_LIST_H */
