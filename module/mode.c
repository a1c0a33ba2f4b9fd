// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be offered on this kernel, and if not all, why.
 */
#include <linux/errno.h>
#include <linux/minmax.h>

#include "collect/bdis.h"
#include "collect/layout.h"
#include "collect/locks.h"
#include "collect/moment.h"
#include "collect/released.h"
#include "compat.h"
#include "mode.h"

static struct cgi_mode cgi_mode;

static const char *cgi_mode_no_locks(void)
{
	if (!CGI_HAVE_KPROBES)
		return "a lock was not found, the kernel needs CONFIG_KPROBES=y";
	if (!CGI_HAVE_KALLSYMS_ALL)
		return "a lock was not found, the kernel needs CONFIG_KALLSYMS_ALL=y";
	return "a lock was not found, though the kernel has KPROBES and KALLSYMS_ALL";
}

/* Without links only csses lead to cgroups, and not every named hierarchy has some. */
static const char *cgi_mode_memberships(const struct cgi_mode *mode)
{
	if (!mode->why_no_graph)
		return "all hierarchies";
	if (mode->rcu_is_safe)
		return "all but named hierarchies without controllers, which only the graph shows";
	return "none, as this kernel frees hierarchies at once: update it";
}

static u32 cgi_mode_lacks(void)
{
	return (CGI_HAVE_MEMCG ? 0 : CGI_LACKS_MEMCG) |
	       (CGI_HAVE_CGROUP_BPF ? 0 : CGI_LACKS_CGROUP_BPF) |
	       (CGI_HAVE_CGROUP_PERF ? 0 : CGI_LACKS_CGROUP_PERF) |
	       (CGI_HAVE_SOCK_CGROUP ? 0 : CGI_LACKS_SOCKETS) |
	       (CGI_HAVE_INET ? 0 : CGI_LACKS_INET) |
	       (CGI_HAVE_WRITEBACKS ? 0 : CGI_LACKS_WRITEBACK) |
	       (CGI_HAVE_CGROUP_HUGETLB ? 0 : CGI_LACKS_HUGETLB);
}

/**
 * cgi_mode_init() - find out what can be offered
 * @graph_wanted: false to look up no symbol
 *
 * Context: Process, sleeps for cgroup_mutex.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed; then, too, cgi_mode_exit() is to be
 *         called.
 */
int cgi_mode_init(bool graph_wanted)
{
	int err = 0;

	if (graph_wanted) {
		cgi_locks_init();
		cgi_released_init();
		cgi_bdis_init();
		cgi_moment_init();
	}
	if (!graph_wanted)
		cgi_mode.why_no_graph = "module parameter graph=0";
	else if (cgi_locks_found())
		err = cgi_layout_check();
	else
		cgi_mode.why_no_graph = cgi_mode_no_locks();
	if (err == -EPROTO)
		cgi_mode.why_no_graph =
			"unknown layout of struct cgrp_cset_link, a newer module is needed";
	cgi_mode.css_set_lock = cgi_ksym_source_name(&cgi_css_set_lock_sym);
	cgi_mode.cgroup_mutex = cgi_ksym_source_name(&cgi_cgroup_mutex_sym);
	/* The order of the enum makes the worse of two answers the greater one. */
	cgi_mode.locks_agree = cgi_ksym_agreement_name(max(cgi_cgroup_mutex_sym.agreement,
							   cgi_css_set_lock_sym.agreement));
	cgi_mode.rcu_is_safe = CGI_HAVE_CGROUP_ROOT_RCU;
	cgi_mode.memberships = cgi_mode_memberships(&cgi_mode);
	cgi_mode.lacks = cgi_mode_lacks();
	return err == -EPROTO ? 0 : err;
}

/**
 * cgi_mode_exit() - release the references to symbols
 *
 * Context: Process, may sleep.
 */
void cgi_mode_exit(void)
{
	cgi_moment_exit();
	cgi_bdis_exit();
	cgi_released_exit();
	cgi_locks_exit();
}

/**
 * cgi_mode_get() - what can be offered
 *
 * Context: Any, after cgi_mode_init().
 * Return: the mode, which does not change.
 */
const struct cgi_mode *cgi_mode_get(void)
{
	return &cgi_mode;
}
