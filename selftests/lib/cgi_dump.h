/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files that show everything at once: snapshot, cut into its sections and
 * judged by what it says about itself, and check.
 */
#ifndef CGI_DUMP_H
#define CGI_DUMP_H

#include "cgi.h"

/* These sections are tables. They are in the order of the file. */
enum cgi_section {
	CGI_TASKS,
	CGI_CSS_SETS,
	CGI_LINKS,
	CGI_CGROUPS,
	CGI_CSSES,
	CGI_HIERARCHIES,
	CGI_SUBSYSTEMS,
	CGI_NR_SECTIONS,
};

/* This is the file snapshot, cut into its sections. */
struct cgi_dump {
	char *info;
	struct cgi_table *table[CGI_NR_SECTIONS];
	char *stats;
};

const char *cgi_section_name(enum cgi_section section);
/* Returns NULL, after saying why, if @text is not in the contract's form. */
struct cgi_dump *cgi_dump_parse(const char *text);
/* Reads snapshot. Returns NULL, after saying why, if that fails. */
struct cgi_dump *cgi_dump_read(void);
void cgi_dump_free(struct cgi_dump *dump);
/*
 * Says what does not fit together, such as a name that is not listed or a count
 * that is not that of the lines, and returns how many faults there are.
 */
int cgi_dump_faults(const struct cgi_dump *dump);
/*
 * Reads snapshot. Returns false, after printing it, if something in it does not
 * fit together.
 */
bool cgi_dump_is_sound(void);

/*
 * Returns the number of "not ok" in a text of check, or -1 if that is no whole
 * KTAP with @plan results. A @plan of 0 stands for any number but 0.
 */
int cgi_check_faults(const char *text, int plan);
/*
 * Reads check. Returns false, after printing it, if it has a fault or is no
 * whole KTAP.
 */
bool cgi_check_is_ok(int plan);
/* Prints a text so that no runner takes it for results. */
void cgi_print_quoted(const char *what, const char *text);

#endif
