// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be offered on this kernel, and if not all, why.
 */
#include "collect/reach.h"
#include "compat.h"
#include "mode.h"

static struct cgi_mode cgi_mode;

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

	if (graph_wanted)
		err = cgi_reach_init(&cgi_mode.why_no_graph);
	else
		cgi_mode.why_no_graph = "module parameter graph=0";
	cgi_mode.css_set_lock = cgi_reach_css_set_lock();
	cgi_mode.cgroup_mutex = cgi_reach_cgroup_mutex();
	cgi_mode.locks_agree = cgi_reach_agreement();
#ifdef CGI_IN_TREE
	cgi_mode.rcu_is_safe = true;
#else
	cgi_mode.rcu_is_safe = CGI_HAVE_CGROUP_ROOT_RCU;
#endif
	cgi_mode.memberships = cgi_mode_memberships(&cgi_mode);
	cgi_mode.lacks = cgi_mode_lacks();
	return err;
}

/**
 * cgi_mode_exit() - done with what was found
 *
 * Context: Process, may sleep.
 */
void cgi_mode_exit(void)
{
	cgi_reach_exit();
}

/**
 * cgi_mode_get() - what can be offered
 *
 * Context: Any.
 * Return: the mode, which does not change any more after cgi_mode_init().
 */
const struct cgi_mode *cgi_mode_get(void)
{
	return &cgi_mode;
}
