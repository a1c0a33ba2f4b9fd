// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "victims.h"

#define VICTIM		BENCH_V2 "/bench-victim"
#define SUBTREE		"/cgroup.subtree_control"
#define PARENT		BENCH_PIDS_PARENT
#define PIDS_WRITES	5

static const char *const homes[] = { BENCH_V2 "/bench-left", BENCH_V2 "/bench-right" };

static void make_dir(const char *path)
{
	if (mkdir(path, 0755))
		bench_die("%s: %s", path, strerror(errno));
}

static void remove_dir(const char *path)
{
	if (rmdir(path))
		bench_die("rmdir %s: %s", path, strerror(errno));
}

static void put(const char *dir, const char *file, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), "%s%s", dir, file);
	if (bench_write(path, text))
		bench_die("%s to %s: %s", text, path, strerror(errno));
}

static void fork_exit(void)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(0);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		bench_die("fork: %s", strerror(errno));
}

static void mkdir_rmdir(void)
{
	make_dir(VICTIM);
	remove_dir(VICTIM);
}

static void migrate(void)
{
	static unsigned int times;

	put(homes[times++ % 2], "/cgroup.procs", "0");
}

const struct bench_victim bench_victims[] = {
	{ "fork+exit", false, fork_exit },
	{ "mkdir+rmdir", true, mkdir_rmdir },
	{ "migrate", true, migrate },
};

const int bench_nr_victims = ARRAY_SIZE(bench_victims);

void bench_victims_prepare(void)
{
	make_dir(homes[0]);
	make_dir(homes[1]);
}

void bench_victims_finish(void)
{
	put(BENCH_V2, "/cgroup.procs", "0");
	remove_dir(homes[0]);
	remove_dir(homes[1]);
}

void bench_pids_prepare(long children)
{
	char path[256];
	long i;

	put(BENCH_V2, SUBTREE, "+pids");
	make_dir(PARENT);
	for (i = 0; i < children; i++) {
		snprintf(path, sizeof(path), PARENT "/%ld", i);
		make_dir(path);
	}
}

void bench_pids_enable(void)
{
	put(PARENT, SUBTREE, "+pids");
}

/*
 * Each write to cgroup.subtree_control first waits, without cgroup_mutex, until csses that were
 * killed below are offline. The second one here changes nothing but takes that wait, which
 * would otherwise be measured with the next write.
 */
void bench_pids_disable(void)
{
	put(PARENT, SUBTREE, "-pids");
	put(PARENT, SUBTREE, "-pids");
}

double bench_pids_write(long children)
{
	struct bench_series ns = { 0 };
	double began, median;
	int i;

	bench_pids_prepare(children);
	for (i = 0; i < PIDS_WRITES; i++) {
		began = bench_now();
		bench_pids_enable();
		bench_add(&ns, bench_now() - began);
		bench_pids_disable();
	}
	median = bench_series_quantile(&ns, 0.5);
	bench_series_free(&ns);
	return median;
}
