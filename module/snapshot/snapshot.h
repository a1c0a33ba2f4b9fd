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

/* CGROUP_SUBSYS_COUNT is below this on every kernel; a build checks it. */
#define CGI_SUBSYS_MAX	24

/* As an index: there is no such record. */
#define CGI_NONE	U32_MAX

/* What a view needs; the rest stays empty and costs nothing. */
#define CGI_WANT_GRAPH	BIT(0)
#define CGI_WANT_TASKS	BIT(1)
#define CGI_WANT_CHECK	BIT(2)
#define CGI_WANT_EXACT	BIT(3)	/* with both: wait for what was reaped */

/* Ends the path of a removed cgroup among memberships, as in /proc/PID/cgroup. */
#define CGI_DELETED	" (deleted)"

enum cgi_refs_kind {
	CGI_REFS_NONE,		/* the kernel does not count, or counts anew just now */
	CGI_REFS_EXACT,		/* one counter, read at once */
	CGI_REFS_ABOUT,		/* sum of per-CPU counters that may run meanwhile */
};

/**
 * struct cgi_refs - a reference count
 * @count: references
 * @kind: &enum cgi_refs_kind
 */
struct cgi_refs {
	long count;
	u8 kind;
};

/* Which list of its css_set holds a task. */
enum cgi_task_list {
	CGI_LIST_TASKS,
	CGI_LIST_MG_TASKS,
	CGI_LIST_DYING_TASKS,
	CGI_LIST_NONE,
	CGI_LIST_UNKNOWN,	/* it exited meanwhile */
};

/**
 * struct cgi_off_list - a task on a list other than css_set->tasks
 * @task_addr: identity of the task
 * @list: &enum cgi_task_list
 */
struct cgi_off_list {
	const void *task_addr;
	u8 list;
};

/**
 * struct cgi_namespace - a task's cgroup namespace
 * @addr: identity
 * @css_set_addr: identity of the css_set that the namespace holds
 */
struct cgi_namespace {
	const void *addr;
	const void *css_set_addr;
};

enum cgi_task_state {
	CGI_TASK_RUNNING,
	CGI_TASK_EXITING,
	CGI_TASK_ZOMBIE,
};

/**
 * struct cgi_task - a thread
 * @addr: identity
 * @css_set_addr: its css_set
 * @cgroups: memberships, offset in the snapshot's text
 * @tid: thread id in the initial pid namespace
 * @tgid: thread group id in the initial pid namespace
 * @css_set: index of its css_set
 * @state: &enum cgi_task_state
 * @list: &enum cgi_task_list
 * @kthread: it is a kernel thread
 * @comm: command name
 */
struct cgi_task {
	const void *addr;
	const void *css_set_addr;
	size_t cgroups;
	pid_t tid;
	pid_t tgid;
	u32 css_set;
	u8 state;
	u8 list;
	bool kthread;
	char comm[TASK_COMM_LEN];
};

/* Commands that tell a reader what a css_set is about. */
#define CGI_COMMANDS	3

/**
 * struct cgi_css_set - a css_set
 * @addr: identity
 * @dom_addr: identity of the css_set of the domain that it belongs to
 * @default_addr: identity of its cgroup in the default hierarchy
 * @hash_next_addr: identity of the next one in its chain of the hash table
 * @css_addr: identity of the effective css for each controller
 * @cgroups: memberships, offset in the snapshot's text
 * @first_link: its links are @nr_links records from here on
 * @nr_links: hierarchies that it is linked to
 * @default_cgroup: index of its cgroup in the default hierarchy
 * @dom: index of the css_set of its domain
 * @css: index of the effective css for each controller
 * @refs: reference count
 * @nr_tasks: tasks that the kernel counts in it: those that it has not seen exit
 * @nr_dying: exited tasks on its list dying_tasks
 * @nr_exited: exited tasks on no list, not yet released
 * @nr_running: tasks that point to it and have not begun to exit
 * @nr_threaded: css_sets of threaded cgroups whose domain it is
 * @nr_namespaces: cgroup namespaces of tasks that hold it
 * @unaccounted: @refs without all of these
 * @dying_known: @nr_dying is complete
 * @settled: @refs and @nr_tasks were the same after the tasks were collected, and
 *           no fork can hide that a task has left
 * @exact: @unaccounted is right, not disturbed by tasks that come and go
 * @nr_on_list: tasks found on css_set->tasks, if they could be counted
 * @hash_next: index of the next one in its chain of the hash table
 * @hash: chain of the hash table that it belongs to
 * @commands: indices of tasks, a few with different commands
 * @nr_commands: how many of @commands there are
 * @more_commands: there are others that are not in @commands
 * @counted: @nr_on_list and @nr_tasks are of the same instant
 * @alive: it was still there when the collection ended
 * @dead: one of its cgroups was removed
 * @init: it is init_css_set
 */
struct cgi_css_set {
	const void *addr;
	const void *dom_addr;
	const void *default_addr;
	const void *hash_next_addr;
	const void *css_addr[CGI_SUBSYS_MAX];
	size_t cgroups;
	u32 first_link;
	u32 nr_links;
	u32 default_cgroup;
	u32 dom;
	u32 css[CGI_SUBSYS_MAX];
	u32 refs;
	u32 nr_tasks;
	u32 nr_dying;
	u32 nr_exited;
	u32 nr_running;
	u32 nr_threaded;
	u32 nr_namespaces;
	long unaccounted;
	bool dying_known;
	bool settled;
	bool exact;
	u32 nr_on_list;
	u32 hash_next;
	u32 hash;
	u32 commands[CGI_COMMANDS];
	u32 nr_commands;
	bool more_commands;
	bool counted;
	bool alive;
	bool dead;
	bool init;
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

enum cgi_cgroup_state {
	CGI_CGROUP_LIVE,
	CGI_CGROUP_DRAINING,	/* removed, tasks still leave it */
	CGI_CGROUP_DYING,	/* removed, something holds it */
};

/**
 * struct cgi_populated - counters of populated things, against what was counted
 * @counter: what the kernel says
 * @counted: what there was in the same hold of css_set_lock
 * @known: both are there
 */
struct cgi_populated {
	u32 counter;
	u32 counted;
	bool known;
};

/**
 * struct cgi_cgroup - a cgroup
 * @addr: identity
 * @parent_addr: identity of the parent, NULL for a root
 * @dom_addr: identity of the cgroup of its resource domain
 * @name: last part of its path as it is, offset in the snapshot's names
 * @path: path in its hierarchy, escaped, offset in the snapshot's text
 * @path_len: bytes of @path
 * @id: cgroup id, the inode number of its directory
 * @serial: creation order among all csses and cgroups, 0 for a root
 * @hierarchy: index of the hierarchy
 * @parent: index of the parent
 * @level: depth, 0 for a root
 * @subtree_control: mask of the controllers enabled for its children
 * @controllers: mask of the controllers that it has a css of
 * @nr_children: child cgroups, removed ones included
 * @nr_csses: csses attached to it, offlined ones included
 * @nr_descendants: what the kernel counts as live descendants
 * @nr_dying_descendants: what the kernel counts as removed descendants
 * @refs: reference count
 * @unaccounted: @refs without what the graph explains
 * @holder: index of the css attached to it that most is held from outside
 * @populated_csets: populated css_sets linked to it
 * @populated_children: populated children
 * @nr_threaded_children: live threaded child cgroups
 * @nr_css_sets: css_sets linked to it
 * @nr_tasks: tasks in those css_sets that have not begun to exit
 * @threaded: it takes its resource domain from an ancestor
 * @populated: it or a descendant has tasks
 * @killed: its base reference is gone
 * @bpf: its BPF state, held by sockets or children, holds it after removal
 * @state: &enum cgi_cgroup_state
 * @type: &enum cgi_cgroup_type
 */
struct cgi_cgroup {
	const void *addr;
	const void *parent_addr;
	const void *dom_addr;
	size_t name;
	size_t path;
	size_t path_len;
	u64 id;
	u64 serial;
	u32 hierarchy;
	u32 parent;
	u32 level;
	u32 subtree_control;
	u32 controllers;
	u32 nr_children;
	u32 nr_csses;
	u32 nr_descendants;
	u32 nr_dying_descendants;
	u32 nr_threaded_children;
	u32 nr_css_sets;
	u32 nr_tasks;
	struct cgi_refs refs;
	long unaccounted;
	u32 holder;
	struct cgi_populated populated_csets;
	struct cgi_populated populated_children;
	bool threaded;
	bool populated;
	bool killed;
	bool bpf;
	u8 state;
	u8 type;
};

enum cgi_css_state {
	CGI_CSS_ONLINE,
	CGI_CSS_OFFLINE,	/* not yet online */
	CGI_CSS_DRAINING,	/* to be killed when the last task has left */
	CGI_CSS_DYING,		/* killed, something holds it */
};

/* struct cgi_css flags, as enum css flags are named */
#define CGI_CSS_FLAG_NO_REF	BIT(0)
#define CGI_CSS_FLAG_ONLINE	BIT(1)
#define CGI_CSS_FLAG_RELEASED	BIT(2)
#define CGI_CSS_FLAG_VISIBLE	BIT(3)
#define CGI_CSS_FLAG_DYING	BIT(4)

/**
 * struct cgi_css - a cgroup_subsys_state of a controller
 * @addr: identity
 * @cgroup_addr: identity of its cgroup
 * @parent_addr: identity of its parent, NULL for a root
 * @serial: creation order among all csses
 * @order: position in the walk of its controller's tree
 * @cgroup: index of its cgroup
 * @parent: index of its parent
 * @older_sibling: index of the youngest child of its parent that is older
 * @last_child: index of its youngest child
 * @subsys: index of the controller
 * @id: id within the controller, 1 is the root
 * @flags: CGI_CSS_FLAG_*
 * @online_count: itself and its children that are online
 * @nr_children: children, those not yet released included
 * @nr_css_sets: css_sets that use it
 * @refs: reference count
 * @unaccounted: @refs without what the graph explains
 * @killed: its base reference is gone
 * @state: &enum cgi_css_state
 */
struct cgi_css {
	const void *addr;
	const void *cgroup_addr;
	const void *parent_addr;
	u64 serial;
	size_t order;
	u32 cgroup;
	u32 parent;
	u32 older_sibling;
	u32 last_child;
	u32 subsys;
	int id;
	u32 flags;
	int online_count;
	u32 nr_children;
	u32 nr_css_sets;
	struct cgi_refs refs;
	long unaccounted;
	bool killed;
	u8 state;
};

/**
 * struct cgi_back_link - a link as its cgroup's list has it
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
 * struct cgi_sample - a css_set as it was after the tasks were collected
 * @css_set_addr: identity of the css_set
 * @refs: reference count
 * @nr_tasks: tasks that the kernel counts in it
 */
struct cgi_sample {
	const void *css_set_addr;
	u32 refs;
	u32 nr_tasks;
};

enum cgi_hierarchy_state {
	CGI_HIERARCHY_DEFAULT,		/* there from boot, never counted */
	CGI_HIERARCHY_MOUNTED,
	CGI_HIERARCHY_LINGERING,	/* unmounted while it had cgroups */
	CGI_HIERARCHY_DYING,		/* unmounted, about to go */
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
 * @nr_dying: cgroups that are removed
 * @state: &enum cgi_hierarchy_state
 * @v2: it is the default hierarchy
 * @name: name of a named hierarchy, or empty
 */
struct cgi_hierarchy {
	const void *addr;
	int id;
	u32 controllers;
	u32 flags;
	u32 nr_cgroups;
	u32 nr_dying;
	u8 state;
	bool v2;
	char name[CGI_HIERARCHY_NAME_LEN];
};

/* struct cgi_subsys flags, as struct cgroup_subsys names them */
#define CGI_SUBSYS_EARLY_INIT		BIT(0)
#define CGI_SUBSYS_IMPLICIT_ON_DFL	BIT(1)
#define CGI_SUBSYS_THREADED		BIT(2)
#define CGI_SUBSYS_DISABLED		BIT(3)	/* by cgroup_disable= */

#define CGI_SUBSYS_NAME_LEN		32

/**
 * struct cgi_subsys - a controller
 * @id: subsystem id, the bit in masks of controllers
 * @hierarchy_id: hierarchy that it is attached to
 * @nr_csses: csses, those of removed cgroups included
 * @nr_dying: csses that are killed or about to be
 * @first_child: index of the first child of its root css
 * @flags: CGI_SUBSYS_*
 * @name: name on the default hierarchy
 * @legacy_name: name on v1
 */
struct cgi_subsys {
	int id;
	int hierarchy_id;
	u32 nr_csses;
	u32 nr_dying;
	u32 first_child;
	u32 flags;
	char name[CGI_SUBSYS_NAME_LEN];
	char legacy_name[CGI_SUBSYS_NAME_LEN];
};

struct cgi_check;

/**
 * struct cgi_task_watch - whether tasks came or went
 * @cursor: where fork() would have looked for a free number when it began
 * @nr_tasks: tasks found; 0 if the tasks were not collected
 * @forked: a task was being forked, or was forked, before it ended
 * @hidden: css_sets count tasks that were not found, or fewer than were
 */
struct cgi_task_watch {
	int cursor;
	size_t nr_tasks;
	bool forked;
	bool hidden;
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
 * @off_list: &struct cgi_off_list by task, tasks on lists other than css_set->tasks
 * @namespaces: &struct cgi_namespace, each once
 * @samples: &struct cgi_sample, those that are still there
 * @back_links: &struct cgi_back_link by css_set; for the check only
 * @text: paths and memberships
 * @watch: of the tasks of this collection
 * @earlier: of the collection before it; what was reaped until then is freed
 * @cost: what this snapshot cost
 * @stats: costs of all snapshots before this one
 * @check: what the check found, or NULL if there was none
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
	struct cgi_array off_list;
	struct cgi_array namespaces;
	struct cgi_array samples;
	struct cgi_array back_links;
	struct cgi_text text;
	struct cgi_task_watch watch;
	struct cgi_task_watch earlier;
	struct cgi_cost cost;
	struct cgi_stats stats;
	struct cgi_check *check;
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
CGI_DEFINE_AT(cgi_off_list, off_list)
CGI_DEFINE_AT(cgi_namespace, namespaces)
CGI_DEFINE_AT(cgi_sample, samples)
CGI_DEFINE_AT(cgi_back_link, back_links)

static inline const struct cgi_hierarchy *
cgi_hierarchy_find(const struct cgi_snapshot *s, int id)
{
	size_t i;

	for (i = 0; i < s->hierarchies.count; i++)
		if (cgi_hierarchy_at(s, i)->id == id)
			return cgi_hierarchy_at(s, i);
	return NULL;
}

/* snapshot.c: life */
struct cgi_snapshot *cgi_snapshot_create(unsigned int want);
void cgi_snapshot_destroy(struct cgi_snapshot *s);
int cgi_snapshot_reserve(struct cgi_snapshot *s);
bool cgi_snapshot_fits(struct cgi_snapshot *s);
void cgi_snapshot_sort_hierarchies(struct cgi_snapshot *s);
int cgi_snapshot_finish(struct cgi_snapshot *s);
u64 cgi_snapshot_bytes(struct cgi_snapshot *s);

/* resolve.c: identities to indices */
int cgi_resolve(struct cgi_snapshot *s);

/* audit.c: who holds what */
void cgi_snapshot_audit(struct cgi_snapshot *s);
bool cgi_snapshot_is_doubtful(const struct cgi_snapshot *s);

/* write.c: paths and memberships */
int cgi_paths_write(struct cgi_snapshot *s);
void cgi_paths_put_controllers(struct cgi_snapshot *s, u32 mask, const char *name);

#endif /* _CGI_SNAPSHOT_H */
