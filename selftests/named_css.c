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
#include <netinet/in.h>
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
	cgi_run_cases();
}
