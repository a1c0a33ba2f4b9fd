/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What only the check needs to know of an object, apart from its record: other files, which
 * have no use for it, shall not pay for it.
 */
#ifndef _CGI_SNAPSHOT_EVIDENCE_H
#define _CGI_SNAPSHOT_EVIDENCE_H

#include <linux/types.h>

/**
 * struct cgi_css_evidence - what only the check needs to know of a css
 * @parent_addr: identity of what it names as its parent, NULL for a root
 * @older_sibling: index of the youngest child of its parent that is older
 * @last_child: index of its youngest child
 * @nr_online: children that are online
 * @nr_alive: css_sets that use it and were still there when the last list was walked
 * @nr_on_e_csets: css_sets found on the list of its cgroup, before that
 * @strange: it names another controller than that whose tree it is in
 * @current_of_cgroup: its cgroup names it as its css of the controller
 * @e_csets_known: one hold was enough to walk that list, or no pause was in its way
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

#endif /* _CGI_SNAPSHOT_EVIDENCE_H */
