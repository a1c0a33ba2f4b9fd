// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory allocations that fail because a test wants it; see cgi_fail.h.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"
#include "cgi.h"
#include "cgi_case.h"
#include "cgi_fail.h"

#define CGI_FAIL_NTH	"/proc/thread-self/fail-nth"
#define CGI_MAKE_FAIL	"/proc/thread-self/make-it-fail"
#define CGI_DEBUGFS	"/sys/kernel/debug"

/* From this the kernel counts down how many have failed. */
#define CGI_FAIL_TIMES	1000000

static const char * const cgi_fail_kinds[] = { "failslab", "fail_page_alloc" };

/*
 * These are no settings of the thread, so all of them are put back at the end, the last one first:
 * without the filter nothing may fail any more.
 */
static const struct {
	const char *kind, *file, *text;
} cgi_fail_settings[] = {
	{ "failslab", "ignore-gfp-wait", "N" },
	{ "failslab", "verbose", "0" },
	{ "failslab", "task-filter", "Y" },
	{ "failslab", "interval", "1" },
	{ "failslab", "probability", "100" },
	{ "fail_page_alloc", "ignore-gfp-wait", "N" },
	{ "fail_page_alloc", "ignore-gfp-highmem", "N" },
	{ "fail_page_alloc", "min-order", "0" },
	{ "fail_page_alloc", "verbose", "0" },
	{ "fail_page_alloc", "task-filter", "Y" },
	{ "fail_page_alloc", "interval", "1" },
	{ "fail_page_alloc", "probability", "100" },
};

/* Open all the time, as opening takes memory. */
static int cgi_fail_nth = -1, cgi_make_fail = -1;

/* What ends the failing again must not need memory either. */
static void cgi_fail_tell(int fd, const char *text)
{
	if (pwrite(fd, text, strlen(text), 0) != (ssize_t)strlen(text))
		cgi_die("writing %s to a file of fault injection: %s", text, strerror(errno));
}

static char *cgi_fail_dir(const char *kind)
{
	return cgi_fmt("%s/%s", CGI_DEBUGFS, kind);
}

static void cgi_fail_set(const char *kind, const char *file, const char *text)
{
	char *dir = cgi_fail_dir(kind), *was = cgi_slurp_at(dir, file);

	if (!was || cgi_write(dir, file, text))
		cgi_die("%s/%s: %s", dir, file, strerror(errno));
	cgi_restore(dir, file, was);
	free(was);
}

void cgi_fail_begin(void)
{
	size_t i;

	cgi_fail_nth = open(CGI_FAIL_NTH, O_RDWR | O_CLOEXEC);
	cgi_make_fail = open(CGI_MAKE_FAIL, O_WRONLY | O_CLOEXEC);
	if (cgi_fail_nth < 0 || cgi_make_fail < 0)
		cgi_skip_all("no %s (CONFIG_FAULT_INJECTION)", CGI_FAIL_NTH);
	for (i = 0; i < ARRAY_SIZE(cgi_fail_kinds); i++)
		if (access(cgi_fail_dir(cgi_fail_kinds[i]), F_OK))
			cgi_skip_all("debugfs has no %s (CONFIG_FAULT_INJECTION_DEBUG_FS)",
				     cgi_fail_kinds[i]);
	for (i = 0; i < ARRAY_SIZE(cgi_fail_kinds); i++) {
		cgi_fail_set(cgi_fail_kinds[i], "times", CGI_TEXT(CGI_FAIL_TIMES));
		cgi_fail_set(cgi_fail_kinds[i], "space", "0");
	}
	for (i = 0; i < ARRAY_SIZE(cgi_fail_settings); i++)
		cgi_fail_set(cgi_fail_settings[i].kind, cgi_fail_settings[i].file,
			     cgi_fail_settings[i].text);
}

static void cgi_fail_write(const char *kind, const char *file, long number)
{
	char *dir = cgi_fail_dir(kind), *text = cgi_fmt("%ld", number);

	if (cgi_write(dir, file, text))
		cgi_die("%s/%s: %s", dir, file, strerror(errno));
	free(text);
	free(dir);
}

static void cgi_fail_count_anew(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cgi_fail_kinds); i++)
		cgi_fail_write(cgi_fail_kinds[i], "times", CGI_FAIL_TIMES);
}

void cgi_fail_one(long nth)
{
	char text[16];

	cgi_fail_count_anew();
	snprintf(text, sizeof(text), "%ld", nth);
	cgi_fail_tell(cgi_fail_nth, text);
}

/* The page allocator counts in pages. */
void cgi_fail_beyond(long bytes)
{
	cgi_fail_count_anew();
	cgi_fail_write("failslab", "space", bytes);
	cgi_fail_write("fail_page_alloc", "space", bytes / sysconf(_SC_PAGESIZE));
	cgi_fail_tell(cgi_make_fail, "1");
}

long cgi_fail_passed(void)
{
	char left[16] = "";

	if (pread(cgi_fail_nth, left, sizeof(left) - 1, 0) <= 0)
		cgi_die("%s: %s", CGI_FAIL_NTH, strerror(errno));
	return CGI_FAIL_MAX - atol(left);
}

long cgi_fail_end(void)
{
	long failed = 0;
	size_t i;

	cgi_fail_tell(cgi_make_fail, "0");
	cgi_fail_tell(cgi_fail_nth, "0");
	for (i = 0; i < ARRAY_SIZE(cgi_fail_kinds); i++) {
		char *dir = cgi_fail_dir(cgi_fail_kinds[i]), *left = cgi_slurp_at(dir, "times");

		if (!left)
			cgi_die("%s/times: %s", dir, strerror(errno));
		failed += CGI_FAIL_TIMES - atol(left);
		free(left);
		free(dir);
	}
	return failed;
}
