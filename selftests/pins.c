// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the graph does not explain is counted: `unaccounted` of a cgroup or css
 * is exactly the number of sockets, BPF links or perf events that hold it, as
 * an estimate (~) while it is live and without one once it is removed. An
 * open directory and an attached BPF program hold nothing.
 *
 *   cgroup2      sockets, links, both: removed with them
 *                directory, program: removed with it, gone at once
 *   perf_event, v1 or v2   events: removed with them
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_pin.h"

#define NR_SOCKETS	7
#define NR_LINKS	3
#define NR_EVENTS	5
#define NR_LINK_TESTS	6
#define NR_PERF_TESTS	4

static struct cgi_place v2;

static bool unaccounted_is(const char *id, const char *want)
{
	return cgi_field_becomes("cgroups", "cgroup", id, "unaccounted", want);
}

static bool held_by(const char *id, int nr)
{
	char *want = cgi_fmt("%d", nr);
	bool ok = cgi_field_becomes("cgroups", "cgroup", id, "state", "dying") &&
		  unaccounted_is(id, want);

	free(want);
	return ok;
}

static void close_all(int *fd, int nr)
{
	while (nr--)
		close(fd[nr]);
}

/* ---- sockets ---- */

struct sockets {
	int nr;
	int fd[NR_SOCKETS];
};

static void make_sockets(void *arg)
{
	static const int families[] = { AF_UNIX, AF_INET };
	struct sockets *s = arg;
	int i;

	for (i = 0; i < s->nr; i++) {
		s->fd[i] = socket(families[i % 2], SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (s->fd[i] < 0)
			cgi_die("socket: %s", strerror(errno));
	}
}

static void test_sockets(void)
{
	struct sockets s = { .nr = NR_SOCKETS };
	char *dir = cgi_bare_cgroup(), *id = cgi_dir_id(0, dir);
	char *about = cgi_fmt("~%d", NR_SOCKETS);

	cgi_run_inside(&v2, dir, make_sockets, &s);
	ksft_test_result(unaccounted_is(id, about),
			 "%d sockets of a live cgroup\n", NR_SOCKETS);
	cgi_must_rmdir(dir);
	ksft_test_result(held_by(id, NR_SOCKETS) &&
			 cgi_field_is("cgroups", "cgroup", id, "css_sets", "0"),
			 "%d sockets hold it when it is removed\n", NR_SOCKETS);
	close_all(s.fd + 2, NR_SOCKETS - 2);
	ksft_test_result(held_by(id, 2), "2 of them still do\n");
	close_all(s.fd, 2);
	ksft_test_result(cgi_is_gone("cgroups", "cgroup", id),
			 "without sockets it is gone\n");
	free(about);
}

/* ---- an open directory ---- */

static void test_directory(void)
{
	char *dir = cgi_bare_cgroup(), *id = cgi_dir_id(0, dir);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int file = openat(fd, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *ino;

	if (fd < 0 || file < 0)
		cgi_die("%s: %s", dir, strerror(errno));
	ksft_test_result(unaccounted_is(id, "~0"),
			 "an open directory and file hold no live cgroup\n");
	cgi_must_rmdir(dir);
	ksft_test_result(cgi_is_gone("cgroups", "cgroup", id),
			 "nor a removed one\n");
	ino = fstat(fd, &st) ? NULL : cgi_fmt("0:%llu", (unsigned long long)st.st_ino);
	ksft_test_result(cgi_same(ino, id), "though the directory is still open\n");
	free(ino);
	close(file);
	close(fd);
}

/* ---- BPF ---- */

static int bpf(int cmd, union bpf_attr *attr)
{
	return syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

/* Lets every packet pass. */
static int load_program(void)
{
	static const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0,
		  .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_CGROUP_SKB,
		.expected_attach_type = BPF_CGROUP_INET_EGRESS,
		.insns = (unsigned long)insns,
		.insn_cnt = ARRAY_SIZE(insns),
		.license = (unsigned long)"GPL",
	};

	return bpf(BPF_PROG_LOAD, &attr);
}

static int open_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		cgi_die("%s: %s", dir, strerror(errno));
	return fd;
}

static int link_program(int prog, const char *dir)
{
	union bpf_attr attr = { 0 };
	int fd = open_dir(dir), link;

	attr.link_create.prog_fd = prog;
	attr.link_create.target_fd = fd;
	attr.link_create.attach_type = BPF_CGROUP_INET_EGRESS;
	link = bpf(BPF_LINK_CREATE, &attr);
	close(fd);
	return link;
}

static int attach_program(int prog, const char *dir)
{
	union bpf_attr attr = { 0 };
	int fd = open_dir(dir), err;

	attr.attach_bpf_fd = prog;
	attr.target_fd = fd;
	attr.attach_type = BPF_CGROUP_INET_EGRESS;
	err = bpf(BPF_PROG_ATTACH, &attr);
	close(fd);
	return err;
}

/* Programs attached to the cgroup, after the kernel's own query. */
static unsigned int attached(const char *dir)
{
	union bpf_attr attr = { 0 };
	int fd = open_dir(dir);

	attr.query.target_fd = fd;
	attr.query.attach_type = BPF_CGROUP_INET_EGRESS;
	if (bpf(BPF_PROG_QUERY, &attr))
		cgi_die("BPF_PROG_QUERY: %s", strerror(errno));
	close(fd);
	return attr.query.prog_cnt;
}

/* The cgroup that the link says it is attached to; 0 if it was detached. */
static unsigned long long linked_to(int link)
{
	struct bpf_link_info info = { 0 };
	union bpf_attr attr = { 0 };

	attr.info.bpf_fd = link;
	attr.info.info_len = sizeof(info);
	attr.info.info = (unsigned long)&info;
	if (bpf(BPF_OBJ_GET_INFO_BY_FD, &attr))
		cgi_die("BPF_OBJ_GET_INFO_BY_FD: %s", strerror(errno));
	return info.cgroup.cgroup_id;
}

static void test_program(int prog)
{
	char *dir = cgi_bare_cgroup(), *id = cgi_dir_id(0, dir);

	if (attach_program(prog, dir))
		cgi_die("BPF_PROG_ATTACH: %s", strerror(errno));
	ksft_test_result(attached(dir) == 1 && unaccounted_is(id, "~0"),
			 "an attached program does not hold its cgroup\n");
	cgi_must_rmdir(dir);
	ksft_test_result(cgi_is_gone("cgroups", "cgroup", id),
			 "nor when it is removed\n");
}

static void make_links(int prog, const char *dir, int *link)
{
	int i;

	for (i = 0; i < NR_LINKS; i++) {
		link[i] = link_program(prog, dir);
		if (link[i] < 0)
			cgi_die("BPF_LINK_CREATE: %s", strerror(errno));
	}
}

static void test_links(int prog)
{
	char *dir = cgi_bare_cgroup(), *id = cgi_dir_id(0, dir);
	char *about = cgi_fmt("~%d", NR_LINKS);
	int link[NR_LINKS];

	make_links(prog, dir, link);
	ksft_test_result(attached(dir) == NR_LINKS && linked_to(link[0]) == cgi_ino(dir) &&
			 unaccounted_is(id, about),
			 "%d BPF links hold their cgroup\n", NR_LINKS);
	cgi_must_rmdir(dir);
	ksft_test_result(cgi_is_gone("cgroups", "cgroup", id) &&
			 !linked_to(link[0]),
			 "rmdir detaches them, and nothing holds it\n");
	close_all(link, NR_LINKS);
	free(about);
}

/* What a socket holds keeps the links attached. */
static void test_links_and_sockets(int prog)
{
	struct sockets s = { .nr = 2 };
	char *dir = cgi_bare_cgroup(), *id = cgi_dir_id(0, dir);
	int link[NR_LINKS];

	cgi_run_inside(&v2, dir, make_sockets, &s);
	make_links(prog, dir, link);
	cgi_must_rmdir(dir);
	ksft_test_result(held_by(id, s.nr + NR_LINKS),
			 "with %d sockets, %d links hold it, too\n", s.nr,
			 NR_LINKS);
	close_all(s.fd, s.nr);
	ksft_test_result(cgi_is_gone("cgroups", "cgroup", id) &&
			 !linked_to(link[0]),
			 "without them it is gone, with the links open\n");
	close_all(link, NR_LINKS);
}

/* CONFIG_BPF_SYSCALL and CONFIG_CGROUP_BPF */
static bool has_no_bpf(int prog)
{
	return prog < 0 &&
	       (errno == EINVAL ||
		access("/proc/sys/kernel/unprivileged_bpf_disabled", F_OK));
}

static void test_bpf(void)
{
	int prog = load_program(), err = errno, i;

	if (has_no_bpf(prog)) {
		for (i = 0; i < NR_LINK_TESTS; i++)
			ksft_test_result_skip("the kernel has no CONFIG_CGROUP_BPF\n");
		return;
	}
	if (prog < 0)
		cgi_die("BPF_PROG_LOAD: %s", strerror(err));
	test_program(prog);
	test_links(prog);
	test_links_and_sockets(prog);
	close(prog);
}

/* ---- perf events ---- */

static int open_event(int dir)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
	};
	int fd = syscall(SYS_perf_event_open, &attr, dir, 0, -1,
			 PERF_FLAG_PID_CGROUP | PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		cgi_die("perf_event_open: %s", strerror(errno));
	return fd;
}

static void test_perf(const struct cgi_place *perf)
{
	char *dir = cgi_new_cgroup(perf->root), *id = cgi_dir_id(perf->hier, dir);
	char *css = cgi_css_of(id, "perf_event", "online");
	char *exact = cgi_fmt("%d", NR_EVENTS), *about = cgi_fmt("~%d", NR_EVENTS);
	int fd = open_dir(dir), event[NR_EVENTS], i;

	if (!css)
		cgi_die("no css of perf_event for %s", dir);
	for (i = 0; i < NR_EVENTS; i++)
		event[i] = open_event(fd);
	close(fd);
	ksft_test_result(cgi_field_becomes("csses", "css", css, "unaccounted", about) &&
			 unaccounted_is(id, "~0"),
			 "%d events hold a css, not its cgroup\n", NR_EVENTS);
	cgi_must_rmdir(dir);
	ksft_test_result(cgi_field_becomes("csses", "css", css, "state", "dying") &&
			 cgi_field_becomes("csses", "css", css, "unaccounted", exact),
			 "%d events hold it when it is removed\n", NR_EVENTS);
	ksft_test_result(held_by(id, 0), "and the css holds the cgroup\n");
	close_all(event, NR_EVENTS);
	ksft_test_result(cgi_is_gone("csses", "css", css) &&
			 cgi_is_gone("cgroups", "cgroup", id),
			 "both are gone with the events\n");
	free(about);
	free(exact);
}

int main(void)
{
	struct cgi_place perf;
	int i;

	ksft_print_header();
	cgi_begin();
	cgi_need_graph();
	ksft_set_plan(7 + NR_LINK_TESTS + NR_PERF_TESTS);
	v2 = (struct cgi_place){ .root = cgi_v2(), .version = 2 };
	test_sockets();
	test_directory();
	test_bpf();
	perf = cgi_place_of("perf_event");
	if (perf.root) {
		test_perf(&perf);
	} else {
		for (i = 0; i < NR_PERF_TESTS; i++)
			ksft_test_result_skip("the kernel has no CONFIG_CGROUP_PERF\n");
	}
	cgi_finish();
}
