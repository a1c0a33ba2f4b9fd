// SPDX-License-Identifier: GPL-2.0-only
/*
 * A cgroup can be removed while the kernel still works for a task in it that
 * has exited. Kernels differ in whether that task still counts: if it does,
 * cgroup.events says populated, and the removed cgroup, the one above it and
 * their csses are draining until it is gone; else they are dying. Whichever it
 * is, all files must say the same.
 *
 *   cgroup2, and the hierarchy of pids     top/child: the init of a pid namespace
 *                                          that waits for the last of its tasks
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_pin.h"
#include "lib/cgi_dump.h"

#define NR_HERE	7
#define NR_CSS	2
#define NR_COUNTS	1
#define STABLE_MS	1000
#define LOOK_MS		50

/* Does the kernel count a task that waits in its exit? */
static bool counted;

/* ---- the init of a pid namespace ---- */

struct ns_init {
	int fd[2];
	int go[2];
	pid_t pid;
	pid_t maker;
	pid_t other;
};

/* Prints nothing and returns the number of the init that it made. */
static int make_init(void *arg)
{
	struct ns_init *init = arg;
	pid_t pid;

	if (unshare(CLONE_NEWPID))
		return 1;
	pid = fork();
	if (!pid)
		return cgi_sleep_for_ever(NULL);
	cgi_send(init->fd[1], &pid, sizeof(pid));
	return waitpid(pid, NULL, 0) != pid;
}

/* A task of the namespace with a parent outside, who reaps it when told to. */
static int make_other(void *arg)
{
	struct ns_init *init = arg;
	char *path = cgi_fmt("/proc/%d/ns/pid", init->pid);
	int ns = open(path, O_RDONLY);
	pid_t pid;
	char c;

	if (ns < 0 || setns(ns, CLONE_NEWPID))
		return 1;
	pid = fork();
	if (!pid)
		return cgi_sleep_for_ever(NULL);
	close(init->go[1]);
	cgi_send(init->fd[1], &pid, sizeof(pid));
	cgi_receive(init->go[0], &c, 1);
	return waitpid(pid, NULL, 0) != pid;
}

/* Leaves an init in @dir that can't end before ns_init_end(). */
static void ns_init_begin(struct ns_init *init, const char *dir)
{
	pid_t child;

	cgi_pipe(init->fd);
	cgi_pipe(init->go);
	init->maker = cgi_spawn(make_init, init);
	if (!cgi_receive(init->fd[0], &init->pid, sizeof(init->pid)))
		cgi_die("no pid namespace");
	init->other = cgi_spawn(make_other, init);
	if (!cgi_receive(init->fd[0], &child, sizeof(child)))
		cgi_die("no task in the pid namespace");
	cgi_must_move(dir, init->pid);
}

static bool ns_init_end(struct ns_init *init)
{
	cgi_send(init->go[1], "x", 1);
	return cgi_join(init->other) && cgi_join(init->maker);
}

/* Of a task that exits: so read it until it stays as it is for a while. */
static long populated(const char *dir)
{
	long nr = cgi_stat_value(dir, "cgroup.events", "populated"), next;
	int ms;

	for (ms = 0; ms < STABLE_MS; ms += LOOK_MS) {
		cgi_sleep_ms(LOOK_MS);
		next = cgi_stat_value(dir, "cgroup.events", "populated");
		if (next != nr)
			ms = 0;
		nr = next;
	}
	return nr;
}

/* ---- what is removed ---- */

struct removed {
	char *dir;
	char *id;
	char *css;
};

static struct removed make(const struct cgi_place *place, char *dir,
			   const char *controller)
{
	struct removed r = { .dir = dir, .id = cgi_dir_id(place->hier, dir) };

	if (!controller)
		return r;
	r.css = cgi_css_of(r.id, controller, "online");
	if (!r.css)
		cgi_die("no css of %s for %s", controller, dir);
	return r;
}

static bool cgroup_is(const struct removed *r, const char *col, const char *want)
{
	return cgi_field_is("cgroups", "cgroup", r->id, col, want);
}

/* Removed, and as the kernel counts; with everything explained. */
static bool cgroup_is_right(const struct removed *r, const char *tasks)
{
	return cgi_field_becomes("cgroups", "cgroup", r->id, "state",
				 counted ? "draining" : "dying") &&
	       cgroup_is(r, "populated", counted ? "1" : "0") &&
	       cgroup_is(r, "tasks", tasks) &&
	       cgi_field_becomes("cgroups", "cgroup", r->id, "unaccounted", "0");
}

static bool css_is_right(const struct removed *r)
{
	return cgi_field_becomes("csses", "css", r->css, "state",
				 counted ? "draining" : "dying") &&
	       cgi_field_is("csses", "css", r->css, "cgroup", r->id) &&
	       cgi_field_becomes("csses", "css", r->css, "unaccounted",
				 counted ? "~0" : "0");
}

static bool all_gone(const struct removed *r)
{
	return cgi_is_gone("cgroups", "cgroup", r->id) &&
	       (!r->css || cgi_is_gone("csses", "css", r->css));
}

static void test_counted(const struct ns_init *init, const char *css_set)
{
	char *list = cgi_task_now(init->pid, "list");

	ksft_test_result(cgi_same(list, "tasks") == counted &&
			 cgi_field_is("css_sets", "css_set", css_set, "tasks",
				      counted ? "1" : "0") &&
			 cgi_field_is("css_sets", "css_set", css_set, "exiting",
				      counted ? "0" : "1") &&
			 cgi_field_becomes("css_sets", "css_set", css_set,
					   "unaccounted", "0"),
			 "its css_set counts it as the kernel does\n");
	free(list);
}

static void test_csses(const struct removed *top, const struct removed *child,
		       const char *controller)
{
	char *count = cgi_fmt("nr_dying_subsys_%s", controller);
	bool is_right = css_is_right(child);
	/* It is counted when it is offline: ask after that was waited for. */
	long nr = cgi_stat_value(top->dir, "cgroup.stat", count);

	/* The files of v1 have no such number, nor have older kernels. */
	ksft_test_result(is_right && (nr < 0 || nr == 1),
			 "so is its css of %s\n", controller);
	free(count);
}

/*
 * A wrong answer here would only choose the other expectations for all that
 * follows, so it must fit the kernel: it counts such a task if a function of its
 * own takes the task out after its last switch.
 */
static void test_kernel(const char *dir)
{
	long nr = populated(dir);

	counted = nr == 1;
	ksft_print_msg("the kernel %s it\n", counted ? "counts" : "does not count");
	ksft_test_result(nr >= 0 && counted == cgi_kernel_has("cgroup_task_dead"),
			 "those with cgroup_task_dead() count it, no others\n");
}

static void test_in(const struct cgi_place *place, const char *controller)
{
	char *top_dir = cgi_new_cgroup(place->root), *css_set, *gone;
	struct removed top, child;
	struct ns_init init;

	if (controller && place->version == 2)
		cgi_switch_controller(top_dir, '+', controller);
	top = make(place, top_dir, controller);
	child = make(place, cgi_mkdir(top_dir, "child"), controller);
	gone = cgi_fmt("%s (deleted)", child.dir + strlen(place->root));
	ns_init_begin(&init, child.dir);
	css_set = cgi_task_now(init.pid, "css_set");
	kill(init.pid, SIGKILL);
	/*
	 * An init waits for its last task idle (I), in 5.10 interruptible (S). It can
	 * be in D for a moment earlier in its exit, where every kernel still counts it.
	 */
	ksft_test_result(cgi_waits_in_exit(init.pid, init.pid, "IS") &&
			 cgi_task_is(init.pid, "state", "exiting"),
			 "an init that waits for its last task is exiting\n");
	if (!controller)
		test_kernel(child.dir);
	test_counted(&init, css_set);
	ksft_test_result(cgroup_is(&child, "populated", counted ? "1" : "0") &&
			 cgroup_is(&child, "state", "live"),
			 "populated is as in cgroup.events\n");
	ksft_test_result(!rmdir(child.dir) &&
			 cgi_task_is_in(init.pid, place->hier, gone) &&
			 cgroup_is_right(&child, counted ? "1" : "0") &&
			 cgroup_is(&top, "dying_descendants", "1"),
			 "its cgroup can be removed and is %s\n",
			 counted ? "draining" : "dying");
	if (controller)
		test_csses(&top, &child, controller);
	ksft_test_result(!rmdir(top.dir) && cgroup_is_right(&top, "0"),
			 "the one above, too\n");
	if (controller)
		ksft_test_result(css_is_right(&top), "and its css\n");
	ksft_test_result(cgi_check_is_ok(0), "check finds nothing\n");
	ksft_test_result(ns_init_end(&init) &&
			 cgi_is_gone("css_sets", "css_set", css_set) &&
			 all_gone(&child) && all_gone(&top),
			 "with the last task all are gone\n");
	free(css_set);
	free(gone);
}

int main(void)
{
	struct cgi_place v2 = { .version = 2 }, pids;
	int i;

	ksft_print_header();
	cgi_begin();
	cgi_need_graph();
	ksft_set_plan(2 * NR_HERE + NR_CSS + NR_COUNTS);
	v2.root = cgi_v2();
	pids = cgi_place_of("pids");
	test_in(&v2, NULL);
	if (pids.root)
		test_in(&pids, "pids");
	else
		for (i = 0; i < NR_HERE + NR_CSS; i++)
			ksft_test_result_skip("no pids controller here (CONFIG_CGROUP_PIDS)\n");
	cgi_finish();
}
