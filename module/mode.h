/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_MODE_H
#define _CGI_MODE_H

#include <linux/bits.h>
#include <linux/types.h>

/* Kinds of holders that this kernel was built without. */
#define CGI_LACKS_MEMCG		BIT(0)
#define CGI_LACKS_CGROUP_BPF	BIT(1)
#define CGI_LACKS_CGROUP_PERF	BIT(2)
#define CGI_LACKS_SOCKETS	BIT(3)
#define CGI_LACKS_INET		BIT(4)
#define CGI_LACKS_WRITEBACK	BIT(5)
#define CGI_LACKS_HUGETLB	BIT(6)

/**
 * struct cgi_mode - what can be offered on this kernel
 * @why_no_graph: NULL if the graph can be walked, else why not and what to do
 * @css_set_lock: the word for how css_set_lock was found
 * @cgroup_mutex: the same of cgroup_mutex
 * @locks_agree: "none" if the locks were not found, "one" if there is one way to find
 *               them, "agree" or "differ" for what two ways found
 * @memberships: which memberships of tasks can be shown, and why not all
 * @lacks: CGI_LACKS_*, what can hold nothing on this kernel
 * @rcu_is_safe: hierarchies can be read with no lock but RCU; false on kernels whose
 *               cgroup_free_root() frees a root at once
 */
struct cgi_mode {
	const char *why_no_graph;
	const char *css_set_lock;
	const char *cgroup_mutex;
	const char *locks_agree;
	const char *memberships;
	u32 lacks;
	bool rcu_is_safe;
};

int cgi_mode_init(bool graph_wanted);
void cgi_mode_exit(void);
const struct cgi_mode *cgi_mode_get(void);

#endif /* _CGI_MODE_H */
