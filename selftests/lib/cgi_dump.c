// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file snapshot, cut into its sections; see cgi_dump.h.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "cgi.h"
#include "cgi_dump.h"

static const char * const cgi_section_names[CGI_NR_SECTIONS] = {
	[CGI_TASKS] = "tasks",
	[CGI_CSS_SETS] = "css_sets",
	[CGI_LINKS] = "links",
	[CGI_CGROUPS] = "cgroups",
	[CGI_CSSES] = "csses",
	[CGI_HIERARCHIES] = "hierarchies",
	[CGI_SUBSYSTEMS] = "subsystems",
};

const char *cgi_section_name(enum cgi_section section)
{
	return cgi_section_names[section];
}

/*
 * Takes the section @name, which must be next, off *@text. No line of a
 * section begins as the line before a section does.
 */
static char *cgi_take_section(const char **text, const char *name)
{
	char *title = cgi_fmt("## %s\n", name), *section = NULL;
	const char *end;

	if (!strncmp(*text, title, strlen(title))) {
		*text += strlen(title);
		end = strstr(*text, "\n## ");
		end = end ? end + 1 : *text + strlen(*text);
		section = cgi_fmt("%.*s", (int)(end - *text), *text);
		*text = end;
	} else {
		ksft_print_msg("snapshot: no section %s where it must be\n", name);
	}
	free(title);
	return section;
}

static bool cgi_take_table(struct cgi_dump *s, const char **text, int table)
{
	char *section = cgi_take_section(text, cgi_section_names[table]);

	if (section)
		s->table[table] = cgi_table_parse(cgi_section_names[table], section,
						  strlen(section));
	return s->table[table];
}

static bool cgi_take_all(struct cgi_dump *s, const char *text)
{
	int i;

	s->info = cgi_take_section(&text, "info");
	if (!s->info)
		return false;
	for (i = 0; i < CGI_NR_SECTIONS; i++)
		if (!cgi_take_table(s, &text, i))
			return false;
	s->stats = cgi_take_section(&text, "stats");
	if (*text)
		ksft_print_msg("snapshot: something after the last section\n");
	return s->stats && !*text;
}

struct cgi_dump *cgi_dump_parse(const char *text)
{
	struct cgi_dump *s = cgi_alloc(sizeof(*s));

	if (cgi_take_all(s, text))
		return s;
	cgi_dump_free(s);
	return NULL;
}

void cgi_dump_free(struct cgi_dump *s)
{
	int i;

	if (!s)
		return;
	for (i = 0; i < CGI_NR_SECTIONS; i++)
		cgi_table_free(s->table[i]);
	free(s->info);
	free(s->stats);
	free(s);
}

struct cgi_dump *cgi_dump_read(void)
{
	char *text = cgi_slurp_at(CGI_DIR, "snapshot");
	struct cgi_dump *dump = text ? cgi_dump_parse(text) : NULL;

	if (!dump)
		cgi_print_quoted("snapshot", text ? text : strerror(errno));
	free(text);
	return dump;
}

bool cgi_dump_is_sound(void)
{
	char *text = cgi_slurp_at(CGI_DIR, "snapshot");
	struct cgi_dump *dump = text ? cgi_dump_parse(text) : NULL;
	bool sound = dump && !cgi_dump_faults(dump);

	if (!sound)
		cgi_print_quoted("snapshot", text ? text : strerror(errno));
	cgi_dump_free(dump);
	free(text);
	return sound;
}
