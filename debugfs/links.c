// SPDX-License-Identifier: GPL-2.0-only
#include "view.h"

static size_t cgi_links_count(const struct cgi_snapshot *s)
{
	return s->links.count;
}

static void cgi_links_show(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	const struct cgi_link *link = cgi_link_at(s, i);
	const char *path = "-";

	if (link->cgroup != CGI_NONE)
		path = cgi_text_at(&s->text, cgi_cgroup_at(s, link->cgroup)->path);
	seq_printf(m, "%p\t", cgi_css_set_at(s, link->css_set)->addr);
	cgi_put_cgroup(m, s, link->cgroup);
	seq_printf(m, "\t%s\n", path);
}

const struct cgi_view cgi_links_view = {
	.name	= "links",
	.want	= CGI_WANT_GRAPH,
	.header	= "css_set\tcgroup\tpath",
	.count	= cgi_links_count,
	.show	= cgi_links_show,
};
