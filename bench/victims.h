/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a reader may disturb: the things that tasks do all the time and that need a lock
 * of the cgroup core.
 */
#ifndef BENCH_VICTIMS_H
#define BENCH_VICTIMS_H

struct bench_victim {
	const char *name;
	/* One time of it, which is measured. */
	void (*once)(void);
};

extern const struct bench_victim bench_victims[];
extern const int bench_nr_victims;

/* Makes what the victims need, and removes it. */
void bench_victims_prepare(void);
void bench_victims_finish(void);

/*
 * How long one write takes that gives a controller to @children cgroups below one cgroup:
 * the median of several, in nanoseconds. The kernel holds cgroup_mutex for all of it.
 */
double bench_pids_write(long children);

#endif
