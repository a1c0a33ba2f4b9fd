// SPDX-License-Identifier: GPL-2.0-only
/*
 * A task that is being forked can be found by its number before it is in its
 * parent's css_set. It is not shown until it is there.
 *
 *   named, cgroup2   dir: a process that forks and reaps all the time
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "cgi.h"

#define COMM	"cgi_newborn"
#define SECONDS	5

struct request {
	struct nlmsghdr header;
	struct cn_msg message;
	enum proc_cn_mcast_op op;
};

/*
 * The kernel tells a listener of a fork just before it puts the child into its
 * css_set, which makes that moment longer. Nobody reads what it says.
 */
static void listen_to_forks(void)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC };
	struct request request = {
		.header.nlmsg_len = sizeof(request),
		.header.nlmsg_type = NLMSG_DONE,
		.message.id = { .idx = CN_IDX_PROC, .val = CN_VAL_PROC },
		.message.len = sizeof(request.op),
		.op = PROC_CN_MCAST_LISTEN,
	};
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_CONNECTOR);

	if (fd < 0 || bind(fd, (void *)&addr, sizeof(addr)) ||
	    send(fd, &request, sizeof(request), 0) < 0)
		ksft_print_msg("CONFIG_PROC_EVENTS: %s\n", strerror(errno));
}

static int fork_for_ever(void *arg)
{
	int *go = arg;
	char byte;
	pid_t pid;

	if (!cgi_receive(go[0], &byte, 1) || prctl(PR_SET_NAME, COMM))
		return 1;
	for (;;) {
		pid = fork();
		if (!pid)
			_exit(0);
		if (pid > 0)
			waitpid(pid, NULL, 0);
	}
}

static pid_t start(void)
{
	char *name;
	int go[2];
	pid_t pid;

	cgi_pipe(go);
	pid = cgi_spawn(fork_for_ever, go);
	cgi_must_move(cgi_cgroup(cgi_v2()), pid);
	cgi_must_move(cgi_cgroup(cgi_named("home", &name)), pid);
	cgi_send(go[1], "", 1);
	return pid;
}

/* Adds the children in one read to @seen; returns how many are elsewhere. */
static int elsewhere(pid_t parent, const char *home, int *seen)
{
	struct cgi_view *tasks = cgi_read("tasks");
	int row, nr = 0;

	for (row = 0; row < tasks->nr_rows; row++) {
		if (strcmp(cgi_get(tasks, row, "comm"), COMM) ||
		    cgi_num(tasks, row, "tid") == parent)
			continue;
		++*seen;
		if (!strcmp(cgi_get(tasks, row, "css_set"), home))
			continue;
		ksft_print_msg("%s in %s\n", cgi_get(tasks, row, "tid"),
			       cgi_get(tasks, row, "cgroups"));
		nr++;
	}
	cgi_free(tasks);
	return nr;
}

int main(void)
{
	int reads = 0, seen = 0, wrong = 0;
	double end;
	char *home;
	pid_t pid;

	ksft_print_header();
	cgi_init();
	ksft_set_plan(1);

	listen_to_forks();
	pid = start();
	home = cgi_task_now(pid, "css_set");
	if (!home)
		cgi_die("task %d is not shown", pid);
	for (end = cgi_now() + SECONDS; !wrong && cgi_now() < end; reads++)
		wrong += elsewhere(pid, home, &seen);
	ksft_print_msg("%d reads, %d children\n", reads, seen);
	ksft_test_result(seen && !wrong, "children are never out of their parent's css_set\n");
	cgi_finish();
}
