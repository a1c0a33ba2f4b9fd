// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading every cgroup.procs of every hierarchy that is mounted.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

#define NAMES	(64 * 1024)
#define MOUNTS	32
/* A folder without others in it has two links. */
#define LINKS_OF_A_LEAF	2

static char mounts[MOUNTS][256];
static int nr_mounts;

static void find_mounts(void)
{
	FILE *file = setmntent("/proc/self/mounts", "r");
	struct mntent *mount;

	if (!file)
		bench_die("/proc/self/mounts: %s", strerror(errno));
	nr_mounts = 0;
	while ((mount = getmntent(file))) {
		if (strcmp(mount->mnt_type, "cgroup") && strcmp(mount->mnt_type, "cgroup2"))
			continue;
		if (nr_mounts == MOUNTS || strlen(mount->mnt_dir) >= sizeof(mounts[0]))
			bench_die("too many mounts of cgroups, or too long a name");
		memcpy(mounts[nr_mounts++], mount->mnt_dir, strlen(mount->mnt_dir) + 1);
	}
	endmntent(file);
	if (!nr_mounts)
		bench_die("no hierarchy is mounted");
}

/* A line with the name of the cgroup, then the text of the file, if it has any. */
static void read_procs(struct bench_buffer *buffer, int dir, const char *name)
{
	int fd = openat(dir, "cgroup.procs", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		bench_die("%s/cgroup.procs: %s", name, strerror(errno));
	bench_buffer_append(buffer, "#", 1);
	bench_buffer_append(buffer, name, strlen(name));
	bench_buffer_append(buffer, "\n", 1);
	while (bench_buffer_read_once(buffer, fd) > 0)
		;
	close(fd);
}

static void read_tree(struct bench_buffer *buffer, int at, const char *name);

static void read_children(struct bench_buffer *buffer, int dir)
{
	char names[NAMES] __aligned(8);
	struct dirent64 *dirent;
	long got, at;

	while ((got = syscall(SYS_getdents64, dir, names, sizeof(names))) > 0) {
		for (at = 0; at < got; at += dirent->d_reclen) {
			dirent = (void *)(names + at);
			if (dirent->d_type == DT_DIR && dirent->d_name[0] != '.')
				read_tree(buffer, dir, dirent->d_name);
		}
	}
	if (got < 0)
		bench_die("getdents64: %s", strerror(errno));
}

/* Without the look at the links each leaf would have its dozens of files listed. */
static void read_tree(struct bench_buffer *buffer, int at, const char *name)
{
	int dir = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat stat;

	if (dir < 0 || fstat(dir, &stat))
		bench_die("%s: %s", name, strerror(errno));
	read_procs(buffer, dir, name);
	if (stat.st_nlink != LINKS_OF_A_LEAF)
		read_children(buffer, dir);
	close(dir);
}

static void run(struct bench_buffer *buffer)
{
	int i;

	for (i = 0; i < nr_mounts; i++)
		read_tree(buffer, AT_FDCWD, mounts[i]);
}

/* Each task is in one cgroup of each hierarchy. */
static long seen(const struct bench_buffer *buffer)
{
	long nr = bench_buffer_lines(buffer) - bench_buffer_lines_with(buffer, '#');

	return nr / nr_mounts;
}

const struct bench_side bench_side_cgroupfs = {
	.name = "cgroupfs",
	.prepare = find_mounts,
	.run = run,
	.seen = seen,
};
