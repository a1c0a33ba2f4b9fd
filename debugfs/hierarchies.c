// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>

#include "view.h"

/* By the bits of CGI_HIERARCHY_*. */
static const char *const cgi_hierarchy_flags[] = {
	"noprefix", "xattr", "nsdelegate", "cpuset_v2_mode", "favordynmods",
	"memory_localevents", "memory_recursiveprot", "memory_hugetlb_accounting",
	"pids_localevents", "clone_children", NULL,
};

static const char *const cgi_hierarchy_states[] = {
	[CGI_HIERARCHY_UNMOUNTED]	= "unmounted",
	[CGI_HIERARCHY_MOUNTED]		= "mounted",
	[CGI_HIERARCHY_LINGERING]	= "lingering",
	[CGI_HIERARCHY_DYING]		= "dying",
	[CGI_HIERARCHY_UNKNOWN]		= "-",
};

static const struct cgi_column cgi_hierarchies_columns[] = {
	CGI_COLUMN_INT("id", struct cgi_hierarchy, id),
	CGI_COLUMN_INT("version", struct cgi_hierarchy, version),
	CGI_COLUMN_NAME("name", struct cgi_hierarchy, name),
	CGI_COLUMN_CONTROLLERS("controllers", struct cgi_hierarchy, controllers),
	CGI_COLUMN_U32("cgroups", struct cgi_hierarchy, nr_cgroups),
	CGI_COLUMN_U32("dying", struct cgi_hierarchy, nr_dying),
	CGI_COLUMN_ENUM("state", struct cgi_hierarchy, state, cgi_hierarchy_states),
	CGI_COLUMN_FLAGS("flags", struct cgi_hierarchy, flags, cgi_hierarchy_flags),
};

const struct cgi_view cgi_hierarchies_view = {
	.name		= "hierarchies",
	.want		= CGI_WANT_GRAPH | CGI_WANT_CGROUPS | CGI_WANT_EXACT_STATES,
	.columns	= cgi_hierarchies_columns,
	.nr_columns	= ARRAY_SIZE(cgi_hierarchies_columns),
	.records	= offsetof(struct cgi_snapshot, hierarchies),
};
