/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a reader may disturb: the things that tasks do all the time and that need a lock
 * of the cgroup core.
 */
#ifndef BENCH_VICTIMS_H
#define BENCH_VICTIMS_H

#include <stdbool.h>

/* The cgroup below which the controller pids comes and goes. */
#define BENCH_PIDS_PARENT	BENCH_V2 "/bench-parent"
#define BENCH_PIDS_FILE		BENCH_PIDS_PARENT "/cgroup.subtree_control"

struct bench_victim {
	const char *name;
	/* It waits for cgroup_mutex. */
	bool takes_mutex;
	/* One time of it, which is measured. */
	void (*once)(void);
};

extern const struct bench_victim bench_victims[];
extern const int bench_nr_victims;

/* Makes what the victims need, and removes it. */
void bench_victims_prepare(void);
void bench_victims_finish(void);

/*
 * Makes a cgroup with @children below it, to which one write gives a controller, and another
 * takes it away. The kernel holds cgroup_mutex for all of such a write.
 */
void bench_pids_prepare(long children);
void bench_pids_enable(void);
void bench_pids_disable(void);
/* Prepares, and says how long a write takes that enables: the median of several, in ns. */
double bench_pids_write(long children);

#endif
