// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "series.h"

bool bench_series_add(struct bench_series *series, double value)
{
	if (series->nr == series->room) {
		size_t room = series->room ? 2 * series->room : 16;
		double *values = realloc(series->values, room * sizeof(*values));

		if (!values)
			return false;
		series->values = values;
		series->room = room;
	}
	series->values[series->nr++] = value;
	return true;
}

void bench_series_free(struct bench_series *series)
{
	free(series->values);
	*series = (struct bench_series){ 0 };
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/* The same for values that are sorted. */
static double quantile(const double *sorted, size_t nr, double q)
{
	double place = q * (nr - 1), part;
	size_t below = place;

	if (below + 1 >= nr)
		return sorted[nr - 1];
	part = place - below;
	return sorted[below] * (1 - part) + sorted[below + 1] * part;
}

double bench_series_quantile(const struct bench_series *series, double q)
{
	size_t bytes = series->nr * sizeof(*series->values);
	double *sorted, found;

	if (!series->nr)
		return NAN;
	sorted = malloc(bytes);
	if (!sorted)
		return NAN;
	memcpy(sorted, series->values, bytes);
	qsort(sorted, series->nr, sizeof(*sorted), compare);
	found = quantile(sorted, series->nr, q);
	free(sorted);
	return found;
}

const char *bench_series_verdict(const struct bench_series *series, double aim)
{
	if (bench_series_quantile(series, 1) <= aim)
		return "met";
	return bench_series_quantile(series, 0) > aim ? "missed" : "unclear";
}

double bench_series_sum(const struct bench_series *series)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < series->nr; i++)
		sum += series->values[i];
	return sum;
}
