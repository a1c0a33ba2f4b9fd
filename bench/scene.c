// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes the scene that is measured: scene TASKS CGROUPS DEPTH SPREAD MOUNT...
 *
 * SPREAD is "same" or "own". The tasks are dealt out to the cgroups in equal parts. With
 * "same" each cgroup is made in all hierarchies, and its tasks are in all of these, so
 * there are CGROUPS of them in each hierarchy. With "own" it is made in one of the
 * hierarchies, in turn, and its tasks are in the roots of all others, so CGROUPS is the
 * number of all together. Either way there are as many css_sets as cgroups that got a
 * task. The cgroups hang in chains of DEPTH, side by side below the root. For DEPTH 3, 8
 * cgroups and 2 hierarchies:
 *
 *	same	hierarchy 0	/ -- 0 -- 1 -- 2	own	hierarchy 0	/ -- 0 -- 2 -- 4
 *				 |-- 3 -- 4 -- 5				 `-- 6
 *				 `-- 6 -- 7			hierarchy 1	/ -- 1 -- 3 -- 5
 *		hierarchy 1	as hierarchy 0					 `-- 7
 *
 * The name of a cgroup is "bench-" and its number. The program ends when all is made. The
 * tasks sleep, until someone kills them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "bench.h"

/* Only the uppermost page of a stack is ever touched. */
#define STACK	16384
#define MOUNTS	32

static struct {
	long tasks, cgroups, depth;
	bool same;
	char **mounts;
	int nr_mounts;
	/* Where the next cgroup of each hierarchy goes. */
	int at[MOUNTS];
} scene;

static char *stacks;

static int open_dir(int at, const char *name)
{
	int dir = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		bench_die("%s: %s", name, strerror(errno));
	return dir;
}

/* Writing 0 moves the writer. Children are born where their parent is. */
static void move_to(int dir)
{
	int fd = openat(dir, "cgroup.procs", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "0", 1) != 1)
		bench_die("moving to a cgroup: %s", strerror(errno));
	close(fd);
}

static int sleep_for_ever(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return 0;
}

/*
 * The tasks are processes of their own, as /proc and `ps` are slow with these, but share
 * their memory and files, or 50,000 of them would not fit.
 */
static void make_tasks(long from, long to)
{
	const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | SIGCHLD;
	long i;

	for (i = from; i < to; i++)
		if (clone(sleep_for_ever, stacks + (i + 1) * STACK, flags, NULL) < 0)
			bench_die("task %ld can not be made: %s", i, strerror(errno));
}

/*
 * Makes the cgroup that is the next one of its hierarchy, and moves there. A chain that is
 * as long as it may be is followed by another one at the root.
 */
static void enter_new(long number, int hierarchy, long index)
{
	int *at = &scene.at[hierarchy], dir;
	char name[32];

	if (index % scene.depth == 0) {
		close(*at);
		*at = open_dir(AT_FDCWD, scene.mounts[hierarchy]);
	}
	snprintf(name, sizeof(name), "bench-%05ld", number);
	if (mkdirat(*at, name, 0755))
		bench_die("%s: %s", name, strerror(errno));
	dir = open_dir(*at, name);
	close(*at);
	*at = dir;
	move_to(dir);
}

static void enter_all(long number)
{
	int i;

	if (!scene.same) {
		enter_new(number, number % scene.nr_mounts, number / scene.nr_mounts);
		return;
	}
	for (i = 0; i < scene.nr_mounts; i++)
		enter_new(number, i, number);
}

static void leave_all(void)
{
	int dir, i;

	for (i = 0; i < scene.nr_mounts; i++) {
		dir = open_dir(AT_FDCWD, scene.mounts[i]);
		move_to(dir);
		close(dir);
	}
}

static void make_all(void)
{
	long number, from = 0, to;

	for (number = 0; number < scene.cgroups; number++) {
		enter_all(number);
		to = scene.tasks * (number + 1) / scene.cgroups;
		make_tasks(from, to);
		from = to;
		if (!scene.same)
			leave_all();
	}
	leave_all();
}

static void parse(int argc, char **argv)
{
	int i;

	if (argc < 6 || argc - 5 > MOUNTS)
		bench_die("usage: scene TASKS CGROUPS DEPTH same|own MOUNT...");
	scene.tasks = bench_number(argv[1], 1, "TASKS");
	scene.cgroups = bench_number(argv[2], 1, "CGROUPS");
	scene.depth = bench_number(argv[3], 1, "DEPTH");
	scene.same = !strcmp(argv[4], "same");
	if (!scene.same && strcmp(argv[4], "own"))
		bench_die("'%s' is neither same nor own", argv[4]);
	scene.mounts = argv + 5;
	scene.nr_mounts = argc - 5;
	for (i = 0; i < scene.nr_mounts; i++)
		scene.at[i] = open_dir(AT_FDCWD, scene.mounts[i]);
}

int main(int argc, char **argv)
{
	double began = bench_now();

	parse(argc, argv);
	stacks = mmap(NULL, scene.tasks * STACK, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (stacks == MAP_FAILED)
		bench_die("no room for stacks: %s", strerror(errno));
	make_all();
	printf("scene: %ld tasks, %ld cgroups (%s) of depth %ld, %d hierarchies, made in %.1f s\n",
	       scene.tasks, scene.cgroups, argv[4], scene.depth, scene.nr_mounts,
	       (bench_now() - began) / 1e9);
	return 0;
}
