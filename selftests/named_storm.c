// SPDX-License-Identifier: GPL-2.0-only
/*
 * Four readers of holders while all that it searches is made, passed on, replaced and closed, in
 * cgroups that are removed: each line is sound, its kind is the one that its descriptor is for, and
 * its task has the name that this test has given to that task.  Before that, one reader while
 * descriptors are taken from messages.
 *
 *   cgroup2, memory   top: workers, in cgroups that they make and remove
 *
 * CGI_STORM_SECONDS changes the 10 seconds that each of the two takes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_bpf.h"
#include "lib/cgi_case.h"
#include "lib/cgi_dump.h"
#include "lib/cgi_named.h"
#include "lib/cgi_pin.h"

#define NR_WORKERS	4
#define NR_READERS	4
/* A worker has so many of each kind; this is more than two holds of its table go over. */
#define NR_KEPT		8
#define FIRST_FD	100
/*
 * So few that a reader looks at all of them in one hold: of more, it has seen its part before the
 * last one is closed and the list of them is freed.
 */
#define NR_PASSED	60
#define COMM		"storm"
#define FORKING		"stormfork"

static struct cgi_place memory;
static char *top, *home;
/* Where memory is on v1, cgroups are made in its hierarchy as well. */
static char *memory_top;
static int prog;

/* ---- names of tasks ---- */

static void set_own_name(void)
{
	char *name = cgi_fmt(COMM "%d", getpid());

	prctl(PR_SET_NAME, name);
	free(name);
}

/*
 * A child has the name of its parent until it has set its own. The parent may have been killed
 * before the child asked to be killed with it.
 */
static pid_t fork_named(void)
{
	pid_t parent = getpid(), pid;

	prctl(PR_SET_NAME, FORKING);
	pid = fork();
	set_own_name();
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	return 0;
}

/* ---- kinds; each returns a descriptor, or -1 if there is none of it here ---- */

static int make_listener(const char *dir)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)dir;
	listen(fd, 1);
	return fd;
}

static int make_udp(const char *dir)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)dir;
	bind(fd, (struct sockaddr *)&any, sizeof(any));
	return fd;
}

static int make_netlink(const char *dir)
{
	(void)dir;
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
}

static int make_dead_event(const char *dir)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
	};
	pid_t pid = fork_named();
	int fd;

	(void)dir;
	if (!pid)
		cgi_sleep_for_ever(NULL);
	fd = syscall(SYS_perf_event_open, &attr, pid, -1, -1, PERF_FLAG_FD_CLOEXEC);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return fd;
}

static int make_link(const char *dir)
{
	return cgi_bpf_link(prog, dir);
}

static int make_map(const char *dir)
{
	union bpf_attr map = {
		.map_type = BPF_MAP_TYPE_CGROUP_ARRAY,
		.key_size = 4, .value_size = 4, .max_entries = 100,
	};
	int target = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd = cgi_bpf(BPF_MAP_CREATE, &map);
	unsigned int key;

	for (key = 0; fd >= 0 && key < 100; key += 20) {
		union bpf_attr attr = {
			.map_fd = fd, .key = (unsigned long)&key,
			.value = (unsigned long)&target,
		};

		cgi_bpf(BPF_MAP_UPDATE_ELEM, &attr);
	}
	close(target);
	return fd;
}

static int make_cgroup_ns(const char *dir)
{
	(void)dir;
	if (unshare(CLONE_NEWCGROUP))
		return -1;
	return open("/proc/self/ns/cgroup", O_RDONLY | O_CLOEXEC);
}

/* This takes long, so there is one for all of a round. */
static int make_net_ns(const char *dir)
{
	static unsigned int n;

	(void)dir;
	if (n++ % NR_KEPT == 0 && unshare(CLONE_NEWNET))
		return -1;
	return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

static int make_dir(const char *dir)
{
	return open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int make_inotify(const char *dir)
{
	(void)dir;
	return inotify_init1(IN_CLOEXEC);
}

static int make_fanotify(const char *dir)
{
	(void)dir;
	return fanotify_init(FAN_CLOEXEC, O_RDONLY);
}

/* In this order in the descriptors from FIRST_FD on, NR_KEPT of each. */
static const struct {
	const char *kind;
	int (*make)(const char *dir);
} kinds[] = {
	{ "socket", make_listener },
	{ "socket", make_udp },
	{ "socket", make_netlink },
	{ "perf_event", make_dead_event },
	{ "bpf_link", make_link },
	{ "bpf_map", make_map },
	{ "cgroup_ns", make_cgroup_ns },
	{ "net_ns", make_net_ns },
	{ "cgroupfs", make_dir },
	{ "inotify", make_inotify },
	{ "fanotify", make_fanotify },
};

/* ---- workers ---- */

/* What was in the slot is closed by that: a reader can have it under its eyes. */
static void make_all(const char *dir, unsigned int n)
{
	size_t i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		fd = kinds[i].make(dir);
		if (fd < 0)
			continue;
		dup3(fd, FIRST_FD + i * NR_KEPT + n % NR_KEPT, O_CLOEXEC);
		close(fd);
	}
}

/* Makes a cgroup and moves there. */
static char *enter(const char *parent, unsigned int n)
{
	char *dir = cgi_fmt("%s/%d_%u", parent, getpid(), n);

	if (mkdir(dir, 0755) || cgi_move(dir, getpid()))
		_exit(1);
	return dir;
}

static void leave(char *dir, const char *to)
{
	if (cgi_move(to, getpid()))
		_exit(1);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	rmdir(dir);
	free(dir);
}

/* ---- sockets on their way ---- */

static void send_fds(int pair, int fd)
{
	int fds[NR_PASSED], i;
	char control[CMSG_SPACE(sizeof(fds))] = { 0 }, text[] = "ab";
	struct iovec iov = { .iov_base = text, .iov_len = 2 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	for (i = 0; i < NR_PASSED; i++)
		fds[i] = fd;
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(cmsg), fds, sizeof(fds));
	if (sendmsg(pair, &msg, MSG_DONTWAIT) != 2)
		_exit(1);
}

/*
 * The first byte comes with the sockets, for which there is no room, so they are closed. The
 * message stays where it is, with the second byte.
 */
static int keep_passing(void *unused)
{
	char text[1], *dir = enter(top, 0);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), pair[2];

	(void)unused;
	/* What holds something that was removed takes a reader longer to look at. */
	leave(dir, home);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return 1;
	for (;;) {
		send_fds(pair[0], fd);
		/* So a reader is likely to meet it. */
		usleep(200);
		recv(pair[1], text, 1, MSG_DONTWAIT);
		recv(pair[1], text, 1, MSG_DONTWAIT);
	}
	return 0;
}

/* It has all descriptors as well, closes some of them and lives for a little while. */
static void leave_child(void)
{
	int fd;

	if (fork_named())
		return;
	for (fd = FIRST_FD; fd < FIRST_FD + (int)ARRAY_SIZE(kinds) * NR_KEPT; fd += 3)
		close(fd);
	cgi_sleep_ms(20);
	_exit(0);
}

static void touch_pages(void)
{
	int fd = memfd_create("storm", MFD_CLOEXEC);

	if (fd >= 0)
		cgi_write_pages(fd, 16);
	close(fd);
}

static unsigned int *rounds;

static int keep_storming(void *unused)
{
	unsigned int n;

	(void)unused;
	set_own_name();
	for (n = 0;; n++) {
		char *dir = enter(top, n), *other = memory_top ? enter(memory_top, n) : NULL;

		make_all(dir, n);
		touch_pages();
		leave_child();
		leave(dir, home);
		if (other)
			leave(other, memory_top);
		__atomic_add_fetch(rounds, 1, __ATOMIC_RELAXED);
	}
	return 0;
}

/* ---- readers ---- */

static unsigned int *named;
static bool *stop;

static bool kind_is_of_fd(const char *kind, int fd)
{
	int i = (fd - FIRST_FD) / NR_KEPT;

	if (fd < FIRST_FD || i >= (int)ARRAY_SIZE(kinds))
		return true;
	__atomic_add_fetch(&named[i], 1, __ATOMIC_RELAXED);
	return !strcmp(kind, kinds[i].kind);
}

/* Is it the name that a worker or a child of one has when it makes or has something? */
static bool line_is_of_task(const struct cgi_table *holders, int row)
{
	const char *comm = cgi_get(holders, row, "comm");

	if (strncmp(comm, COMM, strlen(COMM)) || !strcmp(cgi_get(holders, row, "fd"), "-"))
		return true;
	return (!strcmp(comm, FORKING) ||
		!strcmp(comm + strlen(COMM), cgi_get(holders, row, "tid"))) &&
	       kind_is_of_fd(cgi_get(holders, row, "kind"), cgi_num(holders, row, "fd"));
}

static unsigned int *reads;

static int keep_reading(void *unused)
{
	(void)unused;
	while (!__atomic_load_n(stop, __ATOMIC_RELAXED)) {
		if (!cgi_holders_are_sound(line_is_of_task))
			return 1;
		__atomic_add_fetch(reads, 1, __ATOMIC_RELAXED);
	}
	return 0;
}

/* ---- the cases ---- */

/*
 * A reader that has a message under its eyes while its descriptors are freed must be so at the
 * right moment. So this is done for its own sake: one processor passes, the other one reads.
 */
static bool passing_is_borne(void)
{
	pid_t passer = cgi_spawn(keep_passing, NULL), reader = cgi_spawn(keep_reading, NULL);
	bool passed, read;

	cgi_sleep_ms(1000 * cgi_figure("CGI_STORM_SECONDS", 10));
	__atomic_store_n(stop, true, __ATOMIC_RELAXED);
	read = cgi_join(reader);
	passed = cgi_still_runs(passer);
	cgi_kill_all();
	ksft_print_msg("%u reads\n", *reads);
	*stop = false;
	return passed && read && __atomic_exchange_n(reads, 0, __ATOMIC_RELAXED);
}

static bool lines_are_right(void)
{
	int seconds = cgi_figure("CGI_STORM_SECONDS", 10), i, good = 0;
	pid_t reader[NR_READERS], worker[NR_WORKERS + 1];
	bool stormed = true;

	for (i = 0; i < NR_WORKERS; i++)
		worker[i] = cgi_spawn(keep_storming, NULL);
	worker[NR_WORKERS] = cgi_spawn(keep_passing, NULL);
	for (i = 0; i < NR_READERS; i++)
		reader[i] = cgi_spawn(keep_reading, NULL);
	cgi_sleep_ms(1000 * seconds);
	__atomic_store_n(stop, true, __ATOMIC_RELAXED);
	for (i = 0; i < NR_READERS; i++)
		good += cgi_join(reader[i]);
	for (i = 0; i <= NR_WORKERS; i++)
		stormed = cgi_still_runs(worker[i]) && stormed;
	cgi_kill_all();
	ksft_print_msg("%u rounds, %u reads\n", *rounds, *reads);
	return stormed && good == NR_READERS && *reads >= NR_READERS && *rounds >= NR_WORKERS;
}

/* A kind that this kernel lacks has no line. */
static bool kinds_were_named(void)
{
	unsigned int nr = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		ksft_print_msg("%u lines of %s\n", named[i], kinds[i].kind);
		nr += !!named[i];
	}
	return nr > ARRAY_SIZE(kinds) / 2;
}

static bool graph_is_sound(void)
{
	return cgi_check_is_ok(0);
}

static const struct cgi_case cases[] = {
	{ "lines are right while descriptors are taken from messages", passing_is_borne },
	{ "lines are right while all is made and closed", lines_are_right },
	{ "most kinds were among them", kinds_were_named },
	{ "check is ok afterwards", graph_is_sound },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	memory = cgi_place_of("memory");
	top = cgi_new_cgroup(cgi_v2());
	home = cgi_mkdir(top, "home");
	if (memory.version == 2)
		cgi_switch_controller(top, '+', "memory");
	if (memory.version == 1)
		memory_top = cgi_new_cgroup(memory.root);
	prog = cgi_bpf_load();
	rounds = cgi_share(sizeof(*rounds));
	reads = cgi_share(sizeof(*reads));
	stop = cgi_share(sizeof(*stop));
	named = cgi_share(ARRAY_SIZE(kinds) * sizeof(*named));
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
