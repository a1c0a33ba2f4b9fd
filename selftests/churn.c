// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many tasks and many cgroups are read while others fork, exit, move, make
 * and remove: every read is whole and in order, and what did not move is
 * always shown where it is.
 *
 *   named hierarchy   s0 ... s99: one process of 50 threads each, at rest
 *                     m0 ... m899: empty, tasks move through some of them
 *   cgroup2           the same, but all processes from 10 on rest in s0, which
 *                     is thus linked to many css_sets
 *
 * CGI_CHURN_TASKS and CGI_CHURN_CGROUPS change the two figures,
 * CGI_CHURN_READS the number of reads of each file.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"

#define NR_THREADS	50
#define NR_MOVED	4
/* So many v2 cgroups the resting tasks share. */
#define NR_SHARED	10
/*
 * No hold of css_set_lock may grow with the system. The links of the css_sets
 * of the most shared v2 cgroup are more than this in every guest.
 */
#define NODES_BOUND	200

static struct cgi_scale {
	int procs;
	int tasks;
	int cgroups;		/* in each of the two hierarchies */
	int reads;
} scale;

static struct top {
	char *dir;
	size_t root;		/* length of the root directory's path */
	int hier;
} top[2];

struct at_rest {
	pid_t tid;
	int proc;
	char *css_set;
	char *cgroups;
};

static struct at_rest *rest;

/* What the workers did, so that a churn in which nothing happens is seen. */
static struct {
	unsigned int forks, moves, dirs, threads;
} *done;

static void did(unsigned int *what)
{
	__atomic_add_fetch(what, 1, __ATOMIC_RELAXED);
}

static int figure(const char *name, int usual)
{
	const char *str = getenv(name);
	int val = str ? atoi(str) : usual;

	if (val <= 0)
		cgi_die("%s must be a positive number", name);
	return val;
}

static char *dir_of(int i, char kind, int nr)
{
	return cgi_fmt("%s/%c%d", top[i].dir, kind, nr);
}

/* Where does process @p rest? */
static int home(int i, int p)
{
	return i && p >= NR_SHARED ? 0 : p;
}

static int tasks_in(int i, int nr)
{
	int p, tasks = 0;

	for (p = 0; p < scale.procs; p++)
		if (home(i, p) == nr)
			tasks += NR_THREADS;
	return tasks;
}

/* ---- what rests ---- */

/* As many threads as the figures ask for, whatever the memory's default. */
static void allow_tasks(void)
{
	char *old = cgi_slurp("/proc/sys/kernel/threads-max", NULL);
	char *new = cgi_fmt("%d", scale.tasks + 5000);

	if (old && atoi(old) < atoi(new)) {
		if (cgi_write("/proc/sys/kernel", "threads-max", new))
			cgi_die("threads-max can't be %s", new);
		cgi_restore("/proc/sys/kernel", "threads-max", old);
	}
	free(old);
	free(new);
}

/* Out of the limits that a service manager sets on our own cgroups. */
static void leave_limits(void)
{
	struct cgi_hier *hiers;
	int nr = cgi_hierarchies(&hiers), i;

	for (i = 0; i < nr; i++)
		cgi_must_move(hiers[i].root, getpid());
}

static void make_cgroups(void)
{
	int i, j;

	for (i = 0; i < 2; i++)
		for (j = 0; j < scale.cgroups; j++)
			free(cgi_mkdir(top[i].dir, j < scale.procs ?
				       cgi_fmt("s%d", j) :
				       cgi_fmt("m%d", j - scale.procs)));
}

/* A process is moved before it has threads: it starts in our own cgroups. */
static void make_tasks(void)
{
	pid_t tids[NR_THREADS];
	int p, i, nr = 0;

	for (p = 0; p < scale.procs; p++) {
		for (i = 0; i < 2; i++)
			cgi_must_move(dir_of(i, 's', home(i, p)),
				      getpid());
		cgi_park_threads(NR_THREADS, tids);
		for (i = 0; i < NR_THREADS; i++) {
			rest[nr].tid = tids[i];
			rest[nr++].proc = p;
		}
	}
	leave_limits();
}

static int by_tid(const void *a, const void *b)
{
	return ((struct at_rest *)a)->tid - ((struct at_rest *)b)->tid;
}

/* Where we put it is the oracle for the first read, that one for the rest. */
static bool begins_right(struct at_rest *task, const struct cgi_table *tasks,
			 int row)
{
	bool ok = true;
	int i;

	for (i = 0; i < 2; i++) {
		char *want = dir_of(i, 's', home(i, task->proc));
		char *got = cgi_task_path(tasks, row, top[i].hier);

		ok = ok && got && !strcmp(got, want + top[i].root);
		free(want);
		free(got);
	}
	task->css_set = cgi_fmt("%s", cgi_get(tasks, row, "css_set"));
	task->cgroups = cgi_fmt("%s", cgi_get(tasks, row, "cgroups"));
	return ok;
}

static void test_at_rest(void)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	int i, row = 0, good = 0;

	qsort(rest, scale.tasks, sizeof(*rest), by_tid);
	for (i = 0; i < scale.tasks; i++) {
		while (row < tasks->nr_rows &&
		       cgi_num(tasks, row, "tid") < rest[i].tid)
			row++;
		if (row < tasks->nr_rows &&
		    cgi_num(tasks, row, "tid") == rest[i].tid)
			good += begins_right(&rest[i], tasks, row);
	}
	ksft_print_msg("%d tasks, %d of %d at rest found where they are\n",
		       tasks->nr_rows, good, scale.tasks);
	ksft_test_result(good == scale.tasks,
			 "%d tasks and %d cgroups at rest\n", scale.tasks,
			 2 * scale.cgroups);
	cgi_table_free(tasks);
	if (good != scale.tasks)
		cgi_die("no ground to compare with");
}

/* ---- what moves ---- */

static int keep_forking(void *unused)
{
	pid_t pid;

	(void)unused;
	for (;;) {
		pid = fork();
		if (!pid)
			_exit(0);
		if (pid < 0)
			continue;
		waitpid(pid, NULL, 0);
		did(&done->forks);
	}
	return 0;
}

static void *end_at_once(void *unused)
{
	return unused;
}

static int keep_threading(void *unused)
{
	pthread_t thread;

	(void)unused;
	for (;;) {
		if (pthread_create(&thread, NULL, end_at_once, NULL))
			continue;
		pthread_join(thread, NULL);
		did(&done->threads);
	}
	return 0;
}

static int keep_moving(void *arg)
{
	pid_t *pids = arg;
	unsigned int n;
	char *dir;

	for (n = 0;; n++) {
		dir = dir_of(n % 2, 'm', n / 2 % (scale.cgroups - scale.procs));
		if (!cgi_move(dir, pids[n % NR_MOVED]))
			did(&done->moves);
		free(dir);
	}
	return 0;
}

static int keep_making(void *unused)
{
	unsigned int n;

	(void)unused;
	for (n = 0;; n++) {
		char *dir = dir_of(n % 2, 'x', n % 50);

		if (!mkdir(dir, 0755) && !rmdir(dir))
			did(&done->dirs);
		free(dir);
	}
	return 0;
}

/* ---- what must hold in each read ---- */

static bool complain(const char *file, const char *what, const char *which)
{
	ksft_print_msg("%s: %s: %s\n", file, what, which);
	return false;
}

/* One read of @name; NULL after a complaint. */
static struct cgi_table *read_whole(const char *name)
{
	char *path = cgi_fmt("%s/%s", CGI_DIR, name);
	struct cgi_table *table;
	size_t len;
	char *text = cgi_slurp(path, &len);
	int i;

	free(path);
	if (!text) {
		complain(name, "can't be read", strerror(errno));
		return NULL;
	}
	table = cgi_table_parse(name, text, len);
	if (!table)
		return NULL;
	for (i = 0; i < table->nr_rows * table->nr_cols; i++) {
		if (*table->fields[i])
			continue;
		complain(name, "an empty field of", table->cols[i % table->nr_cols]);
		cgi_table_free(table);
		return NULL;
	}
	return table;
}

static bool same_task(const struct cgi_table *tasks, int row,
		      const struct at_rest *task)
{
	return !strcmp(cgi_get(tasks, row, "css_set"), task->css_set) &&
	       !strcmp(cgi_get(tasks, row, "cgroups"), task->cgroups) &&
	       !strcmp(cgi_get(tasks, row, "state"), "running");
}

static bool tasks_hold(const struct cgi_table *tasks)
{
	long tid, last = 0;
	int row, nr = 0;

	for (row = 0; row < tasks->nr_rows; row++) {
		tid = cgi_num(tasks, row, "tid");
		if (tid <= last)
			return complain("tasks", "not ascending",
					cgi_get(tasks, row, "tid"));
		last = tid;
		if (nr == scale.tasks || tid != rest[nr].tid)
			continue;
		if (!same_task(tasks, row, &rest[nr++]))
			return complain("tasks", "a task at rest moved",
					cgi_get(tasks, row, "cgroups"));
	}
	return nr == scale.tasks ||
	       complain("tasks", "a task at rest is missing", rest[nr].cgroups);
}

static int rows_with(const struct cgi_table *table, const char *col,
		     const char *val, int *last)
{
	int c = cgi_col(table, col), row, nr = 0;

	for (row = 0; row < table->nr_rows; row++) {
		if (strcmp(table->fields[row * table->nr_cols + c], val))
			continue;
		*last = row;
		nr++;
	}
	return nr;
}

static bool css_sets_hold(const struct cgi_table *sets)
{
	int i, row;

	for (i = 0; i < scale.tasks; i++) {
		if (i && rest[i].proc == rest[i - 1].proc)
			continue;
		if (rows_with(sets, "css_set", rest[i].css_set, &row) != 1 ||
		    cgi_num(sets, row, "tasks") != NR_THREADS)
			return complain("css_sets", "wrong for tasks at rest",
					rest[i].cgroups);
	}
	return true;
}

static bool links_hold(const struct cgi_table *links)
{
	struct cgi_set hiers = { 0 };
	bool ok = true;
	int i, row;

	cgi_set_split(&hiers, rest[0].cgroups, " ");
	for (i = 0; i < scale.tasks && ok; i++) {
		if (i && rest[i].proc == rest[i - 1].proc)
			continue;
		if (rows_with(links, "css_set", rest[i].css_set, &row) !=
		    hiers.nr)
			ok = complain("links", "not one for each hierarchy",
				      rest[i].cgroups);
	}
	cgi_set_free(&hiers);
	return ok;
}

static bool cgroup_holds(const struct cgi_table *cgroups, int i, int nr)
{
	bool resting = nr < scale.procs;
	char *dir = resting ? dir_of(i, 's', nr) :
		    dir_of(i, 'm', nr - scale.procs);
	int row;
	bool ok;

	ok = rows_with(cgroups, "path", dir + top[i].root, &row) == 1 &&
	     !strcmp(cgi_get(cgroups, row, "state"), "live") &&
	     (!resting || cgi_num(cgroups, row, "tasks") == tasks_in(i, nr));
	if (!ok)
		complain("cgroups", "missing, twice or wrong", dir);
	free(dir);
	return ok;
}

/* A pre-order: a line is at most one level below the line before it. */
static bool cgroups_hold(const struct cgi_table *cgroups)
{
	int i, j, row, level, last = -1;
	int step = scale.cgroups / 50 + 1;
	bool ok = true;

	for (row = 0; row < cgroups->nr_rows; row++) {
		level = cgi_num(cgroups, row, "level");
		if (level > last + 1)
			return complain("cgroups", "not in pre-order",
					cgi_get(cgroups, row, "path"));
		last = level;
	}
	/* Each is a search through all lines: take some of them. */
	for (i = 0; i < 2; i++)
		for (j = 0; j < scale.cgroups; j += step)
			ok = cgroup_holds(cgroups, i, j) && ok;
	return ok;
}

static void test_reads(const char *name,
		       bool (*hold)(const struct cgi_table *table))
{
	double start = cgi_now();
	struct cgi_table *table;
	int i, rows = 0, good = 0;

	for (i = 0; i < scale.reads; i++) {
		table = read_whole(name);
		if (!table)
			continue;
		rows = table->nr_rows;
		good += hold(table);
		cgi_table_free(table);
	}
	ksft_print_msg("%s: %d lines in the last of %d reads, %.1f s\n", name,
		       rows, scale.reads, cgi_now() - start);
	ksft_test_result(good == scale.reads,
			 "%s: every read is whole, and right for what rests\n",
			 name);
}

static void test_churned(void)
{
	ksft_print_msg("meanwhile %u forks, %u threads, %u moves, %u cgroups\n",
		       done->forks, done->threads, done->moves, done->dirs);
	ksft_test_result(done->forks > 20 && done->threads > 20 &&
			 done->moves > 20 && done->dirs > 20,
			 "tasks forked, exited and moved meanwhile\n");
}

static void test_bound(void)
{
	char *nodes = cgi_value("stats", "lock_nodes_max");
	char *ns = cgi_value("stats", "lock_ns_max");

	ksft_print_msg("lock_nodes_max at %d tasks: %s, lock_ns_max: %s\n",
		       scale.tasks, nodes, ns);
	ksft_test_result(nodes && atoi(nodes) > 0 && atoi(nodes) <= NODES_BOUND,
			 "no hold of css_set_lock grows with the system\n");
}

static void set_up(void)
{
	char *name, *root;
	int i;

	scale.procs = figure("CGI_CHURN_TASKS", 5000) / NR_THREADS;
	scale.tasks = scale.procs * NR_THREADS;
	scale.cgroups = figure("CGI_CHURN_CGROUPS", 2000) / 2;
	scale.reads = figure("CGI_CHURN_READS", 12);
	if (!scale.procs || scale.cgroups < scale.procs + 10)
		cgi_die("at least 50 tasks, and a cgroup for each 25 of them");
	rest = cgi_alloc(scale.tasks * sizeof(*rest));
	done = cgi_share(sizeof(*done));
	root = cgi_named("churn", &name);
	for (i = 0; i < 2; i++) {
		top[i].dir = cgi_new_cgroup(i ? cgi_v2() : root);
		top[i].root = strlen(i ? cgi_v2() : root);
		top[i].hier = i ? 0 : cgi_hier_id(name);
	}
	allow_tasks();
	leave_limits();
}

int main(void)
{
	static pid_t moved[NR_MOVED];
	double start = cgi_now();
	int i;

	ksft_print_header();
	cgi_begin();
	cgi_need_graph();
	ksft_set_plan(7);
	set_up();
	make_cgroups();
	make_tasks();
	ksft_print_msg("made in %.1f s\n", cgi_now() - start);
	test_at_rest();

	for (i = 0; i < NR_MOVED; i++)
		moved[i] = cgi_park();
	cgi_spawn(keep_forking, NULL);
	cgi_spawn(keep_threading, NULL);
	cgi_spawn(keep_moving, moved);
	cgi_spawn(keep_making, NULL);
	test_reads("tasks", tasks_hold);
	test_reads("css_sets", css_sets_hold);
	test_reads("links", links_hold);
	test_reads("cgroups", cgroups_hold);
	test_churned();
	test_bound();
	start = cgi_now();
	cgi_kill_all();
	ksft_print_msg("ended in %.1f s\n", cgi_now() - start);
	cgi_finish();
}
