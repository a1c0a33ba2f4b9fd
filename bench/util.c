// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clock, numbers, messages, and what the kernel and the module say about themselves.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

void bench_die(const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

FILE *bench_append(const char *dir, const char *name)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "a");
	if (!file)
		bench_die("%s: %s", path, strerror(errno));
	return file;
}

void bench_shuffle(int *order, int nr)
{
	int i, j, other;

	for (i = nr - 1; i > 0; i--) {
		j = rand() % (i + 1);
		other = order[i];
		order[i] = order[j];
		order[j] = other;
	}
}

double bench_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e9 + now.tv_nsec;
}

void bench_add(struct bench_series *series, double value)
{
	if (!bench_series_add(series, value))
		bench_die("no memory");
}

long bench_number(const char *text, long least, const char *what)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(text, &end, 10);
	if (errno || end == text || *end || number < least)
		bench_die("%s: '%s' is no number of at least %ld", what, text, least);
	return number;
}

int bench_write(const char *file, const char *text)
{
	int fd = open(file, O_WRONLY | O_CLOEXEC), err;
	ssize_t written;

	if (fd < 0)
		return -1;
	written = write(fd, text, strlen(text));
	err = errno;
	close(fd);
	errno = err;
	return written < 0 ? -1 : 0;
}

/* Reads a small file whole. */
static void read_small(const char *name, char *text, size_t room)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	size_t size = 0;
	ssize_t got = 0;

	if (fd < 0)
		bench_die("%s: %s", name, strerror(errno));
	while (size < room - 1 && (got = read(fd, text + size, room - 1 - size)) > 0)
		size += got;
	if (got < 0 || size == room - 1)
		bench_die("%s: %s", name, got < 0 ? strerror(errno) : "longer than expected");
	text[size] = '\0';
	close(fd);
}

double bench_stat(const char *key)
{
	char text[8192], *line, *rest = text, *value, *end;
	double number;

	read_small(BENCH_DIR "stats", text, sizeof(text));
	while ((line = strsep(&rest, "\n"))) {
		value = strstr(line, ": ");
		if (!value || strncmp(line, key, value - line) || key[value - line])
			continue;
		number = strtod(value + 2, &end);
		return *end || end == value + 2 ? -1 : number;
	}
	return -1;
}

struct bench_cost bench_cost_last(void)
{
	return (struct bench_cost){
		.passes = bench_stat("passes_last"),
		.hold_ns = bench_stat("mutex_hold_ns_last"),
		.collect_ns = bench_stat("collect_ns_last") - bench_stat("mutex_wait_ns_last"),
	};
}

long bench_nr_tasks(void)
{
	char text[256];
	long tasks;

	read_small("/proc/loadavg", text, sizeof(text));
	if (sscanf(text, "%*s %*s %*s %*d/%ld", &tasks) != 1)
		bench_die("/proc/loadavg is not understood: %s", text);
	return tasks;
}
