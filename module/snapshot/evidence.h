/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What only the check needs to know of an object, apart from its record: other files, which
 * have no use for it, shall not pay for it.
 */
#ifndef _CGI_SNAPSHOT_EVIDENCE_H
#define _CGI_SNAPSHOT_EVIDENCE_H

#include <linux/types.h>

/**
 * struct cgi_populated - a counter of populated things, against what was counted
 * @counter: what the kernel says
 * @counted: what was counted in the same hold of css_set_lock
 * @known: one hold was enough to count all of them
 */
struct cgi_populated {
	u32 counter;
	u32 counted;
	bool known;
};

/**
 * struct cgi_cgroup_evidence - what only the check needs to know of a cgroup
 * @parent_addr: identity of what it names as its parent, NULL for a root
 * @dom_addr: identity of the cgroup of its resource domain
 * @enabled: mask of the controllers enabled for its children, on v1 too
 * @needed: mask of the controllers that its children have csses of: @enabled, what these
 *          depend on, and what is always there
 * @visible: mask of the controllers that it has a css of, and files
 * @foreign: mask of the controllers of which it names a css that is not its own
 * @wrong_ancestor: level of the first ancestor that it has got wrong, or CGI_NONE
 * @nr_descendants: what the kernel counts as live descendants
 * @nr_threaded: live threaded child cgroups that were found
 * @populated_csets: populated css_sets linked to it
 * @populated_children: populated children
 * @populated_domain: those of them that are not threaded
 * @populated_threaded: those that are
 * @strange: its ->root is not its hierarchy, or its ->self.cgroup is another cgroup
 */
struct cgi_cgroup_evidence {
	const void *parent_addr;
	const void *dom_addr;
	u32 enabled;
	u32 needed;
	u32 visible;
	u32 foreign;
	u32 wrong_ancestor;
	u32 nr_descendants;
	u32 nr_threaded;
	struct cgi_populated populated_csets;
	struct cgi_populated populated_children;
	struct cgi_populated populated_domain;
	struct cgi_populated populated_threaded;
	bool strange;
};

/**
 * struct cgi_css_evidence - what only the check needs to know of a css
 * @parent_addr: identity of what it names as its parent, NULL for a root
 * @older_sibling: index of the youngest child of its parent that is older
 * @last_child: index of its youngest child
 * @nr_online: children that are online
 * @nr_alive: css_sets that use it and were still there when the last list was walked
 * @nr_on_e_csets: css_sets found on the list of its cgroup, before that
 * @strange: its ->ss is not the controller whose tree it is in
 * @current_of_cgroup: its cgroup names it as its css of the controller
 * @e_csets_known: that list was walked to its end; false if the walk gave up
 */
struct cgi_css_evidence {
	const void *parent_addr;
	u32 older_sibling;
	u32 last_child;
	u32 nr_online;
	u32 nr_alive;
	u32 nr_on_e_csets;
	bool strange;
	bool current_of_cgroup;
	bool e_csets_known;
};

/**
 * struct cgi_css_set_evidence - what only the check needs to know of a css_set
 * @hash_next_addr: identity of the next one in its chain of the hash table
 * @hash_next: index of the next one in its chain of the hash table
 * @hash: chain of the hash table that it belongs to
 * @first_back_link: its back links are @nr_back_links records from here on
 * @nr_back_links: cgroups on whose list of links it was found
 * @nr_on_list: tasks found on css_set->tasks, if @counted
 * @nr_on_threaded: css_sets found on its list of those whose domain it is
 * @counted: @nr_on_list and the css_set's nr_tasks are of the same instant
 * @has_mg_tasks: mg_tasks was not empty
 * @alive: it was still there when the last list of links was walked
 */
struct cgi_css_set_evidence {
	const void *hash_next_addr;
	u32 hash_next;
	u32 hash;
	u32 first_back_link;
	u32 nr_back_links;
	u32 nr_on_list;
	u32 nr_on_threaded;
	bool counted;
	bool has_mg_tasks;
	bool alive;
};

#endif /* _CGI_SNAPSHOT_EVIDENCE_H */
