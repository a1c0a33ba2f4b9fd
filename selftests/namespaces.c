// SPDX-License-Identifier: GPL-2.0-only
/*
 * Namespaces: the files show the view of the init cgroup and pid namespaces,
 * whoever the task is and whoever reads.
 *
 *   named hierarchy   top: the task, which is the root of its own namespace
 *   cgroup2           top2: likewise
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"

struct report {
	char own[256];		/* /proc/self/cgroup, hierarchy 0, from within */
	char v1[256];		/* what tasks says, read from within */
	char v2[256];
	long tgid;
	pid_t pid;		/* from within */
	int nr_rows;
};

struct job {
	int go[2];
	int answer[2];
	pid_t tid;		/* in the init pid namespace */
	int hier;
	int flags;
};

static void keep(char *to, char *str)
{
	snprintf(to, 256, "%s", str ? str : "missing");
	free(str);
}

static void look_from_within(struct job *job)
{
	struct report report = { .pid = getpid() };
	struct cgi_table *tasks = cgi_table_read("tasks");
	int row = cgi_task_row(tasks, job->tid);

	report.nr_rows = tasks->nr_rows;
	keep(report.own, cgi_proc_path(getpid(), getpid(), 0));
	keep(report.v1, row < 0 ? NULL : cgi_task_path(tasks, row, job->hier));
	keep(report.v2, row < 0 ? NULL : cgi_task_path(tasks, row, 0));
	report.tgid = row < 0 ? -1 : cgi_num(tasks, row, "tgid");
	cgi_send(job->answer[1], &report, sizeof(report));
	cgi_table_free(tasks);
}

/* In its namespaces already, it waits for its number outside them. */
static int within(struct job *job)
{
	if (!cgi_receive(job->go[0], &job->tid, sizeof(job->tid)))
		return 1;
	if (job->flags & CLONE_NEWCGROUP && unshare(CLONE_NEWCGROUP))
		return 2;
	/* /proc of the own pid namespace, to ask it about ourselves */
	if (job->flags & CLONE_NEWPID &&
	    mount("proc", "/proc", "proc", 0, NULL))
		return 3;
	look_from_within(job);
	for (;;)
		pause();
	return 0;
}

static int in_new_pid_ns(void *arg)
{
	struct job *job = arg;
	pid_t pid;

	if (unshare(CLONE_NEWPID | CLONE_NEWNS))
		return 1;
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(within(job));
	}
	cgi_send(job->answer[1], &pid, sizeof(pid));
	waitpid(pid, NULL, 0);
	return 1;
}

static int in_old_pid_ns(void *arg)
{
	return within(arg);
}

static void check(const char *what, struct job *job, pid_t tid,
		  const char *v1, const char *v2)
{
	char *out_v1, *out_v2, *line;
	struct report in;

	cgi_send(job->go[1], &tid, sizeof(tid));
	if (!cgi_receive(job->answer[0], &in, sizeof(in)))
		cgi_die("%s: no answer from within", what);
	out_v1 = cgi_task_path_now(tid, job->hier);
	out_v2 = cgi_task_path_now(tid, 0);
	line = job->flags & CLONE_NEWCGROUP ? "/" : (char *)v2;
	ksft_print_msg("%s: pid %d outside, %d within, its own table: %s\n",
		       what, tid, in.pid, in.own);
	/* Else the namespaces were not what this test is about. */
	if (strcmp(in.own, line) ||
	    !(in.pid == 1) != !(job->flags & CLONE_NEWPID))
		cgi_die("%s: the task is not in its namespace", what);
	ksft_test_result(out_v1 && !strcmp(out_v1, v1) &&
			 out_v2 && !strcmp(out_v2, v2),
			 "%s: read from outside, whole paths\n", what);
	ksft_print_msg("from within: tgid %ld, %s, %s\n", in.tgid, in.v1, in.v2);
	ksft_test_result(in.tgid == tid && !strcmp(in.v1, v1) &&
			 !strcmp(in.v2, v2) && in.nr_rows > 2,
			 "%s: read from within, the same\n", what);
}

static void test_one(const char *what, int flags)
{
	char *name, *root = cgi_named(what, &name);
	char *v1 = cgi_new_cgroup(root), *v2 = cgi_new_cgroup(cgi_v2());
	struct job job = { .flags = flags, .hier = cgi_hier_id(name) };
	pid_t pid, tid;

	cgi_pipe(job.go);
	cgi_pipe(job.answer);
	cgi_must_move(v1, getpid());
	pid = cgi_spawn(flags & CLONE_NEWPID ? in_new_pid_ns : in_old_pid_ns,
			&job);
	cgi_must_move(root, getpid());
	tid = pid;
	if (flags & CLONE_NEWPID &&
	    (!cgi_receive(job.answer[0], &tid, sizeof(tid)) || tid < 0))
		cgi_die("no pid namespace");
	cgi_must_move(v2, tid);
	check(what, &job, tid, v1 + strlen(root), v2 + strlen(cgi_v2()));
	kill(tid, SIGKILL);
	cgi_kill(pid);
}

int main(void)
{
	ksft_print_header();
	cgi_begin();
	cgi_need_graph();
	ksft_set_plan(6);
	test_one("cgroup", CLONE_NEWCGROUP);
	test_one("pid", CLONE_NEWPID);
	test_one("both", CLONE_NEWCGROUP | CLONE_NEWPID);
	cgi_finish();
}
