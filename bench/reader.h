/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One who reads again and again, in a process of its own, so that its memory is not that
 * of the process whose forks are measured.
 */
#ifndef BENCH_READER_H
#define BENCH_READER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#include "bench.h"

struct bench_reader {
	/* Set by the caller: the cgroup.procs of the cgroup that it reads from, or NULL. */
	const char *procs;
	const struct bench_side *side;
	pid_t pid;
	/* Shared with the process that reads. */
	struct bench_reader_shared {
		atomic_bool stop;
		atomic_long reads;
		/* Readings that were not over when the next one was due. */
		atomic_long late;
		/* What `stats` says about cgroup_mutex: of each reading the longest hold. */
		double held_ns, longest_ns;
	} *shared;
};

/* Runs this process and its future children on one processor. */
void bench_pin(int cpu);
/* Without a pause, as often as this: the median in nanoseconds of one reading. */
double bench_reader_alone(const struct bench_side *side, int times);
/*
 * Starts one that reads every @period nanoseconds, or without a pause if that is 0, on
 * processor @cpu, and waits until it has read once to warm up, and then gone to its cgroup.
 * Its next reading is due after half a period.
 */
void bench_reader_start(struct bench_reader *reader, const struct bench_side *side,
			double period, int cpu);
/* Ends it, after which its figures stand still. */
void bench_reader_stop(struct bench_reader *reader);
void bench_reader_free(struct bench_reader *reader);

#endif
