// SPDX-License-Identifier: GPL-2.0-only
/*
 * tasks: what each is beside a member of cgroups, compared with /proc, with
 * cgroup.events, and with what happens if it is moved.
 *
 *   named hierarchy   top: what could be moved
 *   cgroup2           ns: a process in namespaces of its own
 *                     cold: frozen; a process that sleeps, one in vfork(), one
 *                           that does not stop
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"
#include "lib/cgi_stuck.h"

/* ---- namespaces ---- */

struct inside {
	int ready[2];
	pid_t pid;		/* the one in both namespaces */
	pid_t outer;
	char *dir;
};

static int make_inside(void *arg)
{
	struct inside *in = arg;
	pid_t pid;

	if (unshare(CLONE_NEWPID | CLONE_NEWCGROUP))
		return 1;
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		return cgi_sleep_for_ever(NULL);
	}
	cgi_send(in->ready[1], &pid, sizeof(pid));
	waitpid(pid, NULL, 0);
	return 0;
}

static struct inside in;

static bool namespaces_are_shown(void)
{
	char *root, *pidns;
	bool ok;

	in.dir = cgi_new_cgroup(cgi_v2());
	cgi_pipe(in.ready);
	cgi_must_move(in.dir, getpid());
	in.outer = cgi_spawn(make_inside, &in);
	cgi_must_move(cgi_v2(), getpid());
	if (!cgi_receive(in.ready[0], &in.pid, sizeof(in.pid)) || in.pid <= 0)
		cgi_die("no namespaces");
	if (cgi_ns_of(in.pid, in.pid, "pid") == cgi_ns_of(getpid(), getpid(), "pid"))
		cgi_die("the namespace is not a new one");
	root = cgi_fmt("0:%llu", cgi_ino(in.dir));
	pidns = cgi_number_or_dash(cgi_ns_of(in.pid, in.pid, "pid"));
	ok = cgi_task_is(in.pid, "cgroupns", root) && cgi_task_is(in.pid, "pidns", pidns) &&
	     cgi_task_is(in.outer, "cgroupns", root);
	free(pidns);
	free(root);
	return ok;
}

/* It was moved, but its namespaces are the same. */
static bool root_stays_when_moved(void)
{
	char *root = cgi_fmt("0:%llu", cgi_ino(in.dir));
	bool ok;

	cgi_must_move(cgi_v2(), in.pid);
	ok = cgi_task_is(in.pid, "cgroupns", root);
	free(root);
	return ok;
}

static int diff_cgroupns(void)
{
	unsigned long initial = cgi_ns_of(1, 1, "cgroup");
	char *root = cgi_fmt("0:%llu", cgi_ino(cgi_v2()));
	struct cgi_table *tasks = cgi_table_read("tasks");
	struct cgi_set ours = { 0 }, proc = { 0 };
	int row, nr;

	for (row = 0; row < tasks->nr_rows; row++) {
		pid_t tid = cgi_num(tasks, row, "tid"), tgid = cgi_num(tasks, row, "tgid");
		unsigned long ns = cgi_ns_of(tgid, tid, "cgroup");
		const char *col = cgi_get(tasks, row, "cgroupns");

		cgi_set_add(&ours, "%d %s", tid, !strcmp(col, "-") ? "none" :
			    strcmp(col, root) ? "other" : "initial");
		cgi_set_add(&proc, "%d %s", tid,
			    !ns ? "none" : ns == initial ? "initial" : "other");
	}
	nr = cgi_set_compare("cgroup namespaces", &ours, &proc);
	cgi_table_free(tasks);
	free(root);
	return nr;
}

/* ---- moving ---- */

static struct cgi_place named;
static char *top;

/* Moves a task, and back again, and says whether the kernel did. */
static const char *try_to_move(pid_t tid)
{
	int err = -cgi_move_thread(top, tid);

	if (!err)
		cgi_must_move_thread(named.root, tid);
	return err == EINVAL ? "no" : err == ESRCH ? "gone" : err ? strerror(err) : "yes";
}

/* Returns what a word of the column says of that. */
static const char *answer(const char *movable)
{
	if (!strcmp(movable, "no_setaffinity") || !strcmp(movable, "no_cgroup_migration"))
		return "no";
	return movable;
}

static int diff_kthreads(void)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	struct cgi_set ours = { 0 }, tried = { 0 };
	int row, nr, none;

	for (row = 0; row < tasks->nr_rows; row++) {
		const char *tid = cgi_get(tasks, row, "tid");

		if (strcmp(cgi_get(tasks, row, "kthread"), "yes"))
			continue;
		cgi_set_add(&ours, "%s %s", tid, answer(cgi_get(tasks, row, "movable")));
		cgi_set_add(&tried, "%s %s", tid, try_to_move(atoi(tid)));
	}
	none = !tried.nr;
	nr = cgi_set_compare("kernel threads that can be moved", &ours, &tried);
	cgi_table_free(tasks);
	return nr + none;
}

/* Processes can be moved anyway, so only kernel threads are counted. */
static bool some_of_each_kind(void)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	int row, yes = 0, bound = 0;

	for (row = 0; row < tasks->nr_rows; row++) {
		const char *movable = cgi_get(tasks, row, "movable");

		if (strcmp(cgi_get(tasks, row, "kthread"), "yes"))
			continue;
		yes += !strcmp(movable, "yes");
		bound += !strcmp(movable, "no_setaffinity");
	}
	cgi_table_free(tasks);
	ksft_print_msg("%d can be moved, %d are bound\n", yes, bound);
	return yes && bound && cgi_task_is(2, "movable", "no_cgroup_migration");
}

static bool process_can_be_moved(void)
{
	pid_t pid = cgi_park();

	return cgi_task_is(pid, "movable", "yes") && !strcmp(try_to_move(pid), "yes");
}

static bool zombie_stays(void)
{
	pid_t pid = cgi_zombie_in(&named, top);

	cgi_move_thread(named.root, pid);
	return cgi_task_is(pid, "movable", "exiting") &&
	       cgi_task_is_in(pid, named.hier, top + strlen(named.root));
}

/* ---- freezing ---- */

static char *cold;
static pid_t sleeper, vforker, resister;

static int vfork_for_ever(void *unused)
{
	(void)unused;
	/* The child has this process's memory, and nothing but a system call is safe there. */
	if (!vfork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return 0;
}

static bool is_frozen(void)
{
	char *text = cgi_slurp_at(cold, "cgroup.events");
	bool frozen = text && strstr(text, "frozen 1");

	free(text);
	return frozen;
}

static bool set_frozen(bool on)
{
	double until = cgi_now() + CGI_PATIENCE_S;

	if (cgi_write(cold, "cgroup.freeze", on ? "1" : "0"))
		cgi_die("cgroup.freeze: %s", strerror(errno));
	while (is_frozen() != on && cgi_now() < until)
		cgi_sleep_ms(CGI_PATIENCE_MS);
	return is_frozen() == on;
}

/* The kernel notes of one that is stopped the same as of one that is frozen. */
static bool stopped_is_not_frozen(void)
{
	int status;

	cold = cgi_new_cgroup(cgi_v2());
	sleeper = cgi_park();
	vforker = cgi_spawn(vfork_for_ever, NULL);
	cgi_must_move(cold, sleeper);
	cgi_must_move(cold, vforker);
	kill(sleeper, SIGSTOP);
	if (waitpid(sleeper, &status, WUNTRACED) != sleeper || !WIFSTOPPED(status))
		cgi_die("the child did not stop");
	return cgi_task_is(sleeper, "frozen", "no") && cgi_task_is(vforker, "frozen", "no");
}

static bool frozen_are_frozen(void)
{
	if (!set_frozen(true))
		cgi_die("%s stays warm", cold);
	if (!cgi_task_is(sleeper, "frozen", "yes") || !cgi_task_is(vforker, "frozen", "yes"))
		return false;
	if (!set_frozen(false))
		cgi_die("%s does not thaw", cold);
	return cgi_task_is(sleeper, "frozen", "no") && cgi_task_is(vforker, "frozen", "no");
}

static bool resisting_is_named(void)
{
	kill(sleeper, SIGCONT);
	resister = cgi_park_resisting();
	if (!resister)
		return cgi_skip("userfaultfd: %s", strerror(errno));
	cgi_must_move(cold, resister);
	cgi_write(cold, "cgroup.freeze", "1");
	return cgi_field_becomes("tasks", "tid", cgi_fmt("%d", sleeper), "frozen", "yes") &&
	       cgi_task_is(resister, "frozen", "resisting") && !is_frozen();
}

static bool frozen_when_it_gives_in(void)
{
	if (resister)
		cgi_kill(resister);
	return set_frozen(true) && cgi_task_is(sleeper, "frozen", "yes");
}

static const struct cgi_case cases[] = {
	{ "ppid, start and pidns of every task are right", .diff = cgi_diff_origins },
	{ "a process in namespaces of its own", namespaces_are_shown },
	{ "which tasks are in cgroup namespaces", .diff = diff_cgroupns },
	{ "the root of a namespace stays when its task is moved", root_stays_when_moved },
	{ "each kernel thread is moved if it says so", .diff = diff_kthreads },
	{ "there are kernel threads of each kind", some_of_each_kind },
	{ "a process can be moved", process_can_be_moved },
	{ "a zombie stays where it is", zombie_stays },
	{ "a stopped task is not frozen", stopped_is_not_frozen },
	{ "frozen, and thawed again", frozen_are_frozen },
	{ "the one that does not stop is named", resisting_is_named },
	{ "when that has gone, the others are frozen", frozen_when_it_gives_in },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	named = cgi_named_place("task_more");
	top = cgi_new_cgroup(named.root);
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
