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

/* The nearest cgroup that was told to freeze itself. */
static u32 cgi_cgroup_freezer(const struct cgi_snapshot *s, u32 cgroup)
{
	while (cgroup != CGI_NONE && !(cgi_cgroup_at(s, cgroup)->freeze & CGI_FREEZE_SELF))
		cgroup = cgi_cgroup_at(s, cgroup)->parent;
	return cgroup;
}

static void cgi_cgroup_put_freeze(struct cgi_out *o, const struct cgi_snapshot *s,
				  const void *record)
{
	const struct cgi_cgroup *cgrp = record;

	if (cgrp->freeze & CGI_FREEZE_V1)
		cgi_out_putc(o, '-');
	else if (cgrp->freeze & CGI_FREEZE_SELF)
		cgi_out_puts(o, "self");
	else if (cgrp->freeze & CGI_FREEZE_EFFECTIVE)
		cgi_put_cgroup(o, s, cgi_cgroup_freezer(s, cgrp->parent));
	else
		cgi_out_puts(o, "no");
	if (cgrp->freeze & CGI_FREEZE_FROZEN)
		cgi_out_puts(o, ",frozen");
}

static void cgi_cgroup_put_attach(struct cgi_out *o, const struct cgi_snapshot *s,
				  const void *record)
{
	static const char *const words[] = {
		[CGI_ATTACH_NONE]		= "-",
		[CGI_ATTACH_OK]			= "ok",
		[CGI_ATTACH_EBUSY_CONTROLLERS]	= "EBUSY:",
		[CGI_ATTACH_EBUSY_CHILD]	= "EBUSY:",
		[CGI_ATTACH_EOPNOTSUPP]		= "EOPNOTSUPP:",
	};
	const struct cgi_cgroup *cgrp = record;

	cgi_out_puts(o, words[cgrp->attach]);
	if (cgrp->attach == CGI_ATTACH_EBUSY_CONTROLLERS)
		cgi_put_controllers(o, s, cgrp->obstacle);
	else if (cgrp->attach > CGI_ATTACH_OK)
		cgi_put_cgroup(o, s, cgrp->obstacle);
}

static void cgi_cgroup_put_exiting(struct cgi_out *o, const struct cgi_snapshot *s,
				   const void *record)
{
	const struct cgi_cgroup *cgrp = record;

	cgi_put_refs(o, cgi_exiting_of(s, cgrp - cgi_cgroup_at(s, 0)));
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
	CGI_COLUMN_SPECIAL("freeze", cgi_cgroup_put_freeze),
	CGI_COLUMN_SPECIAL("attach", cgi_cgroup_put_attach),
	CGI_COLUMN_SPECIAL("exiting", cgi_cgroup_put_exiting),
};

const struct cgi_view cgi_cgroups_view = {
	.name		= "cgroups",
	.want		= CGI_WANT_GRAPH | CGI_WANT_CGROUPS | CGI_WANT_CSSES | CGI_WANT_CSS_SETS |
			  CGI_WANT_REFS | CGI_WANT_NAMES | CGI_WANT_EXACT_TREES | CGI_WANT_ATTACH |
			  CGI_WANT_EXITING,
	.columns	= cgi_cgroups_columns,
	.nr_columns	= ARRAY_SIZE(cgi_cgroups_columns),
	.records	= offsetof(struct cgi_snapshot, cgroups),
};
