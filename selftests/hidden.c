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
#include <ctype.h>
#include <dirent.h>
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
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_pin.h"

#define NR_BLOCKED	3

static struct cgi_hier named = { .version = 1 }, v2 = { .version = 2 };

static void add_tid(pid_t tid, void *arg)
{
	cgi_set_add(arg, "%d keeps it populated", tid);
}

/* What keeps a cgroup populated: tasks on a list of running ones. */
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

/* rmdir fails, and tasks names who it is. */
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

static int procs_in(const char *dir)
{
	char *text = cgi_slurp_at(dir, "cgroup.procs");
	int nr = 0, i;

	for (i = 0; text && text[i]; i++)
		nr += text[i] == '\n';
	free(text);
	return nr;
}

/* ---- a leader that exits before its thread ---- */

/* Newer kernels put it on that list when it was switched out for good. */
static bool is_dead_leader(pid_t pid)
{
	char *tid = cgi_fmt("%d", pid);
	bool is = cgi_task_is(pid, "state", "zombie") &&
		  cgi_field_becomes("tasks", "tid", tid, "list", "dying_tasks") &&
		  cgi_task_is(pid, "kthread", "no");

	free(tid);
	return is;
}

static void test_leader(const struct cgi_hier *hier, const char *what)
{
	char *a = cgi_new_cgroup(hier->root), *b = cgi_new_cgroup(hier->root);
	char *gone = cgi_fmt("%s (deleted)", a + strlen(hier->root));
	struct cgi_place place = {
		.root = hier->root, .hier = hier->id, .version = hier->version,
	};
	pid_t pid, tid;

	pid = cgi_headless_in(&place, a, &tid);
	if (hier->version == 1)
		cgi_must_move_thread(b, tid);
	else
		cgi_must_move(b, pid);
	ksft_print_msg("cgroup.procs: %d of the leader, %d of the thread\n",
		       procs_in(a), procs_in(b));
	ksft_test_result(is_busy_by(hier, b, tid) && cgi_task_is(tid, "state", "running"),
			 "%s: a thread without its leader makes it busy\n", what);
	ksft_test_result(is_dead_leader(pid) &&
			 cgi_task_is_in(pid, hier->id, a + strlen(hier->root)),
			 "%s: its leader is a zombie elsewhere\n", what);
	ksft_test_result(is_removed(a) && cgi_task_is_in(pid, hier->id, gone) &&
			 is_dead_leader(pid),
			 "%s: where it makes nothing busy\n", what);
	cgi_kill(pid);
	ksft_test_result(is_removed(b), "%s: then neither does the thread\n",
			 what);
}

/* ---- a task stopped before its exit ---- */

static void stop_at_exit(pid_t pid)
{
	int status;

	if (ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACEEXIT))
		cgi_die("PTRACE_SEIZE: %s", strerror(errno));
	kill(pid, SIGTERM);
	for (;;) {
		if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
			cgi_die("the child did not stop: %x", status);
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8))
			return;
		ptrace(PTRACE_CONT, pid, NULL, WSTOPSIG(status));
	}
}

/* The contract's words for what /proc/PID/stat says. */
static const char *state_of(pid_t pid)
{
	unsigned long flags = 0;
	char state = cgi_proc_state(pid, pid, &flags);

	if (state == 'Z' || state == 'X')
		return "zombie";
	return flags & CGI_PF_EXITING ? "exiting" : "running";
}

static void test_stopped(void)
{
	char *a = cgi_new_cgroup(named.root), *b = cgi_new_cgroup(v2.root);
	pid_t pid = cgi_park();

	cgi_must_move(a, pid);
	cgi_must_move(b, pid);
	stop_at_exit(pid);
	ksft_print_msg("/proc says %c, %s\n", cgi_proc_state(pid, pid, NULL),
		       state_of(pid));
	ksft_test_result(cgi_proc_state(pid, pid, NULL) == 't' &&
			 cgi_task_is(pid, "state", state_of(pid)) &&
			 cgi_task_is(pid, "list", "tasks"),
			 "a task stopped at its exit is shown as it is\n");
	ksft_test_result(is_busy_by(&named, a, pid) && is_busy_by(&v2, b, pid),
			 "it makes both its cgroups busy\n");
	if (ptrace(PTRACE_DETACH, pid, NULL, NULL))
		cgi_die("PTRACE_DETACH: %s", strerror(errno));
	cgi_await_zombie(pid);
	ksft_test_result(is_removed(a) && is_removed(b) &&
			 cgi_task_is(pid, "state", "zombie"),
			 "as a zombie it does not\n");
	cgi_kill(pid);
}

/* ---- a thread blocked in its exit ---- */

/*
 * Who writes to a pipe holds its lock while the data is copied, and a page that
 * userfaultfd keeps missing makes that last; who closes the pipe wants the lock.
 */
static struct blocked {
	char *fifo;
	int tid[2], go[2];
	int uffd;
	size_t size;
	char *page;
	pthread_t writer;
	pid_t owner;
} blocked = { .uffd = -1 };

/* With descriptors of its own, so that its exit closes the pipe. */
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

static pid_t spawn_closer(pid_t *tid)
{
	pid_t pid;

	blocked.fifo = cgi_fmt("%s/fifo", cgi_tmp());
	if (mkfifo(blocked.fifo, 0600))
		cgi_die("mkfifo: %s", strerror(errno));
	cgi_pipe(blocked.tid);
	cgi_pipe(blocked.go);
	pid = cgi_spawn(leader_of_closer, NULL);
	if (!cgi_receive(blocked.tid[0], tid, sizeof(*tid)) || !*tid)
		cgi_die("no thread that has a pipe open");
	return pid;
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

/* Else the tasks that wait for it could not be killed. */
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
	/* The reader may go without reading. */
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

static void test_blocked_in(char *dir)
{
	pid_t tid, pid = spawn_closer(&tid);

	cgi_must_move_thread(dir, tid);
	hold_pipe();
	cgi_send(blocked.go[1], "x", 1);
	ksft_test_result(cgi_waits_in_exit(pid, tid, "D") &&
			 cgi_task_is(tid, "state", "exiting") &&
			 cgi_task_is(tid, "list", "tasks") &&
			 cgi_task_is(pid, "state", "running"),
			 "a thread blocked in its exit is exiting\n");
	ksft_test_result(is_busy_by(&named, dir, tid),
			 "it makes its cgroup busy\n");
	let_page_come();
	pthread_join(blocked.writer, NULL);
	unlink(blocked.fifo);
	ksft_test_result(is_removed(dir), "until it is gone\n");
	cgi_kill(pid);
}

static void test_blocked(void)
{
	int i;

	blocked.uffd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (blocked.uffd >= 0) {
		test_blocked_in(cgi_new_cgroup(named.root));
		return;
	}
	for (i = 0; i < NR_BLOCKED; i++)
		ksft_test_result_skip("userfaultfd: %s (CONFIG_USERFAULTFD)\n",
				      strerror(errno));
}

/* ---- a kernel thread ---- */

/* Many are bound to a CPU, and those may not be moved. */
static pid_t move_kthread(const char *dir)
{
	DIR *proc = opendir("/proc");
	struct dirent *de;
	unsigned long flags;
	pid_t pid, moved = 0;

	while (!moved && (de = readdir(proc))) {
		pid = isdigit(de->d_name[0]) ? atoi(de->d_name) : 0;
		flags = 0;
		if (pid > 2 && cgi_proc_state(pid, pid, &flags) &&
		    flags & CGI_PF_KTHREAD && !cgi_move(dir, pid))
			moved = pid;
	}
	closedir(proc);
	return moved;
}

static void test_kthread(void)
{
	char *dir = cgi_new_cgroup(named.root);
	pid_t pid = move_kthread(dir);
	char *comm;

	if (!pid)
		cgi_die("no kernel thread can be moved");
	comm = cgi_task_now(pid, "comm");
	ksft_test_result(is_busy_by(&named, dir, pid) && cgi_task_is(pid, "kthread", "yes"),
			 "the kernel thread %s makes a cgroup busy\n", comm);
	cgi_must_move(named.root, pid);
	ksft_test_result(is_removed(dir), "until it is moved away\n");
	free(comm);
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

int main(void)
{
	char *name;

	ksft_print_header();
	cgi_begin();
	cgi_need_graph();
	ksft_set_plan(14 + NR_BLOCKED);
	named.root = cgi_named("hidden", &name);
	named.id = cgi_hier_id(name);
	v2.root = (char *)cgi_v2();
	test_leader(&named, "v1");
	test_leader(&v2, "v2");
	test_stopped();
	test_blocked();
	test_kthread();
	ksft_test_result(cgi_settles(diff_all),
			 "kthread and list of every task are right\n");
	cgi_finish();
}
