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
#include "lib/cgi_case.h"
#include "lib/cgi_churn.h"

#define NR_THREADS	50
#define NR_MOVED	4
/* The tasks at rest share this number of v2 cgroups. */
#define NR_SHARED	10
/*
 * No hold of css_set_lock may grow with the system. In every guest the css_sets
 * of the most shared v2 cgroup have more links than this.
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

static char *dir_of(int i, char kind, int nr)
{
	return cgi_fmt("%s/%c%d", top[i].dir, kind, nr);
}

/* Returns the number of the cgroup in which process @p rests. */
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

static void make_cgroups(void)
{
	int i, j;

	for (i = 0; i < 2; i++)
		for (j = 0; j < scale.cgroups; j++)
			free(cgi_mkdir(top[i].dir, j < scale.procs ?
				       cgi_fmt("s%d", j) :
				       cgi_fmt("m%d", j - scale.procs)));
}

/*
 * This process moves to where the next one is to rest and forks it there, which
 * need not be moved with all its threads then.
 */
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
	cgi_leave_limits();
}

static int by_tid(const void *a, const void *b)
{
	return ((struct at_rest *)a)->tid - ((struct at_rest *)b)->tid;
}

/*
 * The first read must show a task where this test has put it. What that read
 * says of it is what all later reads must say.
 */
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
		cgi_work_did(CGI_FORKS);
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
		cgi_work_did(CGI_THREADS);
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
			cgi_work_did(CGI_MOVES);
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
			cgi_work_did(CGI_DIRS);
		free(dir);
	}
	return 0;
}

static void start_churn(void)
{
	static pid_t moved[NR_MOVED];
	int i;

	for (i = 0; i < NR_MOVED; i++)
		moved[i] = cgi_park();
	cgi_spawn(keep_forking, NULL);
	cgi_spawn(keep_threading, NULL);
	cgi_spawn(keep_moving, moved);
	cgi_spawn(keep_making, NULL);
}

/* ---- what must hold in each read ---- */

static bool complain(const char *file, const char *what, const char *which)
{
	ksft_print_msg("%s: %s: %s\n", file, what, which);
	return false;
}

/*
 * Reads @name. Returns NULL, after saying why, if what it reads is not in the
 * contract's form.
 */
static struct cgi_table *read_whole(const char *name)
{
	struct cgi_table *table;
	size_t len;
	char *path = cgi_fmt("%s/%s", CGI_DIR, name);
	char *text = cgi_slurp(path, &len);

	if (!text)
		complain(name, "can't be read", strerror(errno));
	free(path);
	table = text ? cgi_table_parse(name, text, len) : NULL;
	if (!table || cgi_table_is_good(table))
		return table;
	cgi_table_free(table);
	return NULL;
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

/*
 * The threads of a process share one css_set, which needs to be looked at only
 * once.
 */
static bool has_css_set_before(int i)
{
	return i && rest[i].proc == rest[i - 1].proc;
}

static bool css_sets_hold(const struct cgi_table *sets)
{
	int i, row;

	for (i = 0; i < scale.tasks; i++) {
		if (has_css_set_before(i))
			continue;
		if (cgi_count_rows(sets, "css_set", rest[i].css_set, &row) != 1 ||
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
		if (has_css_set_before(i))
			continue;
		if (cgi_count_rows(links, "css_set", rest[i].css_set, &row) != hiers.nr)
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

	ok = cgi_count_rows(cgroups, "path", dir + top[i].root, &row) == 1 &&
	     !strcmp(cgi_get(cgroups, row, "state"), "live") &&
	     (!resting || cgi_num(cgroups, row, "tasks") == tasks_in(i, nr));
	if (!ok)
		complain("cgroups", "missing, twice or wrong", dir);
	free(dir);
	return ok;
}

/* In a pre-order a line is at most one level below the line before it. */
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
	/*
	 * Looking for one cgroup goes through all lines, so only some of them
	 * are looked for.
	 */
	for (i = 0; i < 2; i++)
		for (j = 0; j < scale.cgroups; j += step)
			ok = cgroup_holds(cgroups, i, j) && ok;
	return ok;
}

static struct file {
	const char *name;
	bool (*holds)(const struct cgi_table *table);
} files[] = {
	{ "tasks", tasks_hold },
	{ "css_sets", css_sets_hold },
	{ "links", links_hold },
	{ "cgroups", cgroups_hold },
};

static bool every_read_holds(void *object)
{
	const struct file *file = object;
	double start = cgi_now();
	struct cgi_table *table;
	int i, rows = 0, good = 0;

	for (i = 0; i < scale.reads; i++) {
		table = read_whole(file->name);
		if (!table)
			continue;
		rows = table->nr_rows;
		good += file->holds(table);
		cgi_table_free(table);
	}
	ksft_print_msg("%s: %d lines in the last of %d reads, %.1f s\n",
		       file->name, rows, scale.reads, cgi_now() - start);
	return good == scale.reads;
}

/* ---- the cases ---- */

static bool rest_is_found(void)
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
	ksft_print_msg("%d tasks, %d of %d at rest found where they are, %d cgroups\n",
		       tasks->nr_rows, good, scale.tasks, 2 * scale.cgroups);
	cgi_table_free(tasks);
	if (good != scale.tasks)
		cgi_die("no ground to compare with");
	start_churn();
	return true;
}

static bool it_churned(void)
{
	return cgi_churn_was(CGI_FORKS, 21) & cgi_churn_was(CGI_THREADS, 21) &
	       cgi_churn_was(CGI_MOVES, 21) & cgi_churn_was(CGI_DIRS, 21);
}

static bool holds_are_bounded(void)
{
	char *nodes = cgi_value("stats", "lock_nodes_max");
	char *ns = cgi_value("stats", "lock_ns_max");

	ksft_print_msg("lock_nodes_max at %d tasks: %s, lock_ns_max: %s\n",
		       scale.tasks, nodes, ns);
	return nodes && atoi(nodes) > 0 && atoi(nodes) <= NODES_BOUND;
}

static void set_up(void)
{
	char *name, *root;
	int i;

	scale.procs = cgi_figure("CGI_CHURN_TASKS", 5000) / NR_THREADS;
	scale.tasks = scale.procs * NR_THREADS;
	scale.cgroups = cgi_figure("CGI_CHURN_CGROUPS", 2000) / 2;
	scale.reads = cgi_figure("CGI_CHURN_READS", 12);
	if (!scale.procs || scale.cgroups < scale.procs + 10)
		cgi_die("at least 50 tasks, and a cgroup for each 25 of them");
	rest = cgi_alloc(scale.tasks * sizeof(*rest));
	cgi_works_begin();
	root = cgi_named("churn", &name);
	for (i = 0; i < 2; i++) {
		top[i].dir = cgi_new_cgroup(i ? cgi_v2() : root);
		top[i].root = strlen(i ? cgi_v2() : root);
		top[i].hier = i ? 0 : cgi_hier_id(name);
	}
	cgi_allow_tasks(scale.tasks + 5000);
	cgi_leave_limits();
}

static const struct cgi_case before[] = {
	{ "tasks and cgroups at rest", rest_is_found },
};

static const struct cgi_case of_file[] = {
	{ "every read is whole, and right for what rests", .run_on = every_read_holds },
};

static const struct cgi_case after[] = {
	{ "tasks forked, exited and moved meanwhile", it_churned },
	{ "no hold of css_set_lock grows with the system", holds_are_bounded },
};

int main(void)
{
	double start = cgi_now();
	size_t i;

	cgi_begin();
	cgi_need_graph();
	set_up();
	make_cgroups();
	make_tasks();
	ksft_print_msg("made in %.1f s\n", cgi_now() - start);
	cgi_add_cases(before, ARRAY_SIZE(before));
	for (i = 0; i < ARRAY_SIZE(files); i++)
		cgi_add_cases_on(&files[i], files[i].name, of_file, ARRAY_SIZE(of_file));
	cgi_add_cases(after, ARRAY_SIZE(after));
	cgi_run_cases();
}
