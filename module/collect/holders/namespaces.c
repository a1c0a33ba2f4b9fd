// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cgroup namespaces, by an open /proc/PID/ns/cgroup, and where the kernel lists them also
 * without.  A namespace holds the css_set of the task that made it.
 */
#include <linux/cgroup.h>
#include <linux/fs.h>
#include <linux/nsproxy.h>
#include <linux/proc_ns.h>
#include <linux/rculist.h>
#include <linux/sched/task.h>
#include <linux/string.h>
#include <net/net_namespace.h>

#include "../../compat.h"
#include "../../snapshot/snapshot.h"
#include "file.h"
#include "finder.h"
#include "namespaces.h"

/* init_css_set was there before the initial namespace, which holds no reference to it. */
static void cgi_find_by_cgroup_ns(struct cgi_finder *f, struct ns_common *common)
{
	const struct cgroup_namespace *ns = container_of(common, struct cgroup_namespace, ns);
	const struct cgi_holder what = {
		.kind = CGI_HOLDER_CGROUP_NS,
		.addr = ns,
		.number = common->inum,
		.refs = {
			.count = ns != init_task.nsproxy->cgroup_ns,
			.kind = CGI_REFS_EXACT,
		},
	};

	cgi_find_css_set(f, ns->root_cset, &what);
}

/**
 * cgi_find_by_namespace() - find what a namespace holds
 * @f: the search
 * @file: a file that keeps it
 *
 * Context: In an RCU read section, with the lock held that keeps @file.
 * Return: false if the hold has done its steps and something is left.
 */
bool cgi_find_by_namespace(struct cgi_finder *f, struct file *file)
{
	struct ns_common *ns = get_proc_ns(file_inode(file));

	if (!strcmp(ns->ops->name, "net"))
		return cgi_find_by_net_file(f, container_of(ns, struct net, ns));
	if (!strcmp(ns->ops->name, "cgroup"))
		cgi_find_by_cgroup_ns(f, ns);
	return true;
}

/*
 * Namespaces are on the list in the order of their ids, so the initial one is the first, and
 * what comes before it is the head.
 */
static const struct list_head *cgi_cgroup_ns_next(const struct list_head *first,
						  const struct list_head *at)
{
	const struct list_head *next = READ_ONCE(at->next);

	return next == READ_ONCE(first->prev) ? NULL : next;
}

/* Return: false at the end of the list. */
static bool cgi_find_by_cgroup_namespaces_from(struct cgi_finder *f, const struct list_head *first,
					       unsigned int skip)
{
	const struct list_head *at = first;
	unsigned int i = 0;

	while ((at = cgi_cgroup_ns_next(first, at))) {
		if (i++ < skip)
			continue;
		if (i > skip + CGI_FINDER_STEPS)
			return true;
		cgi_find_by_cgroup_ns(f, cgi_ns_of_list_entry(at));
	}
	return false;
}

/**
 * cgi_find_by_cgroup_namespaces() - find what the cgroup namespaces hold that the kernel lists
 * @f: the search
 *
 * A namespace leaves the list before it gives up its css_set, and both are freed after a
 * grace period.
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_find_by_cgroup_namespaces(struct cgi_finder *f)
{
	const struct list_head *first = cgi_ns_list_entry(&init_task.nsproxy->cgroup_ns->ns);
	bool more = first;
	unsigned int skip;
	int err;

	f->at = (struct cgi_holder){ .fd = -1 };
	for (skip = 0; more && skip < CGI_FINDER_LIST; skip += CGI_FINDER_STEPS) {
		err = cgi_finder_reserve(f);
		if (err)
			return err;
		rcu_read_lock();
		more = cgi_find_by_cgroup_namespaces_from(f, first, skip);
		rcu_read_unlock();
	}
	return 0;
}
