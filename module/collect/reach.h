/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Symbols that are private to the kernel, and how a module reaches them.  A kernel tree has
 * another reach.h, which uses the symbols directly.
 */
#ifndef _CGI_REACH_H
#define _CGI_REACH_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "ksym.h"

/* The locks come first. */
enum cgi_private {
	CGI_PRIVATE_CGROUP_MUTEX,
	CGI_PRIVATE_CSS_SET_LOCK,
	CGI_PRIVATE_OFFLINE_WQ,
	CGI_PRIVATE_RELEASE_WQ,
	CGI_PRIVATE_FREE_WQ,
	CGI_PRIVATE_BPF_WQ,
	CGI_PRIVATE_BDI_LIST,
	CGI_PRIVATE_BOOT_ID,
};

#define CGI_PRIVATE_NR	(CGI_PRIVATE_BOOT_ID + 1)

extern struct cgi_ksym cgi_private[CGI_PRIVATE_NR];

#define cgi_cgroup_mutex	((struct mutex *)cgi_private[CGI_PRIVATE_CGROUP_MUTEX].addr)
#define cgi_css_set_lock	((spinlock_t *)cgi_private[CGI_PRIVATE_CSS_SET_LOCK].addr)

/* Whether anything of cgroup_mutex can be told. */
static inline bool cgi_mutex_is_reached(void)
{
	return cgi_cgroup_mutex;
}

/* Each of these is NULL if the kernel has no such thing, or if it was not found. */
static inline const struct list_head *cgi_bdi_list(void)
{
	return cgi_private[CGI_PRIVATE_BDI_LIST].addr;
}

static inline const u8 *cgi_boot_id(void)
{
	return cgi_private[CGI_PRIVATE_BOOT_ID].addr;
}

static inline struct workqueue_struct *cgi_private_wq(enum cgi_private which)
{
	struct workqueue_struct **wq = cgi_private[which].addr;

	return wq ? READ_ONCE(*wq) : NULL;
}

static inline struct workqueue_struct *cgi_offline_wq(void)
{
	return cgi_private_wq(CGI_PRIVATE_OFFLINE_WQ);
}

static inline struct workqueue_struct *cgi_release_wq(void)
{
	return cgi_private_wq(CGI_PRIVATE_RELEASE_WQ);
}

static inline struct workqueue_struct *cgi_free_wq(void)
{
	return cgi_private_wq(CGI_PRIVATE_FREE_WQ);
}

static inline struct workqueue_struct *cgi_bpf_wq(void)
{
	return cgi_private_wq(CGI_PRIVATE_BPF_WQ);
}

int cgi_reach_init(const char **why_not);
void cgi_reach_exit(void);
const char *cgi_reach_cgroup_mutex(void);
const char *cgi_reach_css_set_lock(void);
const char *cgi_reach_agreement(void);

#endif /* _CGI_REACH_H */
