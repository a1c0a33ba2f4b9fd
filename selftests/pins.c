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
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_bpf.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"

#define NR_SOCKETS	7
#define NR_LINKS	3
#define NR_EVENTS	5
/* This number of sockets keeps links attached. */
#define NR_BESIDE	2

static struct cgi_place v2 = { .version = 2 };

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

static struct sockets sockets = { .nr = NR_SOCKETS };
static char *dir_of_sockets, *id_of_sockets;

static bool sockets_hold_live(void)
{
	dir_of_sockets = cgi_bare_cgroup();
	id_of_sockets = cgi_dir_id(0, dir_of_sockets);
	cgi_run_inside(&v2, dir_of_sockets, make_sockets, &sockets);
	return unaccounted_is(id_of_sockets, "~" CGI_TEXT(NR_SOCKETS));
}

static bool sockets_hold_removed(void)
{
	cgi_must_rmdir(dir_of_sockets);
	return held_by(id_of_sockets, NR_SOCKETS) &&
	       cgi_field_is("cgroups", "cgroup", id_of_sockets, "css_sets", "0");
}

static bool two_sockets_hold_it(void)
{
	close_all(sockets.fd + 2, NR_SOCKETS - 2);
	return held_by(id_of_sockets, 2);
}

static bool goes_without_sockets(void)
{
	close_all(sockets.fd, 2);
	return cgi_is_gone("cgroups", "cgroup", id_of_sockets);
}

/* ---- an open directory ---- */

static struct {
	char *path, *id;
	int fd, file;
} dir;

static bool open_holds_no_live(void)
{
	dir.path = cgi_bare_cgroup();
	dir.id = cgi_dir_id(0, dir.path);
	dir.fd = open(dir.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir.file = openat(dir.fd, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	if (dir.fd < 0 || dir.file < 0)
		cgi_die("%s: %s", dir.path, strerror(errno));
	return unaccounted_is(dir.id, "~0");
}

static bool open_holds_no_removed(void)
{
	cgi_must_rmdir(dir.path);
	return cgi_is_gone("cgroups", "cgroup", dir.id);
}

static bool it_was_open(void)
{
	struct stat st;
	char *ino = fstat(dir.fd, &st) ? NULL :
		    cgi_fmt("0:%llu", (unsigned long long)st.st_ino);
	bool same = cgi_same(ino, dir.id);

	free(ino);
	close(dir.file);
	close(dir.fd);
	return same;
}

/* ---- BPF ---- */

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
	link = cgi_bpf(BPF_LINK_CREATE, &attr);
	close(fd);
	return link;
}

/* Returns how many programs the kernel says are attached to the cgroup. */
static unsigned int attached(const char *dir)
{
	union bpf_attr attr = { 0 };
	int fd = open_dir(dir);

	attr.query.target_fd = fd;
	attr.query.attach_type = BPF_CGROUP_INET_EGRESS;
	if (cgi_bpf(BPF_PROG_QUERY, &attr))
		cgi_die("BPF_PROG_QUERY: %s", strerror(errno));
	close(fd);
	return attr.query.prog_cnt;
}

/* The program is loaded, and attached to this cgroup. */
static int prog;
static char *dir_of_program;

static bool program_holds_no_live(void)
{
	char *id;

	dir_of_program = cgi_bare_cgroup();
	id = cgi_dir_id(0, dir_of_program);
	if (cgi_bpf_attach(prog, dir_of_program))
		cgi_die("BPF_PROG_ATTACH: %s", strerror(errno));
	return attached(dir_of_program) == 1 && unaccounted_is(id, "~0");
}

static bool program_holds_no_removed(void)
{
	char *id = cgi_dir_id(0, dir_of_program);

	cgi_must_rmdir(dir_of_program);
	return cgi_is_gone("cgroups", "cgroup", id);
}

/* These links attach the program to this cgroup. */
static struct {
	char *path, *id;
	int link[NR_LINKS];
} linked;

static void make_links(void)
{
	int i;

	for (i = 0; i < NR_LINKS; i++) {
		linked.link[i] = link_program(prog, linked.path);
		if (linked.link[i] < 0)
			cgi_die("BPF_LINK_CREATE: %s", strerror(errno));
	}
}

static bool links_hold_live(void)
{
	linked.path = cgi_bare_cgroup();
	linked.id = cgi_dir_id(0, linked.path);
	make_links();
	return attached(linked.path) == NR_LINKS &&
	       cgi_bpf_link_target(linked.link[0]) == cgi_ino(linked.path) &&
	       unaccounted_is(linked.id, "~" CGI_TEXT(NR_LINKS));
}

static bool rmdir_detaches_links(void)
{
	bool ok;

	cgi_must_rmdir(linked.path);
	ok = cgi_is_gone("cgroups", "cgroup", linked.id) && !cgi_bpf_link_target(linked.link[0]);
	close_all(linked.link, NR_LINKS);
	return ok;
}

/* A removed cgroup that sockets hold keeps its links attached. */
static struct sockets beside_links = { .nr = NR_BESIDE };

static bool links_hold_with_sockets(void)
{
	linked.path = cgi_bare_cgroup();
	linked.id = cgi_dir_id(0, linked.path);
	cgi_run_inside(&v2, linked.path, make_sockets, &beside_links);
	make_links();
	cgi_must_rmdir(linked.path);
	return held_by(linked.id, NR_BESIDE + NR_LINKS);
}

static bool links_go_with_sockets(void)
{
	bool ok;

	close_all(beside_links.fd, NR_BESIDE);
	ok = cgi_is_gone("cgroups", "cgroup", linked.id) && !cgi_bpf_link_target(linked.link[0]);
	close_all(linked.link, NR_LINKS);
	return ok;
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

static struct {
	struct cgi_place place;
	char *path, *id, *css;
	int event[NR_EVENTS];
} perf;

static bool events_hold_live_css(void)
{
	int fd, i;

	perf.path = cgi_new_cgroup(perf.place.root);
	perf.id = cgi_dir_id(perf.place.hier, perf.path);
	perf.css = cgi_css_of(perf.id, "perf_event", "online");
	if (!perf.css)
		cgi_die("no css of perf_event for %s", perf.path);
	fd = open_dir(perf.path);
	for (i = 0; i < NR_EVENTS; i++)
		perf.event[i] = open_event(fd);
	close(fd);
	return cgi_field_becomes("csses", "css", perf.css, "unaccounted",
				 "~" CGI_TEXT(NR_EVENTS)) &&
	       unaccounted_is(perf.id, "~0");
}

static bool events_hold_dying_css(void)
{
	cgi_must_rmdir(perf.path);
	return cgi_field_becomes("csses", "css", perf.css, "state", "dying") &&
	       cgi_field_becomes("csses", "css", perf.css, "unaccounted",
				 CGI_TEXT(NR_EVENTS));
}

static bool css_holds_cgroup(void)
{
	return held_by(perf.id, 0);
}

static bool both_go_with_events(void)
{
	close_all(perf.event, NR_EVENTS);
	return cgi_is_gone("csses", "css", perf.css) &&
	       cgi_is_gone("cgroups", "cgroup", perf.id);
}

/* ---- the cases ---- */

static const struct cgi_case cases[] = {
	{ CGI_TEXT(NR_SOCKETS) " sockets of a live cgroup", sockets_hold_live },
	{ CGI_TEXT(NR_SOCKETS) " sockets hold it when it is removed", sockets_hold_removed },
	{ "2 of them still do", two_sockets_hold_it },
	{ "without sockets it is gone", goes_without_sockets },
	{ "an open directory and file hold no live cgroup", open_holds_no_live },
	{ "nor a removed one", open_holds_no_removed },
	{ "though the directory is still open", it_was_open },
};

static const struct cgi_case bpf_cases[] = {
	{ "an attached program does not hold its cgroup", program_holds_no_live },
	{ "nor when it is removed", program_holds_no_removed },
	{ CGI_TEXT(NR_LINKS) " BPF links hold their cgroup", links_hold_live },
	{ "rmdir detaches them, and nothing holds it", rmdir_detaches_links },
	{ "with " CGI_TEXT(NR_BESIDE) " sockets, " CGI_TEXT(NR_LINKS) " links hold it, too",
	  links_hold_with_sockets },
	{ "without them it is gone, with the links open", links_go_with_sockets },
};

static const struct cgi_case perf_cases[] = {
	{ CGI_TEXT(NR_EVENTS) " events hold a css, not its cgroup", events_hold_live_css },
	{ CGI_TEXT(NR_EVENTS) " events hold it when it is removed", events_hold_dying_css },
	{ "and the css holds the cgroup", css_holds_cgroup },
	{ "both are gone with the events", both_go_with_events },
};

static void add_bpf_cases(void)
{
	prog = cgi_bpf_load();
	if (prog < 0)
		cgi_skip_cases(cgi_bpf_lack(), bpf_cases, ARRAY_SIZE(bpf_cases));
	else
		cgi_add_cases(bpf_cases, ARRAY_SIZE(bpf_cases));
}

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	v2.root = cgi_v2();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	add_bpf_cases();
	perf.place = cgi_place_of("perf_event");
	if (perf.place.root)
		cgi_add_cases(perf_cases, ARRAY_SIZE(perf_cases));
	else
		cgi_skip_cases("the kernel has no CONFIG_CGROUP_PERF",
			       perf_cases, ARRAY_SIZE(perf_cases));
	cgi_run_cases();
}
