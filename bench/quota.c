// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"
#include "quota.h"

/*
 * On v1, where guest.sh mounts it: on v2 the controller would have to be given to all
 * cgroups of the scene.
 */
#define DIR		"/sys/fs/cgroup/cpu,cpuacct/bench-quota"
#define PERIOD_US	100000

static void put(const char *file, long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld", value);
	if (bench_write(file, text))
		bench_die("%s to %s: %s", text, file, strerror(errno));
}

void bench_quota_make(void)
{
	if (mkdir(DIR, 0755))
		bench_die("%s: %s", DIR, strerror(errno));
	put(DIR "/cpu.cfs_period_us", PERIOD_US);
}

const char *bench_quota_procs(void)
{
	return DIR "/cgroup.procs";
}

void bench_quota_set(void)
{
	put(DIR "/cpu.cfs_quota_us", PERIOD_US * BENCH_QUOTA_PERCENT / 100);
}

void bench_quota_lift(void)
{
	put(DIR "/cpu.cfs_quota_us", -1);
}

void bench_quota_remove(void)
{
	if (rmdir(DIR))
		bench_die("rmdir %s: %s", DIR, strerror(errno));
}
