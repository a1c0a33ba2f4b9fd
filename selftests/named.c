// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file holders names who has open what holds a removed cgroup of cgroup2: the
 * lines of the cgroup must be exactly those of its holders, with task, descriptor,
 * inode number or id as the kernel says elsewhere. When the holder is closed, lines
 * and cgroup are gone.
 *
 *   cgroup2   a cgroup for each kind, removed with its holders
 *
 * Namespaces, BPF and perf events are in named_others.c, csses of memory in
 * named_css.c, sums in named_sums.c.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_bpf.h"
#include "lib/cgi_case.h"
#include "lib/cgi_named.h"
#include "lib/cgi_pin.h"

/* More entries of a map than one hold of the locks looks at. */
#define NR_ENTRIES	100
#define MAP_NAME	"cgi_map"
#define FAR_FD		999999

static struct cgi_place v2 = { .version = 2 };

/* ---- what holds a removed cgroup of cgroup2 ---- */

/* The cgroup, open: a map is told by a descriptor which one it is. */
static int dir_fd;

static bool make_unix(void)
{
	return cgi_keep_socket(AF_UNIX, SOCK_DGRAM);
}

/* One socket has four descriptors, and another one has one. */
static bool make_copies(void)
{
	return cgi_keep_udp() && cgi_keep(dup(cgi_kept[0])) && cgi_keep(dup(cgi_kept[0])) &&
	       cgi_keep(dup(cgi_kept[0])) && cgi_keep_udp();
}

static bool make_far_fd(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool made = fd >= 0 && cgi_keep(fcntl(fd, F_DUPFD_CLOEXEC, FAR_FD));

	close(fd);
	return made;
}

static void put_entry(int map, unsigned int key)
{
	union bpf_attr attr = {
		.map_fd = map, .key = (unsigned long)&key,
		.value = (unsigned long)&dir_fd,
	};

	if (cgi_bpf(BPF_MAP_UPDATE_ELEM, &attr))
		cgi_die("BPF_MAP_UPDATE_ELEM: %s", strerror(errno));
}

static bool make_map(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_CGROUP_ARRAY,
		.key_size = 4, .value_size = 4, .max_entries = 2 * NR_ENTRIES,
		.map_name = MAP_NAME,
	};
	unsigned int key;

	if (!cgi_keep(cgi_bpf(BPF_MAP_CREATE, &attr)))
		return false;
	for (key = 0; key < NR_ENTRIES; key++)
		put_entry(cgi_kept[0], 2 * key);
	return true;
}

static void want_map(struct cgi_set *set)
{
	cgi_want_line(set, "bpf_map", NR_ENTRIES, cgi_kept[0], "map:%u,name:" MAP_NAME,
		      cgi_bpf_id(cgi_kept[0]));
}

static struct kind {
	const char *name;
	bool (*make)(void);
	/* All are sockets of this protocol, or the lines are made by a function. */
	const char *protocol;
	void (*want)(struct cgi_set *set);
	char *dir, *id, *css;
} kinds[] = {
	{ "a TCP socket", cgi_keep_tcp, "TCP" },
	{ "a UDP socket", cgi_keep_udp, "UDP" },
	{ "a unix socket", make_unix, "UNIX" },
	{ "a netlink socket", cgi_keep_netlink, "NETLINK" },
	{ "a packet socket", cgi_keep_packet, "PACKET" },
	{ "a socket with four descriptors", make_copies, "UDP" },
	{ "a socket far up in its table", make_far_fd, "UDP" },
	{ "a BPF map of cgroups", make_map, .want = want_map },
};

/* Of the descriptors of one socket only the first has a reference. */
static void want_sockets(struct cgi_set *set, const char *protocol)
{
	unsigned long long inode, last = 0;
	int i;

	for (i = 0; i < cgi_nr_kept; i++, last = inode) {
		inode = cgi_inode_of(cgi_kept[i]);
		cgi_want_line(set, "socket", inode != last, cgi_kept[i], "inode:%llu,protocol:%s",
			      inode, protocol);
	}
}

static void want_kind(struct cgi_set *set, const struct kind *k)
{
	if (k->want)
		k->want(set);
	else
		want_sockets(set, k->protocol);
}

static int make_error;

static void make_inside(void *arg)
{
	struct kind *k = arg;

	make_error = k->make() ? 0 : errno;
}

/* The setting is there if the system call is. */
static bool lacks_bpf(const struct kind *k)
{
	return k->make == make_map && make_error &&
	       access("/proc/sys/kernel/unprivileged_bpf_disabled", F_OK);
}

static bool holder_is_named(void *object)
{
	struct cgi_set lines = { 0 };
	struct kind *k = object;

	k->dir = cgi_bare_cgroup();
	k->id = cgi_dir_id(0, k->dir);
	k->css = cgi_css_of(k->id, "memory", "online");
	dir_fd = open(k->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cgi_run_inside(&v2, k->dir, make_inside, k);
	close(dir_fd);
	if (lacks_bpf(k))
		return cgi_skip("the kernel has no CONFIG_BPF_SYSCALL");
	if (make_error == EAFNOSUPPORT)
		return cgi_skip("the kernel has no such sockets");
	if (make_error)
		cgi_die("%s: %s", k->name, strerror(make_error));
	cgi_must_rmdir(k->dir);
	want_kind(&lines, k);
	return cgi_is_named(k->id, &lines);
}

static bool it_goes(void *object)
{
	struct kind *k = object;

	cgi_release();
	if (make_error)
		return cgi_skip("there was none");
	return cgi_is_not_named(k->id) && cgi_is_gone("cgroups", "cgroup", k->id);
}

/* ---- passed on, and shared ---- */

static char *shared_id;

static void *sleep_thread(void *unused)
{
	for (;;)
		pause();
	return unused;
}

/* Four threads share one table, which is one line. */
static bool threads_are_one(void)
{
	struct cgi_set lines = { 0 };
	pthread_t thread[3];
	char *dir = cgi_bare_cgroup();
	bool ok;
	int i;

	for (i = 0; i < 3; i++)
		if (pthread_create(&thread[i], NULL, sleep_thread, NULL))
			cgi_die("pthread_create");
	shared_id = cgi_dir_id(0, dir);
	cgi_run_inside(&v2, dir, make_inside, &kinds[1]);
	cgi_must_rmdir(dir);
	want_sockets(&lines, "UDP");
	ok = cgi_is_named(shared_id, &lines);
	for (i = 0; i < 3; i++)
		pthread_cancel(thread[i]);
	return ok;
}

static bool heir_is_named(void)
{
	struct cgi_set lines = { 0 };
	pid_t heir = cgi_park();

	cgi_set_add(&lines, "socket refs 1 tid %d fd %d inode:%llu,protocol:UDP",
		    heir, cgi_kept[0], cgi_inode_of(cgi_kept[0]));
	cgi_release();
	if (!cgi_is_named(shared_id, &lines))
		return false;
	cgi_kill(heir);
	return cgi_is_gone("cgroups", "cgroup", shared_id);
}

/* A socket that was sent and not received is named by the socket that has it. */
static bool passed_is_named(void)
{
	char *dir = cgi_bare_cgroup(), *id = cgi_dir_id(0, dir);
	struct cgi_set lines = { 0 };
	unsigned long long inode;
	int pair[2];
	bool ok;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		cgi_die("socketpair: %s", strerror(errno));
	cgi_run_inside(&v2, dir, make_inside, &kinds[1]);
	cgi_must_rmdir(dir);
	inode = cgi_inode_of(cgi_kept[0]);
	cgi_pass(pair[0], cgi_kept[0], 1, 1);
	cgi_release();
	if (cgi_kernel_has("__ns_tree_adjoined_rcu"))
		cgi_set_add(&lines, "unknown refs 1 tid - fd - -");
	else
		cgi_want_line(&lines, "socket", 1, pair[1],
			      "inode:%llu,state:in_flight,protocol:UDP", inode);
	ok = cgi_is_named(id, &lines);
	close(pair[0]);
	close(pair[1]);
	return ok && cgi_is_gone("cgroups", "cgroup", id);
}

/* ---- open files of cgroup2 ---- */

static bool open_files_are_named(void)
{
	char *dir = cgi_bare_cgroup(), *id = cgi_dir_id(0, dir);
	struct cgi_set lines = { 0 };
	bool ok;
	int fd;

	cgi_run_inside(&v2, dir, make_inside, &kinds[1]);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cgi_keep(fd);
	cgi_keep(openat(fd, "cgroup.procs", O_RDONLY | O_CLOEXEC));
	cgi_must_rmdir(dir);
	cgi_want_line(&lines, "socket", 1, cgi_kept[0], "inode:%llu,protocol:UDP",
		      cgi_inode_of(cgi_kept[0]));
	cgi_want_line(&lines, "cgroupfs", 0, cgi_kept[1], "-");
	cgi_want_line(&lines, "cgroupfs", 0, cgi_kept[2], "file:cgroup.procs");
	ok = cgi_is_named(id, &lines);
	cgi_release();
	return ok && cgi_is_gone("cgroups", "cgroup", id);
}

/* The table with a descriptor far up was searched before. */
static bool holds_were_short(void)
{
	char *most = cgi_value("stats", "holders_lock_slots_max");
	char *all = cgi_value("stats", "holders_slots_max");

	ksft_print_msg("%s slots, at most %s in one hold\n", all, most);
	return atol(all) > FAR_FD && atol(most) > 0 && atol(most) <= 64;
}

/* ---- what the kernel has not ---- */

/* No kernel of ours lacks one of the others. */
static bool info_says_what_is_lacking(void)
{
	static const char * const controllers[][2] = {
		{ "memory", "MEMCG" },
		{ "perf_event", "CGROUP_PERF" },
		{ "hugetlb", "CGROUP_HUGETLB" },
	};
	char *got = cgi_value("info", "holders");
	struct cgi_set lacking = { 0 };
	bool ok = got && !strncmp(got, "on", 2);
	size_t i;
	int nr;

	for (i = 0; i < ARRAY_SIZE(controllers); i++)
		if (cgi_attached_to(controllers[i][0]) < 0)
			cgi_set_add(&lacking, "CONFIG_%s", controllers[i][1]);
	ksft_print_msg("info: holders: %s\n", got ? got : "no such key");
	for (nr = 0; ok && nr < lacking.nr; nr++)
		ok = strstr(got, lacking.str[nr]);
	return ok && (nr || !strcmp(got, "on"));
}

/* ---- the cases ---- */

static const struct cgi_case kind_cases[] = {
	{ "is named", .run_on = holder_is_named },
	{ "without it, lines and cgroup are gone", .run_on = it_goes },
};

static const struct cgi_case cases[] = {
	{ "a hold of a table looks at 64 slots at most", holds_were_short },
	{ "threads that share a table are one line", threads_are_one },
	{ "who has inherited a socket is named", heir_is_named },
	{ "a socket that is on its way is named, where kernels tell", passed_is_named },
	{ "open files of a removed cgroup are named", open_files_are_named },
	{ "info says what can hold nothing on this kernel", info_says_what_is_lacking },
};

static void allow_far_fds(void)
{
	struct rlimit limit = { .rlim_cur = FAR_FD + 8, .rlim_max = FAR_FD + 8 };

	if (setrlimit(RLIMIT_NOFILE, &limit))
		cgi_die("RLIMIT_NOFILE: %s", strerror(errno));
}

int main(void)
{
	size_t i;

	cgi_begin();
	cgi_need_graph();
	allow_far_fds();
	v2.root = cgi_v2();
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		cgi_add_cases_on(&kinds[i], kinds[i].name, kind_cases,
				 ARRAY_SIZE(kind_cases));
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
