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
#define CONTROLLER_ON_V2 "io"
#define IMPLICIT	"perf_event"	/* each cgroup of v2 has a css of it */
#define SECONDS		8
#define MIN_ROUNDS	20
#define MIN_READS	3

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
	/* That of cgroup2 is always there. */
	for (i = 0, ok = items.nr; i < items.nr; i++) {
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

/*
 * A hierarchy stays where somebody else has it mounted or has cgroups in it. Without either a
 * reference was lost, and nothing is skipped.
 */
static bool skip_if_it_must_stay(const char *controller)
{
	struct cgi_controller *list;
	int nr = cgi_controllers(&list), cgroups = 0, i;

	for (i = 0; i < nr; i++)
		if (!strcmp(list[i].name, controller))
			cgroups = list[i].nr_cgroups;
	cgi_free_controllers(list, nr);
	ksft_print_msg("%s: %d cgroups\n", controller, cgroups);
	return (cgroups > 1 || cgi_is_mounted(controller)) &&
	       cgi_skip("%s can't be moved here", controller);
}

/* Is it handed out on cgroup2, by its name there? */
static bool is_handed_out(const char *controller)
{
	char *text = cgi_slurp_at(cgi_v2(), "cgroup.subtree_control");
	struct cgi_set words = { 0 };
	bool is;

	cgi_set_split(&words, text, "\n ");
	is = cgi_set_has(&words, controller);
	cgi_set_free(&words);
	free(text);
	return is;
}

/*
 * Each css on v2 keeps the controller there until it is freed, and another test may have left one
 * that a writeback structure holds, as inodes that somebody still has open use it. The kernel
 * gives these inodes to another such structure only when a css of memory goes offline, and only
 * if none of them is dirty.
 */
static int mount_when_free(const char *at)
{
	double start = cgi_now();
	int err;

	for (;;) {
		err = mount("none", at, "cgroup", 0, CONTROLLER) ? errno : 0;
		if (err != EBUSY || is_handed_out(CONTROLLER_ON_V2) ||
		    cgi_now() > start + CGI_PATIENCE_S)
			break;
		sync();
		cgi_must_rmdir(cgi_new_cgroup(cgi_v2()));
		cgi_sleep_ms(CGI_PATIENCE_MS);
	}
	ksft_print_msg("mounting " CONTROLLER ": %s, after %.1f s\n", strerror(err),
		       cgi_now() - start);
	return err;
}

static bool memberships_are_possible(void)
{
	char *at = cgi_fmt("%s/rebound", cgi_tmp());
	int reads = 0, bad = 0, err;
	bool rebinds;
	double end;
	pid_t pid;

	cgi_unmount_v1(CONTROLLER);
	if (!cgi_hier_goes(CONTROLLER))
		return skip_if_it_must_stay(CONTROLLER);
	if (mkdir(at, 0700))
		cgi_die("mkdir %s: %s", at, strerror(errno));
	err = mount_when_free(at);
	if (err) {
		rmdir(at);
		return (err == EINVAL || (err == EBUSY && is_handed_out(CONTROLLER_ON_V2))) &&
		       cgi_skip(CONTROLLER " is used on v2, or is there alone: %s", strerror(err));
	}
	if (umount2(at, 0))
		cgi_die("umount %s: %s", at, strerror(errno));
	pid = cgi_spawn(keep_rebinding, at);
	end = cgi_now() + SECONDS;
	do {
		bad += !all_are_possible(&reads);
		rebinds = cgi_still_runs(pid);
	} while (rebinds && (cgi_now() < end || reads < MIN_READS ||
			     __atomic_load_n(rounds, __ATOMIC_RELAXED) < MIN_ROUNDS));
	cgi_kill(pid);
	umount2(at, 0);
	rmdir(at);
	ksft_print_msg("%d rounds, %d reads, %d of them wrong\n", *rounds, reads, bad);
	return rebinds && !bad && cgi_hier_goes(CONTROLLER) && !cgi_mount_back();
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
		return skip_if_it_must_stay(IMPLICIT);
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
