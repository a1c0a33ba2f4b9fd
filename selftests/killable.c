// SPDX-License-Identifier: GPL-2.0-only
/*
 * Readers that are killed, many of them while a file is being opened, leave
 * nothing behind: no reference to the module, no memory.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"

#define NR_KILLED	300
/* So that a snapshot takes time and memory. */
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

	/* A different moment of the opening each time. */
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

/* Memory that a snapshot can be made of, in kB */
static long kernel_memory(void)
{
	return meminfo_kb("SUnreclaim:") + meminfo_kb("VmallocUsed:");
}

/* Areas of vmalloc that the module asked for */
static int vmalloc_areas(void)
{
	char *text = cgi_slurp("/proc/vmallocinfo", NULL);
	char *at = text;
	int nr = 0;

	while (at && (at = strstr(at, "[" CGI_MODULE_NAME "]"))) {
		at++;
		nr++;
	}
	free(text);
	return nr;
}

static bool unused_soon(void)
{
	int i;

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

static void test_killed(void)
{
	long before, after, kb = largest_snapshot_kb();
	int i, nr = 0, areas = vmalloc_areas();

	/* The first ones fill caches that stay. */
	for (i = 0; i < NR_KILLED / 10; i++)
		kill_one(i);
	before = kernel_memory();
	for (i = 0; i < NR_KILLED; i++)
		nr += kill_one(i);
	after = kernel_memory();
	ksft_print_msg("%d readers killed, %d while opening; a snapshot has up to %ld kB\n",
		       NR_KILLED, nr, kb);
	ksft_test_result(nr >= NR_KILLED / 10,
			 "readers were killed while they opened a file\n");
	ksft_test_result(unused_soon(), "no reference to the module is left\n");
	ksft_print_msg("kernel memory: %ld kB before, %ld kB after\n", before,
		       after);
	/* A tenth of them leaking their snapshot would be this much. */
	ksft_test_result(after - before < nr * kb / 10 + 256,
			 "no snapshot was left in memory\n");
	ksft_print_msg("vmalloc areas of the module: %d before, %d after\n",
		       areas, vmalloc_areas());
	ksft_test_result(vmalloc_areas() <= areas,
			 "no vmalloc area of the module is left\n");
}

static void test_afterwards(void)
{
	bool ok = true;
	int i;

	for (i = 0; i < cgi_nr_tables; i++) {
		struct cgi_table *table = cgi_table_read(cgi_tables[i]);

		ok = ok && table->nr_rows > 0;
		cgi_table_free(table);
	}
	ksft_test_result(ok, "all files can be read afterwards\n");
}

int main(void)
{
	pid_t tids[NR_THREADS];
	int i;

	ksft_print_header();
	cgi_begin();
	ksft_set_plan(5);
	opening = cgi_share(sizeof(*opening));
	for (i = 0; i < NR_PROCS; i++)
		cgi_park_threads(NR_THREADS, tids);
	for (i = 0; i < cgi_nr_tables; i++)
		cgi_table_free(cgi_table_read(cgi_tables[i]));
	test_killed();
	test_afterwards();
	cgi_kill_all();
	cgi_finish();
}
