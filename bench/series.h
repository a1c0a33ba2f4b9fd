/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Figures that were measured, and what is said about all of them.  No I/O, so that
 * series_test.c can judge it.
 */
#ifndef BENCH_SERIES_H
#define BENCH_SERIES_H

#include <stdbool.h>
#include <stddef.h>

struct bench_series {
	double *values;
	size_t nr, room;
};

/* Returns false, and forgets the value, if there is no memory. */
bool bench_series_add(struct bench_series *series, double value);
void bench_series_free(struct bench_series *series);
/*
 * The value below which the part @q (0 to 1) of all lies, on a straight line between its
 * two neighbours; 0.5 is the median.  The values keep their order.  Not a number if there
 * are no values, or if there is no memory.
 */
double bench_series_quantile(const struct bench_series *series, double q);
/* "met" if no value is above @aim, "missed" if all are, "unclear" if some are or there are none. */
const char *bench_series_verdict(const struct bench_series *series, double aim);
double bench_series_sum(const struct bench_series *series);

#endif
