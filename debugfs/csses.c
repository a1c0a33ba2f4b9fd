// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>

#include "view.h"

static const char *const cgi_css_states[] = {
	[CGI_CSS_ONLINE]	= "online",
	[CGI_CSS_OFFLINE]	= "offline",
	[CGI_CSS_DRAINING]	= "draining",
	[CGI_CSS_DYING]		= "dying",
};

/* By the bits of CGI_CSS_FLAG_*. */
static const char *const cgi_css_flags[] = {
	"no_ref", "online", "released", "visible", "dying", NULL,
};

static void cgi_css_put_itself(struct cgi_out *o, const struct cgi_snapshot *s,
			       const void *record)
{
	cgi_put_css(o, s, (const struct cgi_css *)record - cgi_css_at(s, 0));
}

static void cgi_css_put_pages(struct cgi_out *o, const struct cgi_snapshot *s, const void *record)
{
	const struct cgi_charge *charge = cgi_charge_of(s, record);

	if (charge)
		cgi_put_refs(o, &charge->pages);
	else
		cgi_out_putc(o, '-');
}

static void cgi_css_put_swap(struct cgi_out *o, const struct cgi_snapshot *s, const void *record)
{
	const struct cgi_charge *charge = cgi_charge_of(s, record);

	if (charge)
		cgi_out_u64(o, charge->swap);
	else
		cgi_out_putc(o, '-');
}

static void cgi_css_put_writeback(struct cgi_out *o, const struct cgi_snapshot *s,
				  const void *record)
{
	const struct cgi_charge *charge = cgi_charge_of(s, record);

	if (charge && s->writeback_known)
		cgi_out_u64(o, charge->nr_writeback);
	else
		cgi_out_putc(o, '-');
}

static const struct cgi_column cgi_csses_columns[] = {
	CGI_COLUMN_SPECIAL("css", cgi_css_put_itself),
	CGI_COLUMN_CGROUP("cgroup", struct cgi_css, cgroup),
	CGI_COLUMN_CSS("parent", struct cgi_css, parent),
	CGI_COLUMN_U64("serial", struct cgi_css, serial),
	CGI_COLUMN_ENUM("state", struct cgi_css, state, cgi_css_states),
	CGI_COLUMN_REFS("refs", struct cgi_css, refs),
	CGI_COLUMN_U32("css_sets", struct cgi_css, nr_css_sets),
	CGI_COLUMN_U32("children", struct cgi_css, nr_children),
	CGI_COLUMN_REFS("unaccounted", struct cgi_css, unaccounted),
	CGI_COLUMN_INT("online_count", struct cgi_css, online_count),
	CGI_COLUMN_FLAGS("flags", struct cgi_css, flags, cgi_css_flags),
	CGI_COLUMN_SPECIAL("pages", cgi_css_put_pages),
	CGI_COLUMN_SPECIAL("swap", cgi_css_put_swap),
	CGI_COLUMN_SPECIAL("writeback", cgi_css_put_writeback),
};

const struct cgi_view cgi_csses_view = {
	.name		= "csses",
	.want		= CGI_WANT_GRAPH | CGI_WANT_CGROUPS | CGI_WANT_CSSES | CGI_WANT_CSS_SETS |
			  CGI_WANT_REFS | CGI_WANT_EXACT_TREES | CGI_WANT_CHARGES,
	.columns	= cgi_csses_columns,
	.nr_columns	= ARRAY_SIZE(cgi_csses_columns),
	.records	= offsetof(struct cgi_snapshot, csses),
};
