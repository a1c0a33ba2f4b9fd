/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was measured of disturbance, and what is said about it.
 */
#ifndef BENCH_DISTURB_H
#define BENCH_DISTURB_H

#include <stdio.h>

#include "bench.h"
#include "victims.h"

/* One victim beside one reader, or alone. */
struct bench_cell {
	const struct bench_victim *victim;
	/* NULL for nobody. */
	const struct bench_side *side;
	/* The reader reads every so many nanoseconds, or without a pause if that is 0. */
	double period;
	/* Of each time. */
	struct bench_series ns;
	/* Of each round, and how many there were in the same round without a reader. */
	struct bench_series per_second, left;
	long reads, late;
	/* How long all runs of the victim took, and holds of cgroup_mutex by the reader. */
	double run_ns, held_ns, longest_ns;
};

/* Holds of cgroup_mutex by a reader whom nobody disturbs. */
struct bench_holds {
	const struct bench_side *side;
	/* The longest one of a reading, and no less than all of them: medians. */
	double longest, all;
	/* What is aimed at: so much of what a write of +pids takes. */
	double aim;
};

/*
 * The part of the victim's work that is lost beside the reader is not to be above 1.5 times
 * the part of the time in which the reader holds the mutex, and the worst wait that comes on
 * top not above the longest hold by more than 1 ms.  @alone is the same victim's cell
 * without a reader.
 */
void bench_aims_of_cell(const struct bench_cell *cell, const struct bench_cell *alone,
			const char *point, FILE *file);
void bench_aims_of_holds(const struct bench_holds *holds, double pids_ns, const char *point,
			 FILE *file);

#endif
