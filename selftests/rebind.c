// SPDX-License-Identifier: GPL-2.0-only
/*
 * RCU-only mode and controllers that go from v2 to v1. While one goes there and
 * back all the time, no hierarchy but v2 is without a controller, and no controller
 * is in two hierarchies of one task. When perf_event has gone there, though a cgroup
 * of v2 has a css of it, the tasks of that cgroup are in the root of the v1
 * hierarchy.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"
#include "lib/cgi_v1.h"

/*
 * 6.1 and 6.12 wait for RCU while they move this one, after its css has
 * moved and before its hierarchy says that it has the controller.
 */
#define CONTROLLER	"blkio"
#define IMPLICIT	"perf_event"	/* each cgroup of v2 has a css of it */
#define SECONDS		8
#define MIN_ROUNDS	20

static int *rounds;

/* However this test ends, the module must be loaded again as it was. */
static int keep_rebinding(void *at)
{
	for (;;) {
		if (mount("none", at, "cgroup", 0, CONTROLLER))
			return errno;
		if (umount2(at, 0))
			return errno;
		__atomic_add_fetch(rounds, 1, __ATOMIC_RELAXED);
	}
}

/* Are the memberships of one task possible? An item is "H:controllers:path". */
static bool is_possible(const char *memberships)
{
	struct cgi_set items = { 0 }, controllers = { 0 };
	int i, nr;
	bool ok;

	cgi_set_split(&items, memberships, " ");
	for (i = 0, ok = true; i < items.nr; i++) {
		char *first = strchr(items.str[i], ':') + 1;

		*strchr(first, ':') = '\0';
		ok = ok && (*first || !strncmp(items.str[i], "0:", 2));
		cgi_set_split(&controllers, first, ",");
	}
	nr = controllers.nr;
	cgi_set_sort(&controllers);
	cgi_set_uniq(&controllers);
	ok = ok && controllers.nr == nr;
	cgi_set_free(&controllers);
	cgi_set_free(&items);
	return ok;
}

static bool all_are_possible(int *reads)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	const char *cgroups;
	bool ok = true;
	int row;

	for (row = 0; row < tasks->nr_rows && ok; row++) {
		cgroups = cgi_get(tasks, row, "cgroups");
		ok = is_possible(cgroups);
		if (!ok)
			ksft_print_msg("read %d: %s\n", *reads, cgroups);
	}
	++*reads;
	cgi_table_free(tasks);
	return ok;
}

static bool memberships_are_possible(void)
{
	char *at = cgi_fmt("%s/rebound", cgi_tmp());
	double end = cgi_now() + SECONDS;
	int reads = 0, bad = 0;
	pid_t pid;

	cgi_unmount_v1(CONTROLLER);
	if (!cgi_hier_goes(CONTROLLER) || mkdir(at, 0700))
		return cgi_skip(CONTROLLER " can't be moved here");
	if (mount("none", at, "cgroup", 0, CONTROLLER) || umount2(at, 0))
		return cgi_skip(CONTROLLER " is used on v2: %s", strerror(errno));
	pid = cgi_spawn(keep_rebinding, at);
	while (cgi_now() < end || *rounds < MIN_ROUNDS)
		bad += !all_are_possible(&reads);
	cgi_kill(pid);
	umount2(at, 0);
	rmdir(at);
	ksft_print_msg("%d rounds, %d reads, %d of them wrong\n", *rounds, reads, bad);
	return !bad && cgi_hier_goes(CONTROLLER) && !cgi_mount_back();
}

static bool line_is_in(const char *line, const char *cgroups)
{
	struct cgi_set items = { 0 };
	bool is_in;

	cgi_set_split(&items, cgroups, " ");
	is_in = cgi_set_has(&items, line);
	if (!is_in)
		ksft_print_msg("%s is not in: %s\n", line, cgroups);
	cgi_set_free(&items);
	return is_in;
}

/* /proc is the oracle. */
static bool left_behind_are_shown(void)
{
	pid_t pid = cgi_park();
	char *proc, *line, *end;

	cgi_unmount_v1(IMPLICIT);
	if (!cgi_hier_goes(IMPLICIT))
		return cgi_skip(IMPLICIT " can't be moved here");
	cgi_must_move(cgi_new_cgroup(cgi_v2()), pid);
	if (!cgi_mount_v1(IMPLICIT))
		cgi_die("mounting " IMPLICIT ": %s", strerror(errno));
	proc = cgi_proc_cgroup(pid, pid);
	line = strstr(proc, ":" IMPLICIT ":");
	if (!line)
		cgi_die("%d has no " IMPLICIT " in %s", pid, proc);
	while (line > proc && line[-1] != '\n')
		line--;
	end = strchr(line, '\n');
	if (end)
		*end = '\0';
	return line_is_in(line, cgi_task_now(pid, "cgroups"));
}

static const struct cgi_case cases[] = {
	{ IMPLICIT " has gone from a cgroup of v2: its tasks are in the root",
	  left_behind_are_shown },
	{ "memberships are possible at any time", memberships_are_possible },
};

int main(void)
{
	cgi_begin();
	cgi_module_without_graph();
	rounds = cgi_share(sizeof(*rounds));
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
