// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file holders names sockets that no task has open, as named.c says of those
 * that one has: by their ports, or by the inode number that they still have.
 *
 *   cgroup2   a cgroup for each case, removed: with a socket that was closed, one
 *             that nobody has accepted, the one below another, that of a tun device,
 *             one in an io_uring
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_named.h"
#include "lib/cgi_pin.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP	262
#endif

static struct cgi_place v2 = { .version = 2 };

/* The cgroup of a case, and what was opened in it. */
static char *dir, *id;
static int inside;

static void begin(void (*make)(void *arg))
{
	dir = cgi_bare_cgroup();
	id = cgi_dir_id(0, dir);
	cgi_run_inside(&v2, dir, make, NULL);
	cgi_must_rmdir(dir);
}

static bool is_gone(void)
{
	return cgi_is_gone("cgroups", "cgroup", id) && cgi_is_not_named(id);
}

/* ---- TCP ---- */

static struct sockaddr_in addr;

static int must(int result, const char *what)
{
	if (result < 0)
		cgi_die("%s: %s", what, strerror(errno));
	return result;
}

static unsigned int port_of(int fd)
{
	struct sockaddr_in name;
	socklen_t len = sizeof(name);

	must(getsockname(fd, (struct sockaddr *)&name, &len), "getsockname");
	return ntohs(name.sin_port);
}

static int listen_tcp(void)
{
	int fd = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");

	addr = (struct sockaddr_in){ .sin_family = AF_INET };
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), "bind");
	must(listen(fd, 1), "listen");
	addr.sin_port = htons(port_of(fd));
	return fd;
}

static int connect_tcp(void)
{
	int fd = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");

	must(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), "connect");
	return fd;
}

/* A connection that is closed in peace would live on for a minute. */
static void reset(int fd)
{
	struct linger linger = { .l_onoff = 1 };

	must(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)), "SO_LINGER");
	close(fd);
}

static void connect_inside(void *unused)
{
	(void)unused;
	inside = connect_tcp();
}

static void listen_inside(void *unused)
{
	(void)unused;
	inside = listen_tcp();
}

/* Until nothing fits any more: what is left must be sent after close(). */
static void fill(int fd)
{
	static char text[65536];

	while (send(fd, text, sizeof(text), MSG_DONTWAIT) > 0)
		;
	if (errno != EAGAIN)
		cgi_die("send: %s", strerror(errno));
}

static bool closed_is_named(void)
{
	struct cgi_set lines = { 0 };
	int listener = listen_tcp(), other;
	unsigned int port;

	begin(connect_inside);
	other = must(accept4(listener, NULL, NULL, SOCK_CLOEXEC), "accept");
	port = port_of(inside);
	fill(inside);
	close(inside);
	cgi_set_add(&lines, "socket refs 1 tid - fd - port:%u,peer:%u,state:orphan,protocol:TCP",
		    port, port_of(listener));
	if (!cgi_is_named(id, &lines))
		return false;
	reset(other);
	close(listener);
	return is_gone();
}

static bool unaccepted_is_named(void)
{
	struct cgi_set before = { 0 }, after = { 0 };
	int client, accepted;

	begin(listen_inside);
	client = connect_tcp();
	cgi_want_line(&before, "socket", 1, inside, "inode:%llu,protocol:TCP",
		      cgi_inode_of(inside));
	cgi_set_add(&before,
		    "socket refs 1 tid - fd - port:%u,peer:%u,state:unaccepted,protocol:TCP",
		    port_of(inside), port_of(client));
	if (!cgi_is_named(id, &before))
		return false;
	accepted = must(accept4(inside, NULL, NULL, SOCK_CLOEXEC), "accept");
	cgi_want_line(&after, "socket", 1, inside, "inode:%llu,protocol:TCP",
		      cgi_inode_of(inside));
	cgi_want_line(&after, "socket", 1, accepted, "inode:%llu,protocol:TCP",
		      cgi_inode_of(accepted));
	if (!cgi_is_named(id, &after))
		return false;
	reset(accepted);
	close(client);
	close(inside);
	return is_gone();
}

/* ---- MPTCP: a socket of TCP below one that is open ---- */

static void connect_mptcp(void *unused)
{
	(void)unused;
	inside = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP);
	if (inside >= 0)
		must(connect(inside, (struct sockaddr *)&addr, sizeof(addr)), "connect");
}

static bool lower_is_named(void)
{
	struct cgi_set lines = { 0 };
	int listener = listen_tcp(), other;

	begin(connect_mptcp);
	if (inside < 0) {
		close(listener);
		return cgi_skip("the kernel has no MPTCP: %s", strerror(errno));
	}
	other = must(accept4(listener, NULL, NULL, SOCK_CLOEXEC), "accept");
	cgi_want_line(&lines, "socket", 1, inside, "inode:%llu,protocol:MPTCP",
		      cgi_inode_of(inside));
	cgi_set_add(&lines, "socket refs 1 tid - fd - inode:%llu,protocol:TCP",
		    cgi_inode_of(inside));
	if (!cgi_is_named(id, &lines))
		return false;
	reset(other);
	close(inside);
	close(listener);
	return is_gone();
}

/* ---- unix ---- */

static void connect_unix(void *name)
{
	(void)name;
	inside = must(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
}

/* Whoever connects makes both ends, of which one waits in the queue of the listener. */
static void connect_unix_inside(void *unused)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "\0cgi_named" };

	connect_unix(unused);
	must(connect(inside, (struct sockaddr *)&name, sizeof(name)), "connect");
}

static bool unaccepted_unix_is_named(void)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "\0cgi_named" };
	int listener = must(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
	struct cgi_set lines = { 0 };

	must(bind(listener, (struct sockaddr *)&name, sizeof(name)), "bind");
	must(listen(listener, 1), "listen");
	begin(connect_unix_inside);
	cgi_want_line(&lines, "socket", 1, inside, "inode:%llu,protocol:UNIX",
		      cgi_inode_of(inside));
	cgi_want_line(&lines, "socket", 1, listener, "state:unaccepted,protocol:UNIX");
	if (!cgi_is_named(id, &lines))
		return false;
	close(listener);
	close(inside);
	return is_gone();
}

/* ---- a tun device ---- */

static void open_tun_inside(void *unused)
{
	(void)unused;
	inside = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
}

/* It has a socket, which nothing but its driver leads to. */
static bool tun_is_counted(void)
{
	struct cgi_set lines = { 0 };

	begin(open_tun_inside);
	if (inside < 0)
		return cgi_skip("the guest has no tun devices: %s", strerror(errno));
	cgi_set_add(&lines, "unknown refs 1 tid - fd - -");
	if (!cgi_is_named(id, &lines))
		return false;
	close(inside);
	return is_gone();
}

/* ---- an io_uring ---- */

static int ring = -1;

static int make_ring(void)
{
	struct io_uring_params params = { 0 };

	return syscall(SYS_io_uring_setup, 4, &params);
}

static void make_ring_inside(void *unused)
{
	(void)unused;
	ring = make_ring();
}

static bool ring_holds_nothing(void)
{
	bool ok;

	begin(make_ring_inside);
	if (ring < 0)
		return cgi_skip("io_uring_setup: %s", strerror(errno));
	ok = is_gone();
	close(ring);
	return ok;
}

static void bind_udp_inside(void *unused)
{
	struct sockaddr_in any = { .sin_family = AF_INET };

	(void)unused;
	inside = must(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
	must(bind(inside, (struct sockaddr *)&any, sizeof(any)), "bind");
}

static void open_unix_inside(void *unused)
{
	(void)unused;
	inside = must(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
}

/*
 * What a socket is registered with keeps it when its descriptor is closed. Only one that is in
 * a table of sockets can be found then, and the rest must not be passed over.
 */
static bool registered_is(void (*make)(void *arg), bool is_found)
{
	struct cgi_set lines = { 0 };

	ring = make_ring();
	if (ring < 0)
		return cgi_skip("io_uring_setup: %s", strerror(errno));
	begin(make);
	must(syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, &inside, 1),
	     "IORING_REGISTER_FILES");
	if (is_found)
		cgi_set_add(&lines, "socket refs 1 tid - fd - inode:%llu,protocol:UDP",
			    cgi_inode_of(inside));
	else
		cgi_set_add(&lines, "unknown refs 1 tid - fd - -");
	close(inside);
	if (!cgi_is_named(id, &lines))
		return false;
	close(ring);
	return is_gone();
}

static bool registered_is_named(void)
{
	return registered_is(bind_udp_inside, true);
}

static bool registered_listener_is_counted(void)
{
	return registered_is(listen_inside, false);
}

static bool registered_unix_is_counted(void)
{
	return registered_is(open_unix_inside, false);
}

/* ---- the cases ---- */

static const struct cgi_case cases[] = {
	{ "a TCP socket that was closed is named", closed_is_named },
	{ "a TCP socket that nobody has accepted is named", unaccepted_is_named },
	{ "the TCP socket below an MPTCP socket is named", lower_is_named },
	{ "a unix socket that nobody has accepted is named", unaccepted_unix_is_named },
	{ "the socket of a tun device is counted", tun_is_counted },
	{ "an io_uring holds no cgroup", ring_holds_nothing },
	{ "a UDP socket that only an io_uring has is named", registered_is_named },
	{ "one that listens is counted", registered_listener_is_counted },
	{ "a unix socket is counted", registered_unix_is_counted },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	v2.root = cgi_v2();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
