// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text of check; see cgi_dump.h.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"
#include "cgi.h"
#include "cgi_dump.h"

/* Returns 0 for "ok 3 name", 1 for "not ok 3 name", and -1 for anything else. */
static int cgi_check_result(const char *line, int number)
{
	int not_ok = !strncmp(line, "not ", 4);
	int nr, end = -1;

	line += not_ok ? 4 : 0;
	if (sscanf(line, "ok %d %n", &nr, &end) != 1 || nr != number ||
	    end < 0 || !line[end])
		return -1;
	return not_ok;
}

int cgi_check_faults(const char *text, int plan)
{
	char *copy = cgi_fmt("%s", text);
	int planned = -1, nr = 0, faults = 0, result;
	char *line, *save = NULL;

	line = strtok_r(copy, "\n", &save);
	if (!line || strcmp(line, "KTAP version 1"))
		faults = -1;
	line = faults < 0 ? NULL : strtok_r(NULL, "\n", &save);
	if (!line || sscanf(line, "1..%d", &planned) != 1)
		faults = -1;
	while (faults >= 0 && (line = strtok_r(NULL, "\n", &save))) {
		if (*line == '#')
			continue;
		result = cgi_check_result(line, ++nr);
		faults = result < 0 ? -1 : faults + result;
	}
	free(copy);
	return nr != planned || !nr || (plan && nr != plan) ? -1 : faults;
}

bool cgi_check_is_ok(int plan)
{
	char *text = cgi_slurp_at(CGI_DIR, "check");
	bool ok = text && !cgi_check_faults(text, plan);

	if (!ok)
		cgi_print_quoted("check", text ? text : strerror(errno));
	free(text);
	return ok;
}

void cgi_print_quoted(const char *what, const char *text)
{
	struct cgi_set lines = { 0 };
	size_t len = 0;
	char *all;
	int i;

	cgi_set_split(&lines, text, "\n");
	all = cgi_alloc(strlen(text) + (strlen(what) + 8) * (lines.nr + 1));
	for (i = 0; i < lines.nr; i++)
		len += sprintf(all + len, "# %s: %s\n", what, lines.str[i]);
	fflush(stdout);
	/* Others print, too, so all lines are written at once. */
	if (write(STDOUT_FILENO, all, len) != (ssize_t)len)
		cgi_die("stdout can't be written");
	free(all);
	cgi_set_free(&lines);
}
