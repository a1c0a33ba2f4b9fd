// SPDX-License-Identifier: GPL-2.0-only
/*
 * A picture of the graph, as text for Graphviz. Only who asks for a format needs Graphviz
 * itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dot.h"
#include "tree.h"

extern char **environ;

/* --- Graphviz --- */

/* A program of Graphviz that writes to our standard output; its input is the pipe. */
static pid_t start_graphviz(const char *format, int input)
{
	char *option = text_format("-T%s", format);
	char *const args[] = { "dot", option, NULL };
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int error;

	need_memory(posix_spawn_file_actions_init(&actions) ? NULL : &actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	error = posix_spawnp(&pid, "dot", &actions, NULL, args, environ);
	posix_spawn_file_actions_destroy(&actions);
	free(option);
	if (error == ENOENT)
		die(STATUS_INPUT, "-T needs dot of Graphviz: apt install graphviz");
	if (error)
		die(STATUS_INPUT, "dot of Graphviz can not be run: %s", strerror(error));
	return pid;
}

/*
 * The whole picture, before anything of it is written: what it is made of is checked when it is
 * asked for, and nothing is printed of what is refused. The fuzzer comes back from die() here and
 * leaves the stream open, so what it is about to fill must not be on the stack.
 */
static struct slice text_of(const struct picture *picture)
{
	static char *text;
	static size_t length;
	FILE *to = need_memory(open_memstream(&text, &length));

	dot_print(to, picture);
	if (fclose(to))
		need_memory(NULL);
	return (struct slice){ text, length };
}

/*
 * Graphviz says itself what is wrong, for example that it does not know the format. It may end
 * before it has read all; that is no picture either, whatever it says.
 */
static void draw(struct slice text, const char *format)
{
	int ends[2], status;
	bool written;
	FILE *to;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		die(STATUS_INPUT, "there is no pipe: %s", strerror(errno));
	pid = start_graphviz(format, ends[0]);
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	to = need_memory(fdopen(ends[1], "w"));
	written = fwrite(text.at, 1, text.length, to) == text.length;
	written = !fclose(to) && written;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die(STATUS_INPUT, "waiting for Graphviz: %s", strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status) || !written)
		die(STATUS_INPUT, "dot of Graphviz has failed");
}

enum status cmd_dot(struct context *context)
{
	struct picture picture;
	struct slice text;

	if (context->options->holders)
		context_more(context, KIND_HOLDERS);
	picture_make(&picture, context);
	text = text_of(&picture);
	if (picture.nr_bunched || picture.nr_css_sets_hidden)
		note("the picture leaves out %u cgroups and %u css_sets, and says where",
		     picture.nr_bunched, picture.nr_css_sets_hidden);
	if (context->options->format)
		draw(text, context->options->format);
	else
		fwrite(text.at, 1, text.length, stdout);
	free((char *)text.at);
	picture_free(&picture);
	return STATUS_OK;
}
