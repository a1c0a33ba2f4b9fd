// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of a snapshot is charged to who opened the file, comes back when
 * it is closed, and where the limit does not allow it open() fails with
 * ENOMEM and leaves nothing behind.
 *
 *   memory   top: the reader
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"

#define NR_PROCS	8
#define NR_THREADS	100
/*
 * What reading an open file takes is charged, too. KASAN puts much around each piece of it, 68 KiB
 * when that was measured.
 */
#define READER_BYTES	(24 * 1024L)
#define READER_KASAN	(72 * 1024L)
#define NR_FILES	64
/* The kernel charges up to this much in advance for each CPU. */
#define STOCK_BYTES	(64 * 4096L)

struct answer {
	int opened;
	int err;
};

/* The reader is in the cgroup top, and is told by a pipe what to do. */
static char *top;
static bool on_v1;
static struct {
	int fd[2];
	int reply[2];
} order;

static int fds[NR_FILES];

/* Opens as many files as it is told to and holds them until it is told 0. */
static int reader(void *unused)
{
	struct answer answer;
	int nr, i;

	(void)unused;
	while (cgi_receive(order.fd[0], &nr, sizeof(nr))) {
		memset(&answer, 0, sizeof(answer));
		for (i = 0; i < nr; i++) {
			fds[i] = cgi_open("tasks", O_RDONLY);
			if (fds[i] < 0) {
				answer.err = errno;
				break;
			}
			answer.opened++;
		}
		if (!nr)
			for (i = 0; i < NR_FILES; i++)
				close(fds[i]);
		cgi_send(order.reply[1], &answer, sizeof(answer));
	}
	return 0;
}

static struct answer tell(int nr)
{
	struct pollfd pfd = { .fd = order.reply[0], .events = POLLIN };
	struct answer answer;

	cgi_send(order.fd[1], &nr, sizeof(nr));
	if (poll(&pfd, 1, 60000) != 1 ||
	    !cgi_receive(order.reply[0], &answer, sizeof(answer)))
		cgi_die("the reader does not answer");
	return answer;
}

static long usage(void)
{
	const char *file = on_v1 ? "memory.usage_in_bytes" : "memory.current";
	char *text = cgi_slurp_at(top, file);

	if (!text)
		cgi_die("%s/%s: %s", top, file, strerror(errno));
	return atol(text);
}

static bool find_memory(void)
{
	struct cgi_place memory = cgi_place_of("memory");

	if (!memory.root)
		return false;
	on_v1 = memory.version == 1;
	top = cgi_new_cgroup(memory.root);
	return true;
}

/*
 * These are bytes: what is charged at three moments, what the snapshots take,
 * and how much of it all may be charged in advance.
 */
static struct {
	long before, open, closed;
	long snapshots;
	long slack;
} charged;

static bool open_is_charged(void)
{
	long reader = cgi_kernel_has("kasan_report") ? READER_KASAN : READER_BYTES;
	struct answer answer;

	charged.slack = STOCK_BYTES * sysconf(_SC_NPROCESSORS_ONLN);
	/*
	 * The first opening touches pages of the reader and of the slab that
	 * stay, so it is not measured.
	 */
	tell(1);
	tell(0);
	charged.before = usage();
	answer = tell(NR_FILES);
	charged.open = usage();
	charged.snapshots = atol(cgi_value("stats", "bytes_last")) * NR_FILES;
	tell(0);
	charged.closed = usage();
	ksft_print_msg("%d files of %ld bytes: charged %ld before, %ld open, %ld closed\n",
		       answer.opened, charged.snapshots / NR_FILES, charged.before,
		       charged.open, charged.closed);
	if (answer.opened != NR_FILES || charged.snapshots < 4 * charged.slack)
		cgi_die("not enough is open to tell it from the kernel's stock");
	return charged.open - charged.before > charged.snapshots * 15 / 16 - charged.slack &&
	       charged.open - charged.before < charged.snapshots * 17 / 16 + charged.slack +
					       NR_FILES * reader;
}

static bool closed_is_not(void)
{
	return charged.closed - charged.before < charged.snapshots / 4 + charged.slack;
}

static bool limit_is_enomem(void)
{
	char *limit = cgi_fmt("%ld", usage() + 2 * 1024 * 1024);
	struct answer answer;

	if (cgi_write(top, on_v1 ? "memory.limit_in_bytes" : "memory.max", limit))
		cgi_die("%s: no limit", top);
	answer = tell(NR_FILES);
	ksft_print_msg("limit %s: %d files opened, then %s\n", limit,
		       answer.opened, strerror(answer.err));
	return answer.opened < NR_FILES && answer.err == ENOMEM;
}

static bool nothing_is_left(void)
{
	if (cgi_write(top, on_v1 ? "memory.limit_in_bytes" : "memory.max",
		      on_v1 ? "-1" : "max"))
		cgi_die("%s keeps its limit", top);
	tell(0);
	return cgi_module_has_refs(0) && tell(1).opened == 1;
}

static const struct cgi_case cases[] = {
	{ "open files are charged to their opener, as stats says", open_is_charged },
	{ "closed, the charge is gone", closed_is_not },
	{ "at the limit open() fails with ENOMEM", limit_is_enomem },
	{ "nothing is left of it, and it opens again", nothing_is_left },
};

int main(void)
{
	pid_t tids[NR_THREADS];
	int i;

	cgi_begin();
	cgi_need_graph();
	if (!find_memory())
		cgi_skip_all("no memory controller here (CONFIG_MEMCG)");
	for (i = 0; i < NR_PROCS; i++)
		cgi_park_threads(NR_THREADS, tids);
	cgi_pipe(order.fd);
	cgi_pipe(order.reply);
	cgi_must_move(top, cgi_spawn(reader, NULL));
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
