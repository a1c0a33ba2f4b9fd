// SPDX-License-Identifier: GPL-2.0-only
/*
 * The recipes of howto.rst for what the kernel refuses: each is run as it is printed there, on
 * cgroups and tasks of this test, and compared with what the kernel answers to the attempt.
 *
 *   cgroup2   top: a cgroup for each answer
 *             cold / ctr: freezing, with a task that stops and one that does not
 *   cpuset    a cgroup without CPUs (v1)
 *   freezer   the same as cold (v1)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
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
#include "lib/cgi_howto.h"
#include "lib/cgi_pin.h"
#include "lib/cgi_stuck.h"

#define COMM		"refu sed"
#define COMM_SHOWN	"refu\\040sed"

static char *top;
static pid_t task;

static const char *path_of(const char *dir)
{
	return dir + strlen(cgi_v2());
}

/* Returns the first of these controllers that cgroups of @top can have, or NULL. */
static const char *controller_of(const char * const *names, int nr)
{
	char *has = cgi_slurp_at(cgi_v2(), "cgroup.controllers");
	struct cgi_set set = { 0 };
	int i;

	has[strcspn(has, "\n")] = '\0';
	cgi_set_split(&set, has, " ");
	cgi_set_sort(&set);
	for (i = 0; i < nr && !cgi_set_has(&set, names[i]); i++)
		;
	cgi_set_free(&set);
	free(has);
	return i < nr ? names[i] : NULL;
}

static const char *domain_controller(void)
{
	static const char * const names[] = { "memory", "io", "hugetlb" };

	return controller_of(names, ARRAY_SIZE(names));
}

static const char *threaded_controller(void)
{
	static const char * const names[] = { "pids", "cpu", "cpuset" };

	return controller_of(names, ARRAY_SIZE(names));
}

/* Makes a cgroup whose children and theirs can have the controller. */
static char *make_with(const char *name, const char *controller)
{
	cgi_enable(controller);
	cgi_switch_controller(top, '+', controller);
	return cgi_mkdir(top, name);
}

/* ---- cgroup.subtree_control ---- */

static int switch_it(const char *dir, char sign, const char *controller)
{
	char *word = cgi_fmt("%c%s", sign, controller);
	int err = cgi_write(dir, "cgroup.subtree_control", word);

	free(word);
	return err;
}

#define THREADS	"sel tasks 'is_in(P, 0) && s(\"list\") == \"tasks\"'"

static bool task_is_in_the_way(void)
{
	const char *controller = domain_controller();
	char *dir, *script, *with;

	if (!controller)
		return cgi_skip("no controller for domains only is on cgroup2");
	dir = make_with("in the way", controller);
	script = cgi_recipe_for(THREADS, path_of(dir));
	cgi_must_move(dir, task);
	with = cgi_fmt("tid\ttgid\tcomm\tstate\tkthread\n%d\t%d\t" COMM_SHOWN "\trunning\tno\n",
		       task, task);
	if (switch_it(dir, '+', controller) != -EBUSY || !cgi_script_prints(script, with))
		return false;
	cgi_must_move(cgi_v2(), task);
	return cgi_script_prints(script, "tid\ttgid\tcomm\tstate\tkthread\n") &&
	       !switch_it(dir, '+', controller);
}

#define CHILDREN	"sel cgroups 's(\"parent\") == P && s(\"subtree_control\") != \"-\"'"
#define CHILDREN_HEAD	"cgroup\tpath\tstate\tsubtree_control\n"

static bool child_is_in_the_way(void)
{
	const char *controller = threaded_controller();
	char *dir, *child, *script, *with, *shown;

	if (!controller)
		controller = domain_controller();
	if (!controller)
		return cgi_skip("no controller is on cgroup2");
	dir = make_with("par ent", controller);
	child = cgi_mkdir(dir, "chi ld");
	cgi_mkdir(dir, "other");
	cgi_switch_controller(dir, '+', controller);
	cgi_switch_controller(child, '+', controller);
	script = cgi_recipe(CHILDREN, "0:1446", cgi_dir_id(0, dir));
	shown = cgi_escape(path_of(child));
	with = cgi_fmt(CHILDREN_HEAD "%s\t%s\tlive\t%s\n", cgi_dir_id(0, child), shown, controller);
	if (switch_it(dir, '-', controller) != -EBUSY || !cgi_script_prints(script, with))
		return false;
	cgi_switch_controller(child, '-', controller);
	return cgi_script_prints(script, CHILDREN_HEAD) && !switch_it(dir, '-', controller);
}

/* ---- cgroup.procs ---- */

#define WHERE	"sel cgroups 's(\"path\") == P' cgroup,path,type,subtree_control,attach"
#define WHO	"sel tasks 'v(\"tid\") == 151' tid,tgid,comm,kthread,movable"

/* What the recipe for a cgroup lets one expect; it must name @obstacle if there is one. */
static int expected_in(const char *path, const char *id, const char *obstacle)
{
	char *script = cgi_recipe_for(WHERE, path), *attach = cgi_script_last(script, id);
	const char *what = attach ? strchr(attach, ':') : NULL;
	int err = -1;

	if (!attach || (what && strcmp(what + 1, obstacle)))
		ksft_print_msg("%s has %s instead of %s\n", script, attach, obstacle);
	else if (!strcmp(attach, "ok"))
		err = 0;
	else if (what)
		err = !strncmp(attach, "EBUSY:", 6) ? EBUSY :
		      !strncmp(attach, "EOPNOTSUPP:", 11) ? EOPNOTSUPP : -1;
	free(attach);
	free(script);
	return err;
}

/* The same of the recipe for a task. */
static int expected_of(pid_t tid)
{
	char *number = cgi_fmt("%d", tid), *condition = cgi_fmt("v(\"tid\") == %d", tid);
	char *script = cgi_recipe(WHO, "v(\"tid\") == 151", condition);
	char *movable = cgi_script_last(script, number);
	int err = -1;

	if (movable)
		err = !strcmp(movable, "yes") ? 0 : !strncmp(movable, "no_", 3) ? EINVAL : -1;
	free(movable);
	free(script);
	free(condition);
	free(number);
	return err;
}

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

/* Returns what clone3() says, 0 if there was a child. */
static int try_to_clone(int dir)
{
	pid_t pid = clone_into(dir);

	if (!pid)
		_exit(0);
	if (pid < 0)
		return errno;
	waitpid(pid, NULL, 0);
	return 0;
}

static int try_to_clone_into(const char *dir)
{
	int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC), err;

	if (fd < 0)
		cgi_die("%s: %s", dir, strerror(errno));
	err = try_to_clone(fd);
	close(fd);
	return err;
}

/* A process is moved, and one is begun there. */
static bool answer_is(const char *dir, int want, const char *obstacle)
{
	char *id = cgi_dir_id(0, dir);
	int expected = expected_in(path_of(dir), id, obstacle);
	int moved = -cgi_move(dir, task), cloned = try_to_clone_into(dir);

	if (!moved)
		cgi_must_move(cgi_v2(), task);
	free(id);
	if (expected == want && moved == want && cloned == want && !expected_of(task))
		return true;
	ksft_print_msg("%s: expected %d, cgroup.procs %d, clone3 %d\n", dir, expected, moved,
		       cloned);
	return false;
}

static bool ordinary_is_ok(void)
{
	return answer_is(cgi_mkdir(top, "or dinary"), 0, NULL);
}

static bool controller_refuses(void)
{
	const char *controller = domain_controller();
	char *dir;

	if (!controller)
		return cgi_skip("no controller for domains only is on cgroup2");
	dir = make_with("hands out", controller);
	return !switch_it(dir, '+', controller) && answer_is(dir, EBUSY, controller) &&
	       !switch_it(dir, '-', controller) && answer_is(dir, 0, NULL);
}

static bool populated_child_refuses(void)
{
	const char *controller = threaded_controller();
	pid_t other = cgi_park();
	char *dir, *child;

	if (!controller)
		return cgi_skip("no controller is on cgroup2");
	dir = make_with("has a child", controller);
	child = cgi_mkdir(dir, "chi ld");
	cgi_switch_controller(dir, '+', controller);
	cgi_must_move(child, other);
	return answer_is(dir, EBUSY, cgi_dir_id(0, child)) &&
	       (cgi_must_move(cgi_v2(), other), answer_is(dir, 0, NULL));
}

/* What is beside a threaded cgroup must be threaded, too. */
static bool invalid_domain_refuses(void)
{
	char *dir = cgi_mkdir(top, "threads"), *domain = cgi_mkdir(dir, "do main");

	if (!answer_is(domain, 0, NULL))
		return false;
	cgi_make_threaded(cgi_mkdir(dir, "threaded"));
	return answer_is(domain, EOPNOTSUPP, cgi_dir_id(0, dir)) &&
	       (cgi_make_threaded(domain), answer_is(domain, 0, NULL));
}

/* Returns the kernel thread with this comm, or 0. */
static pid_t kthread_named(const char *comm)
{
	char *found;
	pid_t pid;

	for (pid = 1; pid < 200; pid++) {
		char *path = cgi_fmt("/proc/%d", pid);
		bool is_it;

		found = cgi_slurp_at(path, "comm");
		is_it = found && !strncmp(found, comm, strlen(comm)) &&
			found[strlen(comm)] == '\n';
		free(found);
		free(path);
		if (is_it)
			return pid;
	}
	return 0;
}

/* One that is never moved, one that is bound to a CPU, and one that is neither. */
static bool kthreads_refuse(void)
{
	static const char * const names[] = { "kthreadd", "ksoftirqd/0", "kcompactd0" };
	static const int want[] = { EINVAL, EINVAL, 0 };
	struct cgi_place named = cgi_named_place("howto_refused");
	char *dir = cgi_new_cgroup(named.root);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		pid_t pid = kthread_named(names[i]);
		int moved = pid ? -cgi_move(dir, pid) : -1;

		if (moved != want[i] || expected_of(pid) != want[i]) {
			ksft_print_msg("%s is %d: %d, expected %d\n", names[i], pid, moved,
				       expected_of(pid));
			return false;
		}
		if (!moved)
			cgi_must_move(named.root, pid);
	}
	return true;
}

#define EMPTY	"head /sys/fs/cgroup/cpuset/batch/cpuset.cpus"

/* The controller refuses, so neither the cgroup nor the task is the reason. */
static bool empty_cpuset_refuses(void)
{
	struct cgi_place place = cgi_place_of("cpuset");
	char *dir, *id, *script, *want;

	if (!place.root || place.version != 1)
		return cgi_skip("cpuset is not on v1, and on v2 a cgroup has CPUs");
	dir = cgi_new_cgroup(place.root);
	id = cgi_dir_id(place.hier, dir);
	if (cgi_move(dir, task) != -ENOSPC || expected_of(task) ||
	    expected_in(dir + strlen(place.root), id, NULL))
		return false;
	script = cgi_recipe(EMPTY, "/sys/fs/cgroup/cpuset/batch", dir);
	want = cgi_fmt("==> %s/cpuset.cpus <==\n\n\n==> %s/cpuset.mems <==\n\n", dir, dir);
	if (!cgi_script_prints(script, want))
		return false;
	cgi_write(dir, "cpuset.cpus", "0");
	cgi_write(dir, "cpuset.mems", "0");
	return !cgi_move(dir, task) && (cgi_must_move(place.root, task), true);
}

/* ---- clone3() into what was removed ---- */

static bool removed_refuses(void)
{
	char *dir = cgi_mkdir(top, "re moved"), *path = cgi_fmt("%s", path_of(dir));
	int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC), err;
	char *file = cgi_fmt("/proc/%d/fd/%d", getpid(), fd);
	char *script = cgi_recipe("readlink /proc/", "/proc/342/fd/3", file);
	char *want = cgi_fmt("%s (deleted)\n", dir);
	bool ok;

	cgi_must_rmdir(dir);
	err = try_to_clone(fd);
	ok = (err == ENODEV || err == ENOENT) && cgi_script_prints(script, want) &&
	     cgi_script_comes_to(cgi_recipe_for(WHERE, path),
				 "cgroup\tpath\ttype\tsubtree_control\tattach\n");
	ksft_print_msg("clone3: %s\n", strerror(err));
	close(fd);
	return ok;
}

/* ---- a freeze that does not complete ---- */

#define FREEZE		"sel cgroups 's(\"path\") == P' cgroup,path,freeze"
#define RESISTING	"sel tasks 's(\"frozen\") == \"resisting\"'"
#define RESISTING_HEAD	"tid\ttgid\tcomm\tstate\tcgroups\n"

static bool resisting_is_found(void)
{
	char *cold = cgi_mkdir(top, "co ld"), *ctr = cgi_mkdir(cold, "ctr");
	char *script = cgi_recipe_for(FREEZE, path_of(ctr)), *who, *line, *none;
	pid_t resister = cgi_park_resisting();

	if (!resister)
		return cgi_skip("no userfaultfd here: %s", strerror(errno));
	cgi_must_move(ctr, task);
	cgi_must_move(ctr, resister);
	cgi_write(cold, "cgroup.freeze", "1");
	who = cgi_commands(cgi_howto, RESISTING, "\n");
	line = cgi_fmt("%d\t%d\t" COMM_SHOWN "\trunning\t", resister, resister);
	none = cgi_fmt("cgroup\tpath\tfreeze\n%s\t%s\t%s\n", cgi_dir_id(0, ctr),
		       cgi_escape(path_of(ctr)), cgi_dir_id(0, cold));
	if (!cgi_script_prints(script, none) || !cgi_script_shows(who, line) ||
	    cgi_stat_value(cold, "cgroup.events", "frozen"))
		return false;
	cgi_kill(resister);
	line = cgi_fmt("cgroup\tpath\tfreeze\n%s\t%s\t%s,frozen\n", cgi_dir_id(0, ctr),
		       cgi_escape(path_of(ctr)), cgi_dir_id(0, cold));
	return cgi_script_comes_to(script, line) && cgi_script_prints(who, RESISTING_HEAD) &&
	       cgi_stat_value(cold, "cgroup.events", "frozen") == 1;
}

static void thaw(void)
{
	char *cold = cgi_fmt("%s/co ld", top);

	cgi_write(cold, "cgroup.freeze", "0");
	cgi_must_move(cgi_v2(), task);
}

#define NOT_FROZEN	"sel tasks 'is_in(P, \"freezer\") && s(\"frozen\") != \"yes\"'"

#define NOT_FROZEN_HEAD	"tid\ttgid\tcomm\tstate\n"

static bool not_frozen_is_found_on_v1(void)
{
	struct cgi_place place = cgi_place_of("freezer");
	char *dir, *script, *line;
	pid_t resister;
	bool ok;

	thaw();
	if (!place.root || place.version != 1)
		return cgi_skip("the freezer is not on v1");
	resister = cgi_park_resisting();
	if (!resister)
		return cgi_skip("no userfaultfd here: %s", strerror(errno));
	dir = cgi_new_cgroup(place.root);
	cgi_must_move(dir, task);
	cgi_must_move(dir, resister);
	cgi_write(dir, "freezer.state", "FROZEN");
	script = cgi_recipe_for(NOT_FROZEN, dir + strlen(place.root));
	line = cgi_fmt(NOT_FROZEN_HEAD "%d\t%d\t" COMM_SHOWN "\trunning\n", resister, resister);
	ok = cgi_script_comes_to(script, line);
	/* On v1 it freezes on its way out, and ends when it is thawed. */
	kill(resister, SIGKILL);
	ok = ok && cgi_script_comes_to(script, NOT_FROZEN_HEAD);
	cgi_write(dir, "freezer.state", "THAWED");
	cgi_kill(resister);
	return ok;
}

static const struct cgi_case cases[] = {
	{ "subtree_control, EBUSY: the task in it is found", task_is_in_the_way },
	{ "the child that hands the controller out is found", child_is_in_the_way },
	{ "a process can be moved and begun where the recipe says so", ordinary_is_ok },
	{ "EBUSY: the controller is named", controller_refuses },
	{ "EBUSY: the child is named", populated_child_refuses },
	{ "EOPNOTSUPP: the cgroup above is named", invalid_domain_refuses },
	{ "EINVAL: kernel threads", kthreads_refuse },
	{ "ENOSPC: a cpuset without CPUs", empty_cpuset_refuses },
	{ "clone3 into a removed cgroup", removed_refuses },
	{ "who keeps a cgroup from freezing is found", resisting_is_found },
	{ "the same on v1", not_frozen_is_found_on_v1 },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	cgi_read_documents();
	prctl(PR_SET_NAME, COMM);
	top = cgi_new_cgroup(cgi_v2());
	task = cgi_park();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
