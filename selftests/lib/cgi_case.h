/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cases of a test program. main() adds its tables of cases, and as many as
 * were added are the plan: nobody counts them by hand. Each case is one result.
 *
 * All results are reported here. The counters of kselftest.h are static, so
 * each file that includes it has counters of its own: a result that another
 * file reports is not counted here, and run_tests.sh sees that there are more
 * results than planned.
 */
#ifndef CGI_CASE_H
#define CGI_CASE_H

#include <stdbool.h>

#include "cgi.h"

/*
 * One of the three functions says whether the case passed. What several cases
 * share is in static variables of the program; cases run in the order in which
 * they were added, also after one that failed.
 */
struct cgi_case {
	const char *name;
	bool (*run)(void);
	/* This one gets the object that the cases were added for. */
	bool (*run_on)(void *object);
	/* With this one the case passes if cgi_settles() says so. */
	int (*diff)(void);
};

/* This is the text of a number that is a macro, for names of cases. */
#define CGI_TEXT(number)	CGI_TEXT_OF(number)
#define CGI_TEXT_OF(text)	#text

void cgi_add_cases(const struct cgi_case *cases, int nr);
/*
 * Adds the cases of one of several objects. Their names begin with what it is
 * @called, unless that is NULL.
 */
void cgi_add_cases_on(void *object, const char *called,
		      const struct cgi_case *cases, int nr);
/* Adds the cases of each file that the module offers here; its name is the object. */
void cgi_add_cases_on_files(const struct cgi_case *cases, int nr);
/* Adds cases that can't run here. Each is reported as skipped. */
void cgi_skip_cases(const char *why, const struct cgi_case *cases, int nr);
/*
 * A case that finds that it can't run here returns what this returns, which is
 * false.
 */
__printf(1, 2) bool cgi_skip(const char *why, ...);
/* Ends the program as skipped, before any case has run. */
__printf(1, 2) __noreturn void cgi_skip_all(const char *why, ...);
/* Runs all cases, cleans up and ends the program. */
__noreturn void cgi_run_cases(void);

#endif
