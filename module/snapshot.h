/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The snapshot: one picture of the cgroup graph as plain arrays.
 *
 * Collectors fill it, views print it; neither knows the other.  Records name
 * each other by index.  The addresses in them are identities: they tell two
 * objects apart and are never dereferenced.
 */
#ifndef _CGI_SNAPSHOT_H
#define _CGI_SNAPSHOT_H

#include <linux/bits.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "array.h"
#include "stats.h"
#include "text.h"

/* The kernel's own limit is CGROUP_SUBSYS_COUNT; masks are u32 from 7.0 on. */
#define CGI_SUBSYS_MAX	32

/* As an index: there is no such record. */
#define CGI_NONE	U32_MAX

/* What a view needs; the rest stays empty and costs nothing. */
#define CGI_WANT_GRAPH	BIT(0)
#define CGI_WANT_TASKS	BIT(1)

/* Ends the path of a removed cgroup among memberships, as in /proc/PID/cgroup. */
#define CGI_DELETED	" (deleted)"

enum cgi_task_state {
	CGI_TASK_RUNNING,
	CGI_TASK_EXITING,
	CGI_TASK_ZOMBIE,
};

/**
 * struct cgi_task - a thread
 * @css_set_addr: its css_set
 * @cgroups: memberships, offset in the snapshot's text
 * @tid: thread id in the initial pid namespace
 * @tgid: thread group id in the initial pid namespace
 * @state: &enum cgi_task_state
 * @comm: command name
 */
struct cgi_task {
	const void *css_set_addr;
	size_t cgroups;
	pid_t tid;
	pid_t tgid;
	u8 state;
	char comm[TASK_COMM_LEN];
};

/**
 * struct cgi_css_set - a css_set
 * @addr: identity
 * @dom_addr: identity of the css_set of the domain that it belongs to
 * @default_addr: identity of its cgroup in the default hierarchy
 * @cgroups: memberships, offset in the snapshot's text
 * @first_link: its links are @nr_links records from here on
 * @nr_links: hierarchies that it is linked to
 * @default_cgroup: index of its cgroup in the default hierarchy
 * @refs: reference count
 * @nr_tasks: tasks that have not begun to exit
 * @css_id: id of the effective css for each controller, 0 for none
 * @dead: one of its cgroups was removed
 */
struct cgi_css_set {
	const void *addr;
	const void *dom_addr;
	const void *default_addr;
	size_t cgroups;
	u32 first_link;
	u32 nr_links;
	u32 default_cgroup;
	u32 refs;
	u32 nr_tasks;
	int css_id[CGI_SUBSYS_MAX];
	bool dead;
};

/**
 * struct cgi_link - a cgrp_cset_link
 * @cgroup_addr: identity of the cgroup
 * @css_set: index of the css_set
 * @cgroup: index of the cgroup
 */
struct cgi_link {
	const void *cgroup_addr;
	u32 css_set;
	u32 cgroup;
};

enum cgi_cgroup_type {
	CGI_TYPE_NONE,		/* v1 knows no types */
	CGI_TYPE_DOMAIN,
	CGI_TYPE_DOMAIN_THREADED,
	CGI_TYPE_DOMAIN_INVALID,
	CGI_TYPE_THREADED,
};

/**
 * struct cgi_cgroup - a cgroup
 * @addr: identity
 * @parent_addr: identity of the parent, NULL for a root
 * @name: last part of its path as it is, offset in the snapshot's names
 * @path: path in its hierarchy, escaped, offset in the snapshot's text
 * @path_len: bytes of @path
 * @id: cgroup id, the inode number of its directory
 * @hierarchy: index of the hierarchy
 * @parent: index of the parent
 * @level: depth, 0 for a root
 * @subtree_control: mask of the controllers enabled for its children
 * @controllers: mask of the controllers that it has a css of
 * @nr_children: child cgroups, removed ones included
 * @nr_threaded_children: live threaded child cgroups
 * @nr_css_sets: css_sets linked to it
 * @nr_tasks: tasks in those css_sets that have not begun to exit
 * @threaded: it takes its resource domain from an ancestor
 * @dying: it was removed, something still holds it
 * @type: &enum cgi_cgroup_type
 */
struct cgi_cgroup {
	const void *addr;
	const void *parent_addr;
	size_t name;
	size_t path;
	size_t path_len;
	u64 id;
	u32 hierarchy;
	u32 parent;
	u32 level;
	u32 subtree_control;
	u32 controllers;
	u32 nr_children;
	u32 nr_threaded_children;
	u32 nr_css_sets;
	u32 nr_tasks;
	bool threaded;
	bool dying;
	u8 type;
};

/**
 * struct cgi_css - a cgroup_subsys_state of a controller
 * @cgroup_addr: identity of its cgroup
 * @serial: creation order among all csses
 * @cgroup: index of its cgroup
 * @subsys: index of the controller
 * @id: id within the controller, 1 is the root
 */
struct cgi_css {
	const void *cgroup_addr;
	u64 serial;
	u32 cgroup;
	u32 subsys;
	int id;
};

/* struct cgi_hierarchy flags, as the mount options are named */
#define CGI_HIERARCHY_NOPREFIX		BIT(0)
#define CGI_HIERARCHY_XATTR		BIT(1)
#define CGI_HIERARCHY_NSDELEGATE	BIT(2)
#define CGI_HIERARCHY_CPUSET_V2_MODE	BIT(3)

#define CGI_HIERARCHY_NAME_LEN		64

/**
 * struct cgi_hierarchy - a cgroup_root
 * @addr: identity
 * @id: hierarchy id, 0 for the default hierarchy
 * @controllers: mask of the controllers attached to it
 * @flags: CGI_HIERARCHY_*
 * @nr_cgroups: cgroups that are not removed
 * @v2: it is the default hierarchy
 * @name: name of a named hierarchy, or empty
 */
struct cgi_hierarchy {
	const void *addr;
	int id;
	u32 controllers;
	u32 flags;
	u32 nr_cgroups;
	bool v2;
	char name[CGI_HIERARCHY_NAME_LEN];
};

/* struct cgi_subsys flags, as struct cgroup_subsys names them */
#define CGI_SUBSYS_EARLY_INIT		BIT(0)
#define CGI_SUBSYS_IMPLICIT_ON_DFL	BIT(1)
#define CGI_SUBSYS_THREADED		BIT(2)

#define CGI_SUBSYS_NAME_LEN		32

/**
 * struct cgi_subsys - a controller
 * @id: subsystem id, the bit in masks of controllers
 * @hierarchy_id: hierarchy that it is attached to
 * @nr_csses: csses, those of removed cgroups included
 * @flags: CGI_SUBSYS_*
 * @name: name on the default hierarchy
 * @legacy_name: name on v1
 */
struct cgi_subsys {
	int id;
	int hierarchy_id;
	u32 nr_csses;
	u32 flags;
	char name[CGI_SUBSYS_NAME_LEN];
	char legacy_name[CGI_SUBSYS_NAME_LEN];
};

/**
 * struct cgi_snapshot - everything that one open file shows
 * @want: CGI_WANT_*, what to collect
 * @tasks: &struct cgi_task by tid
 * @css_sets: &struct cgi_css_set
 * @links: &struct cgi_link by css_set, highest hierarchy id first
 * @cgroups: &struct cgi_cgroup by hierarchy, each in pre-order
 * @csses: &struct cgi_css by controller
 * @hierarchies: &struct cgi_hierarchy by id
 * @subsystems: &struct cgi_subsys by id
 * @names: bytes, names of cgroups
 * @text: paths and memberships
 * @cost: what this snapshot cost
 * @stats: costs of all snapshots before this one
 */
struct cgi_snapshot {
	unsigned int want;
	struct cgi_array tasks;
	struct cgi_array css_sets;
	struct cgi_array links;
	struct cgi_array cgroups;
	struct cgi_array csses;
	struct cgi_array hierarchies;
	struct cgi_array subsystems;
	struct cgi_array names;
	struct cgi_text text;
	struct cgi_cost cost;
	struct cgi_stats stats;
};

#define CGI_DEFINE_AT(type, array)					\
static inline struct type *						\
type##_at(const struct cgi_snapshot *s, size_t i)			\
{									\
	return (struct type *)s->array.data + i;			\
}

CGI_DEFINE_AT(cgi_task, tasks)
CGI_DEFINE_AT(cgi_css_set, css_sets)
CGI_DEFINE_AT(cgi_link, links)
CGI_DEFINE_AT(cgi_cgroup, cgroups)
CGI_DEFINE_AT(cgi_css, csses)
CGI_DEFINE_AT(cgi_hierarchy, hierarchies)
CGI_DEFINE_AT(cgi_subsys, subsystems)

struct cgi_snapshot *cgi_snapshot_create(unsigned int want);
void cgi_snapshot_destroy(struct cgi_snapshot *s);
int cgi_snapshot_reserve(struct cgi_snapshot *s);
bool cgi_snapshot_fits(struct cgi_snapshot *s);
void cgi_snapshot_sort_hierarchies(struct cgi_snapshot *s);
void cgi_snapshot_write_controllers(struct cgi_snapshot *s, u32 mask, const char *name);
int cgi_snapshot_finish(struct cgi_snapshot *s);
u64 cgi_snapshot_bytes(struct cgi_snapshot *s);

#endif /* _CGI_SNAPSHOT_H */
