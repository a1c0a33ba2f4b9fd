// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cases of a test program; see cgi_case.h.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "kselftest.h"
#include "cgi.h"
#include "cgi_case.h"

struct cgi_added {
	const struct cgi_case *to_run;
	void *object;
	char *name;
	const char *skip;	/* why it is not run, or NULL */
};

static struct cgi_added *added;
static int nr_added;
/* cgi_skip() was told this by the case that runs. */
static char *skipped;

static void cgi_add(const struct cgi_case *cases, int nr, void *object,
		    const char *called, const char *skip)
{
	int i;

	added = cgi_grow(added, (nr_added + nr) * sizeof(*added));
	for (i = 0; i < nr; i++, nr_added++) {
		added[nr_added].to_run = &cases[i];
		added[nr_added].object = object;
		added[nr_added].skip = skip;
		added[nr_added].name = cgi_fmt("%s%s%s", called ? called : "",
					       called ? ": " : "", cases[i].name);
	}
}

void cgi_add_cases(const struct cgi_case *cases, int nr)
{
	cgi_add(cases, nr, NULL, NULL, NULL);
}

void cgi_add_cases_on(void *object, const char *called,
		      const struct cgi_case *cases, int nr)
{
	cgi_add(cases, nr, object, called, NULL);
}

void cgi_add_cases_on_files(const struct cgi_case *cases, int nr)
{
	int i;

	for (i = 0; i < cgi_nr_files; i++)
		cgi_add_cases_on((void *)cgi_files[i], cgi_files[i], cases, nr);
}

void cgi_skip_cases(const char *why, const struct cgi_case *cases, int nr)
{
	cgi_add(cases, nr, NULL, NULL, why);
}

bool cgi_skip(const char *why, ...)
{
	va_list args;

	va_start(args, why);
	skipped = cgi_vfmt(why, args);
	va_end(args);
	return false;
}

void cgi_skip_all(const char *why, ...)
{
	va_list args;
	char *text;

	va_start(args, why);
	text = cgi_vfmt(why, args);
	va_end(args);
	printf("1..0 # SKIP %s\n", text);
	exit(KSFT_SKIP);
}

static bool cgi_run(const struct cgi_added *a)
{
	if (a->to_run->run)
		return a->to_run->run();
	if (a->to_run->run_on)
		return a->to_run->run_on(a->object);
	if (a->to_run->diff)
		return cgi_settles(a->to_run->diff);
	cgi_die("the case \"%s\" has no function", a->name);
}

static void cgi_report(const struct cgi_added *a)
{
	bool passed = !a->skip && cgi_run(a);
	const char *skip = a->skip ? a->skip : skipped;

	if (skip)
		ksft_test_result_skip("%s: %s\n", a->name, skip);
	else
		ksft_test_result(passed, "%s\n", a->name);
	free(skipped);
	skipped = NULL;
}

void cgi_run_cases(void)
{
	int i;

	ksft_set_plan(nr_added);
	for (i = 0; i < nr_added; i++)
		cgi_report(&added[i]);
	/* What a test leaves behind is a failure of that test. */
	if (cgi_cleanup())
		cgi_die("the test did not clean up");
	ksft_print_cnts();
	exit(ksft_get_fail_cnt() ? KSFT_FAIL : KSFT_PASS);
}
