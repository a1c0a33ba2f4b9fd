// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file holders names namespaces, BPF links and programs, and perf events, as
 * named.c says of what else a task has open.
 *
 *   cgroup2      removed: with a network namespace, with a cgroup namespace,
 *                with BPF iterators, with a BPF link and a socket
 *                live: with a BPF link, with a program; the root with a link
 *   perf_event   removed: with events
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_bpf.h"
#include "lib/cgi_case.h"
#include "lib/cgi_named.h"
#include "lib/cgi_pin.h"

static struct cgi_place v2 = { .version = 2 };

/* ---- a network namespace ---- */

/*
 * Of the sockets that the kernel makes in it nobody says how many they are. Most
 * are named by the namespace; that of uevents can't be, and is unknown.
 */
static bool most_sockets_are_named(const char *id, const char *end)
{
	struct cgi_set lines = { 0 };
	long named, unknown;
	bool ok;

	cgi_holder_lines(&lines, id);
	named = cgi_refs_in(&lines, "net_ns refs ", end);
	unknown = cgi_refs_in(&lines, "unknown refs ", " tid - fd - -");
	ok = lines.nr == 2 && named > unknown && unknown > 0;
	cgi_set_free(&lines);
	return ok;
}

/* What keeps the namespace is the last that keeps the removed cgroup. */
static bool sockets_become_named(const char *id, const char *end)
{
	double end_time;
	bool ok = false;

	if (!cgi_field_becomes("cgroups", "cgroup", id, "state", "dying"))
		return false;
	end_time = cgi_now() + CGI_PATIENCE_S;
	while (!ok && cgi_now() < end_time)
		ok = most_sockets_are_named(id, end);
	return ok;
}

static bool net_namespace_is_named(void)
{
	char *dir = cgi_bare_cgroup(), *id = cgi_dir_id(0, dir), *end;
	bool ok;

	cgi_run_inside(&v2, dir, cgi_keep_net_namespace, NULL);
	end = cgi_fmt(" tid %d fd %d inode:%llu", getpid(), cgi_kept[0], cgi_inode_of(cgi_kept[0]));
	cgi_must_rmdir(dir);
	ok = sockets_become_named(id, end);
	cgi_release();
	return ok && cgi_is_gone("cgroups", "cgroup", id);
}

/* The thread has the table of its process, but a network namespace of its own. */
static void *enter_net_namespace(void *ready)
{
	pid_t tid = unshare(CLONE_NEWNET) ? 0 : gettid();

	cgi_send(((int *)ready)[1], &tid, sizeof(tid));
	cgi_sleep_for_ever(NULL);
	return NULL;
}

static int run_net_thread(void *ready)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, enter_net_namespace, ready))
		return 1;
	return cgi_sleep_for_ever(NULL);
}

static bool net_namespace_of_thread_is_named(void)
{
	char *dir = cgi_bare_cgroup(), *id = cgi_dir_id(0, dir), *path, *end;
	pid_t pid, tid;
	int ready[2];
	bool ok;

	cgi_pipe(ready);
	cgi_must_move(dir, getpid());
	pid = cgi_spawn(run_net_thread, ready);
	cgi_must_move(cgi_v2(), getpid());
	if (!cgi_receive(ready[0], &tid, sizeof(tid)) || !tid)
		cgi_die("no thread has a network namespace of its own");
	cgi_must_move(cgi_v2(), pid);
	cgi_must_rmdir(dir);
	path = cgi_fmt("/proc/%d/task/%d/ns/net", pid, tid);
	end = cgi_fmt(" tid %d fd - inode:%llu", tid, cgi_ino(path));
	ok = sockets_become_named(id, end);
	cgi_kill(pid);
	return ok && cgi_is_gone("cgroups", "cgroup", id);
}

/* ---- a cgroup namespace ---- */

/* Returns a child in a cgroup namespace of its own, whose root is @dir. */
static pid_t spawn_in_namespace(const char *dir)
{
	int fd[2], err;
	pid_t pid;

	cgi_pipe(fd);
	cgi_must_move(dir, getpid());
	pid = cgi_spawn(cgi_make_namespace, fd);
	cgi_must_move(cgi_v2(), getpid());
	if (!cgi_receive(fd[0], &err, sizeof(err)) || err)
		cgi_die("CLONE_NEWCGROUP: %s", strerror(err));
	close(fd[0]);
	close(fd[1]);
	return pid;
}

static bool namespace_is_named(void)
{
	char *dir = cgi_bare_cgroup(), *css_set, *path;
	struct cgi_set with = { 0 }, without = { 0 };
	pid_t pid;

	pid = spawn_in_namespace(dir);
	css_set = cgi_task_now(pid, "css_set");
	path = cgi_fmt("/proc/%d/ns/cgroup", pid);
	cgi_keep(open(path, O_RDONLY | O_CLOEXEC));
	/* With a task in it, the graph has it. */
	cgi_want_line(&with, "cgroup_ns", 0, cgi_kept[0], "inode:%llu",
		      cgi_inode_of(cgi_kept[0]));
	cgi_want_line(&without, "cgroup_ns", 1, cgi_kept[0], "inode:%llu",
		      cgi_inode_of(cgi_kept[0]));
	if (!cgi_is_named(css_set, &with))
		return false;
	cgi_kill(pid);
	cgi_must_rmdir(dir);
	if (!cgi_is_named(css_set, &without))
		return false;
	cgi_release();
	return cgi_is_gone("css_sets", "css_set", css_set);
}

/* Only newer kernels list their namespaces, so that this one can be found. */
static bool bound_namespace_is_named(void)
{
	char *dir = cgi_bare_cgroup(), *css_set, *path;
	char *at = cgi_fmt("%s/ns", cgi_tmp());
	struct cgi_set lines = { 0 };
	pid_t pid;
	bool ok;

	pid = spawn_in_namespace(dir);
	css_set = cgi_task_now(pid, "css_set");
	path = cgi_fmt("/proc/%d/ns/cgroup", pid);
	close(open(at, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	if (mount(path, at, NULL, MS_BIND, NULL))
		cgi_die("%s: %s", at, strerror(errno));
	cgi_set_add(&lines, "%s refs 1 tid - fd - inode:%llu", "cgroup_ns", cgi_ino(at));
	cgi_kill(pid);
	cgi_must_rmdir(dir);
	if (!cgi_kernel_has("__ns_tree_adjoined_rcu")) {
		cgi_set_free(&lines);
		cgi_set_add(&lines, "unknown refs 1 tid - fd - -");
	}
	ok = cgi_is_named(css_set, &lines);
	if (umount(at) || unlink(at))
		cgi_die("%s: %s", at, strerror(errno));
	return ok && cgi_is_gone("css_sets", "css_set", css_set);
}

/* ---- BPF links and programs ---- */

/*
 * A cgroup with a link that a task has open: it is named with task and
 * descriptor, though it is found in the cgroup as well.
 */
static bool bpf_is_named_in(const char *dir)
{
	struct cgi_set lines = { 0 }, none = { 0 };
	char *id = cgi_dir_id(0, dir);
	int prog = cgi_bpf_load();
	unsigned int prog_id;
	bool ok;

	if (prog < 0)
		return cgi_skip("%s", cgi_bpf_lack());
	prog_id = cgi_bpf_id(prog);
	if (!cgi_keep(cgi_bpf_link(prog, dir)))
		cgi_die("BPF_LINK_CREATE: %s", strerror(errno));
	close(prog);
	cgi_want_line(&lines, "bpf_link", 1, cgi_kept[0],
		      "link:%u,prog:%u,attach:cgroup_inet_egress", cgi_bpf_id(cgi_kept[0]),
		      prog_id);
	ok = cgi_is_named(id, &lines);
	cgi_release();
	return cgi_is_named(id, &none) && ok;
}

static bool link_is_named(void)
{
	return bpf_is_named_in(cgi_new_cgroup(cgi_v2()));
}

static bool link_of_root_is_named(void)
{
	return bpf_is_named_in(cgi_v2());
}

/* Until the last socket of a removed cgroup is closed, the kernel leaves attached what is. */
static bool link_of_removed_is_named(void)
{
	char *dir = cgi_bare_cgroup(), *id = cgi_dir_id(0, dir);
	unsigned long long ino = cgi_ino(dir);
	int prog = cgi_bpf_load(), link;
	struct cgi_set lines = { 0 };
	unsigned int prog_id;
	bool ok;

	if (prog < 0)
		return cgi_skip("%s", cgi_bpf_lack());
	prog_id = cgi_bpf_id(prog);
	link = cgi_bpf_link(prog, dir);
	if (!cgi_keep(link))
		cgi_die("BPF_LINK_CREATE: %s", strerror(errno));
	close(prog);
	cgi_run_inside(&v2, dir, cgi_keep_unix, NULL);
	cgi_must_rmdir(dir);
	cgi_want_line(&lines, "socket", 1, cgi_kept[1], "inode:%llu,protocol:UNIX",
		      cgi_inode_of(cgi_kept[1]));
	cgi_want_line(&lines, "bpf_link", 1, link,
		      "link:%u,prog:%u,attach:cgroup_inet_egress", cgi_bpf_id(link), prog_id);
	ok = cgi_is_named(id, &lines) && cgi_bpf_link_target(link) == ino;
	close(cgi_kept[--cgi_nr_kept]);
	ok = ok && cgi_is_gone("cgroups", "cgroup", id) && cgi_is_not_named(id) &&
	     !cgi_bpf_link_target(link);
	cgi_release();
	return ok;
}

static bool program_is_named(void)
{
	char *dir = cgi_new_cgroup(cgi_v2()), *id = cgi_dir_id(0, dir);
	struct cgi_set lines = { 0 };
	int prog = cgi_bpf_load();

	if (prog < 0)
		return cgi_skip("%s", cgi_bpf_lack());
	if (cgi_bpf_attach(prog, dir))
		cgi_die("BPF_PROG_ATTACH: %s", strerror(errno));
	cgi_set_add(&lines, "bpf_prog refs 0 tid - fd - prog:%u,attach:cgroup_inet_egress",
		    cgi_bpf_id(prog));
	close(prog);
	if (!cgi_is_named(id, &lines))
		return false;
	cgi_must_rmdir(dir);
	return cgi_is_gone("cgroups", "cgroup", id) && cgi_is_not_named(id);
}

/* ---- iterators over cgroups ---- */

#define ITER_NAME	"cgi_iter"

static int make_iter_link(int prog, const char *dir)
{
	int target = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd;
	union bpf_iter_link_info info = {
		.cgroup.order = BPF_CGROUP_ITER_SELF_ONLY, .cgroup.cgroup_fd = target,
	};
	union bpf_attr attr = { 0 };

	attr.link_create.prog_fd = prog;
	attr.link_create.attach_type = BPF_TRACE_ITER;
	attr.link_create.iter_info = (unsigned long)&info;
	attr.link_create.iter_info_len = sizeof(info);
	fd = cgi_bpf(BPF_LINK_CREATE, &attr);
	close(target);
	if (fd < 0)
		cgi_die("BPF_LINK_CREATE: %s", strerror(errno));
	return fd;
}

static int make_iter(int link)
{
	union bpf_attr attr = { .iter_create.link_fd = link };
	int fd = cgi_bpf(BPF_ITER_CREATE, &attr);

	if (fd < 0)
		cgi_die("BPF_ITER_CREATE: %s", strerror(errno));
	return fd;
}

static void want_iters(struct cgi_set *lines, unsigned int prog)
{
	cgi_want_line(lines, "bpf_iter", 1, cgi_kept[1], "prog:%u,name:" ITER_NAME, prog);
	cgi_want_line(lines, "bpf_iter", 0, cgi_kept[2], "prog:%u,name:" ITER_NAME, prog);
	cgi_want_line(lines, "bpf_iter", 1, cgi_kept[3], "prog:%u,name:" ITER_NAME, prog);
}

/* A link, a file with two descriptors, and another file. */
static bool iterator_is_named(void)
{
	char *dir = cgi_bare_cgroup(), *id = cgi_dir_id(0, dir);
	struct cgi_set with = { 0 }, without = { 0 };
	int prog = cgi_bpf_load_iter(ITER_NAME);
	unsigned int prog_id;

	if (prog < 0)
		return cgi_skip("%s", cgi_bpf_lack_of_iter());
	prog_id = cgi_bpf_id(prog);
	cgi_keep(make_iter_link(prog, dir));
	cgi_keep(make_iter(cgi_kept[0]));
	cgi_keep(dup(cgi_kept[1]));
	cgi_keep(make_iter(cgi_kept[0]));
	close(prog);
	cgi_must_rmdir(dir);
	cgi_want_line(&with, "bpf_link", 1, cgi_kept[0],
		      "link:%u,prog:%u,attach:trace_iter,name:" ITER_NAME,
		      cgi_bpf_id(cgi_kept[0]), prog_id);
	want_iters(&with, prog_id);
	want_iters(&without, prog_id);
	if (!cgi_is_named(id, &with))
		return false;
	close(cgi_kept[0]);
	if (!cgi_is_named(id, &without))
		return false;
	cgi_release();
	return cgi_is_gone("cgroups", "cgroup", id);
}

/* ---- perf events ---- */

static int open_event(int target, int cpu, unsigned long flags)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
	};
	int fd = syscall(SYS_perf_event_open, &attr, target, cpu, -1,
			 flags | PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		cgi_die("perf_event_open: %s", strerror(errno));
	return fd;
}

static unsigned long long event_id(int fd)
{
	unsigned long long id;

	if (ioctl(fd, PERF_EVENT_IOC_ID, &id))
		cgi_die("PERF_EVENT_IOC_ID: %s", strerror(errno));
	return id;
}

static bool events_are_named(void)
{
	struct cgi_place place = cgi_place_of("perf_event");
	struct cgi_set lines = { 0 };
	char *dir, *id, *css;
	int fd, i;

	if (!place.root)
		return cgi_skip("the kernel has no CONFIG_CGROUP_PERF");
	dir = cgi_new_cgroup(place.root);
	id = cgi_dir_id(place.hier, dir);
	css = cgi_css_of(id, "perf_event", "online");
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (i = 0; i < 2; i++)
		cgi_keep(open_event(fd, 0, PERF_FLAG_PID_CGROUP));
	close(fd);
	cgi_must_rmdir(dir);
	for (i = 0; i < 2; i++)
		cgi_want_line(&lines, "perf_event", 1, cgi_kept[i], "event:%llu",
			      event_id(cgi_kept[i]));
	if (!cgi_is_named(css, &lines))
		return false;
	cgi_release();
	return cgi_is_gone("csses", "css", css) && cgi_is_gone("cgroups", "cgroup", id);
}

/* Two events of a task: the task is held once. */
static bool dead_task_is_named(void)
{
	char *dir = cgi_bare_cgroup(), *css_set;
	struct cgi_set lines = { 0 };
	pid_t pid = cgi_park();

	cgi_must_move(dir, pid);
	css_set = cgi_task_now(pid, "css_set");
	cgi_keep(open_event(pid, -1, 0));
	cgi_keep(open_event(pid, -1, 0));
	cgi_kill(pid);
	cgi_must_rmdir(dir);
	cgi_want_line(&lines, "perf_event", 1, cgi_kept[0], "task:%d,comm:named_others", pid);
	cgi_want_line(&lines, "perf_event", 0, cgi_kept[1], "task:%d,comm:named_others", pid);
	if (!cgi_is_named(css_set, &lines))
		return false;
	cgi_release();
	return cgi_is_gone("css_sets", "css_set", css_set);
}

static struct {
	pid_t pid;
	char *css_set;
} leader;

static void *live_on(void *unused)
{
	for (;;)
		pause();
	return unused;
}

/* A leader that exits, when it is told to, and leaves a thread. */
static int leave_thread(void *arg)
{
	int *told = arg;
	pthread_t thread;
	char byte;

	if (pthread_create(&thread, NULL, live_on, NULL) || !cgi_receive(told[0], &byte, 1))
		return 1;
	pthread_exit(NULL);
}

/*
 * Is it named, by as many references as are unaccounted, and is nothing else there? That is one
 * where the kernel does not keep it on a list.
 */
static int diff_leader(void)
{
	struct cgi_table *css_sets = cgi_table_read("css_sets");
	int row = cgi_find_row(css_sets, "css_set", leader.css_set);
	struct cgi_set ours = { 0 }, want = { 0 };
	const char *field;
	int refs;

	if (row < 0)
		cgi_die("no css_set %s", leader.css_set);
	field = cgi_get(css_sets, row, "unaccounted");
	refs = atoi(field + (*field == '~'));
	cgi_holder_lines(&ours, leader.css_set);
	cgi_want_line(&want, "perf_event", refs, cgi_kept[0],
		      "task:%d,comm:named_others", leader.pid);
	cgi_table_free(css_sets);
	return cgi_set_compare(leader.css_set, &ours, &want) +
	       (refs != 1 && (refs || !cgi_kernel_has("cgroup_task_dead")));
}

/*
 * From 7.2 on the graph still has a leader that was reaped after its threads, as long as its event
 * keeps it, so its reference is accounted for.
 */
static bool dead_leader_is_named(void)
{
	double end = cgi_now() + CGI_PATIENCE_S;
	char *dir = cgi_bare_cgroup();
	int told[2];

	cgi_pipe(told);
	leader.pid = cgi_spawn(leave_thread, told);
	cgi_must_move(dir, leader.pid);
	leader.css_set = cgi_task_now(leader.pid, "css_set");
	cgi_keep(open_event(leader.pid, -1, 0));
	cgi_send(told[1], "", 1);
	while (cgi_now() < end && cgi_proc_state(leader.pid, leader.pid, NULL) != 'Z')
		cgi_sleep_ms(1);
	if (cgi_proc_state(leader.pid, leader.pid, NULL) != 'Z')
		cgi_die("the leader does not exit");
	cgi_kill(leader.pid);
	cgi_must_rmdir(dir);
	if (!cgi_settles(diff_leader))
		return false;
	cgi_release();
	return cgi_is_gone("css_sets", "css_set", leader.css_set);
}

/* ---- the cases ---- */

static const struct cgi_case cases[] = {
	{ "a network namespace is named", net_namespace_is_named },
	{ "so is one that a thread alone is in", net_namespace_of_thread_is_named },
	{ "a cgroup namespace without tasks is named", namespace_is_named },
	{ "a cgroup namespace that is mounted is named", bound_namespace_is_named },
	{ "a BPF link is named", link_is_named },
	{ "a BPF link of the root is named", link_of_root_is_named },
	{ "a BPF link of a removed cgroup is named until it is detached",
	  link_of_removed_is_named },
	{ "a BPF program is named", program_is_named },
	{ "BPF iterators of a removed cgroup are named", iterator_is_named },
	{ "perf events of a cgroup are named", events_are_named },
	{ "perf events of a task that was reaped are named", dead_task_is_named },
	{ "an event of a leader that exited before its thread is named", dead_leader_is_named },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	v2.root = cgi_v2();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
