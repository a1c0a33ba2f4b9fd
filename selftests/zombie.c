// SPDX-License-Identifier: GPL-2.0-only
/*
 * tasks: an unreaped child is shown as zombie where it really is, on v1 too,
 * where /proc prints "/"; also after its cgroups were removed. A leader that
 * exited before its threads is a zombie, and its threads run.
 *
 *   named hierarchy   z: the child        cgroup2   z2: the child
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"

static int wait_for_go(void *arg)
{
	int *go = arg;
	char c;

	close(go[1]);
	return cgi_receive(go[0], &c, 1) ? 7 : 0;
}

static bool shown(pid_t tid, const char *state, int hier, const char *path)
{
	char *got_state = cgi_task_now(tid, "state");
	char *got_path = cgi_task_path_now(tid, hier);
	bool same = got_state && got_path && !strcmp(got_state, state) &&
		    !strcmp(got_path, path);

	if (!same)
		ksft_print_msg("%d, hierarchy %d: %s %s instead of %s %s\n",
			       tid, hier, got_state, got_path, state, path);
	free(got_state);
	free(got_path);
	return same;
}

static bool is_gone(pid_t tid)
{
	return !cgi_task_now(tid, "state");
}

/* The child has a cgroup of its own in both hierarchies. */
static struct {
	struct cgi_place named;
	char *v1, *v2;
	size_t root;		/* length of the path of the v1 root */
	int go[2];
	pid_t pid;
	char *css_set;
} child;

static bool child_is_in_v1(void)
{
	child.named = cgi_named_place("zombie");
	child.root = strlen(child.named.root);
	child.v1 = cgi_new_cgroup(child.named.root);
	child.v2 = cgi_new_cgroup(cgi_v2());
	cgi_pipe(child.go);
	child.pid = cgi_spawn(wait_for_go, child.go);
	close(child.go[0]);
	cgi_must_move(child.v1, child.pid);
	cgi_must_move(child.v2, child.pid);
	child.css_set = cgi_task_now(child.pid, "css_set");
	return shown(child.pid, "running", child.named.hier, child.v1 + child.root);
}

static bool zombie_is_in_v1(void)
{
	close(child.go[1]);
	cgi_await_zombie(child.pid);
	ksft_print_msg("/proc says %s for the zombie on v1\n",
		       cgi_proc_path(child.pid, child.pid, child.named.hier));
	return shown(child.pid, "zombie", child.named.hier, child.v1 + child.root);
}

static bool zombie_is_in_v2(void)
{
	return shown(child.pid, "zombie", 0, cgi_proc_path(child.pid, child.pid, 0)) &&
	       shown(child.pid, "zombie", 0, child.v2 + strlen(cgi_v2()));
}

static bool css_set_counts_it_no_more(void)
{
	/* Newer kernels count a task until it was switched out for good. */
	return cgi_same(cgi_task_now(child.pid, "css_set"), child.css_set) &&
	       cgi_field_becomes("css_sets", "css_set", child.css_set, "tasks", "0");
}

static bool removed_v1_is_shown(void)
{
	/* A zombie keeps no cgroup populated. */
	if (cgi_rmtree(child.v1) || cgi_rmtree(child.v2))
		cgi_die("rmdir below a zombie: %m");
	return shown(child.pid, "zombie", child.named.hier,
		     cgi_fmt("%s (deleted)", child.v1 + child.root));
}

static bool removed_v2_is_shown(void)
{
	char *path = cgi_proc_path(child.pid, child.pid, 0);

	return shown(child.pid, "zombie", 0, path) && strstr(path, " (deleted)");
}

static bool reaped_is_gone(void)
{
	cgi_join(child.pid);
	return is_gone(child.pid);
}

/* ---- a leader that exits before its thread ---- */

static struct {
	struct cgi_place place;
	char *a, *b;
	size_t root;		/* length of the path of the root */
	pid_t pid, tid;
} leader;

static bool leader_is_zombie(void)
{
	leader.place = cgi_named_place("leader");
	leader.root = strlen(leader.place.root);
	leader.a = cgi_new_cgroup(leader.place.root);
	leader.b = cgi_new_cgroup(leader.place.root);
	/* A zombie can't be moved, so the leader begins in its cgroup. */
	leader.pid = cgi_headless_in(&leader.place, leader.a, &leader.tid);
	cgi_must_move_thread(leader.b, leader.tid);
	return shown(leader.pid, "zombie", leader.place.hier, leader.a + leader.root);
}

static bool its_thread_runs(void)
{
	char *tgid = cgi_task_now(leader.tid, "tgid");

	return shown(leader.tid, "running", leader.place.hier, leader.b + leader.root) &&
	       tgid && atoi(tgid) == leader.pid;
}

static bool both_are_gone(void)
{
	cgi_kill(leader.pid);
	return is_gone(leader.pid) && is_gone(leader.tid);
}

static const struct cgi_case cases[] = {
	{ "a child is in its v1 cgroup", child_is_in_v1 },
	{ "v1: the zombie is shown where it really is", zombie_is_in_v1 },
	{ "v2: the zombie is shown as in /proc", zombie_is_in_v2 },
	{ "its css_set is the same, and counts it no more", css_set_counts_it_no_more },
	{ "v1: where it was, after rmdir", removed_v1_is_shown },
	{ "v2: where it was, after rmdir, as in /proc", removed_v2_is_shown },
	{ "reaped, it is gone", reaped_is_gone },
	{ "a leader that exited is a zombie in its cgroup", leader_is_zombie },
	{ "its thread runs in another", its_thread_runs },
	{ "reaped, both are gone", both_are_gone },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
