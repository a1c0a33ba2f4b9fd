// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module is loaded while a memory allocation fails, in each round the one behind that of the
 * round before, until a round has fewer. Either it is loaded then, with all its files and with all
 * that info says that it offers when nothing fails; or loading it fails with ENOMEM, and nothing of
 * it is left, so that it can be loaded at once.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_fail.h"
#include "lib/cgi_lines.h"

static int module;
/* What the module has when nothing has failed. */
static struct cgi_set files;
static struct cgi_lines *offers;

static void load_again(void)
{
	if (!cgi_module_loaded())
		cgi_module_load("");
}

/* Opening the module's file is no part of what may fail. */
static int load(const char *params)
{
	return syscall(SYS_finit_module, module, params, 0) ? -errno : 0;
}

/*
 * The kernel first reads and relocates a module, with allocations of its own, and warns in the log
 * if it gets none. Then it looks at the parameters, and at last the module's own code runs. So the
 * first to fail is one behind those that it takes to find a parameter wrong.
 */
static long passed_before_params(void)
{
	long passed;
	int err;

	cgi_fail_one(CGI_FAIL_MAX);
	err = load("graph=maybe");
	passed = cgi_fail_passed();
	cgi_fail_end();
	if (err != -EINVAL)
		cgi_die("loading the module with a wrong parameter: %s", strerror(-err));
	return passed;
}

static void must_unload(void)
{
	int err = cgi_module_unload();

	if (err)
		cgi_die("unloading the module: %s", strerror(-err));
}

static struct cgi_set list_files(void)
{
	struct cgi_set set = { 0 };
	DIR *dir = opendir(CGI_DIR);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		cgi_set_add(&set, "%s", entry->d_name);
	if (dir)
		closedir(dir);
	return set;
}

static struct cgi_lines *read_info(void)
{
	char *text = cgi_text_read("info");
	struct cgi_lines *lines = cgi_lines_of(text, strlen(text));

	free(text);
	return lines;
}

static bool has_all_files(void)
{
	struct cgi_set now = list_files();
	bool ok = !cgi_set_diff("files", &now, &files);

	cgi_set_free(&now);
	return ok;
}

/* Loads the module while nothing fails, and unloads it. */
static struct cgi_lines *load_well(void)
{
	struct cgi_lines *info;
	int err = load("");

	if (err)
		cgi_die("loading the module while nothing fails: %s", strerror(-err));
	if (!files.nr)
		files = list_files();
	info = has_all_files() ? read_info() : NULL;
	must_unload();
	return info;
}

static bool nothing_is_left(void)
{
	bool loaded = cgi_module_loaded(), folder = !access(CGI_DIR, F_OK);

	if (loaded || folder)
		ksft_print_msg("left: %s%s\n", loaded ? "the module " : "",
			       folder ? "its folder" : "");
	return !loaded && !folder;
}

/* Was it refused as it must be, and can it be loaded now? */
static bool refused_is_gone(int err)
{
	struct cgi_lines *next;

	if (err != -ENOMEM)
		ksft_print_msg("loading: %s\n", strerror(-err));
	if (err != -ENOMEM || !nothing_is_left())
		return false;
	next = load_well();
	cgi_lines_free(next);
	return next;
}

/* The module is loaded. Has it all that it has before and after that? */
static bool loaded_is_whole(void)
{
	struct cgi_lines *info, *next;
	bool whole = has_all_files();

	info = read_info();
	must_unload();
	next = load_well();
	whole = whole && next && cgi_lines_fit("info", info, offers, next) == CGI_FITS;
	cgi_lines_free(info);
	if (next) {
		cgi_lines_free(offers);
		offers = next;
	}
	return whole;
}

/* Returns how many allocations have failed, 0 or 1, or -1 if that was not survived. */
static long load_failing(long nth, long *nr_refused)
{
	long failed;
	bool ok;
	int err;

	cgi_fail_one(nth);
	err = load("");
	failed = cgi_fail_end();
	*nr_refused += err == -ENOMEM;
	ok = err ? refused_is_gone(err) : loaded_is_whole();
	if (!ok)
		ksft_print_msg("that was allocation %ld\n", nth);
	return ok ? failed : -1;
}

static bool each_fails_once(void)
{
	long nth, first, failed = 1, nr_refused = 0, nr_bad = 0;

	must_unload();
	offers = load_well();
	first = passed_before_params();
	for (nth = first + 1; nth <= CGI_FAIL_MAX && failed; nth++) {
		failed = load_failing(nth, &nr_refused);
		nr_bad += failed < 0;
	}
	ksft_print_msg("%ld allocations failed behind the first %ld; ENOMEM %ld times\n",
		       nth - first - 2, first, nr_refused);
	load_again();
	return !failed && !nr_bad && nr_refused;
}

static const struct cgi_case cases[] = {
	{ "loaded whole or ENOMEM, whichever allocation fails", each_fails_once },
};

int main(void)
{
	cgi_begin();
	module = open(cgi_module_path(), O_RDONLY | O_CLOEXEC);
	if (module < 0)
		cgi_skip_all("%s: %s", cgi_module_path(), strerror(errno));
	cgi_fail_begin();
	atexit(load_again);
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
