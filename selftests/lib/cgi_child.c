// SPDX-License-Identifier: GPL-2.0-only
/*
 * Children of the selftests: parked tasks and threads, zombies, pipes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "cgi.h"

static pid_t *children;
static int nr_children;

static void cgi_remember_child(pid_t pid)
{
	children = cgi_grow(children, (nr_children + 1) * sizeof(*children));
	children[nr_children++] = pid;
}

static void cgi_forget_child(pid_t pid)
{
	int i;

	for (i = 0; i < nr_children; i++)
		if (children[i] == pid)
			children[i] = children[--nr_children];
}

/* Like fork() it returns in the child, too. */
static pid_t cgi_fork_as(pid_t pid)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD,
		.set_tid = (uintptr_t)&pid,
		.set_tid_size = 1,
	};

	return syscall(SYS_clone3, &args, sizeof(args));
}

pid_t cgi_spawn(int (*fn)(void *arg), void *arg)
{
	return cgi_spawn_as(0, fn, arg);
}

pid_t cgi_spawn_as(pid_t pid, int (*fn)(void *arg), void *arg)
{
	pid_t child;

	/* Otherwise the child would print once more what is still in the buffer. */
	fflush(stdout);
	child = pid ? cgi_fork_as(pid) : fork();
	while (child < 0 && pid && errno == EEXIST)
		child = cgi_fork_as(++pid);
	if (child < 0)
		cgi_die("fork: %s", strerror(errno));
	if (!child) {
		int ret;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		ret = fn(arg);
		fflush(stdout);
		_exit(ret);
	}
	cgi_remember_child(child);
	return child;
}

static int cgi_wait_status(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			cgi_die("waitpid(%d): %s", pid, strerror(errno));
	cgi_forget_child(pid);
	return status;
}

void cgi_kill(pid_t pid)
{
	kill(pid, SIGKILL);
	cgi_wait_status(pid);
}

bool cgi_still_runs(pid_t pid)
{
	siginfo_t info = { 0 };

	if (waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT))
		cgi_die("waitid: %s", strerror(errno));
	if (info.si_pid)
		ksft_print_msg("child %d has ended with %d\n", pid, info.si_status);
	return !info.si_pid;
}

int cgi_exit_code(pid_t pid)
{
	int status = cgi_wait_status(pid);

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool cgi_join(pid_t pid)
{
	return !cgi_exit_code(pid);
}

void cgi_await_zombie(pid_t pid)
{
	siginfo_t info;

	while (waitid(P_PID, pid, &info, WEXITED | WNOWAIT))
		if (errno != EINTR)
			cgi_die("waitid(%d): %s", pid, strerror(errno));
}

int cgi_sleep_for_ever(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return 0;
}

pid_t cgi_park(void)
{
	return cgi_spawn(cgi_sleep_for_ever, NULL);
}

bool cgi_waits_in_exit(pid_t tgid, pid_t tid, const char *states)
{
	double end = cgi_now() + CGI_PATIENCE_S;
	unsigned long flags = 0;
	char state;

	do {
		state = cgi_proc_state(tgid, tid, &flags);
		if (state && strchr(states, state) && flags & CGI_PF_EXITING)
			return true;
		cgi_sleep_ms(CGI_PATIENCE_MS);
	} while (cgi_now() < end);
	ksft_print_msg("/proc says %c, flags %lx\n", state, flags);
	return false;
}

void cgi_allow_tasks(int nr)
{
	char *old = cgi_slurp("/proc/sys/kernel/threads-max", NULL);
	char *new = cgi_fmt("%d", nr);

	if (old && atoi(old) < nr) {
		if (cgi_write("/proc/sys/kernel", "threads-max", new))
			cgi_die("threads-max can't be %s", new);
		cgi_restore("/proc/sys/kernel", "threads-max", old);
	}
	free(old);
	free(new);
}

void cgi_leave_limits(void)
{
	struct cgi_hier *hiers;
	int nr = cgi_hierarchies(&hiers), i;

	for (i = 0; i < nr; i++)
		cgi_must_move(hiers[i].root, getpid());
}

void *cgi_share(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		cgi_die("mmap: %s", strerror(errno));
	return memory;
}

void cgi_pipe(int fd[2])
{
	if (pipe2(fd, O_CLOEXEC))
		cgi_die("pipe: %s", strerror(errno));
}

void cgi_send(int fd, const void *buf, size_t len)
{
	if (write(fd, buf, len) != (ssize_t)len)
		cgi_die("pipe: write: %s", strerror(errno));
}

bool cgi_receive(int fd, void *buf, size_t len)
{
	size_t nr = 0;
	ssize_t got;

	while (nr < len) {
		got = read(fd, (char *)buf + nr, len - nr);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		nr += got;
	}
	return true;
}

struct cgi_parked {
	int nr;
	int fd;
};

static void *cgi_parked_thread(void *arg)
{
	struct cgi_parked *parked = arg;
	pid_t tid = syscall(SYS_gettid);

	cgi_send(parked->fd, &tid, sizeof(tid));
	cgi_sleep_for_ever(NULL);
	return NULL;
}

static int cgi_parked_main(void *arg)
{
	struct cgi_parked *parked = arg;
	pid_t tid = getpid();
	pthread_attr_t attr;
	pthread_t thread;
	int i;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 32768);
	cgi_send(parked->fd, &tid, sizeof(tid));
	for (i = 1; i < parked->nr; i++) {
		errno = pthread_create(&thread, &attr, cgi_parked_thread,
				       parked);
		if (errno) {
			ksft_print_msg("thread %d: %s\n", i, strerror(errno));
			return 1;
		}
	}
	return cgi_sleep_for_ever(NULL);
}

pid_t cgi_park_threads(int nr, pid_t *tids)
{
	struct cgi_parked parked = { .nr = nr };
	int fd[2], i;
	pid_t pid;

	cgi_pipe(fd);
	parked.fd = fd[1];
	pid = cgi_spawn(cgi_parked_main, &parked);
	close(fd[1]);
	for (i = 0; i < nr; i++)
		if (!cgi_receive(fd[0], &tids[i], sizeof(*tids)))
			cgi_die("a child could not make %d threads", nr);
	close(fd[0]);
	return pid;
}

pid_t cgi_park_as(const char *comm)
{
	char own[16];
	pid_t pid;

	prctl(PR_GET_NAME, own);
	prctl(PR_SET_NAME, comm);
	pid = cgi_park();
	prctl(PR_SET_NAME, own);
	return pid;
}

void cgi_kill_all(void)
{
	while (nr_children)
		cgi_kill(children[nr_children - 1]);
}
