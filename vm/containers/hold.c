// SPDX-License-Identifier: GPL-2.0-only
/*
 * hold give SOCKET: make a socket, pass it on to whoever listens at SOCKET, and sleep.
 * hold keep SOCKET: listen there, take one socket, make the file SOCKET.kept, and sleep with it.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int connection(const char *path, int (*use)(int, const struct sockaddr *, socklen_t))
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || use(fd, (struct sockaddr *)&address, sizeof(address)))
		err(1, "%s", path);
	return fd;
}

/* A message with room for one descriptor. */
struct letter {
	struct msghdr msg;
	struct iovec iov;
	char byte;
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
};

static void prepare(struct letter *letter)
{
	memset(letter, 0, sizeof(*letter));
	letter->iov.iov_base = &letter->byte;
	letter->iov.iov_len = 1;
	letter->msg.msg_iov = &letter->iov;
	letter->msg.msg_iovlen = 1;
	letter->msg.msg_control = &letter->control;
	letter->msg.msg_controllen = sizeof(letter->control);
}

static void give(const char *path)
{
	int to = connection(path, connect), fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	struct letter letter;

	if (fd < 0)
		err(1, "socket");
	prepare(&letter);
	letter.control.head.cmsg_level = SOL_SOCKET;
	letter.control.head.cmsg_type = SCM_RIGHTS;
	letter.control.head.cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(&letter.control.head), &fd, sizeof(fd));
	if (sendmsg(to, &letter.msg, 0) != 1)
		err(1, "sendmsg");
}

static void keep(const char *path)
{
	int from, listener = connection(path, bind);
	struct letter letter;
	char kept[256];

	if (listen(listener, 1))
		err(1, "listen");
	from = accept(listener, NULL, NULL);
	prepare(&letter);
	if (from < 0 || recvmsg(from, &letter.msg, 0) != 1 ||
	    letter.control.head.cmsg_type != SCM_RIGHTS)
		err(1, "nothing was passed on");
	/* Whoever connects makes both ends of the connection, so this one would hold as well. */
	close(from);
	snprintf(kept, sizeof(kept), "%s.kept", path);
	if (open(kept, O_CREAT | O_WRONLY | O_CLOEXEC, 0600) < 0)
		err(1, "%s", kept);
}

int main(int argc, char **argv)
{
	if (argc != 3 || (strcmp(argv[1], "give") && strcmp(argv[1], "keep")))
		errx(2, "usage: hold give|keep SOCKET");
	if (!strcmp(argv[1], "give"))
		give(argv[2]);
	else
		keep(argv[2]);
	for (;;)
		pause();
}
