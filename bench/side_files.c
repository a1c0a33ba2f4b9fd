// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sides that read a file of the module's, and the floor.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench.h"

static size_t floor_row;

static void run_tasks(struct bench_buffer *buffer)
{
	bench_buffer_read_file(buffer, BENCH_DIR "tasks");
}

/* All lines but the header. */
static long seen_tasks(const struct bench_buffer *buffer)
{
	return bench_buffer_lines(buffer) - 1;
}

const struct bench_side bench_side_tasks = {
	.name = "tasks",
	.takes_snapshot = true,
	.run = run_tasks,
	.seen = seen_tasks,
};

/*
 * The part of the text behind the line that @head is in.  It ends before the next @mark,
 * which begins with a newline, or at the end of all.
 */
static struct bench_buffer part(const struct bench_buffer *buffer, const char *head,
				const char *mark)
{
	const char *end = buffer->text + buffer->size, *text, *next;

	text = memmem(buffer->text, buffer->size, head, strlen(head));
	if (!text)
		bench_die("what was read has no '%s'", head);
	text = (const char *)memchr(text + 1, '\n', end - text - 1) + 1;
	next = memmem(text, end - text, mark, strlen(mark));
	return (struct bench_buffer){
		.text = (char *)text,
		.size = next ? next + 1 - text : end - text,
	};
}

static void run_snapshot(struct bench_buffer *buffer)
{
	bench_buffer_read_file(buffer, BENCH_DIR "snapshot");
}

static long seen_snapshot(const struct bench_buffer *buffer)
{
	struct bench_buffer tasks = part(buffer, "## tasks\n", "\n## ");

	return bench_buffer_lines(&tasks) - 1;
}

const struct bench_side bench_side_snapshot = {
	.name = "snapshot",
	.takes_snapshot = true,
	.run = run_snapshot,
	.seen = seen_snapshot,
};

static void run_links_tasks(struct bench_buffer *buffer)
{
	bench_buffer_read_file(buffer, BENCH_DIR "links");
	bench_buffer_read_file(buffer, BENCH_DIR "tasks");
}

static long seen_links_tasks(const struct bench_buffer *buffer)
{
	struct bench_buffer tasks = part(buffer, "\n#tid\t", "\n#");

	return bench_buffer_lines(&tasks);
}

const struct bench_side bench_side_links_tasks = {
	.name = "links+tasks",
	.takes_snapshot = true,
	.run = run_links_tasks,
	.seen = seen_links_tasks,
};

void bench_floor_set(size_t bytes, long tasks)
{
	char text[32];

	floor_row = bytes / tasks;
	snprintf(text, sizeof(text), "%zu", floor_row);
	if (bench_write(BENCH_FLOOR_ROW, text))
		bench_die("%s: %s", BENCH_FLOOR_ROW, strerror(errno));
}

static void run_floor(struct bench_buffer *buffer)
{
	bench_buffer_read_file(buffer, BENCH_FLOOR);
}

static long seen_floor(const struct bench_buffer *buffer)
{
	if (!floor_row || buffer->size % floor_row)
		bench_die("the floor's %zu bytes are no rows of %zu", buffer->size, floor_row);
	return buffer->size / floor_row;
}

const struct bench_side bench_side_floor = {
	.name = "floor",
	.run = run_floor,
	.seen = seen_floor,
};
