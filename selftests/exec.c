// SPDX-License-Identifier: GPL-2.0-only
/*
 * A thread that calls execve() and is not the leader of its process takes over the
 * leader's number. Whether its own number was lower or higher, and whenever it does
 * so while `tasks` is collected, it is shown, and shown once. And whenever it does so
 * while `holders` is, what it has open is named.
 *
 *   one process: a leader that has exited, and a thread that calls execve()
 *   many processes with numbers between those of the two
 *   cgroup2 held: removed, and held by a socket of the process
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_named.h"
#include "lib/cgi_pin.h"

#define NR_BETWEEN	400
/* The number must change in so many collections, and gets so many rounds for it. */
#define DURING		15
#define ROUNDS_MAX	150
/* So many descriptors make the search the longest part of opening holders. */
#define NR_FDS		1000
/* The thread calls execve() so long after it was told to: longer than a collection takes. */
#define EXEC_US		100000
#define LOW_NUMBERS	10000
#define FIRST_BETWEEN	20000
#define PROC_SYS_KERNEL	"/proc/sys/kernel"
#define HIGH_LEADER	30000
#define LOOP		"loop"

/* ---- the process that calls execve(), again and again ---- */

/* Its descriptors have these numbers, which survive execve(). */
enum { ORDERS = 100, READY, BEGUN, HELD };

static pthread_t first_thread;

static void *exec_when_told(void *unused)
{
	pid_t tid = gettid();
	char order;

	(void)unused;
	pthread_join(first_thread, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	cgi_send(READY, &tid, sizeof(tid));
	if (!cgi_receive(ORDERS, &order, 1))
		_exit(0);
	usleep(EXEC_US);
	/* /proc/self is the leader, which has no executable any more. */
	execl("/proc/thread-self/exe", "exec", LOOP, NULL);
	_exit(1);
}

/* Orders come in pairs: to go on without the leader, and to call execve(). */
static int loop(void)
{
	pthread_attr_t attr;
	pthread_t thread;
	char order;

	cgi_send(BEGUN, "", 1);
	if (!cgi_receive(ORDERS, &order, 1))
		return 0;
	first_thread = pthread_self();
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 65536);
	if (pthread_create(&thread, &attr, exec_when_told, NULL))
		return 1;
	pthread_exit(NULL);
}

/* ---- the test ---- */

static struct {
	int orders[2];
	int ready[2];
	int begun[2];
	int held;		/* a socket, or -1 */
	pid_t pid;
} process;

static int begin_loop(void *unused)
{
	(void)unused;
	if (dup2(process.orders[0], ORDERS) < 0 || dup2(process.ready[1], READY) < 0 ||
	    dup2(process.begun[1], BEGUN) < 0 ||
	    (process.held >= 0 && dup2(process.held, HELD) < 0))
		return 1;
	execl("/proc/self/exe", "exec", LOOP, NULL);
	return 1;
}

static void start(pid_t pid)
{
	cgi_pipe(process.orders);
	cgi_pipe(process.ready);
	cgi_pipe(process.begun);
	process.pid = cgi_spawn_as(pid, begin_loop, NULL);
	/* So its end is noticed. */
	close(process.ready[1]);
	close(process.begun[1]);
	if (process.held >= 0)
		close(process.held);
}

/* Returns the id of a removed cgroup that the process will hold, and nobody else. */
static char *make_held(void)
{
	char *dir = cgi_new_cgroup(cgi_v2()), *id = cgi_dir_id(0, dir);

	cgi_must_move(dir, getpid());
	process.held = socket(AF_UNIX, SOCK_DGRAM, 0);
	cgi_must_move(cgi_v2(), getpid());
	if (process.held < 0)
		cgi_die("socket: %s", strerror(errno));
	cgi_must_rmdir(dir);
	return id;
}

static void order(void)
{
	cgi_send(process.orders[1], "", 1);
}

static void must_receive(int fd, void *buf, size_t len)
{
	if (!cgi_receive(fd, buf, len))
		cgi_die("the process that calls execve() has ended");
}

/* Processes with the numbers from @first on, or with the next ones if that is 0. */
struct between {
	pid_t first;
	int nr_fds;
	int ready[2];
};

static int sleep_with_fds(void *arg)
{
	int i, *nr_fds = arg;

	for (i = 0; i < *nr_fds; i++)
		dup(STDIN_FILENO);
	return cgi_sleep_for_ever(NULL);
}

static int sleep_between(void *arg)
{
	struct between *between = arg;
	int i;

	for (i = 0; i < NR_BETWEEN; i++)
		cgi_spawn_as(between->first ? between->first + i : 0, sleep_with_fds,
			     &between->nr_fds);
	cgi_send(between->ready[1], "", 1);
	return cgi_sleep_for_ever(NULL);
}

static pid_t make_between(pid_t first, int nr_fds)
{
	struct between between = { .first = first, .nr_fds = nr_fds };
	pid_t pid;
	char byte;

	cgi_allow_tasks(2 * NR_BETWEEN);
	cgi_pipe(between.ready);
	pid = cgi_spawn(sleep_between, &between);
	close(between.ready[1]);
	if (!cgi_receive(between.ready[0], &byte, 1))
		cgi_die("no processes can be made from number %d on", first);
	close(between.ready[0]);
	return pid;
}

/* What was seen in all rounds, with the thread's number on one side of the leader's. */
struct seen {
	bool is_lower;
	char *held;		/* if holders is read, the cgroup that is held */
	int twice;
	int missing;
	int during;
	int rounds;
};

/* The thread lives all the time, and nothing else in its process does. */
static void look(const struct cgi_table *tasks, struct seen *seen)
{
	int row, nr_leaders = 0, nr_alive = 0;
	struct cgi_set lines = { 0 };

	for (row = 0; row < tasks->nr_rows; row++) {
		if (cgi_num(tasks, row, "tgid") != process.pid)
			continue;
		nr_leaders += cgi_num(tasks, row, "tid") == process.pid;
		nr_alive += !strcmp(cgi_get(tasks, row, "state"), "running");
		cgi_set_add(&lines, "%s %s", cgi_get(tasks, row, "tid"),
			    cgi_get(tasks, row, "state"));
	}
	seen->twice += nr_alive > 1 || nr_leaders > 1;
	seen->missing += !nr_alive || !nr_leaders;
	if (nr_alive != 1 || nr_leaders != 1)
		for (row = 0; row < lines.nr; row++)
			ksft_print_msg("process %d: %s\n", process.pid, lines.str[row]);
	cgi_set_free(&lines);
}

/* The process holds it all the time, so it is named, or the number is not certain. */
static void look_at_holders(const struct cgi_table *holders, struct seen *seen)
{
	int row, nr_right = 0, nr_wrong = 0;
	const char *kind, *refs;

	for (row = 0; row < holders->nr_rows; row++) {
		kind = cgi_get(holders, row, "kind");
		refs = cgi_get(holders, row, "refs");
		if (strcmp(cgi_get(holders, row, "object"), seen->held))
			continue;
		nr_right += !strcmp(kind, "socket") || *refs == '~';
		nr_wrong += !strcmp(kind, "unknown") && *refs != '~';
	}
	if (nr_wrong || !nr_right)
		ksft_print_msg("%s: %d lines of its socket or in doubt, %d of unknown\n",
			       seen->held, nr_right, nr_wrong);
	seen->missing += nr_wrong || !nr_right;
}

static struct cgi_table *collect(const char *name)
{
	struct cgi_table *table;
	int fd = cgi_open(name, O_RDONLY);
	size_t len;
	char *text = cgi_slurp_fd(fd, &len);

	table = text ? cgi_table_parse(name, text, len) : NULL;
	if (!table)
		cgi_die("%s can't be read", name);
	close(fd);
	return table;
}

/* Has the thread its own number still? */
static bool is_thread(pid_t tid)
{
	char *dir = cgi_fmt("/proc/%d/task/%d", process.pid, tid);
	bool is = !access(dir, F_OK);

	free(dir);
	return is;
}

/*
 * @change is the time, in seconds, from telling the thread to call execve() to the change of
 * its number, as far as it is known. @took is what the last collection took. The next one
 * begins earlier than the change by a random part of that.
 */
struct timing {
	double change;
	double took;
};

static void run_round(struct seen *seen, struct timing *timing)
{
	struct cgi_table *table;
	bool before, after;
	double began, wait;
	pid_t tid;
	char byte;

	must_receive(process.begun[0], &byte, 1);
	order();
	must_receive(process.ready[0], &tid, sizeof(tid));
	if (seen->is_lower ? tid > process.pid : tid < process.pid)
		cgi_die("the thread has the number %d, the leader %d", tid, process.pid);
	order();
	wait = timing->change - timing->took * rand() / RAND_MAX;
	usleep(wait > 0 ? wait * 1e6 : 0);
	before = is_thread(tid);
	began = cgi_now();
	table = collect(seen->held ? "holders" : "tasks");
	after = is_thread(tid);
	timing->took = cgi_now() - began;
	if (seen->held)
		look_at_holders(table, seen);
	else
		look(table, seen);
	cgi_table_free(table);
	seen->rounds++;
	seen->during += before && !after;
	if (!before)
		timing->change -= timing->took / 4;
	else if (after)
		timing->change += timing->took / 4;
}

static int exit_at_once(void *unused)
{
	(void)unused;
	return 0;
}

/*
 * The kernel gives numbers out in a circle. Those of the thread must stay below
 * FIRST_BETWEEN, wherever other tests have left the kernel in that circle. With a
 * lower maximum the next number is a low one; getting there by making processes
 * took the debug kernel a quarter of an hour.
 */
static void begin_with_low_numbers(void)
{
	char *max = cgi_slurp_at(PROC_SYS_KERNEL, "pid_max");

	cgi_restore(PROC_SYS_KERNEL, "pid_max", max);
	if (cgi_write(PROC_SYS_KERNEL, "pid_max", CGI_TEXT(LOW_NUMBERS)))
		cgi_die("pid_max: %s", strerror(errno));
	cgi_join(cgi_spawn(exit_at_once, NULL));
	if (cgi_write(PROC_SYS_KERNEL, "pid_max", max))
		cgi_die("pid_max: %s", strerror(errno));
}

static void run_rounds(struct seen *seen)
{
	struct timing timing = { .change = EXEC_US / 1e6 };
	pid_t between;

	begin_with_low_numbers();
	start(seen->is_lower ? HIGH_LEADER : 0);
	between = make_between(seen->is_lower ? FIRST_BETWEEN : 0, seen->held ? NR_FDS : 0);
	while (seen->during < DURING && seen->rounds < ROUNDS_MAX)
		run_round(seen, &timing);
	cgi_kill(process.pid);
	cgi_kill(between);
	ksft_print_msg("%d rounds, %d during a collection, the last of %.4f s\n", seen->rounds,
		       seen->during, timing.took);
	ksft_print_msg("twice: %d, missing: %d\n", seen->twice, seen->missing);
}

static bool is_never_twice(void *seen)
{
	run_rounds(seen);
	return !((struct seen *)seen)->twice;
}

static bool is_never_missing(void *seen)
{
	return !((struct seen *)seen)->missing;
}

static bool rounds_are_enough(void *seen)
{
	return ((struct seen *)seen)->during >= DURING;
}

static bool is_always_named(void *arg)
{
	struct seen *seen = arg;

	seen->held = make_held();
	run_rounds(seen);
	process.held = -1;
	return !seen->missing;
}

/* ---- the same without the locks ---- */

static bool had_graph;

static void reload(const char *params)
{
	int err = cgi_module_unload();

	if (!err)
		err = cgi_module_load(params);
	if (err)
		cgi_die("loading %s with \"%s\": %s", cgi_module_path(), params, strerror(-err));
}

static void load_again(void)
{
	if (!cgi_module_loaded())
		cgi_module_load("");
}

static bool locks_are_off(void)
{
	reload("graph=0");
	return !cgi_has_graph();
}

static bool locks_are_back(void)
{
	reload("");
	return cgi_has_graph() == had_graph;
}

static const struct cgi_case cases[] = {
	{ "never twice", .run_on = is_never_twice },
	{ "never missing", .run_on = is_never_missing },
	{ "the number changed while tasks were collected", .run_on = rounds_are_enough },
};

static const struct cgi_case named[] = {
	{ "what it has open is named", .run_on = is_always_named },
	{ "the number changed while holders was collected", .run_on = rounds_are_enough },
};

static const struct cgi_case off[] = {
	{ "the module works with graph=0", locks_are_off },
};

static const struct cgi_case back[] = {
	{ "the module works as before", locks_are_back },
};

/* Booted with graph=0 these are what is run without reloading. */
static void skip_reloading(const char *why)
{
	cgi_skip_cases(why, off, ARRAY_SIZE(off));
	cgi_skip_cases(why, cases, ARRAY_SIZE(cases));
	cgi_skip_cases(why, cases, ARRAY_SIZE(cases));
	cgi_skip_cases(why, back, ARRAY_SIZE(back));
}

int main(int argc, char **argv)
{
	static struct seen lower = { .is_lower = true }, higher;
	static struct seen named_higher;
	static struct seen lower_rcu = { .is_lower = true }, higher_rcu;

	if (argc > 1 && !strcmp(argv[1], LOOP))
		return loop();
	cgi_begin();
	atexit(load_again);
	had_graph = cgi_has_graph();
	process.held = -1;
	cgi_add_cases_on(&lower, "a lower number", cases, ARRAY_SIZE(cases));
	cgi_add_cases_on(&higher, "a higher number", cases, ARRAY_SIZE(cases));
	if (had_graph)
		cgi_add_cases_on(&named_higher, "a higher number", named, ARRAY_SIZE(named));
	else
		cgi_skip_cases("no graph", named, ARRAY_SIZE(named));
	if (cgi_module_built_in()) {
		skip_reloading(cgi_module_stays());
		cgi_run_cases();
	}
	cgi_add_cases(off, ARRAY_SIZE(off));
	cgi_add_cases_on(&lower_rcu, "graph=0: a lower number", cases, ARRAY_SIZE(cases));
	cgi_add_cases_on(&higher_rcu, "graph=0: a higher number", cases, ARRAY_SIZE(cases));
	cgi_add_cases(back, ARRAY_SIZE(back));
	cgi_run_cases();
}
