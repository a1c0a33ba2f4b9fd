// SPDX-License-Identifier: GPL-2.0-only
#include "view.h"

/* By the bits of CGI_HIERARCHY_*. */
static const char *const cgi_hierarchy_flags[] = {
	"noprefix", "xattr", "nsdelegate", "cpuset_v2_mode", NULL,
};

static const char *const cgi_hierarchy_states[] = {
	[CGI_HIERARCHY_DEFAULT]		= "default",
	[CGI_HIERARCHY_MOUNTED]		= "mounted",
	[CGI_HIERARCHY_LINGERING]	= "lingering",
	[CGI_HIERARCHY_DYING]		= "dying",
};

static size_t cgi_hierarchies_count(const struct cgi_snapshot *s)
{
	return s->hierarchies.count;
}

static void cgi_hierarchies_show(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	const struct cgi_hierarchy *h = cgi_hierarchy_at(s, i);

	seq_printf(m, "%d\t%d\t", h->id, h->version);
	cgi_put_string(m, h->name);
	seq_putc(m, '\t');
	cgi_put_controllers(m, s, h->controllers);
	seq_printf(m, "\t%u\t%u\t%s\t", h->nr_cgroups, h->nr_dying,
		   cgi_hierarchy_states[h->state]);
	cgi_put_flags(m, h->flags, cgi_hierarchy_flags);
	seq_putc(m, '\n');
}

const struct cgi_view cgi_hierarchies_view = {
	.name	= "hierarchies",
	.want	= CGI_WANT_GRAPH,
	.header	= "id\tversion\tname\tcontrollers\tcgroups\tdying\tstate\tflags",
	.count	= cgi_hierarchies_count,
	.show	= cgi_hierarchies_show,
};
