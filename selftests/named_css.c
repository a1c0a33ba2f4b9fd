// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file holders names who has open what holds the css of memory of a removed
 * cgroup, as named.c says of the cgroup itself.
 *
 *   memory   a cgroup for each kind, removed with its holders
 *
 * On v1 sockets hold no css of memory, unless their memory is limited.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_named.h"
#include "lib/cgi_pin.h"

static struct cgi_place memory;

static bool make_unix(void)
{
	return cgi_keep_socket(AF_UNIX, SOCK_STREAM);
}

/* Of the two groups the first one has two descriptors. */
static bool make_inotify(void)
{
	return cgi_keep(inotify_init1(IN_CLOEXEC)) && cgi_keep(dup(cgi_kept[0])) &&
	       cgi_keep(inotify_init1(IN_CLOEXEC));
}

static bool make_fanotify(void)
{
	return cgi_keep(fanotify_init(FAN_CLOEXEC, O_RDONLY)) && cgi_keep(dup(cgi_kept[0])) &&
	       cgi_keep(fanotify_init(FAN_CLOEXEC, O_RDONLY));
}

static struct kind {
	const char *name;
	bool (*make)(void);
	/* Of a socket its protocol, of a group its kind. */
	const char *protocol, *group;
	char *id, *css;
} kinds[] = {
	{ "a TCP socket", cgi_keep_tcp, "TCP" },
	{ "a UDP socket", cgi_keep_udp, "UDP" },
	{ "a unix socket", make_unix, "UNIX" },
	{ "a netlink socket", cgi_keep_netlink, "NETLINK" },
	{ "a packet socket", cgi_keep_packet, "PACKET" },
	{ "inotify groups", make_inotify, .group = "inotify" },
	{ "fanotify groups", make_fanotify, .group = "fanotify" },
};

static void want_kind(struct cgi_set *lines, const struct kind *k)
{
	int i;

	if (k->protocol)
		cgi_want_line(lines, "socket", 1, cgi_kept[0], "inode:%llu,protocol:%s",
			      cgi_inode_of(cgi_kept[0]), k->protocol);
	for (i = 0; k->group && i < cgi_nr_kept; i++)
		cgi_want_line(lines, k->group, i != 1, cgi_kept[i], "-");
}

/* The files of these groups can be polled, by a function of the kernel that has them. */
static bool lacks_group(const struct kind *k)
{
	char *symbol = cgi_fmt("%s_poll", k->group);
	bool lacks = !cgi_kernel_has(symbol);

	free(symbol);
	return lacks;
}

static int make_error;

static void make_inside(void *arg)
{
	struct kind *k = arg;

	make_error = k->make() ? 0 : errno;
}

static bool css_is_named(void *object)
{
	struct cgi_set lines = { 0 };
	struct kind *k = object;
	char *dir;

	make_error = ENOTSUP;
	if (k->protocol && memory.version == 1)
		return cgi_skip("memory is on v1");
	if (k->group && lacks_group(k))
		return cgi_skip("the kernel has no %s", k->group);
	dir = cgi_new_cgroup(memory.root);
	k->id = cgi_dir_id(memory.hier, dir);
	k->css = cgi_css_of(k->id, "memory", "online");
	cgi_run_inside(&memory, dir, make_inside, k);
	if (make_error == EAFNOSUPPORT)
		return cgi_skip("the kernel has no such sockets");
	if (make_error)
		cgi_die("%s: %s", k->name, strerror(make_error));
	cgi_must_rmdir(dir);
	want_kind(&lines, k);
	return cgi_is_named(k->css, &lines);
}

static bool it_goes(void *object)
{
	struct kind *k = object;

	cgi_release();
	if (make_error)
		return cgi_skip("there was none");
	return cgi_is_not_named(k->css) && cgi_is_gone("csses", "css", k->css) &&
	       cgi_is_gone("cgroups", "cgroup", k->id);
}

/* ---- a network namespace ---- */

/* Netlink sockets of the kernel's own, in the namespace. */
static struct netlink {
	unsigned int told;
	unsigned int others;
} *netlink;

/* Those that the module can tell. The kernel has no header that leads to the others. */
static bool can_be_told(unsigned int protocol)
{
	return protocol == NETLINK_ROUTE || protocol == NETLINK_GENERIC ||
	       protocol == NETLINK_SOCK_DIAG || protocol == NETLINK_FIB_LOOKUP ||
	       protocol == NETLINK_XFRM;
}

/* The kernel's own have no port. */
static int count_netlink(void *ns)
{
	unsigned int protocol, port;
	char *text, *line, *save = NULL;

	if (setns(*(int *)ns, CLONE_NEWNET))
		return errno;
	text = cgi_slurp_at("/proc/self/net", "netlink");
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "%*s %u %u", &protocol, &port) != 2 || port)
			continue;
		if (can_be_told(protocol))
			netlink->told++;
		else
			netlink->others++;
	}
	return 0;
}

static void make_netlink_known(void)
{
	netlink = cgi_share(sizeof(*netlink));
	if (cgi_exit_code(cgi_spawn(count_netlink, &cgi_kept[0])))
		cgi_die("the network namespace can't be looked into");
	ksft_print_msg("netlink: %u and %u\n", netlink->told, netlink->others);
}

/*
 * Others than those of netlink are told as well, but for those that the kernel made for each CPU
 * before 5.18.
 */
static bool sockets_are_told(const struct cgi_set *lines, long unaccounted)
{
	char *end = cgi_fmt(" tid %d fd %d inode:%llu", getpid(), cgi_kept[0],
			    cgi_inode_of(cgi_kept[0]));
	long told = cgi_refs_in(lines, "net_ns refs ", end);
	long unknown = cgi_refs_in(lines, "unknown refs ", " tid - fd - -");
	long per_cpu = unknown - netlink->others;

	free(end);
	return lines->nr == 2 && told >= netlink->told && per_cpu >= 0 &&
	       per_cpu % sysconf(_SC_NPROCESSORS_CONF) == 0 && told + unknown == unaccounted;
}

/* Each of these sockets holds the cgroup and the css. */
static bool net_namespace_is_named_as(const char *file, const char *by, const char *object)
{
	double end = cgi_now() + CGI_PATIENCE_S;
	bool ok, late;

	do {
		struct cgi_set lines = { 0 };
		long unaccounted = cgi_field_num(file, by, object, "unaccounted");
		int i;

		late = cgi_now() >= end;
		cgi_holder_lines(&lines, object);
		ok = sockets_are_told(&lines, unaccounted);
		for (i = 0; (ok || late) && i < lines.nr; i++)
			ksft_print_msg("%s, of %ld: %s\n", object, unaccounted, lines.str[i]);
		cgi_set_free(&lines);
	} while (!ok && !late);
	return ok;
}

static bool net_namespace_is_named(void)
{
	char *dir, *id, *css;

	if (memory.version == 1)
		return cgi_skip("memory is on v1");
	dir = cgi_new_cgroup(memory.root);
	id = cgi_dir_id(memory.hier, dir);
	css = cgi_css_of(id, "memory", "online");
	cgi_run_inside(&memory, dir, cgi_keep_net_namespace, NULL);
	cgi_must_rmdir(dir);
	make_netlink_known();
	if (!net_namespace_is_named_as("csses", "css", css) ||
	    !net_namespace_is_named_as("cgroups", "cgroup", id))
		return false;
	cgi_release();
	return cgi_is_not_named(css) && cgi_is_gone("csses", "css", css) &&
	       cgi_is_gone("cgroups", "cgroup", id);
}

static const struct cgi_case net_cases[] = {
	{ "a network namespace: its css is named, without it lines and css are gone",
	  net_namespace_is_named },
};

static const struct cgi_case cases[] = {
	{ "its css is named", .run_on = css_is_named },
	{ "without it, lines and css are gone", .run_on = it_goes },
};

int main(void)
{
	size_t i;

	cgi_begin();
	cgi_need_graph();
	memory = cgi_place_of("memory");
	if (!memory.root)
		cgi_skip_all("the kernel has no CONFIG_MEMCG");
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		cgi_add_cases_on(&kinds[i], kinds[i].name, cases, ARRAY_SIZE(cases));
	cgi_add_cases(net_cases, ARRAY_SIZE(net_cases));
	cgi_run_cases();
}
