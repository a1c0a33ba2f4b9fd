// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>

#include "view.h"

static const char *const cgi_cgroup_states[] = {
	[CGI_CGROUP_LIVE]	= "live",
	[CGI_CGROUP_DRAINING]	= "draining",
	[CGI_CGROUP_DYING]	= "dying",
};

static const char *const cgi_cgroup_types[] = {
	[CGI_TYPE_NONE]			= "-",
	[CGI_TYPE_DOMAIN]		= "domain",
	[CGI_TYPE_DOMAIN_THREADED]	= "domain\\040threaded",
	[CGI_TYPE_DOMAIN_INVALID]	= "domain\\040invalid",
	[CGI_TYPE_THREADED]		= "threaded",
};

static const char *const cgi_populated_words[] = { "0", "1" };

static void cgi_cgroup_put_itself(struct cgi_out *o, const struct cgi_snapshot *s,
				  const void *record)
{
	cgi_put_cgroup(o, s, (const struct cgi_cgroup *)record - cgi_cgroup_at(s, 0));
}

static void cgi_cgroup_put_path(struct cgi_out *o, const struct cgi_snapshot *s,
				const void *record)
{
	cgi_put_path(o, s, (const struct cgi_cgroup *)record - cgi_cgroup_at(s, 0));
}

static const struct cgi_column cgi_cgroups_columns[] = {
	CGI_COLUMN_SPECIAL("cgroup", cgi_cgroup_put_itself),
	CGI_COLUMN_CGROUP("parent", struct cgi_cgroup, parent),
	CGI_COLUMN_U32("level", struct cgi_cgroup, level),
	CGI_COLUMN_SPECIAL("path", cgi_cgroup_put_path),
	CGI_COLUMN_ENUM("state", struct cgi_cgroup, state, cgi_cgroup_states),
	CGI_COLUMN_ENUM("type", struct cgi_cgroup, type, cgi_cgroup_types),
	CGI_COLUMN_CONTROLLERS("controllers", struct cgi_cgroup, controllers),
	CGI_COLUMN_CONTROLLERS("subtree_control", struct cgi_cgroup, subtree_control),
	CGI_COLUMN_BOOL("populated", struct cgi_cgroup, populated, cgi_populated_words),
	CGI_COLUMN_U32("css_sets", struct cgi_cgroup, nr_css_sets),
	CGI_COLUMN_U32("tasks", struct cgi_cgroup, nr_tasks),
	CGI_COLUMN_U32("children", struct cgi_cgroup, nr_children),
	CGI_COLUMN_U32("dying_descendants", struct cgi_cgroup, nr_dying_descendants),
	CGI_COLUMN_REFS("refs", struct cgi_cgroup, refs),
	CGI_COLUMN_REFS("unaccounted", struct cgi_cgroup, unaccounted),
	CGI_COLUMN_U64("serial", struct cgi_cgroup, serial),
};

const struct cgi_view cgi_cgroups_view = {
	.name		= "cgroups",
	.want		= CGI_WANT_GRAPH | CGI_WANT_CGROUPS | CGI_WANT_CSSES | CGI_WANT_CSS_SETS |
			  CGI_WANT_REFS | CGI_WANT_NAMES | CGI_WANT_EXACT_TREES,
	.columns	= cgi_cgroups_columns,
	.nr_columns	= ARRAY_SIZE(cgi_cgroups_columns),
	.records	= offsetof(struct cgi_snapshot, cgroups),
};
