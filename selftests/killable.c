// SPDX-License-Identifier: GPL-2.0-only
/*
 * Readers that are killed, many of them while a file is being opened, leave
 * nothing behind: no reference to the module, no memory.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"

#define NR_KILLED	300
/* With this number of tasks a snapshot takes time and memory. */
#define NR_PROCS	8
#define NR_THREADS	100

static int *opening;

static int keep_opening(void *unused)
{
	unsigned int n;
	int fd;

	(void)unused;
	for (n = 0;; n++) {
		__atomic_store_n(opening, 1, __ATOMIC_SEQ_CST);
		fd = cgi_open(cgi_tables[n % cgi_nr_tables], O_RDONLY);
		__atomic_store_n(opening, 0, __ATOMIC_SEQ_CST);
		if (fd < 0)
			return 1;
		close(fd);
	}
	return 0;
}

static int kill_one(int i)
{
	pid_t pid = cgi_spawn(keep_opening, NULL);
	int was_opening;

	/* A different delay each round hits a different moment of the opening. */
	cgi_sleep_ms(1 + i % 17);
	was_opening = __atomic_load_n(opening, __ATOMIC_SEQ_CST);
	cgi_kill(pid);
	return was_opening;
}

static long meminfo_kb(const char *key)
{
	char *text = cgi_slurp("/proc/meminfo", NULL);
	char *at = text ? strstr(text, key) : NULL;
	long kb = at ? atol(at + strlen(key)) : 0;

	free(text);
	return kb;
}

/*
 * Returns in kB all memory of the kinds that a snapshot is made of. What kvmalloc() gets from
 * the page allocator counts as SUnreclaim.
 */
static long kernel_memory(void)
{
	return meminfo_kb("SUnreclaim:") + meminfo_kb("VmallocUsed:");
}

static bool unused_soon(void)
{
	int i;

	if (cgi_module_built_in())
		return cgi_skip("what is built in has no references");
	for (i = 0; i < 100; i++) {
		if (cgi_module_refs() == 0)
			return true;
		cgi_sleep_ms(20);
	}
	ksft_print_msg("refcnt is %ld\n", cgi_module_refs());
	return false;
}

static long largest_snapshot_kb(void)
{
	char *bytes = cgi_value("stats", "bytes_max");
	long kb = bytes ? atol(bytes) / 1024 : 0;

	free(bytes);
	return kb;
}

static struct {
	int while_opening;
	long kb_before, kb_after, kb_of_snapshot;
} killed;

static bool killed_while_opening(void)
{
	int i;

	killed.kb_of_snapshot = largest_snapshot_kb();
	/* The first readers fill caches of the kernel, which stay. */
	for (i = 0; i < NR_KILLED / 10; i++)
		kill_one(i);
	killed.kb_before = kernel_memory();
	for (i = 0; i < NR_KILLED; i++)
		killed.while_opening += kill_one(i);
	killed.kb_after = kernel_memory();
	ksft_print_msg("%d readers killed, %d while opening\n", NR_KILLED,
		       killed.while_opening);
	return killed.while_opening >= NR_KILLED / 10;
}

static bool no_memory_is_left(void)
{
	ksft_print_msg("kernel memory: %ld kB before, %ld kB after; a snapshot has up to %ld kB\n",
		       killed.kb_before, killed.kb_after, killed.kb_of_snapshot);
	/*
	 * If a tenth of the readers that were opening leaked a snapshot, it
	 * would be this much.
	 */
	return killed.kb_after - killed.kb_before <
	       killed.while_opening * killed.kb_of_snapshot / 10 + 256;
}

static bool files_can_be_read(void)
{
	bool ok = true;
	int i;

	for (i = 0; i < cgi_nr_tables; i++) {
		struct cgi_table *table = cgi_table_read(cgi_tables[i]);

		ok = ok && table->nr_rows > 0;
		cgi_table_free(table);
	}
	return ok;
}

static const struct cgi_case cases[] = {
	{ "readers were killed while they opened a file", killed_while_opening },
	{ "no reference to the module is left", unused_soon },
	{ "no snapshot was left in memory", no_memory_is_left },
	{ "all files can be read afterwards", files_can_be_read },
};

int main(void)
{
	pid_t tids[NR_THREADS];
	int i;

	cgi_begin();
	opening = cgi_share(sizeof(*opening));
	for (i = 0; i < NR_PROCS; i++)
		cgi_park_threads(NR_THREADS, tids);
	for (i = 0; i < cgi_nr_tables; i++)
		cgi_table_free(cgi_table_read(cgi_tables[i]));
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
