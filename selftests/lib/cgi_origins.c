// SPDX-License-Identifier: GPL-2.0-only
/* Where tasks come from: parents, start times and namespaces, as /proc has them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgi.h"

#define NS_PER_S	1000000000ULL

/* The fields of /proc/PID/stat behind the command: 4 is the parent, 22 the start time. */
#define STAT_FIELDS	") %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu"

unsigned long cgi_ns_of(pid_t tgid, pid_t tid, const char *kind)
{
	char *path = cgi_fmt("/proc/%d/task/%d/ns/%s", tgid, tid, kind);
	char link[64] = "", *bracket;
	unsigned long inum = 0;

	if (readlink(path, link, sizeof(link) - 1) > 0) {
		bracket = strchr(link, '[');
		inum = bracket ? strtoul(bracket + 1, NULL, 10) : 0;
	}
	free(path);
	return inum;
}

char *cgi_number_or_dash(unsigned long number)
{
	return number ? cgi_fmt("%lu", number) : cgi_fmt("-");
}

static void add_of_proc(pid_t tgid, pid_t tid, void *arg)
{
	char *path = cgi_fmt("/proc/%d/task/%d/stat", tgid, tid);
	char *text = cgi_slurp(path, NULL), *paren, *pidns;
	unsigned long long start;
	int ppid;

	paren = text ? strrchr(text, ')') : NULL;
	if (paren) {
		if (sscanf(paren, STAT_FIELDS, &ppid, &start) != 2)
			cgi_die("%s: not understood: %s", path, text);
		pidns = cgi_number_or_dash(cgi_ns_of(tgid, tid, "pid"));
		cgi_set_add(arg, "%d ppid %d start %llu pidns %s", tid, ppid, start, pidns);
		free(pidns);
	}
	free(text);
	free(path);
}

int cgi_diff_origins(void)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	struct cgi_set ours = { 0 }, proc = { 0 };
	unsigned long long tick = NS_PER_S / sysconf(_SC_CLK_TCK);
	int row, nr;

	for (row = 0; row < tasks->nr_rows; row++)
		cgi_set_add(&ours, "%s ppid %s start %llu pidns %s", cgi_get(tasks, row, "tid"),
			    cgi_get(tasks, row, "ppid"),
			    strtoull(cgi_get(tasks, row, "start"), NULL, 10) / tick,
			    cgi_get(tasks, row, "pidns"));
	cgi_each_task(add_of_proc, &proc);
	nr = cgi_set_compare("parents, start times, pid namespaces", &ours, &proc);
	cgi_table_free(tasks);
	return nr;
}
