// SPDX-License-Identifier: GPL-2.0-only
#include "view.h"

static size_t cgi_css_sets_count(const struct cgi_snapshot *s)
{
	return s->css_sets.count;
}

static void cgi_css_set_show_dom(struct seq_file *m, const struct cgi_css_set *cset)
{
	if (cset->dom_addr == cset->addr)
		seq_puts(m, "-\t");
	else
		seq_printf(m, "%p\t", cset->dom_addr);
}

static void cgi_css_set_show_csses(struct seq_file *m, const struct cgi_snapshot *s,
				   const struct cgi_css_set *cset)
{
	size_t i;

	for (i = 0; i < s->subsystems.count; i++) {
		if (i)
			seq_putc(m, ',');
		cgi_put_css(m, s, cset->css[i]);
	}
	if (!i)
		seq_putc(m, '-');
	seq_putc(m, '\n');
}

static void cgi_css_sets_show(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	const struct cgi_css_set *cset = cgi_css_set_at(s, i);

	seq_printf(m, "%p\t%ld\t%u\t", cset->addr, cset->refs.count, cset->nr_tasks);
	cgi_put_refs(m, &cset->exiting);
	seq_printf(m, "\t%u\t%u\t", cset->nr_threaded, cset->nr_namespaces);
	cgi_put_refs(m, &cset->unaccounted);
	seq_printf(m, "\t%s\t", cset->dead ? "dead" : "live");
	cgi_css_set_show_dom(m, cset);
	cgi_put_cgroup(m, s, cset->default_cgroup);
	seq_putc(m, '\t');
	cgi_css_set_show_csses(m, s, cset);
}

const struct cgi_view cgi_css_sets_view = {
	.name	= "css_sets",
	.want	= CGI_WANT_GRAPH | CGI_WANT_TASKS | CGI_WANT_EXACT,
	.header	=
	"css_set\trefs\ttasks\texiting\tthreaded\tnamespaces\tunaccounted\tstate\tdom\tdefault\tcsses",
	.count	= cgi_css_sets_count,
	.show	= cgi_css_sets_show,
};
