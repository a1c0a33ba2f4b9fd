/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files that show everything at once: snapshot, cut into its sections and
 * judged by what it says about itself, and check.
 */
#ifndef CGI_SNAPSHOT_H
#define CGI_SNAPSHOT_H

#include "cgi.h"

/* Sections that are tables, in their order in the file. */
enum cgi_table {
	CGI_TASKS,
	CGI_CSS_SETS,
	CGI_LINKS,
	CGI_CGROUPS,
	CGI_CSSES,
	CGI_HIERARCHIES,
	CGI_SUBSYSTEMS,
	CGI_NR_TABLES,
};

struct cgi_snapshot {
	char *info;
	struct cgi_view *table[CGI_NR_TABLES];
	char *stats;
};

const char *cgi_table_name(enum cgi_table table);
/* NULL if @text is not in the contract's form, after saying why. */
struct cgi_snapshot *cgi_snapshot_parse(const char *text);
void cgi_snapshot_free(struct cgi_snapshot *snapshot);
/*
 * Says what does not fit together: a name that is not listed, a count that is
 * not that of the lines. Returns how many that are.
 */
int cgi_snapshot_faults(const struct cgi_snapshot *snapshot);

/*
 * The number of `not ok` in a text of check; -1 if it is no whole KTAP with
 * @plan results, or any if @plan is 0.
 */
int cgi_check_faults(const char *text, int plan);
/* Prints a text so that no runner takes it for results. */
void cgi_print_quoted(const char *what, const char *text);

#endif
