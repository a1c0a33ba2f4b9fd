// SPDX-License-Identifier: GPL-2.0-only
/* Charges to another css of memory on each CPU. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"
#include "cgi.h"
#include "cgi_pin.h"
#include "cgi_shortage.h"
#include "cgi_stock.h"

static int charge_on_each_cpu(void *dir)
{
	cpu_set_t all, one;
	int cpu;

	cgi_must_move(dir, getpid());
	if (sched_getaffinity(0, sizeof(all), &all))
		cgi_die("sched_getaffinity: %s", strerror(errno));
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &all))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		if (sched_setaffinity(0, sizeof(one), &one))
			cgi_die("sched_setaffinity: %s", strerror(errno));
		cgi_take_page();
	}
	return 0;
}

/* On v2 a cgroup has memory only if its parent hands it down, which this leaves as it is. */
static bool has_memory(const char *dir)
{
	char *stat = cgi_slurp_at(dir, "memory.stat");
	bool has = stat;

	free(stat);
	return has;
}

void cgi_stock_replace(void)
{
	struct cgi_place memory = cgi_find_place("memory");
	char *dir = memory.root ? cgi_new_cgroup(memory.root) : NULL;

	if (!dir)
		return;
	if (has_memory(dir) && !cgi_join(cgi_spawn(charge_on_each_cpu, dir)))
		cgi_die("nothing was charged to %s", dir);
	cgi_must_rmdir(dir);
	free(dir);
}
