// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded, it lets open() of a file named snapshot fail once for each time that somebody makes
 * a symbolic link $REFUSE: its target is the number of the error.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int error_of(const char *path)
{
	const char *link = getenv("REFUSE"), *name = strrchr(path, '/');
	char number[8] = "";

	if (!link || !name || strcmp(name, "/snapshot"))
		return 0;
	if (readlink(link, number, sizeof(number) - 1) < 0 || unlink(link))
		return 0;
	return atoi(number);
}

int open(const char *path, int flags, ...)
{
	int error = error_of(path);

	if (!error)
		return syscall(SYS_openat, AT_FDCWD, path, flags, 0600);
	errno = error;
	return -1;
}
