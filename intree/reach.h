/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What belongs to others, and is used here.
 */
#ifndef _CGI_REACH_H
#define _CGI_REACH_H

#include <linux/backing-dev.h>
#include <linux/random.h>

#include "../../cgroup-internal.h"

#define cgi_cgroup_mutex	(&cgroup_mutex)
#define cgi_css_set_lock	(&css_set_lock)

/* Whether anything of cgroup_mutex can be told. */
static inline bool cgi_mutex_is_reached(void)
{
	return true;
}

static inline const struct list_head *cgi_bdi_list(void)
{
	return &bdi_list;
}

/* NULL if the kernel has no such thing. */
static inline const u8 *cgi_boot_id(void)
{
#ifdef CONFIG_SYSCTL
	return sysctl_bootid;
#else
	return NULL;
#endif
}

static inline struct workqueue_struct *cgi_offline_wq(void)
{
	return cgroup_offline_wq;
}

static inline struct workqueue_struct *cgi_release_wq(void)
{
	return cgroup_release_wq;
}

static inline struct workqueue_struct *cgi_free_wq(void)
{
	return cgroup_free_wq;
}

/* NULL if the kernel has no such thing. */
static inline struct workqueue_struct *cgi_bpf_wq(void)
{
#ifdef CONFIG_CGROUP_BPF
	return cgroup_bpf_destroy_wq;
#else
	return NULL;
#endif
}

/* How the locks are found: all is linked, so nothing can be missing. */
static inline int cgi_reach_init(const char **why_not)
{
	return 0;
}

static inline void cgi_reach_exit(void)
{
}

static inline const char *cgi_reach_cgroup_mutex(void)
{
	return "linked";
}

static inline const char *cgi_reach_css_set_lock(void)
{
	return "linked";
}

static inline const char *cgi_reach_agreement(void)
{
	return "one";
}

#endif /* _CGI_REACH_H */
