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
#include "lib/cgi_case.h"
#include "lib/cgi_dump.h"
#include "lib/cgi_pin.h"

#define STABLE_MS	1000
#define LOOK_MS		50

/* This says whether the kernel counts a task that waits in its exit. */
static bool counted;

/* ---- the init of a pid namespace ---- */

struct ns_init {
	int fd[2];
	int go[2];
	pid_t pid;
	pid_t maker;
	pid_t other;
};

/*
 * Makes the init of a new pid namespace, sends its number, and waits until it
 * has ended.
 */
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

/*
 * Makes a task in the namespace and stays outside as its parent, which reaps it
 * when told to: until then the init can't end.
 */
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

/* Leaves an init in @dir that can't end before ns_init_end() is called. */
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

/*
 * Returns what cgroup.events says. A task that exits may still change it, so it
 * must stay the same for a while.
 */
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

/*
 * Is the cgroup removed, in the state that the kernel's counting asks for, and
 * is each reference to it explained?
 */
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

/* ---- the same on cgroup2 and on the hierarchy of pids ---- */

struct scene {
	struct cgi_place place;
	const char *controller;	/* whose csses are looked at, or NULL */
	struct removed top;
	struct removed child;
	struct ns_init init;
	char *css_set;		/* of the init */
};

static struct scene in_v2 = { .place.version = 2 };
static struct scene in_pids = { .controller = "pids" };

static void make_scene(struct scene *s)
{
	char *dir = cgi_new_cgroup(s->place.root);

	if (s->controller && s->place.version == 2)
		cgi_switch_controller(dir, '+', s->controller);
	s->top = make(&s->place, dir, s->controller);
	s->child = make(&s->place, cgi_mkdir(dir, "child"), s->controller);
	ns_init_begin(&s->init, s->child.dir);
	s->css_set = cgi_task_now(s->init.pid, "css_set");
}

/*
 * An init waits for its last task idle (I), in 5.10 interruptible (S). It can
 * be in D for a moment earlier in its exit, where every kernel still counts it.
 */
static bool init_is_exiting(void *object)
{
	struct scene *s = object;

	make_scene(s);
	kill(s->init.pid, SIGKILL);
	return cgi_waits_in_exit(s->init.pid, s->init.pid, "IS") &&
	       cgi_task_is(s->init.pid, "state", "exiting");
}

/*
 * All that follows expects what this case finds here, so a wrong answer would
 * not be noticed there. It must fit the kernel: one that counts such a task has
 * a function that takes the task out after its last switch.
 */
static bool kernel_counts_it(void *object)
{
	struct scene *s = object;
	long nr = populated(s->child.dir);

	counted = nr == 1;
	ksft_print_msg("the kernel %s it\n", counted ? "counts" : "does not count");
	return nr >= 0 && counted == cgi_kernel_has("cgroup_task_dead");
}

static bool css_set_counts_it(void *object)
{
	struct scene *s = object;
	char *list = cgi_task_now(s->init.pid, "list");
	bool ok;

	ok = cgi_same(list, "tasks") == counted &&
	     cgi_field_is("css_sets", "css_set", s->css_set, "tasks",
			  counted ? "1" : "0") &&
	     cgi_field_is("css_sets", "css_set", s->css_set, "exiting",
			  counted ? "0" : "1") &&
	     cgi_field_becomes("css_sets", "css_set", s->css_set, "unaccounted", "0");
	free(list);
	return ok;
}

static bool populated_is_right(void *object)
{
	struct scene *s = object;

	return cgroup_is(&s->child, "populated", counted ? "1" : "0") &&
	       cgroup_is(&s->child, "state", "live");
}

static bool child_is_removed(void *object)
{
	struct scene *s = object;
	char *gone = cgi_fmt("%s (deleted)", s->child.dir + strlen(s->place.root));
	bool ok;

	ok = !rmdir(s->child.dir) &&
	     cgi_task_is_in(s->init.pid, s->place.hier, gone) &&
	     cgroup_is_right(&s->child, counted ? "1" : "0") &&
	     cgroup_is(&s->top, "dying_descendants", "1");
	free(gone);
	return ok;
}

static bool css_of_child_is_right(void *object)
{
	struct scene *s = object;
	bool is_right = css_is_right(&s->child);
	/*
	 * The css is counted once it is offline, which css_is_right() has
	 * waited for.
	 */
	long nr = cgi_stat_value(s->top.dir, "cgroup.stat", "nr_dying_subsys_pids");

	/* The files of v1 have no such number, nor have older kernels. */
	return is_right && (nr < 0 || nr == 1);
}

static bool top_is_removed(void *object)
{
	struct scene *s = object;

	return !rmdir(s->top.dir) && cgroup_is_right(&s->top, "0");
}

static bool css_of_top_is_right(void *object)
{
	struct scene *s = object;

	return css_is_right(&s->top);
}

static bool check_is_ok(void)
{
	return cgi_check_is_ok(0);
}

static bool all_are_gone(void *object)
{
	struct scene *s = object;

	return ns_init_end(&s->init) &&
	       cgi_is_gone("css_sets", "css_set", s->css_set) &&
	       all_gone(&s->child) && all_gone(&s->top);
}

#define EXITING		"an init that waits for its last task is exiting"
#define COUNTED		"its css_set counts it as the kernel does"
#define POPULATED	"populated is as in cgroup.events"
#define REMOVED		"its cgroup can be removed, and is draining if it is counted, else dying"
#define TOP_TOO		"the one above, too"
#define CHECK_OK	"check finds nothing"
#define ALL_GONE	"with the last task all are gone"

static const struct cgi_case v2_cases[] = {
	{ EXITING, .run_on = init_is_exiting },
	{ "those with cgroup_task_dead() count it, no others", .run_on = kernel_counts_it },
	{ COUNTED, .run_on = css_set_counts_it },
	{ POPULATED, .run_on = populated_is_right },
	{ REMOVED, .run_on = child_is_removed },
	{ TOP_TOO, .run_on = top_is_removed },
	{ CHECK_OK, check_is_ok },
	{ ALL_GONE, .run_on = all_are_gone },
};

static const struct cgi_case pids_cases[] = {
	{ EXITING, .run_on = init_is_exiting },
	{ COUNTED, .run_on = css_set_counts_it },
	{ POPULATED, .run_on = populated_is_right },
	{ REMOVED, .run_on = child_is_removed },
	{ "so is its css of pids", .run_on = css_of_child_is_right },
	{ TOP_TOO, .run_on = top_is_removed },
	{ "and its css", .run_on = css_of_top_is_right },
	{ CHECK_OK, check_is_ok },
	{ ALL_GONE, .run_on = all_are_gone },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	in_v2.place.root = cgi_v2();
	cgi_add_cases_on(&in_v2, "v2", v2_cases, ARRAY_SIZE(v2_cases));
	in_pids.place = cgi_place_of("pids");
	if (in_pids.place.root)
		cgi_add_cases_on(&in_pids, "pids", pids_cases, ARRAY_SIZE(pids_cases));
	else
		cgi_skip_cases("no pids controller here (CONFIG_CGROUP_PIDS)",
			       pids_cases, ARRAY_SIZE(pids_cases));
	cgi_run_cases();
}
