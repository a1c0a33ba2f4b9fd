// SPDX-License-Identifier: GPL-2.0-only
/*
 * Running Graphviz, which only who wants more than the text of a picture needs.
 */
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "graphviz.h"

extern char **environ;

/* How often is looked whether it has ended, and after how long somebody may wonder. */
#define PAUSE_NS	5000000
#define SLOW_NS		3000000000

/*
 * A file in memory, unlike a pipe, has no end that somebody could close, so nobody needs to care
 * for SIGPIPE. Returns the descriptor, or -1.
 */
static int file_of(struct slice text)
{
	int fd = memfd_create("dot", MFD_CLOEXEC), error;

	if (fd < 0)
		return -1;
	if (write(fd, text.at, text.length) == (ssize_t)text.length && !lseek(fd, 0, SEEK_SET))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* Start dot between two descriptors. Returns an error's number, or 0. */
static int start(pid_t *pid, const char *format, int input, int output)
{
	char *option = text_format("-T%s", format);
	char *const args[] = { "dot", option, NULL };
	posix_spawn_file_actions_t actions;
	int error;

	need_memory(posix_spawn_file_actions_init(&actions) ? NULL : &actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	error = posix_spawnp(pid, "dot", &actions, NULL, args, environ);
	posix_spawn_file_actions_destroy(&actions);
	free(option);
	return error;
}

/* What does not exist can also be what interprets it, if it is a script. */
static char *no_start(int error)
{
	return text_format("dot of Graphviz can not be run: %s%s", strerror(error),
			   error == ENOENT ? " (apt install graphviz)" : "");
}

/* Returns an error's number, or 0. */
static int wait_for(pid_t pid, int *status)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	unsigned long nr_pauses = 0;
	pid_t ended;

	for (;;) {
		ended = waitpid(pid, status, WNOHANG);
		if (ended == pid)
			return 0;
		if (ended < 0 && errno != EINTR)
			return errno;
		if (++nr_pauses == SLOW_NS / PAUSE_NS)
			note("dot of Graphviz is still drawing: a large picture takes long");
		nanosleep(&pause, NULL);
	}
}

/* Our descriptor tells how far dot has read. What it has not read it has not drawn. */
static char *judge(int status, int input, struct slice picture)
{
	bool read = lseek(input, 0, SEEK_CUR) == (off_t)picture.length;

	if (WIFSIGNALED(status))
		return text_format("dot of Graphviz has failed: %s", strsignal(WTERMSIG(status)));
	if (WEXITSTATUS(status))
		return text_format("dot of Graphviz has failed with status %d",
				   WEXITSTATUS(status));
	return read ? NULL : text_format("dot of Graphviz has failed to read all of the picture");
}

static char *draw(int input, struct slice picture, const char *format, int to)
{
	int status, error;
	pid_t pid;

	error = start(&pid, format, input, to);
	if (error)
		return no_start(error);
	error = wait_for(pid, &status);
	if (error)
		return text_format("dot of Graphviz can not be waited for: %s", strerror(error));
	return judge(status, input, picture);
}

/* The fuzzer has one of its own, as it would run Graphviz thousands of times. */
__weak char *graphviz_draw(struct slice picture, const char *format, int to)
{
	int input = file_of(picture);
	char *reason;

	if (input < 0)
		return text_format("there is no memory for dot of Graphviz: %s", strerror(errno));
	reason = draw(input, picture, format, to);
	close(input);
	return reason;
}
