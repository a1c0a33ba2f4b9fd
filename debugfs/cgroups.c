// SPDX-License-Identifier: GPL-2.0-only
#include "view.h"

static const char *const cgi_cgroup_states[] = {
	[CGI_CGROUP_LIVE]	= "live",
	[CGI_CGROUP_DRAINING]	= "draining",
	[CGI_CGROUP_DYING]	= "dying",
};

static const char *const cgi_types[] = {
	[CGI_TYPE_NONE]			= "-",
	[CGI_TYPE_DOMAIN]		= "domain",
	[CGI_TYPE_DOMAIN_THREADED]	= "domain threaded",
	[CGI_TYPE_DOMAIN_INVALID]	= "domain invalid",
	[CGI_TYPE_THREADED]		= "threaded",
};

static size_t cgi_cgroups_count(const struct cgi_snapshot *s)
{
	return s->cgroups.count;
}

static void cgi_cgroups_show(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, i);

	cgi_put_cgroup(m, s, i);
	seq_putc(m, '\t');
	cgi_put_cgroup(m, s, cgrp->parent);
	seq_printf(m, "\t%u\t%s\t%s\t", cgrp->level, cgi_text_at(&s->text, cgrp->path),
		   cgi_cgroup_states[cgrp->state]);
	cgi_put_string(m, cgi_types[cgrp->type]);
	seq_putc(m, '\t');
	cgi_put_controllers(m, s, cgrp->controllers);
	seq_putc(m, '\t');
	cgi_put_controllers(m, s, cgrp->subtree_control);
	seq_printf(m, "\t%d\t%u\t%u\t%u\t%u\t", cgrp->populated, cgrp->nr_css_sets,
		   cgrp->nr_tasks, cgrp->nr_children, cgrp->nr_dying_descendants);
	cgi_put_refs(m, &cgrp->refs);
	seq_putc(m, '\t');
	cgi_put_refs(m, &cgrp->unaccounted);
	seq_printf(m, "\t%llu\n", cgrp->serial);
}

const struct cgi_view cgi_cgroups_view = {
	.name	= "cgroups",
	.want	= CGI_WANT_GRAPH,
	.header	=
	"cgroup\tparent\tlevel\tpath\tstate\ttype\tcontrollers\tsubtree_control\tpopulated\tcss_sets\ttasks\tchildren\tdying_descendants\trefs\tunaccounted\tserial",
	.count	= cgi_cgroups_count,
	.show	= cgi_cgroups_show,
};
