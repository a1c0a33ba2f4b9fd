// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether the graph can be walked on this kernel, and if not, why.
 */
#include <linux/errno.h>
#include <linux/minmax.h>

#include "collect/layout.h"
#include "compat.h"
#include "mode.h"
#include "collect/locks.h"

/* NULL while the graph is on. */
static const char *cgi_graph_off = "not probed yet";

static const char *cgi_graph_no_locks(void)
{
	if (!CGI_HAVE_KPROBES)
		return "a lock was not found, the kernel needs CONFIG_KPROBES=y";
	if (!CGI_HAVE_KALLSYMS_ALL)
		return "a lock was not found, the kernel needs CONFIG_KALLSYMS_ALL=y";
	return "a lock was not found, though the kernel has KPROBES and KALLSYMS_ALL";
}

static const char *cgi_graph_no_layout(int err)
{
	switch (err) {
	case 0:
		return NULL;
	case -EPROTO:
		return "unknown layout of struct cgrp_cset_link, a newer module is needed";
	case -EINTR:
		return "killed while layouts were checked, load the module again";
	default:
		return "out of memory while layouts were checked, load the module again";
	}
}

/**
 * cgi_graph_init() - find out whether the graph can be walked
 * @wanted: false to leave both locks alone
 *
 * Context: Process, sleeps for cgroup_mutex.
 */
void cgi_graph_init(bool wanted)
{
	if (!wanted) {
		cgi_graph_off = "module parameter graph=0";
		return;
	}
	cgi_locks_init();
	cgi_graph_off = cgi_locks_found() ? cgi_graph_no_layout(cgi_layout_check())
					  : cgi_graph_no_locks();
}

/**
 * cgi_graph_exit() - done with the graph
 *
 * Context: Process, may sleep.
 */
void cgi_graph_exit(void)
{
	cgi_locks_exit();
}

/**
 * cgi_graph_is_on() - whether the graph can be walked
 *
 * Context: Any.
 * Return: true if it can.
 */
bool cgi_graph_is_on(void)
{
	return !cgi_graph_off;
}

/**
 * cgi_graph_reason() - why the graph can't be walked
 *
 * Context: Any.
 * Return: the reason with what to do, or NULL if it can.
 */
const char *cgi_graph_reason(void)
{
	return cgi_graph_off;
}

/**
 * cgi_graph_rcu_is_safe() - whether hierarchies can be read with no lock but RCU
 *
 * Relies on cgroup_free_root() in kernel/cgroup/cgroup.c, which older updates let
 * free a root while it is read.
 *
 * Context: Any.
 * Return: true if they can.
 */
bool cgi_graph_rcu_is_safe(void)
{
	return CGI_HAVE_CGROUP_ROOT_RCU;
}

/**
 * cgi_graph_memberships() - which memberships of tasks can be shown
 *
 * Without links only csses lead to cgroups, and named hierarchies have none.
 *
 * Context: Any.
 * Return: the words for it, with the reason if it is not all.
 */
const char *cgi_graph_memberships(void)
{
	if (cgi_graph_is_on())
		return "all hierarchies";
	if (cgi_graph_rcu_is_safe())
		return "all but named hierarchies, which only the graph shows";
	return "none, as this kernel frees hierarchies at once: update it";
}

/**
 * cgi_graph_css_set_lock_way() - how css_set_lock was found
 *
 * Context: Any.
 * Return: "exported", "kallsyms" or "none".
 */
const char *cgi_graph_css_set_lock_way(void)
{
	return cgi_ksym_source_name(&cgi_css_set_lock_sym);
}

/**
 * cgi_graph_cgroup_mutex_way() - how cgroup_mutex was found
 *
 * Context: Any.
 * Return: "exported", "kallsyms" or "none".
 */
const char *cgi_graph_cgroup_mutex_way(void)
{
	return cgi_ksym_source_name(&cgi_cgroup_mutex_sym);
}

/**
 * cgi_graph_lock_ways() - what the two ways to the locks say of each other
 *
 * Context: Any.
 * Return: "none" if they were not found, "one" if there is only one way, "agree"
 *         if both lead to the same addresses, "differ" if they do not.
 */
const char *cgi_graph_lock_ways(void)
{
	return cgi_ksym_agreement_name(max(cgi_cgroup_mutex_sym.agreement,
					   cgi_css_set_lock_sym.agreement));
}
