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
#include "lib/cgi.h"
#include "lib/cgi_case.h"

#define COMM		"cgi_newborn"
#define SECONDS		5
/* Fewer children would prove nothing. A slow guest gets more time for them. */
#define CHILDREN_MIN	20
#define SECONDS_MAX	30
#define ANSWER_S	10

struct request {
	struct nlmsghdr header;
	struct cn_msg message;
	enum proc_cn_mcast_op op;
};

/*
 * The kernel tells a listener of a fork just before it puts the child into its
 * css_set. That takes time, and so makes the moment longer that this test is
 * about. The messages are not read before the end. Returns a socket, or a
 * negative error code.
 */
static int listen_to_forks(void)
{
	struct timeval second = { .tv_sec = 1 };
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
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second)) ||
	    send(fd, &request, sizeof(request), 0) < 0)
		return -errno;
	return fd;
}

/*
 * Returns false if the kernel has said nothing for a second, or has dropped
 * messages.
 */
static bool hear(int fd, struct proc_event *event)
{
	char buf[NLMSG_LENGTH(sizeof(struct cn_msg) + sizeof(*event))] = "";

	if (recv(fd, buf, sizeof(buf), 0) <= 0)
		return false;
	memcpy(event, buf + sizeof(buf) - sizeof(*event), sizeof(*event));
	return true;
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
	cgi_must_move(cgi_new_cgroup(cgi_v2()), pid);
	cgi_must_move(cgi_new_cgroup(cgi_named("home", &name)), pid);
	cgi_send(go[1], "", 1);
	return pid;
}

/*
 * Adds the children in one read to @seen, and returns how many of them are not
 * in their parent's css_set.
 */
static int elsewhere(pid_t parent, const char *home, int *seen)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
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
	cgi_table_free(tasks);
	return nr;
}

static bool is_enough(double seconds, int seen)
{
	return seconds > SECONDS_MAX ||
	       (seconds > SECONDS && seen >= CHILDREN_MIN);
}

static pid_t parent;
/* This is what listen_to_forks() has returned. */
static int events;

static bool children_are_at_home(void)
{
	char *home = cgi_task_now(parent, "css_set");
	int reads = 0, seen = 0, wrong = 0;
	double begin = cgi_now();

	if (!home)
		cgi_die("task %d is not shown", parent);
	for (; !wrong && !is_enough(cgi_now() - begin, seen); reads++)
		wrong += elsewhere(parent, home, &seen);
	ksft_print_msg("%d reads, %d children in %.0f s\n", reads, seen,
		       cgi_now() - begin);
	free(home);
	return seen >= CHILDREN_MIN && !wrong;
}

/*
 * Without CONFIG_PROC_EVENTS the request succeeds, but no message ever comes.
 * If any message has come, that of the fork must come, too.
 */
static bool kernel_tells_of_forks(void)
{
	double end = cgi_now() + ANSWER_S;
	bool told = false, any = false;
	struct proc_event event;

	while (events >= 0 && !told && cgi_now() < end) {
		if (!hear(events, &event))
			continue;
		any = true;
		told = event.what == PROC_EVENT_FORK &&
		       event.event_data.fork.child_pid == parent;
	}
	if (!any)
		return cgi_skip("no answer%s%s", events < 0 ? ", " : "",
				events < 0 ? strerror(-events) : "");
	return told;
}

static const struct cgi_case cases[] = {
	{ CGI_TEXT(CHILDREN_MIN) " children are never out of their parent's css_set",
	  children_are_at_home },
	{ "the kernel tells of forks just then (CONFIG_PROC_EVENTS)",
	  kernel_tells_of_forks },
};

int main(void)
{
	cgi_begin();
	events = listen_to_forks();
	parent = start();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
