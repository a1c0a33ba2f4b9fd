// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a user without privileges can make a reader pay: for tasks, descriptors, and cgroups where
 * some were delegated. Each is made until the kernel refuses more, so it is the kernel's limit that
 * bounds it; what one of them costs a snapshot in memory stays below what SECURITY.md says, and no
 * lock is held for longer.
 *
 *   cgroup2   one that belongs to the user, with a limit of descendants: children
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"

#define NOBODY		65534
#define NR_TASKS	400
#define NR_FILES	4096
#define NR_CGROUPS	200

/* As SECURITY.md has it: bytes of a snapshot for each, a quarter of them being room to grow. */
#define TASK_BYTES	200
#define CGROUP_BYTES	700
/* List nodes or slots of a table in one hold of a lock. */
#define HOLD_MOST	64

static long stat_of(const char *key)
{
	char *value = cgi_value("stats", key);
	long number = value ? atol(value) : -1;

	free(value);
	return number;
}

/*
 * Returns the bytes that @file takes. Room is that of the last snapshot of this kind, and less is
 * kept only by the next one, so it is read twice.
 */
static long bytes_of(const char *file)
{
	free(cgi_text_read(file));
	free(cgi_text_read(file));
	return stat_of("bytes_last");
}

static bool is_cheap(const char *what, long before, long after, int nr, int most)
{
	long each = (after - before) / nr;

	ksft_print_msg("%s: %ld bytes, with %d more %ld: %ld each\n", what, before, nr, after,
		       each);
	return after > before && each <= most;
}

/* ---- the user ---- */

static int report_pipe[2], release_pipe[2];

static bool become_user(int resource, rlim_t most)
{
	struct rlimit limit = { .rlim_cur = most, .rlim_max = most };

	return !setrlimit(resource, &limit) && !setgroups(0, NULL) && !setgid(NOBODY) &&
	       !setuid(NOBODY);
}

/* Says how many were made, and keeps them until the test has seen enough. */
static void keep(int made)
{
	char end;

	cgi_send(report_pipe[1], &made, sizeof(made));
	cgi_receive(release_pipe[0], &end, 1);
}

/* Runs @fn as a child, which makes some and keeps them, and leaves in *@made how many. */
static pid_t have_made(int (*fn)(void *arg), void *arg, int *made)
{
	pid_t pid;

	cgi_pipe(report_pipe);
	cgi_pipe(release_pipe);
	pid = cgi_spawn(fn, arg);
	close(report_pipe[1]);
	close(release_pipe[0]);
	if (!cgi_receive(report_pipe[0], made, sizeof(*made)))
		*made = -1;
	close(report_pipe[0]);
	return pid;
}

/* Returns whether the child ended well, without what it has made but for cgroups. */
static bool undo(pid_t pid)
{
	close(release_pipe[1]);
	return cgi_join(pid);
}

/* ---- tasks ---- */

/* All wait at a pipe, whose other end is their parent's. */
static int make_tasks(void *unused)
{
	int made = 1, alive[2];
	char end;
	pid_t pid;

	(void)unused;
	close(release_pipe[1]);
	cgi_pipe(alive);
	if (!become_user(RLIMIT_NPROC, NR_TASKS))
		return 1;
	while ((pid = fork()) > 0)
		made++;
	if (!pid) {
		close(alive[1]);
		_exit(read(alive[0], &end, 1) != 0);
	}
	if (errno != EAGAIN)
		return 1;
	keep(made);
	close(alive[1]);
	while (wait(NULL) > 0)
		;
	return 0;
}

static bool tasks_are_cheap(void *file)
{
	long before = bytes_of(file), after;
	pid_t pid;
	bool ok;
	int made;

	pid = have_made(make_tasks, NULL, &made);
	after = bytes_of(file);
	ok = is_cheap(file, before, after, NR_TASKS, TASK_BYTES) && made == NR_TASKS;
	if (made != NR_TASKS)
		ksft_print_msg("%d tasks\n", made);
	return undo(pid) && ok;
}

/* ---- descriptors ---- */

static int fill_table(void *unused)
{
	int made = 0;

	(void)unused;
	close(release_pipe[1]);
	if (!become_user(RLIMIT_NOFILE, NR_FILES))
		return 1;
	while (dup(STDOUT_FILENO) >= 0)
		made++;
	if (errno != EMFILE)
		return 1;
	keep(made);
	return 0;
}

/* Each is looked at, and none is kept. */
static bool descriptors_take_no_memory(void)
{
	long before = bytes_of("holders"), slots = stat_of("holders_slots_last"), after;
	pid_t pid;
	int made;

	pid = have_made(fill_table, NULL, &made);
	after = bytes_of("holders");
	slots = stat_of("holders_slots_last") - slots;
	ksft_print_msg("%d descriptors: %ld slots and %ld bytes more\n", made, slots,
		       after - before);
	return undo(pid) && made > NR_FILES - 100 && slots >= made &&
	       after - before < 2 * TASK_BYTES;
}

/* ---- cgroups ---- */

static int fill_cgroup(void *dir)
{
	char name[256] = { 0 };
	int made = 0, at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	close(release_pipe[1]);
	memset(name, '\x01', sizeof(name) - 1);
	if (!become_user(RLIMIT_NPROC, NR_TASKS))
		return 1;
	do {
		memcpy(name, cgi_fmt("%08d", made++), 8);
	} while (!mkdirat(at, name, 0755));
	if (errno != EAGAIN)
		return 1;
	keep(made - 1);
	return 0;
}

static bool cgroups_are_cheap(void *file)
{
	char *dir = cgi_new_cgroup(cgi_v2());
	long before, after;
	pid_t pid;
	int made;

	if (cgi_write(dir, "cgroup.max.descendants", CGI_TEXT(NR_CGROUPS)) ||
	    chown(dir, NOBODY, NOBODY))
		cgi_die("%s can't be delegated", dir);
	before = bytes_of(file);
	pid = have_made(fill_cgroup, dir, &made);
	after = bytes_of(file);
	if (made != NR_CGROUPS)
		ksft_print_msg("%d cgroups\n", made);
	return undo(pid) && made == NR_CGROUPS &&
	       is_cheap(file, before, after, NR_CGROUPS, CGROUP_BYTES);
}

/* ---- locks ---- */

static bool holds_were_short(void)
{
	long nodes = stat_of("lock_nodes_max"), slots = stat_of("holders_lock_slots_max");

	ksft_print_msg("at most %ld list nodes and %ld slots\n", nodes, slots);
	return nodes > 0 && nodes <= HOLD_MOST && slots > 0 && slots <= HOLD_MOST;
}

static const struct cgi_case tasks_cases[] = {
	{ "tasks up to RLIMIT_NPROC", .run_on = tasks_are_cheap },
};

static const struct cgi_case cgroup_cases[] = {
	{ "cgroups up to cgroup.max.descendants", .run_on = cgroups_are_cheap },
};

static const struct cgi_case cases[] = {
	{ "holders: descriptors up to RLIMIT_NOFILE take no memory", descriptors_take_no_memory },
	{ "no lock was held for more than " CGI_TEXT(HOLD_MOST) " of them", holds_were_short },
};

int main(void)
{
	static const char * const files[] = { "tasks", "snapshot", "links" };
	size_t i;

	cgi_begin();
	cgi_need_graph();
	cgi_allow_tasks(4 * NR_TASKS);
	for (i = 0; i < 2; i++)
		cgi_add_cases_on((void *)files[i], files[i], tasks_cases, ARRAY_SIZE(tasks_cases));
	for (i = 1; i < ARRAY_SIZE(files); i++)
		cgi_add_cases_on((void *)files[i], files[i], cgroup_cases,
				 ARRAY_SIZE(cgroup_cases));
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
