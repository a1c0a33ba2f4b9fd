// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether what is felt of a reader is as little as it is meant to be.
 */
#include "disturb.h"

#define MOST_ADDED_MS	1
#define MOST_LOST	1.5

/* The values are forgotten. */
static void report(const char *what, const char *victim, const char *side, double period,
		   struct bench_series *values, double aim, const char *point, FILE *file)
{
	const char *verdict = bench_series_verdict(values, aim);
	double median = bench_series_quantile(values, 0.5);
	double least = bench_series_quantile(values, 0);
	double most = bench_series_quantile(values, 1);

	printf("  %-22s %-12s %-9s %9.0f %9.3f %9.3f %9.3f %9.3f  %s\n", what, victim, side,
	       period / 1e6, median, least, most, aim, verdict);
	fprintf(file, "%s\t%s\t%s\t%s\t%.0f\t%.4f\t%.4f\t%.4f\t%.4f\t%s\n", point, what, victim,
		side, period, median, least, most, aim, verdict);
	bench_series_free(values);
}

static void aim_of_latency(const struct bench_cell *cell, const struct bench_cell *alone,
			   const char *point, FILE *file)
{
	double worst = bench_series_quantile(&cell->ns, 1);
	struct bench_series added = { 0 };

	bench_add(&added, (worst - bench_series_quantile(&alone->ns, 1)) / 1e6);
	report("worst wait added, ms", cell->victim->name, cell->side->name, cell->period, &added,
	       cell->longest_ns / 1e6 + MOST_ADDED_MS, point, file);
}

static void aim_of_loss(const struct bench_cell *cell, const char *point, FILE *file)
{
	struct bench_series lost = { 0 };
	size_t round;

	for (round = 0; round < cell->left.nr; round++)
		bench_add(&lost, 100 * (1 - cell->left.values[round]));
	report("work lost, %", cell->victim->name, cell->side->name, cell->period, &lost,
	       100 * MOST_LOST * cell->held_ns / cell->run_ns, point, file);
}

void bench_aims_of_cell(const struct bench_cell *cell, const struct bench_cell *alone,
			const char *point, FILE *file)
{
	aim_of_latency(cell, alone, point, file);
	aim_of_loss(cell, point, file);
}

void bench_aims_of_holds(const struct bench_holds *holds, double pids_ns, const char *point,
			 FILE *file)
{
	struct bench_series ratio = { 0 };

	bench_add(&ratio, holds->longest / pids_ns);
	report("longest hold / +pids", "-", holds->side->name, 0, &ratio, holds->aim, point, file);
}
