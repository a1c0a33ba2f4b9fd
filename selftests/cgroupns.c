// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cgroup namespaces hold the css_set that they were made in, and each is
 * counted there: as long as a task is in it as `namespaces`, held by a file
 * descriptor alone as `unaccounted`. CLONE_INTO_CGROUP: a child is never
 * shown anywhere but in its cgroup.
 *
 *   cgroup2   made: 5 tasks make a namespace each, then leave
 *             into: children begin here
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"

#define NR_NS		5
#define NR_INTO		200
/*
 * Fewer children than this would prove nothing. A slow guest need not see all
 * NR_INTO.
 */
#define INTO_MIN	50
#define INTO_COMM	"cgi_into"

/* ---- namespaces ---- */

static bool counts(const char *css_set, const char *col, int want)
{
	char *nr = cgi_fmt("%d", want);
	bool same = cgi_field_becomes("css_sets", "css_set", css_set, col, nr);

	free(nr);
	return same;
}

static bool all_counts(const char *css_set, int tasks, int namespaces, int other)
{
	return counts(css_set, "tasks", tasks) &&
	       counts(css_set, "namespaces", namespaces) &&
	       counts(css_set, "unaccounted", other) &&
	       counts(css_set, "refs", tasks + namespaces + other);
}

static void make_namespaces(const char *dir, pid_t *pid)
{
	char *home = cgi_fmt("%s%s", cgi_v2(), cgi_proc_path(getpid(), getpid(), 0));
	int fd[2], i, err;

	cgi_pipe(fd);
	cgi_must_move(dir, getpid());
	for (i = 0; i < NR_NS; i++)
		pid[i] = cgi_spawn(cgi_make_namespace, fd);
	cgi_must_move(home, getpid());
	for (i = 0; i < NR_NS; i++)
		if (!cgi_receive(fd[0], &err, sizeof(err)) || err)
			cgi_die("CLONE_NEWCGROUP: %s", strerror(err));
	close(fd[0]);
	close(fd[1]);
	free(home);
}

static int open_namespace(pid_t pid)
{
	char *path = cgi_fmt("/proc/%d/ns/cgroup", pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		cgi_die("%s: %s", path, strerror(errno));
	free(path);
	return fd;
}

/* The namespaces were made in this cgroup, and hold this css_set. */
static char *made, *made_id, *css_set;
static pid_t in_namespace[NR_NS];

static bool namespaces_with_tasks(void)
{
	made = cgi_bare_cgroup();
	made_id = cgi_dir_id(0, made);
	make_namespaces(made, in_namespace);
	css_set = cgi_task_now(in_namespace[0], "css_set");
	return all_counts(css_set, NR_NS, NR_NS, 0);
}

static bool namespaces_stay(void)
{
	int i;

	for (i = 0; i < NR_NS; i++)
		cgi_must_move(cgi_v2(), in_namespace[i]);
	return all_counts(css_set, 0, NR_NS, 0);
}

static bool namespaces_hold_removed(void)
{
	cgi_must_rmdir(made);
	return cgi_field_is("css_sets", "css_set", css_set, "state", "dead") &&
	       cgi_field_becomes("cgroups", "cgroup", made_id, "state", "dying") &&
	       cgi_field_is("cgroups", "cgroup", made_id, "css_sets", "1") &&
	       cgi_field_becomes("cgroups", "cgroup", made_id, "unaccounted", "0");
}

/* This file descriptor alone holds the last namespace. */
static int last = -1;

static bool held_by_descriptor(void)
{
	int i;

	last = open_namespace(in_namespace[0]);
	for (i = 0; i < NR_NS; i++)
		cgi_kill(in_namespace[i]);
	return all_counts(css_set, 0, 0, 1);
}

static bool goes_with_last(void)
{
	close(last);
	return cgi_is_gone("css_sets", "css_set", css_set) &&
	       cgi_is_gone("cgroups", "cgroup", made_id);
}

/* ---- CLONE_INTO_CGROUP ---- */

/* Like fork() it returns in the child, too. */
static pid_t clone_into(int dir)
{
	struct clone_args args = {
		.flags = CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
		.cgroup = dir,
	};

	return syscall(SYS_clone3, &args, sizeof(args));
}

/* Makes children in the cgroup @arg until it is killed. They have its comm. */
static int keep_cloning(void *arg)
{
	const char *dir = arg;
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	pid_t pid;

	prctl(PR_SET_NAME, INTO_COMM);
	for (;;) {
		pid = clone_into(fd);
		if (!pid)
			_exit(0);
		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			return 1;
	}
}

/*
 * Adds to @seen the children of @parent in one read of tasks, and to @elsewhere
 * those of them that are not in @path.
 */
static void look(pid_t parent, const char *path, int *seen, int *elsewhere)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	char *at;
	int row;

	for (row = 0; row < tasks->nr_rows; row++) {
		if (strcmp(cgi_get(tasks, row, "comm"), INTO_COMM) ||
		    cgi_num(tasks, row, "tid") == parent)
			continue;
		at = cgi_task_path(tasks, row, 0);
		++*seen;
		if (!cgi_same(at, path)) {
			ksft_print_msg("%s is %s in %s\n",
				       cgi_get(tasks, row, "tid"),
				       cgi_get(tasks, row, "state"), at);
			++*elsewhere;
		}
		free(at);
	}
	cgi_table_free(tasks);
}

static bool always_where_they_begin(void)
{
	char *dir = cgi_bare_cgroup(), *path = dir + strlen(cgi_v2());
	int seen = 0, elsewhere = 0, reads;
	double end = cgi_now() + 60;
	pid_t parent;

	parent = cgi_spawn(keep_cloning, dir);
	for (reads = 0; seen < NR_INTO && cgi_now() < end; reads++)
		look(parent, path, &seen, &elsewhere);
	ksft_print_msg("%d children seen in %d reads\n", seen, reads);
	cgi_kill(parent);
	return seen >= INTO_MIN && !elsewhere;
}

static bool one_where_proc_says(void)
{
	char *dir = cgi_bare_cgroup(), *path, *own;
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char *of_parent = cgi_task_now(getpid(), "css_set");
	pid_t pid;
	bool ok;

	fflush(stdout);
	pid = clone_into(fd);
	if (pid < 0)
		cgi_die("clone3: %s", strerror(errno));
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		cgi_sleep_for_ever(NULL);
	}
	path = cgi_task_path_now(pid, 0);
	own = cgi_task_now(pid, "css_set");
	ok = cgi_same(path, cgi_proc_path(pid, pid, 0)) &&
	     cgi_same(path, dir + strlen(cgi_v2())) &&
	     !cgi_same(own, of_parent) &&
	     cgi_same(of_parent, cgi_task_now(getpid(), "css_set"));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(fd);
	return ok;
}

static const struct cgi_case cases[] = {
	{ CGI_TEXT(NR_NS) " tasks with a namespace each", namespaces_with_tasks },
	{ "the tasks moved away, the namespaces stay", namespaces_stay },
	{ "they hold the removed cgroup by the css_set", namespaces_hold_removed },
	{ "one that only a file descriptor holds is not known", held_by_descriptor },
	{ "all is gone with the last", goes_with_last },
	{ "the child is where /proc says, its parent stays", one_where_proc_says },
	{ "CLONE_INTO_CGROUP: always shown where they begin", always_where_they_begin },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
