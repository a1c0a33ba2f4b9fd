// SPDX-License-Identifier: GPL-2.0-only
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

static size_t cgi_csses_count(const struct cgi_snapshot *s)
{
	return s->csses.count;
}

static void cgi_csses_show(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	const struct cgi_css *css = cgi_css_at(s, i);

	cgi_put_css(m, s, i);
	seq_putc(m, '\t');
	cgi_put_cgroup(m, s, css->cgroup);
	seq_putc(m, '\t');
	cgi_put_css(m, s, css->parent);
	seq_printf(m, "\t%llu\t%s\t", css->serial, cgi_css_states[css->state]);
	cgi_put_refs(m, &css->refs);
	seq_printf(m, "\t%u\t%u\t", css->nr_css_sets, css->nr_children);
	cgi_put_refs(m, &css->unaccounted);
	seq_printf(m, "\t%d\t", css->online_count);
	cgi_put_flags(m, css->flags, cgi_css_flags);
	seq_putc(m, '\n');
}

const struct cgi_view cgi_csses_view = {
	.name	= "csses",
	.want	= CGI_WANT_GRAPH,
	.header	=
	"css\tcgroup\tparent\tserial\tstate\trefs\tcss_sets\tchildren\tunaccounted\tonline_count\tflags",
	.count	= cgi_csses_count,
	.show	= cgi_csses_show,
};
