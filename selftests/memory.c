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
#include "lib/cgi_pin.h"

#define NR_PROCS	8
#define NR_THREADS	100
#define NR_FILES	64
/* The kernel charges in advance, up to this much for each CPU. */
#define STOCK_BYTES	(64 * 4096L)

struct place {
	char *top;
	const char *usage;
	bool v1;
};

struct answer {
	int opened;
	int err;
};

struct order {
	int fd[2];
	int reply[2];
};

static int fds[NR_FILES];

/* Opens as many as it is told to, holds them until the next word. */
static int reader(void *arg)
{
	struct order *order = arg;
	struct answer answer;
	int nr, i;

	while (cgi_receive(order->fd[0], &nr, sizeof(nr))) {
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
		cgi_send(order->reply[1], &answer, sizeof(answer));
	}
	return 0;
}

static struct answer tell(struct order *order, int nr)
{
	struct pollfd pfd = { .fd = order->reply[0], .events = POLLIN };
	struct answer answer;

	cgi_send(order->fd[1], &nr, sizeof(nr));
	if (poll(&pfd, 1, 60000) != 1 ||
	    !cgi_receive(order->reply[0], &answer, sizeof(answer)))
		cgi_die("the reader does not answer");
	return answer;
}

static long usage(const struct place *place)
{
	char *text = cgi_slurp_at(place->top, place->usage);

	if (!text)
		cgi_die("%s/%s: %s", place->top, place->usage, strerror(errno));
	return atol(text);
}

static bool find_memory(struct place *place)
{
	struct cgi_place memory = cgi_place_of("memory");

	if (!memory.root)
		return false;
	place->v1 = memory.version == 1;
	place->top = cgi_new_cgroup(memory.root);
	place->usage = place->v1 ? "memory.usage_in_bytes" : "memory.current";
	return true;
}

static void test_charged(const struct place *place, struct order *order)
{
	long slack = STOCK_BYTES * sysconf(_SC_NPROCESSORS_ONLN);
	long before, held, after, bytes;
	struct answer answer;

	/* Its own pages, and the slab's first ones, before anything is measured. */
	tell(order, 1);
	tell(order, 0);
	before = usage(place);
	answer = tell(order, NR_FILES);
	held = usage(place);
	bytes = atol(cgi_value("stats", "bytes_last"));
	tell(order, 0);
	after = usage(place);
	ksft_print_msg("%d files of %ld bytes: charged %ld before, %ld open, %ld closed\n",
		       answer.opened, bytes, before, held, after);
	if (answer.opened != NR_FILES || bytes * NR_FILES < 4 * slack)
		cgi_die("not enough is open to tell it from the kernel's stock");
	ksft_test_result(held - before > bytes * NR_FILES * 3 / 4 - slack,
			 "open files are charged to their opener\n");
	ksft_test_result(after - before < bytes * NR_FILES / 4 + slack,
			 "closed, the charge is gone\n");
}

/*
 * Only v1 can be told not to kill at the limit, which would leave nobody to
 * tell what open() said, and a stack trace in the kernel log.
 */
static void test_limit(const struct place *place, struct order *order)
{
	struct answer answer;
	char *limit;

	if (!place->v1) {
		ksft_test_result_skip("memory is not on v1 here (CONFIG_MEMCG_V1)\n");
		ksft_test_result_skip("memory is not on v1 here (CONFIG_MEMCG_V1)\n");
		return;
	}
	limit = cgi_fmt("%ld", usage(place) + 2 * 1024 * 1024);
	if (cgi_write(place->top, "memory.oom_control", "1") ||
	    cgi_write(place->top, "memory.limit_in_bytes", limit))
		cgi_die("%s: no limit", place->top);
	answer = tell(order, NR_FILES);
	ksft_print_msg("limit %s: %d files opened, then %s\n", limit,
		       answer.opened, strerror(answer.err));
	ksft_test_result(answer.opened < NR_FILES && answer.err == ENOMEM,
			 "at the limit open() fails with ENOMEM\n");
	cgi_write(place->top, "memory.limit_in_bytes", "-1");
	tell(order, 0);
	ksft_test_result(cgi_module_refs() == 0 &&
			 tell(order, 1).opened == 1,
			 "nothing is left of it, and it opens again\n");
}

int main(void)
{
	struct place place = { 0 };
	struct order order;
	pid_t tids[NR_THREADS], pid;
	int i;

	ksft_print_header();
	cgi_begin();
	cgi_need_graph();
	if (!find_memory(&place))
		ksft_exit_skip("no memory controller here (CONFIG_MEMCG)\n");
	ksft_set_plan(4);
	for (i = 0; i < NR_PROCS; i++)
		cgi_park_threads(NR_THREADS, tids);
	cgi_pipe(order.fd);
	cgi_pipe(order.reply);
	pid = cgi_spawn(reader, &order);
	cgi_must_move(place.top, pid);
	test_charged(&place, &order);
	test_limit(&place, &order);
	cgi_kill_all();
	cgi_finish();
}
