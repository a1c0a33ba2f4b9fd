// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sides that are programs of others: their start is part of the price.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

/* Reads what a command prints into a pipe, and waits for it. */
static void run_command(struct bench_buffer *buffer, const char *const argv[])
{
	posix_spawn_file_actions_t actions;
	int ends[2], status, err;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		bench_die("pipe: %s", strerror(errno));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	err = posix_spawn(&pid, argv[0], &actions, NULL, (char *const *)argv, environ);
	if (err)
		bench_die("%s: %s", argv[0], strerror(err));
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	bench_buffer_read(buffer, ends[0]);
	if (waitpid(pid, &status, 0) != pid || status)
		bench_die("%s ended with status %#x", argv[0], status);
}

/* All lines but the header. */
static long seen(const struct bench_buffer *buffer)
{
	return bench_buffer_lines(buffer) - 1;
}

static void run_cat(struct bench_buffer *buffer)
{
	static const char *const argv[] = { "/bin/cat", BENCH_DIR "tasks", NULL };

	run_command(buffer, argv);
}

const struct bench_side bench_side_cat = {
	.name = "tasks-cat",
	.takes_snapshot = true,
	.run = run_cat,
	.seen = seen,
};

/* That of procps, which build.sh put here with its libraries; busybox has another. */
static void run_ps(struct bench_buffer *buffer)
{
	static const char *const argv[] = { "./ps", "-eo", "pid,cgroup", NULL };

	run_command(buffer, argv);
}

const struct bench_side bench_side_ps = {
	.name = "ps",
	.run = run_ps,
	.seen = seen,
};
