// SPDX-License-Identifier: GPL-2.0-only
/*
 * The directory, and which files are in it.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kernel.h>

#include "../module/mode.h"
#include "file.h"
#include "root.h"
#include "view.h"

static struct dentry *cgi_root;

static const struct cgi_view *const cgi_graph_views[] = {
	&cgi_tasks_view,
	&cgi_css_sets_view,
	&cgi_links_view,
	&cgi_cgroups_view,
	&cgi_csses_view,
	&cgi_hierarchies_view,
	&cgi_subsystems_view,
	&cgi_snapshot_view,
	&cgi_graph_dot_view,
	&cgi_check_view,
	&cgi_holders_view,
	&cgi_stats_view,
	&cgi_info_view,
};

/* What is left without a graph; the last one only if hierarchies can be read under RCU. */
static const struct cgi_view *const cgi_rcu_views[] = {
	&cgi_stats_view,
	&cgi_info_view,
	&cgi_tasks_rcu_view,
};

static int cgi_root_add(const struct cgi_view *const *views, size_t count)
{
	int err = 0;
	size_t i;

	for (i = 0; i < count && !err; i++)
		err = cgi_file_create(views[i], cgi_root);
	return err;
}

/**
 * cgi_root_init() - create the directory and its files
 *
 * All of them, or none.
 *
 * Context: Process, sleeps; after all else that can fail at the start.
 * Return: 0, or the error of debugfs: -ENODEV if the kernel has none, -EPERM if
 *         it is switched off, -ENOMEM.  Nothing is left then.
 */
int cgi_root_init(void)
{
	const struct cgi_mode *mode = cgi_mode_get();
	int err;

	cgi_root = debugfs_create_dir("cgroup_inspect", NULL);
	if (IS_ERR(cgi_root))
		return PTR_ERR(cgi_root);
	if (!mode->why_no_graph)
		err = cgi_root_add(cgi_graph_views, ARRAY_SIZE(cgi_graph_views));
	else
		err = cgi_root_add(cgi_rcu_views, ARRAY_SIZE(cgi_rcu_views) - !mode->rcu_is_safe);
	if (err)
		debugfs_remove(cgi_root);
#ifndef CGI_IN_TREE
	else
		cgi_files_admit();
#endif
	return err;
}

#ifndef CGI_IN_TREE
/**
 * cgi_root_exit() - remove the directory
 *
 * An open file holds a reference to the module, so none is open here.
 *
 * Context: Process, sleeps.
 */
void cgi_root_exit(void)
{
	debugfs_remove(cgi_root);
}
#endif
