// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#ifndef CGI_IN_TREE
#include <linux/module.h>
#else
#include <linux/init.h>
#endif
#include <linux/moduleparam.h>
#include <linux/printk.h>

#include "../debugfs/root.h"
#include "collect/waiter.h"
#include "mode.h"
#include "version.h"

static bool graph = true;
module_param(graph, bool, 0400);
MODULE_PARM_DESC(graph, "walk the graph under the kernel's locks (default); 0 shows tasks from RCU alone");

static int __init cgi_init(void)
{
	const struct cgi_mode *mode = cgi_mode_get();
	int err;

	err = cgi_waiter_init();
	if (err)
		return err;
	err = cgi_mode_init(graph);
	if (!err)
		err = cgi_root_init();
#ifdef CGI_IN_TREE
	if (err == -EPERM)
		pr_info("debugfs is off, so there are no files\n");
#else
	if (err == -ENODEV || err == -EPERM)
		pr_err("no debugfs (%d): needs CONFIG_DEBUG_FS=y, and no debugfs=off\n", err);
#endif
	if (err)
		goto err_mode;
	if (mode->why_no_graph)
		pr_info("version %s, graph off: %s (css_set_lock: %s, cgroup_mutex: %s)\n",
			CGI_VERSION, mode->why_no_graph, mode->css_set_lock, mode->cgroup_mutex);
	else
		pr_info("version %s, graph on\n", CGI_VERSION);
	/* The kernel does not know where debugfs is mounted, but makes this place for it. */
	pr_info("its files are in /sys/kernel/debug/cgroup_inspect\n");
	return 0;

err_mode:
	cgi_waiter_exit();
	cgi_mode_exit();
	return err;
}

#ifndef CGI_IN_TREE
module_init(cgi_init);

static void __exit cgi_exit(void)
{
	cgi_root_exit();
	/* A work item that waits uses what cgi_mode_exit() gives back. */
	cgi_waiter_exit();
	cgi_mode_exit();
}
module_exit(cgi_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The cgroup_inspect developers");
MODULE_VERSION(CGI_VERSION);
MODULE_DESCRIPTION("Shows tasks, css_sets, cgroups and their links in debugfs");
#else
late_initcall(cgi_init);
#endif
