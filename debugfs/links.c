// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>

#include "view.h"

static void cgi_link_put_css_set(struct cgi_out *o, const struct cgi_snapshot *s,
				 const void *record)
{
	const struct cgi_link *link = record;

	cgi_out_addr(o, cgi_css_set_at(s, link->css_set)->addr);
}

static void cgi_link_put_path(struct cgi_out *o, const struct cgi_snapshot *s,
			      const void *record)
{
	cgi_put_path(o, s, ((const struct cgi_link *)record)->cgroup);
}

static const struct cgi_column cgi_links_columns[] = {
	CGI_COLUMN_SPECIAL("css_set", cgi_link_put_css_set),
	CGI_COLUMN_CGROUP("cgroup", struct cgi_link, cgroup),
	CGI_COLUMN_SPECIAL("path", cgi_link_put_path),
};

const struct cgi_view cgi_links_view = {
	.name		= "links",
	.want		= CGI_WANT_GRAPH | CGI_WANT_CGROUPS | CGI_WANT_CSS_SETS | CGI_WANT_NAMES,
	.columns	= cgi_links_columns,
	.nr_columns	= ARRAY_SIZE(cgi_links_columns),
	.records	= offsetof(struct cgi_snapshot, links),
};
