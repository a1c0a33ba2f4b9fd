// SPDX-License-Identifier: GPL-2.0-only
/*
 * Running Graphviz, which only who wants more than the text of a picture needs.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "graphviz.h"

extern char **environ;

static char *option_of(const char *format)
{
	char *option;

	return asprintf(&option, "-T%s", format) < 0 ? need_memory(NULL) : option;
}

/* Start dot between two descriptors. Returns an error's number, or 0. */
static int start(pid_t *pid, const char *format, int input, int output)
{
	char *option = option_of(format);
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

/* It may end before it has read all; that is no picture either, whatever it says. */
static bool give(struct slice picture, int to)
{
	FILE *pipe = need_memory(fdopen(to, "w"));
	bool given;

	signal(SIGPIPE, SIG_IGN);
	given = fwrite(picture.at, 1, picture.length, pipe) == picture.length;
	return !fclose(pipe) && given;
}

/* The fuzzer has one of its own, as it would run Graphviz thousands of times. */
__weak const char *graphviz_draw(struct slice picture, const char *format, int to)
{
	int ends[2], status, error;
	bool given;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return "there is no pipe to dot of Graphviz";
	error = start(&pid, format, ends[0], to);
	close(ends[0]);
	if (error) {
		close(ends[1]);
		return error == ENOENT ? "dot of Graphviz is not there: apt install graphviz" :
					 "dot of Graphviz can not be run";
	}
	given = give(picture, ends[1]);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return "dot of Graphviz can not be waited for";
	if (!WIFEXITED(status) || WEXITSTATUS(status) || !given)
		return "dot of Graphviz has failed";
	return NULL;
}
