// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every other file in one consistent picture, for a bug report.
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

/* A line says what comes, then there is the header if the file has one. */
static size_t cgi_section_first(const struct cgi_view *section)
{
	return section->header ? 2 : 1;
}

static size_t cgi_section_lines(const struct cgi_view *section, const struct cgi_snapshot *s)
{
	return cgi_section_first(section) + section->count(s);
}

static void cgi_section_show(struct seq_file *m, const struct cgi_snapshot *s,
			     const struct cgi_view *section, size_t line)
{
	size_t first = cgi_section_first(section);

	if (!line)
		seq_printf(m, "## %s\n", section->name);
	else if (line < first)
		seq_printf(m, "#%s\n", section->header);
	else
		section->show(m, s, line - first);
}

static size_t cgi_snapshot_count(const struct cgi_snapshot *s)
{
	size_t i, lines = 0;

	for (i = 0; i < ARRAY_SIZE(cgi_sections); i++)
		lines += cgi_section_lines(cgi_sections[i], s);
	return lines;
}

static void cgi_snapshot_show(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	size_t lines, section;

	for (section = 0; section < ARRAY_SIZE(cgi_sections); section++) {
		lines = cgi_section_lines(cgi_sections[section], s);
		if (i < lines) {
			cgi_section_show(m, s, cgi_sections[section], i);
			return;
		}
		i -= lines;
	}
}

const struct cgi_view cgi_snapshot_view = {
	.name	= "snapshot",
	.want	= CGI_WANT_GRAPH | CGI_WANT_TASKS | CGI_WANT_EXACT,
	.count	= cgi_snapshot_count,
	.show	= cgi_snapshot_show,
};
