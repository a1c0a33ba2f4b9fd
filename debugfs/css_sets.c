// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>

#include "view.h"

static const char *const cgi_css_set_states[] = { "live", "dead" };

static void cgi_css_set_put_dom(struct cgi_out *o, const struct cgi_snapshot *s,
				const void *record)
{
	const struct cgi_css_set *cset = record;

	if (cset->dom_addr == cset->addr)
		cgi_out_putc(o, '-');
	else
		cgi_out_addr(o, cset->dom_addr);
}

static void cgi_css_set_put_csses(struct cgi_out *o, const struct cgi_snapshot *s,
				  const void *record)
{
	const struct cgi_css_set *cset = record;
	size_t i;

	for (i = 0; i < s->subsystems.count; i++) {
		if (i)
			cgi_out_putc(o, ',');
		cgi_put_css(o, s, cgi_effective_of(s, cset, i)->css);
	}
	if (!i)
		cgi_out_putc(o, '-');
}

static const struct cgi_column cgi_css_sets_columns[] = {
	CGI_COLUMN_ADDR("css_set", struct cgi_css_set, addr),
	CGI_COLUMN_REFS("refs", struct cgi_css_set, refs),
	CGI_COLUMN_U32("tasks", struct cgi_css_set, nr_tasks),
	CGI_COLUMN_REFS("exiting", struct cgi_css_set, exiting),
	CGI_COLUMN_U32("threaded", struct cgi_css_set, nr_threaded),
	CGI_COLUMN_U32("namespaces", struct cgi_css_set, nr_namespaces),
	CGI_COLUMN_REFS("unaccounted", struct cgi_css_set, unaccounted),
	CGI_COLUMN_BOOL("state", struct cgi_css_set, dead, cgi_css_set_states),
	CGI_COLUMN_SPECIAL("dom", cgi_css_set_put_dom),
	CGI_COLUMN_CGROUP("default", struct cgi_css_set, default_cgroup),
	CGI_COLUMN_SPECIAL("csses", cgi_css_set_put_csses),
};

const struct cgi_view cgi_css_sets_view = {
	.name		= "css_sets",
	.want		= CGI_WANT_GRAPH | CGI_WANT_TASKS | CGI_WANT_CGROUPS | CGI_WANT_CSSES |
			  CGI_WANT_CSS_SETS | CGI_WANT_EXACT_CSS_SETS,
	.columns	= cgi_css_sets_columns,
	.nr_columns	= ARRAY_SIZE(cgi_css_sets_columns),
	.records	= offsetof(struct cgi_snapshot, css_sets),
};
