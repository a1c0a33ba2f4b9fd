// SPDX-License-Identifier: GPL-2.0-only
/*
 * tasks: every thread of the system is there once, and its cgroups column is
 * what /proc/TGID/task/TID/cgroup says, as a set, in every hierarchy.
 *
 *   named (or pids)   /cgi_... --+-- t0  t1  t2  t3     one process with
 *   cgroup2           /cgi_... (the whole process)      a thread in each
 *
 * An exiting task is the one difference by design: on v1 /proc prints "/" for
 * it, so there only its v2 line is compared (zombie.c knows the rest).
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"

#define NR_THREADS 4

static pid_t tids[NR_THREADS];
/*
 * Without the graph tasks shows all but named hierarchies without controllers,
 * which info says.
 */
static bool without_graph;

/* An item is ID::PATH, ID:CONTROLLERS:PATH or ID:name=NAME:PATH. */
static bool is_named(const char *item)
{
	return !strncmp(strchr(item, ':'), ":name=", strlen(":name="));
}

static void add_items(struct cgi_set *set, pid_t tid, char *list,
		      const char *sep, bool all)
{
	bool proc = *sep == '\n';
	char *item, *raw, *save = NULL;

	for (item = strtok_r(list, sep, &save); item;
	     item = strtok_r(NULL, sep, &save)) {
		if (!all && strncmp(item, "0:", 2))
			continue;
		/*
		 * Named hierarchies are left out only of what /proc says: if
		 * the module shows one without the graph, that is wrong.
		 */
		if (proc && without_graph && is_named(item))
			continue;
		/* /proc writes names as they are, the module escapes them. */
		raw = proc ? cgi_fmt("%s", item) : cgi_unescape(item);
		cgi_set_add(set, "tid %d in %s", tid, raw);
		free(raw);
	}
}

static void add_proc(pid_t tgid, pid_t tid, void *arg)
{
	struct cgi_set *set = arg;
	unsigned long flags;
	char state = cgi_proc_state(tgid, tid, &flags);
	char *text = cgi_proc_cgroup(tgid, tid);

	if (text && state) {
		cgi_set_add(set, "tid %d tgid %d", tid, tgid);
		add_items(set, tid, text, "\n", !(flags & CGI_PF_EXITING));
	}
	free(text);
}

static void add_ours(struct cgi_set *set)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	int row;

	for (row = 0; row < tasks->nr_rows; row++) {
		pid_t tid = cgi_num(tasks, row, "tid");
		char *list = cgi_fmt("%s", cgi_get(tasks, row, "cgroups"));

		cgi_set_add(set, "tid %d tgid %ld", tid,
			    cgi_num(tasks, row, "tgid"));
		add_items(set, tid, list, " ",
			  !strcmp(cgi_get(tasks, row, "state"), "running"));
		free(list);
	}
	cgi_table_free(tasks);
}

static int diff_all(void)
{
	struct cgi_set ours = { 0 }, proc = { 0 };
	int nr;

	add_ours(&ours);
	cgi_each_task(add_proc, &proc);
	nr = cgi_set_compare("memberships", &ours, &proc);
	return nr;
}

/* Returns a v1 hierarchy that tasks shows with and without the graph. */
static struct cgi_place threads_place(void)
{
	return without_graph ? cgi_place_of("pids") : cgi_named_place("threads");
}

static bool threads_are_in_four_cgroups(void)
{
	struct cgi_place place = threads_place();
	char *v2 = cgi_new_cgroup(cgi_v2()), *top, *want, *got;
	pid_t pid = cgi_park_threads(NR_THREADS, tids);
	bool ok = true;
	int i;

	if (place.version != 1)
		cgi_die("pids is not on v1 (cgroup_no_v1=?); named hierarchies are not shown here");
	top = cgi_new_cgroup(place.root);
	cgi_must_move(v2, pid);
	for (i = 0; i < NR_THREADS; i++) {
		char *leaf = cgi_fmt("t%d", i);

		cgi_must_move_thread(cgi_mkdir(top, leaf), tids[i]);
	}
	for (i = 0; i < NR_THREADS; i++) {
		want = cgi_fmt("%s/t%d", top + strlen(place.root), i);
		got = cgi_task_path_now(tids[i], place.hier);
		if (got && !strcmp(got, want))
			continue;
		ksft_print_msg("thread %d: %s instead of %s\n", tids[i], got,
			       want);
		ok = false;
	}
	return ok;
}

static bool all_equal_again(void)
{
	bool ok = cgi_settles(diff_all);

	cgi_kill(tids[0]);
	return ok;
}

static int compared;

/*
 * For a kernel thread /proc adds to the 15 bytes that the task holds (a
 * workqueue, a longer name), so the module's comm must be the beginning of
 * that.
 */
static void add_comm(pid_t tgid, pid_t tid, void *arg)
{
	struct cgi_set *bad = ((struct cgi_set **)arg)[0];
	struct cgi_table *tasks = ((struct cgi_table **)arg)[1];
	char *path = cgi_fmt("/proc/%d/task/%d/comm", tgid, tid);
	char *proc = cgi_slurp(path, NULL);
	int row = cgi_task_row(tasks, tid);
	unsigned long flags;
	char *ours;

	free(path);
	cgi_proc_state(tgid, tid, &flags);
	if (!proc || row < 0) {
		free(proc);
		return;
	}
	proc[strlen(proc) - 1] = '\0';
	ours = cgi_unescape(cgi_get(tasks, row, "comm"));
	compared++;
	if (flags & CGI_PF_KTHREAD ? !*ours || strncmp(ours, proc, strlen(ours)) :
	    strcmp(ours, proc))
		cgi_set_add(bad, "%d: %s instead of %s", tid, ours, proc);
	free(ours);
	free(proc);
}

static int diff_comm(void)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	struct cgi_set bad = { 0 }, none = { 0 };
	void *arg[] = { &bad, tasks };
	int nr;

	compared = 0;
	cgi_each_task(add_comm, arg);
	nr = cgi_set_diff("comm", &bad, &none) + !compared;
	cgi_set_free(&bad);
	cgi_table_free(tasks);
	return nr;
}

/* A task takes at most 15 bytes, which can cut a character. */
static const struct comm {
	const char *is;
	const char *shown;
} comms[] = {
	{ "a\tb c\\d\x7f\ne\x01(", "a\\011b\\040c\\134d\\177\\012e\\001(" },
	{ "-", "\\055" },
	{ "", "\\000" },
	{ "--", "--" },
	{ " ", "\\040" },
	{ "\\000", "\\134000" },
	{ "\x9b[31mred", "\\233[31mred" },
	{ "\xc2\x9bred", "\\302\\233red" },
	{ "d\xc3\xa9j\xc3\xa0", "d\xc3\xa9j\xc3\xa0" },
	{ "cut too lon\xf0\x9f\x90\xa7\xc3\xa9", "cut\\040too\\040lon\xf0\x9f\x90\xa7" },
	{ "cut  within \xf0\x9f\x90\xa7", "cut\\040\\040within\\040\\360\\237\\220" },
	{ "\xed\xbf\xbf\xef\xbf\xbf", "\\355\\277\\277\\357\\277\\277" },
};

static int named(void *arg)
{
	const struct comm *comm = ((void **)arg)[1];
	char c = 0;

	prctl(PR_SET_NAME, comm->is);
	cgi_send(((int **)arg)[0][1], &c, 1);
	cgi_sleep_ms(1000000);
	return 0;
}

static bool comm_is_shown(const struct comm *comm)
{
	int fd[2];
	void *arg[] = { fd, (void *)comm };
	bool same;
	pid_t pid;
	char c;

	cgi_pipe(fd);
	pid = cgi_spawn(named, arg);
	if (!cgi_receive(fd[0], &c, 1))
		cgi_die("the child with the odd name died");
	same = cgi_task_is(pid, "comm", comm->shown);
	close(fd[0]);
	close(fd[1]);
	return same;
}

static bool odd_bytes_are_escaped(void)
{
	bool ok = true;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(comms); i++)
		ok = comm_is_shown(&comms[i]) && ok;
	return ok;
}

static const struct cgi_case cases[] = {
	{ "every task of the system: cgroups equals /proc/TID/cgroup", .diff = diff_all },
	{ "threads of one process in " CGI_TEXT(NR_THREADS) " v1 cgroups",
	  threads_are_in_four_cgroups },
	{ "every task again, while threads of one process differ", all_equal_again },
	{ "comm: odd bytes are escaped, and none is taken for -", odd_bytes_are_escaped },
	{ "every task: comm equals /proc/TID/comm", .diff = diff_comm },
};

int main(void)
{
	cgi_begin();
	without_graph = !cgi_has_graph();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
