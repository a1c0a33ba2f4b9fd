/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was measured of all sides at one point.
 */
#ifndef BENCH_COMPARE_H
#define BENCH_COMPARE_H

#include "bench.h"

#define COMPARE_SIDES	16

struct compared_side {
	const struct bench_side *side;
	/* A value for each round, in their order. */
	struct bench_series ns, passes, hold_ns;
	size_t bytes;
	long seen;
};

struct compared {
	const char *point, *dir;
	struct compared_side sides[COMPARE_SIDES];
	int nr;
};

/* Prints what came out, and writes it to files. */
void compare_report(const struct compared *compared);

#endif
