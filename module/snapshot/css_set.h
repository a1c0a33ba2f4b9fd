/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_SNAPSHOT_CSS_SET_H
#define _CGI_SNAPSHOT_CSS_SET_H

#include <linux/types.h>

#include "refs.h"

/* So many different commands tell a reader of graph.dot what a css_set is about. */
#define CGI_COMMANDS	3

/**
 * struct cgi_css_set - a css_set
 * @addr: identity
 * @dom_addr: identity of the css_set of the domain that it belongs to
 * @default_addr: identity of its cgroup in the default hierarchy
 * @refs: reference count
 * @exiting: exited tasks that hold it; %CGI_REFS_UNKNOWN if dying_tasks could not be
 *           read to its end
 * @unaccounted: @refs without what the graph explains
 * @first_link: its links are @nr_links records from here on
 * @nr_links: links on its list; in a sound graph, one for each hierarchy
 * @default_cgroup: index of its cgroup in the default hierarchy
 * @dom: index of the css_set of its domain
 * @first_effective: its effective csses are one record for each controller from here on
 * @nr_tasks: what the kernel counts as its tasks: those that it has not yet taken off
 *            css_set->tasks when they exit
 * @nr_running: tasks that point to it and have not begun to exit
 * @nr_threaded: css_sets of threaded cgroups whose domain it is
 * @nr_namespaces: cgroup namespaces of tasks that hold it
 * @commands: indices of tasks, a few with different commands
 * @nr_commands: how many of @commands there are
 * @more_commands: there are others that are not in @commands
 * @exits_moving: css_set_lock was free for a moment while dying_tasks was read
 * @exits_known: dying_tasks was read to its end after the tasks, too
 * @exits_tried: where only css_sets of tasks are there, dying_tasks was read, maybe not to
 *               its end
 * @dead: one of its cgroups was removed
 * @init: it is init_css_set
 */
struct cgi_css_set {
	const void *addr;
	const void *dom_addr;
	const void *default_addr;
	struct cgi_refs refs;
	struct cgi_refs exiting;
	struct cgi_refs unaccounted;
	u32 first_link;
	u32 nr_links;
	u32 default_cgroup;
	u32 dom;
	u32 first_effective;
	u32 nr_tasks;
	u32 nr_running;
	u32 nr_threaded;
	u32 nr_namespaces;
	u32 commands[CGI_COMMANDS];
	u32 nr_commands;
	bool more_commands;
	bool exits_moving : 1;
	bool exits_known : 1;
	bool exits_tried : 1;
	bool dead;
	bool init;
};

/**
 * struct cgi_effective - the css that a css_set really uses for a controller
 * @css_addr: identity, until cgi_resolve()
 * @css: index of the css, from then on
 *
 * There is one for each css_set and controller, so the same memory serves both.
 */
struct cgi_effective {
	union {
		const void *css_addr;
		u32 css;
	};
};

/**
 * struct cgi_link - a cgrp_cset_link, found on the list of its css_set
 * @cgroup_addr: identity of the cgroup
 * @css_set: index of the css_set
 * @cgroup: index of the cgroup
 */
struct cgi_link {
	const void *cgroup_addr;
	u32 css_set;
	u32 cgroup;
};

/**
 * struct cgi_back_link - a cgrp_cset_link, found on the list of its cgroup
 * @cgroup_addr: identity of the cgroup
 * @css_set_addr: identity of the css_set
 * @cgroup: index of the cgroup
 * @css_set: index of the css_set
 */
struct cgi_back_link {
	const void *cgroup_addr;
	const void *css_set_addr;
	u32 cgroup;
	u32 css_set;
};

/**
 * struct cgi_sample - the counters of a css_set, read again after the tasks
 * @css_set_addr: identity of the css_set
 * @css_set: index of the css_set
 * @refs: reference count
 * @nr_tasks: what the kernel counts as its tasks
 * @has_dying_tasks: its dying_tasks was read to its end once more, too
 */
struct cgi_sample {
	const void *css_set_addr;
	u32 css_set;
	u32 refs;
	u32 nr_tasks;
	bool has_dying_tasks;
};

#endif /* _CGI_SNAPSHOT_CSS_SET_H */
