/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_SNAPSHOT_BROKEN_H
#define _CGI_SNAPSHOT_BROKEN_H

#include <linux/types.h>

/* A list of the kernel's, named after the object that has its head. */
enum cgi_list {
	CGI_LIST_OF_CHILDREN,		/* cgroup: self.children */
	CGI_LIST_OF_CSS_SETS,		/* cgroup: cset_links */
	CGI_LIST_OF_CSSES,		/* css: children */
	CGI_LIST_OF_E_CSETS,		/* css: e_csets[] of its cgroup */
	CGI_LIST_OF_LINKS,		/* css_set: cgrp_links */
	CGI_LIST_OF_TASKS,		/* css_set: tasks */
	CGI_LIST_OF_DYING_TASKS,	/* css_set: dying_tasks */
	CGI_LIST_OF_THREADED_CSETS,	/* css_set: threaded_csets */
	CGI_LISTS_OF_KINDS,
};

/**
 * struct cgi_broken - a list with a node that does not belong there
 * @owner_addr: identity of the object that has the head of the list
 * @owner: index of the object that has the head of the list
 * @list: &enum cgi_list
 *
 * On a broken list a pointer back does not match the one that led there, or it leads to
 * the head of another list.
 */
struct cgi_broken {
	const void *owner_addr;
	u32 owner;
	u8 list;
};

#endif /* _CGI_SNAPSHOT_BROKEN_H */
