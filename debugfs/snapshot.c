// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every other file but graph.dot, check and holders, of one collection, for a bug report.
 */
#include <linux/kernel.h>

#include "view.h"

static const struct cgi_view *const cgi_sections[] = {
	&cgi_info_view,
	&cgi_tasks_view,
	&cgi_css_sets_view,
	&cgi_links_view,
	&cgi_cgroups_view,
	&cgi_csses_view,
	&cgi_hierarchies_view,
	&cgi_subsystems_view,
	&cgi_stats_view,
};

/* Each section begins with a line that names it. */
static size_t cgi_section_lines(const struct cgi_view *section, const struct cgi_snapshot *s)
{
	return 1 + cgi_view_lines(section, s);
}

static size_t cgi_snapshot_count(const struct cgi_snapshot *s)
{
	size_t i, lines = 0;

	for (i = 0; i < ARRAY_SIZE(cgi_sections); i++)
		lines += cgi_section_lines(cgi_sections[i], s);
	return lines;
}

static void cgi_snapshot_show(struct cgi_out *o, const struct cgi_snapshot *s, size_t line)
{
	const struct cgi_view *const *section = cgi_sections;

	while (line >= cgi_section_lines(*section, s))
		line -= cgi_section_lines(*section++, s);
	if (line) {
		cgi_view_show(o, *section, s, line - 1);
		return;
	}
	cgi_out_puts(o, "## ");
	cgi_out_puts(o, (*section)->name);
	cgi_out_putc(o, '\n');
}

const struct cgi_view cgi_snapshot_view = {
	.name	= "snapshot",
	.want	= CGI_WANT_ALL | CGI_WANT_EXACT_CSS_SETS | CGI_WANT_EXACT_TREES |
		  CGI_WANT_EXACT_STATES | CGI_WANT_WAITING | CGI_WANT_CHARGES |
		  CGI_WANT_ORIGINS | CGI_WANT_ATTACH | CGI_WANT_EXITING,
	.prints_tasks = true,
	.count	= cgi_snapshot_count,
	.show	= cgi_snapshot_show,
};
