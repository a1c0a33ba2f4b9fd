// SPDX-License-Identifier: GPL-2.0-only
/*
 * The statistics, on series of which the answers are known.  Prints TAP.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "series.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *name;
	size_t nr;
	double values[8];
	double q, want;
} rows[] = {
	{ "the median of one value", 1, { 7 }, 0.5, 7 },
	{ "the median of two is between them", 2, { 4, 1 }, 0.5, 2.5 },
	{ "the median of three, not in order", 3, { 9, 1, 5 }, 0.5, 5 },
	{ "the median of four", 4, { 40, 10, 30, 20 }, 0.5, 25 },
	{ "an outlier does not move the median", 5, { 1, 2, 3, 4, 1e9 }, 0.5, 3 },
	{ "the same value many times", 4, { 2, 2, 2, 2 }, 0.5, 2 },
	{ "the least", 3, { 9, 1, 5 }, 0, 1 },
	{ "the highest", 3, { 9, 1, 5 }, 1, 9 },
	{ "a quartile that is a value", 5, { 5, 4, 3, 2, 1 }, 0.25, 2 },
	{ "a quartile between two values", 4, { 1, 2, 3, 4 }, 0.75, 3.25 },
	{ "p99 of few values is near the highest", 5, { 0, 0, 0, 0, 100 }, 0.99, 96 },
	{ "negative values", 3, { -1, -3, -2 }, 0.5, -2 },
};

static int result(bool passed, int number, const char *name)
{
	printf("%sok %d %s\n", passed ? "" : "not ", number, name);
	return !passed;
}

static bool row_passes(size_t row)
{
	struct bench_series series = { 0 };
	double got;
	size_t i;

	for (i = 0; i < rows[row].nr; i++)
		if (!bench_series_add(&series, rows[row].values[i]))
			abort();
	got = bench_series_quantile(&series, rows[row].q);
	bench_series_free(&series);
	if (fabs(got - rows[row].want) < 0.000001)
		return true;
	printf("# %g, not %g\n", got, rows[row].want);
	return false;
}

/* Rounds are compared by their place, and a value may come after a look at the others. */
static bool order_is_kept(void)
{
	struct bench_series series = { 0 };
	bool passed;

	bench_series_add(&series, 5);
	bench_series_add(&series, 3);
	passed = bench_series_quantile(&series, 0.5) == 4 && series.values[0] == 5;
	bench_series_add(&series, 1);
	passed &= bench_series_quantile(&series, 0.5) == 3 && bench_series_sum(&series) == 9;
	bench_series_free(&series);
	return passed;
}

/* Enough values to be moved by realloc() several times. */
static bool many_values(void)
{
	struct bench_series series = { 0 };
	bool passed;
	int i;

	for (i = 10000; i >= 0; i--)
		bench_series_add(&series, i);
	passed = bench_series_quantile(&series, 0.5) == 5000 &&
		 bench_series_quantile(&series, 0.99) == 9900;
	bench_series_free(&series);
	return passed;
}

static bool none_is_no_number(void)
{
	struct bench_series series = { 0 };

	return isnan(bench_series_quantile(&series, 0.5)) && !bench_series_sum(&series);
}

static bool verdict_is(double one, double other, const char *want)
{
	struct bench_series series = { 0 };
	bool passed;

	bench_series_add(&series, one);
	bench_series_add(&series, other);
	passed = !strcmp(bench_series_verdict(&series, 2), want);
	bench_series_free(&series);
	return passed;
}

static bool verdicts(void)
{
	struct bench_series none = { 0 };

	return verdict_is(-3, 2, "met") && verdict_is(3, 2, "unclear") &&
	       verdict_is(3, 2.1, "missed") && !strcmp(bench_series_verdict(&none, 2), "unclear");
}

int main(void)
{
	int failed = 0, number = ARRAY_SIZE(rows);
	size_t row;

	printf("1..%d\n", number + 4);
	for (row = 0; row < ARRAY_SIZE(rows); row++)
		failed += result(row_passes(row), row + 1, rows[row].name);
	failed += result(order_is_kept(), number + 1, "the values keep their order");
	failed += result(many_values(), number + 2, "ten thousand values");
	failed += result(none_is_no_number(), number + 3, "no values");
	failed += result(verdicts(), number + 4, "what is met, missed and unclear");
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
