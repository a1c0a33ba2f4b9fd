// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding what is private to the kernel.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>

#include "../compat.h"
#include "layout.h"
#include "reach.h"

/*
 * The workqueues on which what was removed is taken apart are static pointers in
 * kernel/cgroup/cgroup.c and kernel/bpf/cgroup.c, made at boot.  No option and no header tells
 * which of them a kernel has.  The boot id is a static array in drivers/char/random.c.  With
 * graph=0 nothing is looked for, so the locks must read as not found from the start.
 */
struct cgi_ksym cgi_private[CGI_PRIVATE_NR] = {
	[CGI_PRIVATE_CGROUP_MUTEX]	= {
		.name = "cgroup_mutex",
		.agreement = CGI_KSYM_NOT_FOUND,
	},
	[CGI_PRIVATE_CSS_SET_LOCK]	= {
		.name = "css_set_lock",
		.agreement = CGI_KSYM_NOT_FOUND,
	},
	[CGI_PRIVATE_OFFLINE_WQ]	= { .name = CGI_OFFLINE_WQ },
	[CGI_PRIVATE_RELEASE_WQ]	= { .name = CGI_RELEASE_WQ },
	[CGI_PRIVATE_FREE_WQ]		= { .name = CGI_FREE_WQ },
	[CGI_PRIVATE_BPF_WQ]		= { .name = CGI_BPF_WQ },
	[CGI_PRIVATE_BDI_LIST]		= { .name = CGI_BDI_LIST },
	[CGI_PRIVATE_BOOT_ID]		= { .name = "sysctl_bootid" },
};

/* Older kernels use one workqueue, CGI_DESTROY_WQ, for all three kinds of work. */
static void cgi_reach_one_workqueue(void)
{
	enum cgi_private which;

	for (which = CGI_PRIVATE_OFFLINE_WQ; which <= CGI_PRIVATE_FREE_WQ; which++) {
		cgi_ksym_put(&cgi_private[which]);
		cgi_private[which].name = CGI_DESTROY_WQ;
		cgi_ksym_find(&cgi_private[which]);
	}
}

static const char *cgi_reach_no_locks(void)
{
	if (!CGI_HAVE_KPROBES)
		return "a lock was not found, the kernel needs CONFIG_KPROBES=y";
	if (!CGI_HAVE_KALLSYMS_ALL)
		return "a lock was not found, the kernel needs CONFIG_KALLSYMS_ALL=y";
	return "a lock was not found, though the kernel has KPROBES and KALLSYMS_ALL";
}

/**
 * cgi_reach_init() - find all that is private
 * @why_not: is set to why the graph can't be walked, or not touched
 *
 * Context: Process, sleeps for cgroup_mutex.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed; then, too, cgi_reach_exit() is to be
 *         called.
 */
int cgi_reach_init(const char **why_not)
{
	unsigned int i;
	int err;

	for (i = 0; i < CGI_PRIVATE_NR; i++)
		cgi_ksym_find(&cgi_private[i]);
	if (!cgi_private[CGI_PRIVATE_FREE_WQ].addr)
		cgi_reach_one_workqueue();
	if (!cgi_cgroup_mutex || !cgi_css_set_lock) {
		*why_not = cgi_reach_no_locks();
		return 0;
	}
	err = cgi_layout_check();
	if (err != -EPROTO)
		return err;
	*why_not = "unknown layout of struct cgrp_cset_link, a newer module is needed";
	return 0;
}

/**
 * cgi_reach_exit() - done with all of it
 *
 * Context: Process, may sleep.
 */
void cgi_reach_exit(void)
{
	unsigned int i;

	for (i = 0; i < CGI_PRIVATE_NR; i++)
		cgi_ksym_put(&cgi_private[i]);
}

/**
 * cgi_reach_cgroup_mutex() - the word for how cgroup_mutex was found
 *
 * Context: Any.
 * Return: as cgi_ksym_source_name().
 */
const char *cgi_reach_cgroup_mutex(void)
{
	return cgi_ksym_source_name(&cgi_private[CGI_PRIVATE_CGROUP_MUTEX]);
}

/**
 * cgi_reach_css_set_lock() - the word for how css_set_lock was found
 *
 * Context: Any.
 * Return: as cgi_ksym_source_name().
 */
const char *cgi_reach_css_set_lock(void)
{
	return cgi_ksym_source_name(&cgi_private[CGI_PRIVATE_CSS_SET_LOCK]);
}

/**
 * cgi_reach_agreement() - the word for whether different ways to the locks agree
 *
 * Context: Any.
 * Return: as cgi_ksym_agreement_name().
 */
const char *cgi_reach_agreement(void)
{
	/* The order of the enum makes the worse of two answers the greater one. */
	return cgi_ksym_agreement_name(max(cgi_private[CGI_PRIVATE_CGROUP_MUTEX].agreement,
					   cgi_private[CGI_PRIVATE_CSS_SET_LOCK].agreement));
}
