// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks that are stuck in the kernel; see cgi_stuck.h. No module is needed for it: the kernel
 * writes to memory of the task, and userfaultfd lets that write wait until the test says so.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cgi.h"
#include "cgi_stuck.h"

/* From its number to the write the thread has to go through one system call. */
#define CGI_CALL_MS	1500

static struct {
	int tid;		/* of the thread that is stuck, 0 until it begins */
	int err;		/* why there is none */
} *stuck;

/* Returns two pages, of which whoever writes to the second one waits; or NULL with errno. */
static char *trap(int *uffd)
{
	long page = sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register second = {
		.range = { .start = (uintptr_t)pages + page, .len = page },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	*uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (pages == MAP_FAILED || *uffd < 0 || ioctl(*uffd, UFFDIO_API, &api) ||
	    ioctl(*uffd, UFFDIO_REGISTER, &second))
		return NULL;
	memset(pages, 0, page);
	return pages;
}

/* Returns the thread that is stuck, in a child that runs @fn; or 0 with errno. */
static pid_t get_stuck(int (*fn)(void *arg), void *arg, pid_t *child)
{
	double end = cgi_now() + CGI_PATIENCE_S;

	if (!stuck)
		stuck = cgi_share(sizeof(*stuck));
	memset(stuck, 0, sizeof(*stuck));
	*child = cgi_spawn(fn, arg);
	while (!stuck->tid && !stuck->err && cgi_now() < end)
		cgi_sleep_ms(10);
	if (!stuck->tid && !stuck->err)
		cgi_die("a child does not begin");
	cgi_sleep_ms(CGI_CALL_MS);
	errno = stuck->err;
	return errno ? 0 : stuck->tid;
}

static void note_tid(void)
{
	__atomic_store_n(&stuck->tid, syscall(SYS_gettid), __ATOMIC_SEQ_CST);
}

/* ---- a read ---- */

static int read_for_ever(void *unused)
{
	long page = sysconf(_SC_PAGESIZE);
	int uffd, zero = open("/dev/zero", O_RDONLY);
	char *pages = trap(&uffd);

	(void)unused;
	if (!pages || zero < 0) {
		stuck->err = errno;
		return 1;
	}
	note_tid();
	return read(zero, pages + page, page) < 0;
}

pid_t cgi_park_resisting(void)
{
	pid_t child;

	return get_stuck(read_for_ever, NULL, &child);
}

/* ---- cgroup_mutex: bpf(BPF_PROG_QUERY) writes its answer with this held ---- */

static const char *name;
static pid_t holder;
static int release_pipe[2];

static void *ask(void *arg)
{
	size_t asked = offsetof(union bpf_attr, query.prog_cnt);
	union bpf_attr *attr = arg;
	int dir = open(cgi_v2(), O_RDONLY | O_DIRECTORY);

	prctl(PR_SET_NAME, name);
	memset(attr, 0, asked);
	attr->query.target_fd = dir;
	attr->query.attach_type = BPF_CGROUP_INET_INGRESS;
	note_tid();
	if (syscall(SYS_bpf, BPF_PROG_QUERY, attr, asked))
		stuck->err = errno;
	return NULL;
}

/* The answer is written to the second page, the question is only in the first. */
static int hold(void *unused)
{
	size_t asked = offsetof(union bpf_attr, query.prog_cnt);
	pthread_t thread;
	char end;
	int uffd;
	char *pages = trap(&uffd);

	(void)unused;
	if (!pages || pthread_create(&thread, NULL, ask,
				     pages + sysconf(_SC_PAGESIZE) - asked)) {
		stuck->err = errno;
		return 1;
	}
	if (!cgi_receive(release_pipe[0], &end, 1))
		return 1;
	close(uffd);
	pthread_join(thread, NULL);
	return stuck->err;
}

pid_t cgi_hold_mutex(const char *comm)
{
	pid_t tid;

	name = comm;
	cgi_pipe(release_pipe);
	tid = get_stuck(hold, NULL, &holder);
	close(release_pipe[0]);
	return tid;
}

bool cgi_let_mutex_go(void)
{
	cgi_send(release_pipe[1], "", 1);
	close(release_pipe[1]);
	return cgi_exit_code(holder) == 0;
}
