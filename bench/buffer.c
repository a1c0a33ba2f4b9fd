// SPDX-License-Identifier: GPL-2.0-only
/*
 * The buffer that all sides fill.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench.h"

/* Only what is touched costs memory. */
#define BUFFER_ROOM	(1024UL * 1024 * 1024)
#define CHUNK		(64 * 1024)

void bench_buffer_init(struct bench_buffer *buffer)
{
	buffer->text = mmap(NULL, BUFFER_ROOM, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (buffer->text == MAP_FAILED)
		bench_die("no room for a buffer: %s", strerror(errno));
	buffer->room = BUFFER_ROOM;
	buffer->size = 0;
}

static void need(const struct bench_buffer *buffer, size_t size)
{
	if (buffer->room - buffer->size < size)
		bench_die("more text than the buffer has room for");
}

void bench_buffer_append(struct bench_buffer *buffer, const char *text, size_t size)
{
	need(buffer, size);
	memcpy(buffer->text + buffer->size, text, size);
	buffer->size += size;
}

long bench_buffer_read_once(struct bench_buffer *buffer, int fd)
{
	ssize_t got;

	need(buffer, 1);
	got = read(fd, buffer->text + buffer->size, buffer->room - buffer->size);
	if (got > 0)
		buffer->size += got;
	return got;
}

void bench_buffer_read(struct bench_buffer *buffer, int fd)
{
	ssize_t got;

	do {
		need(buffer, CHUNK);
		got = read(fd, buffer->text + buffer->size, CHUNK);
		if (got < 0)
			bench_die("read: %s", strerror(errno));
		buffer->size += got;
	} while (got);
	close(fd);
}

void bench_buffer_read_file(struct bench_buffer *buffer, const char *name)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		bench_die("%s: %s", name, strerror(errno));
	bench_buffer_read(buffer, fd);
}

/* Which lines begin with @first; all if that is 0. */
static long lines(const struct bench_buffer *buffer, char first)
{
	const char *line = buffer->text, *end = line + buffer->size, *newline;
	long nr = 0;

	for (; line < end; line = newline + 1) {
		newline = memchr(line, '\n', end - line);
		if (!newline)
			bench_die("the last line is not whole");
		nr += !first || *line == first;
	}
	return nr;
}

long bench_buffer_lines(const struct bench_buffer *buffer)
{
	return lines(buffer, 0);
}

long bench_buffer_lines_with(const struct bench_buffer *buffer, char first)
{
	return lines(buffer, first);
}
