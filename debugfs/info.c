// SPDX-License-Identifier: GPL-2.0-only
#include <linux/utsname.h>

#include "../module/mode.h"
#include "../module/version.h"
#include "view.h"

static void cgi_info_show_version(struct seq_file *m)
{
	seq_printf(m, "version: %s\n", CGI_VERSION);
}

static void cgi_info_show_format(struct seq_file *m)
{
	seq_printf(m, "format: %d\n", CGI_FORMAT);
}

static void cgi_info_show_kernel(struct seq_file *m)
{
	seq_printf(m, "kernel: %s %s\n", init_utsname()->release, init_utsname()->machine);
}

static void cgi_info_show_css_set_lock(struct seq_file *m)
{
	seq_printf(m, "css_set_lock: %s\n", cgi_graph_css_set_lock_way());
}

static void cgi_info_show_cgroup_mutex(struct seq_file *m)
{
	seq_printf(m, "cgroup_mutex: %s\n", cgi_graph_cgroup_mutex_way());
}

static void cgi_info_show_graph(struct seq_file *m)
{
	if (cgi_graph_is_on())
		seq_puts(m, "graph: on\n");
	else
		seq_printf(m, "graph: off, %s\n", cgi_graph_reason());
}

static void cgi_info_show_memberships(struct seq_file *m)
{
	seq_printf(m, "memberships: %s\n", cgi_graph_memberships());
}

static void cgi_info_show_lock_ways(struct seq_file *m)
{
	seq_printf(m, "lock_ways: %s\n", cgi_graph_lock_ways());
}

static void (*const cgi_info_lines[])(struct seq_file *m) = {
	cgi_info_show_version,
	cgi_info_show_format,
	cgi_info_show_kernel,
	cgi_info_show_css_set_lock,
	cgi_info_show_cgroup_mutex,
	cgi_info_show_graph,
	cgi_info_show_lock_ways,
	cgi_info_show_memberships,
};

static size_t cgi_info_count(const struct cgi_snapshot *s)
{
	return ARRAY_SIZE(cgi_info_lines);
}

static void cgi_info_show(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	cgi_info_lines[i](m);
}

const struct cgi_view cgi_info_view = {
	.name	= "info",
	.count	= cgi_info_count,
	.show	= cgi_info_show,
};
