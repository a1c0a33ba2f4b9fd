// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fastest walker over /proc that we could write: one large buffer for names, one
 * openat(), one read() and one close() for each task, no path from the root, no text but
 * what the kernel prints.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

#define NAMES	(256 * 1024)

/* A folder has two links, and this one has another for each thread. */
#define LINKS_OF_ONE_THREAD	3

/* Calls @entry for each entry of a folder whose name is a number. */
static void each_number(int dir, void *names,
			void (*entry)(int dir, const char *name, void *data), void *data)
{
	struct dirent64 *dirent;
	long got, at;

	while ((got = syscall(SYS_getdents64, dir, names, NAMES)) > 0) {
		for (at = 0; at < got; at += dirent->d_reclen) {
			dirent = (void *)((char *)names + at);
			if (isdigit((unsigned char)dirent->d_name[0]))
				entry(dir, dirent->d_name, data);
		}
	}
	if (got < 0)
		bench_die("getdents64: %s", strerror(errno));
}

/* Writes "name/file" to @path. Names are numbers, so there is room. */
static void join(char path[64], const char *name, const char *file)
{
	size_t length = strlen(name);

	memcpy(path, name, length);
	path[length] = '/';
	memcpy(path + length + 1, file, strlen(file) + 1);
}

/*
 * A line with the number, then the text of the file.  This file is a seq_file that shows a
 * single record, so one read() brings all of it.  A task that ended meanwhile is left out.
 */
static void read_cgroup(int dir, const char *name, void *data)
{
	struct bench_buffer *buffer = data;
	size_t before = buffer->size;
	char path[64];
	int fd;

	join(path, name, "cgroup");
	fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	bench_buffer_append(buffer, "#", 1);
	bench_buffer_append(buffer, name, strlen(name));
	bench_buffer_append(buffer, "\n", 1);
	if (bench_buffer_read_once(buffer, fd) <= 0)
		buffer->size = before;
	close(fd);
}

static void read_threads(int proc, const char *name, void *data)
{
	static char names[NAMES] __aligned(8);
	char path[64];
	int dir;

	join(path, name, "task");
	dir = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return;
	each_number(dir, names, read_cgroup, data);
	close(dir);
}

/* Only a process of several threads is worth the reading of another folder. */
static void read_process(int proc, const char *name, void *data)
{
	struct stat stat;
	char path[64];

	join(path, name, "task");
	if (fstatat(proc, path, &stat, 0))
		return;
	if (stat.st_nlink > LINKS_OF_ONE_THREAD)
		read_threads(proc, name, data);
	else
		read_cgroup(proc, name, data);
}

static void walk(struct bench_buffer *buffer,
		 void (*entry)(int dir, const char *name, void *data))
{
	static char names[NAMES] __aligned(8);
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (proc < 0)
		bench_die("/proc: %s", strerror(errno));
	each_number(proc, names, entry, buffer);
	close(proc);
}

static void run_proc(struct bench_buffer *buffer)
{
	walk(buffer, read_process);
}

static void run_proc_leaders(struct bench_buffer *buffer)
{
	walk(buffer, read_cgroup);
}

static long seen(const struct bench_buffer *buffer)
{
	return bench_buffer_lines_with(buffer, '#');
}

const struct bench_side bench_side_proc = {
	.name = "proc",
	.run = run_proc,
	.seen = seen,
};

const struct bench_side bench_side_proc_leaders = {
	.name = "proc-leaders",
	.run = run_proc_leaders,
	.seen = seen,
};
