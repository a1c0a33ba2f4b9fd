// SPDX-License-Identifier: GPL-2.0-only
/*
 * Namespaces: the files show the view of the init cgroup and pid namespaces,
 * whoever the task is and whoever reads.
 *
 *   named hierarchy   top: the task, which is the root of its own namespace
 *   cgroup2           top2: likewise
 */
#define _GNU_SOURCE
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
#include "lib/cgi_case.h"

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

/*
 * The task is in its pid namespace already, where it can't know its number
 * outside, so it waits to be told.
 */
static int within(struct job *job)
{
	if (!cgi_receive(job->go[0], &job->tid, sizeof(job->tid)))
		return 1;
	if (job->flags & CLONE_NEWCGROUP && unshare(CLONE_NEWCGROUP))
		return 2;
	/* It needs the /proc of its own pid namespace to ask about itself. */
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

/*
 * A task is in new namespaces. This is where it is, and what it has said from
 * within.
 */
struct scene {
	const char *name;
	struct job job;
	char *v1, *v2;		/* its paths */
	struct report report;
};

static struct scene scenes[] = {
	{ .name = "cgroup", .job.flags = CLONE_NEWCGROUP },
	{ .name = "pid", .job.flags = CLONE_NEWPID },
	{ .name = "both", .job.flags = CLONE_NEWCGROUP | CLONE_NEWPID },
};

static void make_scene(struct scene *s)
{
	bool new_pid_ns = s->job.flags & CLONE_NEWPID;
	char *name, *root = cgi_named(s->name, &name);
	char *v1 = cgi_new_cgroup(root), *v2 = cgi_new_cgroup(cgi_v2());

	s->job.hier = cgi_hier_id(name);
	s->v1 = v1 + strlen(root);
	s->v2 = v2 + strlen(cgi_v2());
	cgi_pipe(s->job.go);
	cgi_pipe(s->job.answer);
	cgi_must_move(v1, getpid());
	s->job.tid = cgi_spawn(new_pid_ns ? in_new_pid_ns : in_old_pid_ns, &s->job);
	cgi_must_move(root, getpid());
	if (new_pid_ns && (!cgi_receive(s->job.answer[0], &s->job.tid, sizeof(s->job.tid)) ||
			   s->job.tid < 0))
		cgi_die("no pid namespace");
	cgi_must_move(v2, s->job.tid);
}

/*
 * If the task does not see itself as one in such namespaces does, the cases
 * prove nothing.
 */
static void must_be_within(const struct scene *s)
{
	const char *line = s->job.flags & CLONE_NEWCGROUP ? "/" : s->v2;

	ksft_print_msg("%s: pid %d outside, %d within, its own view: %s\n",
		       s->name, s->job.tid, s->report.pid, s->report.own);
	if (strcmp(s->report.own, line) ||
	    !(s->report.pid == 1) != !(s->job.flags & CLONE_NEWPID))
		cgi_die("%s: the task is not in its namespace", s->name);
}

static bool whole_from_outside(void *object)
{
	struct scene *s = object;

	make_scene(s);
	cgi_send(s->job.go[1], &s->job.tid, sizeof(s->job.tid));
	if (!cgi_receive(s->job.answer[0], &s->report, sizeof(s->report)))
		cgi_die("%s: no answer from within", s->name);
	must_be_within(s);
	return cgi_same(cgi_task_path_now(s->job.tid, s->job.hier), s->v1) &&
	       cgi_same(cgi_task_path_now(s->job.tid, 0), s->v2);
}

static bool same_from_within(void *object)
{
	struct scene *s = object;
	struct report *in = &s->report;

	ksft_print_msg("from within: tgid %ld, %s, %s\n", in->tgid, in->v1, in->v2);
	kill(s->job.tid, SIGKILL);
	cgi_kill_all();
	return in->tgid == s->job.tid && !strcmp(in->v1, s->v1) &&
	       !strcmp(in->v2, s->v2) && in->nr_rows > 2;
}

static const struct cgi_case cases[] = {
	{ "read from outside, whole paths", .run_on = whole_from_outside },
	{ "read from within, the same", .run_on = same_from_within },
};

int main(void)
{
	size_t i;

	cgi_begin();
	cgi_need_graph();
	for (i = 0; i < ARRAY_SIZE(scenes); i++)
		cgi_add_cases_on(&scenes[i], scenes[i].name, cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
