// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who makes rmdir fail with EBUSY: each time it does, the tasks that `tasks`
 * shows there on a list that counts are those that the cgroup's own list of
 * threads has. Leaders that exited before their threads, a task stopped before
 * its exit, a thread blocked in it, a kernel thread. And state, kthread and list
 * of every task of the guest.
 *
 *   named hierarchy   a: a leader that exited      b: its thread
 *   cgroup2           a: a leader that exited      b: the rest of the process
 *   named, cgroup2    stopped: a traced task at PTRACE_EVENT_EXIT
 *   named             blocked: a thread that can't close its end of a pipe
 *   named             kthread: a kernel thread
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"

static struct cgi_hier named = { .version = 1 }, v2 = { .version = 2 };

static void add_tid(pid_t tid, void *arg)
{
	cgi_set_add(arg, "%d keeps it populated", tid);
}

/*
 * Adds what keeps a cgroup populated: the tasks that are on a list which the
 * kernel counts.
 */
static void add_shown(struct cgi_set *set, int hier, const char *path)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	char *at;
	int row;

	for (row = 0; row < tasks->nr_rows; row++) {
		const char *list = cgi_get(tasks, row, "list");

		at = cgi_task_path(tasks, row, hier);
		if (cgi_same(at, path) && !strcmp(list, "tasks"))
			add_tid(cgi_num(tasks, row, "tid"), set);
		free(at);
	}
	cgi_table_free(tasks);
}

/*
 * Does rmdir fail with EBUSY, and is @tid the one task there that counts, for
 * the module and in the cgroup's own list of threads?
 */
static bool is_busy_by(const struct cgi_hier *hier, const char *dir, pid_t tid)
{
	struct cgi_set ours = { 0 }, want = { 0 };
	char *one = cgi_fmt("%d keeps it populated", tid);
	bool ok;

	ok = rmdir(dir) && errno == EBUSY;
	if (!ok)
		ksft_print_msg("rmdir %s did not fail with EBUSY\n", dir);
	cgi_threads_of(hier, dir, add_tid, &want);
	add_shown(&ours, hier->id, dir + strlen(hier->root));
	ok = !cgi_set_diff(dir, &ours, &want) && ours.nr == 1 &&
	     cgi_set_has(&ours, one) && ok;
	cgi_set_free(&ours);
	cgi_set_free(&want);
	free(one);
	return ok;
}

static bool is_removed(const char *dir)
{
	int err = cgi_rmtree(dir);

	if (err)
		ksft_print_msg("rmdir %s: %s\n", dir, strerror(-err));
	return !err;
}

/* ---- a leader that exits before its thread ---- */

/*
 * Newer kernels put a task on dying_tasks when it was switched out for the last
 * time.
 */
static bool is_dead_leader(pid_t pid)
{
	char *tid = cgi_fmt("%d", pid);
	bool is = cgi_task_is(pid, "state", "zombie") &&
		  cgi_field_becomes("tasks", "tid", tid, "list", "dying_tasks") &&
		  cgi_task_is(pid, "kthread", "no");

	free(tid);
	return is;
}

/* The leader @pid has exited in cgroup @a, and its thread @tid runs in @b. */
struct leader {
	const struct cgi_hier *hier;
	char *a, *b;
	pid_t pid, tid;
};

static struct leader on_v1 = { .hier = &named }, on_v2 = { .hier = &v2 };

static bool thread_makes_busy(void *object)
{
	struct leader *l = object;
	struct cgi_place place = {
		.root = l->hier->root, .hier = l->hier->id, .version = l->hier->version,
	};

	l->a = cgi_new_cgroup(place.root);
	l->b = cgi_new_cgroup(place.root);
	l->pid = cgi_headless_in(&place, l->a, &l->tid);
	if (place.version == 1)
		cgi_must_move_thread(l->b, l->tid);
	else
		cgi_must_move(l->b, l->pid);
	return is_busy_by(l->hier, l->b, l->tid) &&
	       cgi_task_is(l->tid, "state", "running");
}

static bool leader_is_elsewhere(void *object)
{
	struct leader *l = object;

	return is_dead_leader(l->pid) &&
	       cgi_task_is_in(l->pid, l->hier->id, l->a + strlen(l->hier->root));
}

static bool leader_makes_nothing_busy(void *object)
{
	struct leader *l = object;
	char *gone = cgi_fmt("%s (deleted)", l->a + strlen(l->hier->root));
	bool ok = is_removed(l->a) && cgi_task_is_in(l->pid, l->hier->id, gone) &&
		  is_dead_leader(l->pid);

	free(gone);
	return ok;
}

static bool reaped_makes_nothing_busy(void *object)
{
	struct leader *l = object;

	cgi_kill(l->pid);
	return is_removed(l->b);
}

/* ---- a task stopped before its exit ---- */

/*
 * Returns the contract's word for what /proc/PID/stat says of a task that is no
 * zombie.
 */
static const char *state_of(pid_t pid)
{
	unsigned long flags = 0;

	cgi_proc_state(pid, pid, &flags);
	return flags & CGI_PF_EXITING ? "exiting" : "running";
}

/* The task that is stopped has a cgroup of its own in both hierarchies. */
static char *stopped_in_named, *stopped_in_v2;
static pid_t stopped;

static bool stopped_is_shown(void)
{
	stopped_in_named = cgi_new_cgroup(named.root);
	stopped_in_v2 = cgi_new_cgroup(v2.root);
	stopped = cgi_park();
	cgi_must_move(stopped_in_named, stopped);
	cgi_must_move(stopped_in_v2, stopped);
	cgi_stop_at_exit(stopped);
	ksft_print_msg("/proc says %c, %s\n", cgi_proc_state(stopped, stopped, NULL),
		       state_of(stopped));
	return cgi_proc_state(stopped, stopped, NULL) == 't' &&
	       cgi_task_is(stopped, "state", state_of(stopped)) &&
	       cgi_task_is(stopped, "list", "tasks");
}

static bool stopped_makes_busy(void)
{
	return is_busy_by(&named, stopped_in_named, stopped) &&
	       is_busy_by(&v2, stopped_in_v2, stopped);
}

static bool zombie_does_not(void)
{
	bool ok;

	if (ptrace(PTRACE_DETACH, stopped, NULL, NULL))
		cgi_die("PTRACE_DETACH: %s", strerror(errno));
	cgi_await_zombie(stopped);
	ok = is_removed(stopped_in_named) && is_removed(stopped_in_v2) &&
	     cgi_task_is(stopped, "state", "zombie");
	cgi_kill(stopped);
	return ok;
}

/* ---- a thread blocked in its exit ---- */

/*
 * A thread that writes to a pipe holds the lock of the pipe while the data is
 * copied. If the data is in a page that userfaultfd keeps missing, that lasts
 * until the page is given. A thread that exits closes its end of the pipe,
 * needs the same lock, and so is blocked in its exit.
 */
static struct {
	char *dir;		/* the cgroup of thread @closer of process @leader */
	pid_t leader, closer;
	char *fifo;
	int tid[2], go[2];
	int uffd;
	size_t size;
	char *page;
	pthread_t writer;
	pid_t owner;
} blocked = { .uffd = -1 };

/* The thread has file descriptors of its own, so that its exit closes the pipe. */
static void *close_when_told(void *unused)
{
	pid_t tid = syscall(SYS_gettid);
	char c;

	(void)unused;
	if (unshare(CLONE_FILES) || open(blocked.fifo, O_RDONLY | O_NONBLOCK) < 0)
		tid = 0;
	cgi_send(blocked.tid[1], &tid, sizeof(tid));
	cgi_receive(blocked.go[0], &c, 1);
	return NULL;
}

static int leader_of_closer(void *unused)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, close_when_told, NULL))
		return 1;
	return cgi_sleep_for_ever(unused);
}

static void spawn_closer(void)
{
	blocked.fifo = cgi_fmt("%s/fifo", cgi_tmp());
	if (mkfifo(blocked.fifo, 0600))
		cgi_die("mkfifo: %s", strerror(errno));
	cgi_pipe(blocked.tid);
	cgi_pipe(blocked.go);
	blocked.leader = cgi_spawn(leader_of_closer, NULL);
	if (!cgi_receive(blocked.tid[0], &blocked.closer, sizeof(blocked.closer)) ||
	    !blocked.closer)
		cgi_die("no thread that has a pipe open");
}

static void keep_page_missing(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	blocked.size = sysconf(_SC_PAGESIZE);
	blocked.page = mmap(NULL, blocked.size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	reg.range.start = (unsigned long)blocked.page;
	reg.range.len = blocked.size;
	if (blocked.page == MAP_FAILED || ioctl(blocked.uffd, UFFDIO_API, &api) ||
	    ioctl(blocked.uffd, UFFDIO_REGISTER, &reg))
		cgi_die("userfaultfd: %s", strerror(errno));
}

/* Without the page, tasks that wait for it can't be killed. */
static void let_page_come(void)
{
	struct uffdio_zeropage zero = {
		.range = { .start = (unsigned long)blocked.page, .len = blocked.size },
	};

	if (blocked.uffd >= 0 && getpid() == blocked.owner)
		ioctl(blocked.uffd, UFFDIO_ZEROPAGE, &zero);
}

static void *write_page(void *unused)
{
	int fd = open(blocked.fifo, O_WRONLY);

	(void)unused;
	/* The reader may end without having read anything. */
	signal(SIGPIPE, SIG_IGN);
	if (write(fd, blocked.page, blocked.size) < 0 && errno != EPIPE)
		ksft_print_msg("write: %s\n", strerror(errno));
	close(fd);
	return NULL;
}

static void hold_pipe(void)
{
	struct pollfd fault = { .fd = blocked.uffd, .events = POLLIN };

	blocked.owner = getpid();
	keep_page_missing();
	atexit(let_page_come);
	if (pthread_create(&blocked.writer, NULL, write_page, NULL) ||
	    poll(&fault, 1, CGI_PATIENCE_S * 1000) != 1 || fault.revents != POLLIN)
		cgi_die("a write to a pipe does not wait for its page");
}

static bool blocked_is_exiting(void)
{
	blocked.dir = cgi_new_cgroup(named.root);
	spawn_closer();
	cgi_must_move_thread(blocked.dir, blocked.closer);
	hold_pipe();
	cgi_send(blocked.go[1], "x", 1);
	return cgi_waits_in_exit(blocked.leader, blocked.closer, "D") &&
	       cgi_task_is(blocked.closer, "state", "exiting") &&
	       cgi_task_is(blocked.closer, "list", "tasks") &&
	       cgi_task_is(blocked.leader, "state", "running");
}

static bool blocked_makes_busy(void)
{
	return is_busy_by(&named, blocked.dir, blocked.closer);
}

static bool until_it_is_gone(void)
{
	bool ok;

	let_page_come();
	pthread_join(blocked.writer, NULL);
	unlink(blocked.fifo);
	ok = is_removed(blocked.dir);
	cgi_kill(blocked.leader);
	return ok;
}

/* ---- a kernel thread ---- */

static char *dir_of_kthread;
static pid_t kthread;

static bool kthread_makes_busy(void)
{
	char *comm;

	dir_of_kthread = cgi_new_cgroup(named.root);
	kthread = cgi_move_kthread(dir_of_kthread);
	if (!kthread)
		cgi_die("no kernel thread can be moved");
	comm = cgi_task_now(kthread, "comm");
	ksft_print_msg("kernel thread %s\n", comm);
	free(comm);
	return is_busy_by(&named, dir_of_kthread, kthread) &&
	       cgi_task_is(kthread, "kthread", "yes");
}

static bool until_it_is_moved(void)
{
	cgi_must_move(named.root, kthread);
	return is_removed(dir_of_kthread);
}

/* ---- everybody ---- */

static void add_proc(pid_t tgid, pid_t tid, void *arg)
{
	unsigned long flags = 0;
	char state = cgi_proc_state(tgid, tid, &flags);

	if (state)
		cgi_set_add(arg, "%d kthread %s", tid,
			    flags & CGI_PF_KTHREAD ? "yes" : "no");
}

static bool list_fits(const char *state, const char *list)
{
	bool on = !strcmp(list, "tasks");
	bool off = !strcmp(list, "dying_tasks") || !strcmp(list, "none");

	if (!strcmp(state, "running"))
		return on;
	return !strcmp(state, "zombie") ? off : on || off;
}

static int diff_all(void)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	struct cgi_set ours = { 0 }, want = { 0 };
	int row, nr = 0;

	cgi_each_task(add_proc, &want);
	for (row = 0; row < tasks->nr_rows; row++) {
		const char *state = cgi_get(tasks, row, "state");
		const char *list = cgi_get(tasks, row, "list");

		cgi_set_add(&ours, "%s kthread %s", cgi_get(tasks, row, "tid"),
			    cgi_get(tasks, row, "kthread"));
		if (list_fits(state, list))
			continue;
		ksft_print_msg("%s is %s, but on %s\n",
			       cgi_get(tasks, row, "tid"), state, list);
		nr++;
	}
	nr += cgi_set_compare("kthread", &ours, &want);
	cgi_table_free(tasks);
	return nr;
}

static const struct cgi_case leader_cases[] = {
	{ "a thread without its leader makes it busy", .run_on = thread_makes_busy },
	{ "its leader is a zombie elsewhere", .run_on = leader_is_elsewhere },
	{ "where it makes nothing busy", .run_on = leader_makes_nothing_busy },
	{ "then neither does the thread", .run_on = reaped_makes_nothing_busy },
};

static const struct cgi_case stopped_cases[] = {
	{ "a task stopped at its exit is shown as it is", stopped_is_shown },
	{ "it makes both its cgroups busy", stopped_makes_busy },
	{ "as a zombie it does not", zombie_does_not },
};

static const struct cgi_case blocked_cases[] = {
	{ "a thread blocked in its exit is exiting", blocked_is_exiting },
	{ "it makes its cgroup busy", blocked_makes_busy },
	{ "until it is gone", until_it_is_gone },
};

static const struct cgi_case other_cases[] = {
	{ "a kernel thread makes a cgroup busy", kthread_makes_busy },
	{ "until it is moved away", until_it_is_moved },
	{ "kthread and list of every task are right", .diff = diff_all },
};

int main(void)
{
	char *name;

	cgi_begin();
	cgi_need_graph();
	named.root = cgi_named("hidden", &name);
	named.id = cgi_hier_id(name);
	v2.root = (char *)cgi_v2();
	cgi_add_cases_on(&on_v1, "v1", leader_cases, ARRAY_SIZE(leader_cases));
	cgi_add_cases_on(&on_v2, "v2", leader_cases, ARRAY_SIZE(leader_cases));
	cgi_add_cases(stopped_cases, ARRAY_SIZE(stopped_cases));
	blocked.uffd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (blocked.uffd >= 0)
		cgi_add_cases(blocked_cases, ARRAY_SIZE(blocked_cases));
	else
		cgi_skip_cases(cgi_fmt("userfaultfd: %s (CONFIG_USERFAULTFD)",
				       strerror(errno)),
			       blocked_cases, ARRAY_SIZE(blocked_cases));
	cgi_add_cases(other_cases, ARRAY_SIZE(other_cases));
	cgi_run_cases();
}
