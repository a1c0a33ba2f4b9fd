// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each memory allocation of a reader fails once: the first in the first round, the second
 * in the next one, and so on until a round has fewer. A reader then gets ENOMEM or the
 * whole text, and leaves nothing behind.
 *
 * The kernel makes them fail (CONFIG_FAILSLAB and CONFIG_FAIL_PAGE_ALLOC), also those that
 * may wait for memory to become free.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"

#define FAIL_NTH	"/proc/thread-self/fail-nth"
#define DEBUGFS		"/sys/kernel/debug"
/* A file that needs more allocations than this is taken for one that never ends. */
#define NR_ROUNDS_MAX	5000

static int fail_nth;

/* These are no settings of the reader, so all of them are put back at the end. */
static const struct {
	const char *dir, *file, *text;
} settings[] = {
	{ "failslab", "ignore-gfp-wait", "N" },
	{ "failslab", "verbose", "0" },
	{ "fail_page_alloc", "ignore-gfp-wait", "N" },
	{ "fail_page_alloc", "ignore-gfp-highmem", "N" },
	{ "fail_page_alloc", "min-order", "0" },
	{ "fail_page_alloc", "verbose", "0" },
};

static void set(const char *dir, const char *file, const char *text)
{
	char *at = cgi_fmt("%s/%s", DEBUGFS, dir), *was = cgi_slurp_at(at, file);

	if (!was || cgi_write(at, file, text))
		cgi_die("%s/%s: %s", at, file, strerror(errno));
	cgi_restore(at, file, was);
	free(was);
}

static void fail_after(int nr)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d", nr);

	if (pwrite(fail_nth, text, len, 0) != len)
		cgi_die("%s: %s", FAIL_NTH, strerror(errno));
}

/* Returns how many allocations are left until one fails; 0 if one has failed. */
static int left_to_fail(void)
{
	char text[16] = "";

	if (pread(fail_nth, text, sizeof(text) - 1, 0) <= 0)
		cgi_die("%s: %s", FAIL_NTH, strerror(errno));
	return atoi(text);
}

/* Reads all of @name into @text, which has @room. Returns its length or -errno. */
static ssize_t read_all(const char *name, char *text, size_t room)
{
	ssize_t got, len = 0;
	int fd = cgi_open(name, O_RDONLY);

	if (fd < 0)
		return -errno;
	while ((got = read(fd, text + len, room - len)) > 0)
		len += got;
	if (got < 0)
		len = -errno;
	close(fd);
	return len;
}

static bool is_whole(const char *name, const char *text, ssize_t len)
{
	struct cgi_table *table;
	char *copy;
	int i;

	if (!len || text[len - 1] != '\n')
		return false;
	for (i = 0; i < cgi_nr_tables; i++) {
		if (strcmp(cgi_tables[i], name))
			continue;
		copy = cgi_alloc(len + 1);
		memcpy(copy, text, len);
		table = cgi_table_parse(name, copy, len);
		if (!table || !table->nr_rows)
			return false;
		cgi_table_free(table);
	}
	return true;
}

static bool each_fails_once(void *file)
{
	static char text[4 << 20];
	const char *name = file;
	int nr, left = 0, nr_refused = 0;
	bool ok = true;
	ssize_t len;

	for (nr = 1; nr <= NR_ROUNDS_MAX && !left && ok; nr++) {
		fail_after(nr);
		len = read_all(name, text, sizeof(text));
		left = left_to_fail();
		fail_after(0);
		nr_refused += len == -ENOMEM;
		ok = len == -ENOMEM || is_whole(name, text, len);
		if (!ok)
			ksft_print_msg("allocation %d: %s\n", nr, len < 0 ?
				       strerror(-len) : "the text is not whole");
	}
	ksft_print_msg("%s: %d rounds, %d of them ENOMEM\n", name, nr - 1, nr_refused);
	return ok && left && nr_refused;
}

static bool nothing_is_left(void)
{
	ksft_print_msg("refcnt is %ld\n", cgi_module_refs());
	return cgi_module_refs() == 0;
}

static const struct cgi_case per_file[] = {
	{ "ENOMEM or the whole text, whichever allocation fails",
	  .run_on = each_fails_once },
};

static const struct cgi_case at_the_end[] = {
	{ "no reference to the module is left", nothing_is_left },
};

int main(void)
{
	size_t s;

	cgi_begin();
	fail_nth = open(FAIL_NTH, O_RDWR);
	if (fail_nth < 0)
		cgi_skip_all("no %s (CONFIG_FAULT_INJECTION)", FAIL_NTH);
	if (access(DEBUGFS "/failslab", F_OK) || access(DEBUGFS "/fail_page_alloc", F_OK))
		cgi_skip_all("debugfs lacks failslab or fail_page_alloc (CONFIG_FAILSLAB)");
	for (s = 0; s < ARRAY_SIZE(settings); s++)
		set(settings[s].dir, settings[s].file, settings[s].text);
	cgi_add_cases_on_files(per_file, ARRAY_SIZE(per_file));
	cgi_add_cases(at_the_end, ARRAY_SIZE(at_the_end));
	cgi_run_cases();
}
