// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cgi.h"
#include "cgi_case.h"
#include "cgi_pin.h"
#include "cgi_shortage.h"

#define MB	(1024 * 1024L)

/*
 * What the kernel calls available is an estimate, and counts caches that are in use: whoever
 * takes that much is killed. What is free can be taken, and once the caches have been
 * dropped there is little else.
 */
static long free_bytes(void)
{
	return cgi_stat_value("/proc", "meminfo", "MemFree:") * 1024;
}

/*
 * Slab caches keep empty pages, and KASAN keeps objects after they were freed, up to a 32nd of the
 * memory.  Both would turn up as free memory later.  Shrinking a cache takes both from it.
 */
static void shrink_slabs(void)
{
	static const char slabs[] = "/sys/kernel/slab";
	struct dirent *entry;
	DIR *dir = opendir(slabs);

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		char *slab = cgi_fmt("%s/%s", slabs, entry->d_name);

		if (entry->d_name[0] != '.')
			cgi_write(slab, "shrink", "1");
		free(slab);
	}
	closedir(dir);
}

/* What was used since the last time is spared the first time that caches are dropped. */
void cgi_drop_caches(void)
{
	long before;

	do {
		before = free_bytes();
		if (cgi_write("/proc/sys/vm", "drop_caches", "3"))
			cgi_die("caches can't be dropped");
		shrink_slabs();
	} while (free_bytes() > before + MB);
}

static void keep_at(const char *file, const char *value)
{
	char *before = cgi_slurp_at("/proc/sys/vm", file);

	if (!before)
		return;
	cgi_restore("/proc/sys/vm", file, before);
	if (cgi_write("/proc/sys/vm", file, value))
		cgi_die("%s: %s", file, strerror(errno));
	free(before);
}

/*
 * What is reserved does not grow while the filler takes what is not, and no CPU keeps much of
 * what was freed, which would not count as free. That setting was renamed in 5.14.
 */
void cgi_keep_reserve(void)
{
	keep_at("watermark_boost_factor", "0");
	keep_at("percpu_pagelist_high_fraction", "1000000");
	keep_at("percpu_pagelist_fraction", "1000000");
}

/* The last zone of the line is the one that user space asks for. */
static long protected_pages(const char *line)
{
	const char *last = strrchr(line, ' ');

	return last && strstr(line, "protection:") ? atol(last + 1) : -1;
}

/*
 * Of what is free in a zone, user space gets neither the pages below the watermark, nor those that
 * a zone of low addresses keeps from whoever could have others. A zone with less gives none.
 */
static long usable_pages(const struct cgi_set *lines)
{
	long sum = 0, pages = 0, n;
	int i;

	for (i = 0; i < lines->nr; i++) {
		if (sscanf(lines->str[i], " pages free %ld", &n) == 1)
			pages = n;
		else if (sscanf(lines->str[i], " min %ld", &n) == 1)
			pages -= n;
		n = protected_pages(lines->str[i]);
		if (n >= 0 && pages > n)
			sum += pages - n;
	}
	return sum;
}

long cgi_usable_bytes(void)
{
	struct cgi_set lines = { 0 };
	char *text = cgi_slurp("/proc/zoneinfo", NULL);
	long pages;

	if (!text)
		cgi_die("/proc/zoneinfo: %s", strerror(errno));
	cgi_set_split(&lines, text, "\n");
	pages = usable_pages(&lines);
	cgi_set_free(&lines);
	free(text);
	return pages * sysconf(_SC_PAGESIZE);
}

void cgi_have_all_pages(void)
{
	if (mlockall(MCL_CURRENT))
		cgi_die("mlockall: %s", strerror(errno));
}

void cgi_take_page(void)
{
	size_t page = sysconf(_SC_PAGESIZE);
	char *at = mmap(NULL, page, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (at == MAP_FAILED)
		cgi_die("mmap: %s", strerror(errno));
	munmap(at, page);
}

void cgi_come_first(pid_t pid, cpu_set_t *before)
{
	struct sched_param param = { .sched_priority = 1 };
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	if (sched_getaffinity(0, sizeof(*before), before) ||
	    sched_setaffinity(0, sizeof(one), &one) ||
	    sched_setaffinity(pid, sizeof(one), &one) ||
	    setpriority(PRIO_PROCESS, 0, -20) ||
	    sched_setscheduler(pid, SCHED_FIFO, &param))
		cgi_die("processors and priorities can't be set: %s", strerror(errno));
}

void cgi_come_as_all(pid_t pid, const cpu_set_t *before)
{
	struct sched_param param = { 0 };

	sched_setscheduler(pid, SCHED_OTHER, &param);
	setpriority(PRIO_PROCESS, 0, 0);
	sched_setaffinity(pid, sizeof(*before), before);
	sched_setaffinity(0, sizeof(*before), before);
}

void cgi_drop_blocks(const char *css)
{
	double end = cgi_now() + CGI_PATIENCE_S;
	char *state;

	do {
		sync();
		cgi_drop_caches();
		state = cgi_field("csses", "css", css, "state");
		free(state);
	} while (state && cgi_now() < end);
}
