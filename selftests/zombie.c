// SPDX-License-Identifier: GPL-2.0-only
/*
 * tasks: an unreaped child is shown as zombie where it really is, on v1 too,
 * where /proc prints "/"; also after its cgroups were removed. A leader that
 * exited before its threads is a zombie, and its threads run.
 *
 *   named hierarchy   z: the child        cgroup2   z2: the child
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
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

static void test_removed(pid_t pid, int hier, const char *v1, size_t root,
			 const char *v2)
{
	/* A zombie keeps no cgroup populated. */
	if (cgi_rmtree(v1) || cgi_rmtree(v2))
		cgi_die("rmdir below a zombie: %m");
	ksft_test_result(shown(pid, "zombie", hier,
			       cgi_fmt("%s (deleted)", v1 + root)),
			 "v1: where it was, after rmdir\n");
	ksft_test_result(shown(pid, "zombie", 0, cgi_proc_path(pid, pid, 0)) &&
			 strstr(cgi_proc_path(pid, pid, 0), " (deleted)"),
			 "v2: where it was, after rmdir, as in /proc\n");
}

static void test_zombie(void)
{
	char *name, *root = cgi_named("zombie", &name);
	char *v1 = cgi_new_cgroup(root), *v2 = cgi_new_cgroup(cgi_v2()), *css_set;
	int hier = cgi_hier_id(name), go[2];
	pid_t pid;

	cgi_pipe(go);
	pid = cgi_spawn(wait_for_go, go);
	close(go[0]);
	cgi_must_move(v1, pid);
	cgi_must_move(v2, pid);
	css_set = cgi_task_now(pid, "css_set");
	ksft_test_result(shown(pid, "running", hier, v1 + strlen(root)),
			 "a child is in its v1 cgroup\n");
	close(go[1]);
	cgi_await_zombie(pid);
	ksft_print_msg("/proc says %s for the zombie on v1\n",
		       cgi_proc_path(pid, pid, hier));
	ksft_test_result(shown(pid, "zombie", hier, v1 + strlen(root)),
			 "v1: the zombie is shown where it really is\n");
	ksft_test_result(shown(pid, "zombie", 0, cgi_proc_path(pid, pid, 0)) &&
			 shown(pid, "zombie", 0, v2 + strlen(cgi_v2())),
			 "v2: the zombie is shown as in /proc\n");
	/* Newer kernels count a task until it was switched out for good. */
	ksft_test_result(cgi_same(cgi_task_now(pid, "css_set"), css_set) &&
			 cgi_field_becomes("css_sets", "css_set", css_set, "tasks", "0"),
			 "its css_set is the same, and counts it no more\n");
	test_removed(pid, hier, v1, strlen(root), v2);
	cgi_join(pid);
	ksft_test_result(is_gone(pid), "reaped, it is gone\n");
}

/* ---- a leader that exits before its thread ---- */

static void test_leader(void)
{
	struct cgi_place place = cgi_named_place("leader");
	const char *root = place.root;
	char *a = cgi_new_cgroup(root), *b = cgi_new_cgroup(root);
	int hier = place.hier;
	pid_t pid, tid;
	char *tgid;

	/* A zombie can't be moved: it begins in its cgroup. */
	pid = cgi_headless_in(&place, a, &tid);
	cgi_must_move_thread(b, tid);
	ksft_test_result(shown(pid, "zombie", hier, a + strlen(root)),
			 "a leader that exited is a zombie in its cgroup\n");
	tgid = cgi_task_now(tid, "tgid");
	ksft_test_result(shown(tid, "running", hier, b + strlen(root)) &&
			 tgid && atoi(tgid) == pid,
			 "its thread runs in another\n");
	cgi_kill(pid);
	ksft_test_result(is_gone(pid) && is_gone(tid), "reaped, both are gone\n");
}

int main(void)
{
	ksft_print_header();
	cgi_begin();
	cgi_need_graph();
	ksft_set_plan(10);
	test_zombie();
	test_leader();
	cgi_finish();
}
