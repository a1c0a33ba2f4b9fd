// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a reader is felt by others: disturb POINT ROUNDS SECONDS CHILDREN OUT
 *
 * In each round each victim runs for SECONDS, or longer if readings are rare, alone and
 * beside each reader, in an order that is drawn anew. All readers read at the same rate: at
 * half the rate that the slowest of them can reach. Victim and reader have a processor
 * each, so that what the victim feels is a lock. Then the longest hold of cgroup_mutex by a
 * reader is compared with the kernel's own write of +pids over CHILDREN cgroups. Appends to
 * OUT/disturb.tsv and OUT/holds.tsv, and prints both as tables.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "reader.h"
#include "victims.h"

#define VICTIM_CPU	0
#define READER_CPU	1
#define READINGS	5
/* A victim runs so long that this many readings are due meanwhile. */
#define READINGS_DUE	3
#define CELLS		64

/* The first one stands for nobody. */
static const struct bench_side *const sides[] = {
	NULL, &bench_side_tasks, &bench_side_snapshot, &bench_side_proc,
};

#define SIDES	ARRAY_SIZE(sides)

/* One victim beside one reader, or alone. */
struct cell {
	const struct bench_victim *victim;
	const struct bench_side *side;
	/* Of each time, and of each round. */
	struct bench_series ns, per_second;
	long reads, late;
};

static const char *point;
static double alone_ns[SIDES];
static double period;

static void find_period(void)
{
	double slowest = 0;
	size_t i;

	for (i = 1; i < SIDES; i++) {
		alone_ns[i] = bench_reader_alone(sides[i], READINGS);
		if (alone_ns[i] > slowest)
			slowest = alone_ns[i];
	}
	period = 2 * slowest;
}

static void run_victim(struct cell *cell, double seconds)
{
	double began = bench_now(), end = began + seconds * 1e9, before, now = began;
	long times = 0;

	while (now < end) {
		before = now;
		cell->victim->once();
		now = bench_now();
		bench_add(&cell->ns, now - before);
		times++;
	}
	bench_add(&cell->per_second, times / ((now - began) / 1e9));
}

static void run_cell(struct cell *cell, double seconds)
{
	struct bench_reader reader = { 0 };

	if (!cell->side) {
		run_victim(cell, seconds);
		return;
	}
	bench_reader_start(&reader, cell->side, period, READER_CPU);
	run_victim(cell, seconds);
	bench_reader_stop(&reader);
	cell->reads += reader.shared->reads;
	cell->late += reader.shared->late;
	bench_reader_free(&reader);
}

static void run_round(struct cell *cells, int nr, double seconds)
{
	int order[CELLS], i;

	for (i = 0; i < nr; i++)
		order[i] = i;
	bench_shuffle(order, nr);
	for (i = 0; i < nr; i++)
		run_cell(&cells[order[i]], seconds);
}

static const char *side_name(const struct bench_side *side)
{
	return side ? side->name : "nobody";
}

/* @alone is the same victim's cell without a reader. */
static void report_cell(const struct cell *cell, const struct cell *alone, FILE *file)
{
	double rate = bench_series_quantile(&cell->per_second, 0.5);
	double median = bench_series_quantile(&cell->ns, 0.5);
	double p99 = bench_series_quantile(&cell->ns, 0.99);
	double worst = bench_series_quantile(&cell->ns, 1);
	double left = 100 * rate / bench_series_quantile(&alone->per_second, 0.5);

	if (cell->side && cell->reads < 1)
		bench_die("%s beside %s: no reading came to its end", cell->victim->name,
			  cell->side->name);
	printf("  %-12s %-9s %10.1f %6.0f%% %10.3f %10.3f %10.3f %6ld %5ld\n",
	       cell->victim->name, side_name(cell->side), rate, left, median / 1e6, p99 / 1e6,
	       worst / 1e6, cell->reads, cell->late);
	fprintf(file, "%s\t%s\t%s\t%.2f\t%.1f\t%.0f\t%.0f\t%.0f\t%ld\t%ld\t%.0f\n", point,
		cell->victim->name, side_name(cell->side), rate, left, median, p99, worst,
		cell->reads, cell->late, period);
}

static void run_all(long rounds, double seconds, const char *dir)
{
	struct cell cells[CELLS] = { 0 };
	int nr = bench_nr_victims * SIDES, i;
	FILE *file = bench_append(dir, "disturb.tsv");

	for (i = 0; i < nr; i++) {
		cells[i].victim = &bench_victims[i / SIDES];
		cells[i].side = sides[i % SIDES];
	}
	bench_victims_prepare();
	while (rounds--)
		run_round(cells, nr, seconds);
	bench_victims_finish();
	printf("  a reading every %.0f ms\n", period / 1e6);
	printf("  %-12s %-9s %10s %7s %10s %10s %10s %6s %5s\n", "victim", "reader", "a second",
	       "", "median ms", "p99", "worst", "reads", "late");
	for (i = 0; i < nr; i++)
		report_cell(&cells[i], &cells[i - i % SIDES], file);
	for (i = 0; i < nr; i++) {
		bench_series_free(&cells[i].ns);
		bench_series_free(&cells[i].per_second);
	}
	fclose(file);
}

/* Holds of cgroup_mutex, and of what they are compared with. */
struct holds {
	const struct bench_side *side;
	double longest, all;
};

static void find_holds(struct holds *holds, struct bench_buffer *buffer)
{
	struct bench_series longest = { 0 }, all = { 0 };
	struct bench_cost cost;
	int i;

	for (i = 0; i < READINGS; i++) {
		buffer->size = 0;
		holds->side->run(buffer);
		cost = bench_cost_last();
		bench_add(&longest, cost.hold_ns);
		bench_add(&all, cost.collect_ns);
	}
	holds->longest = bench_series_quantile(&longest, 0.5);
	holds->all = bench_series_quantile(&all, 0.5);
	bench_series_free(&longest);
	bench_series_free(&all);
}

static void report_holds_of(const struct holds *holds, double pids, FILE *file)
{
	printf("  %-12s %10.3f %10.3f %12.3f %12.3f\n", holds->side->name,
	       holds->longest / 1e6, holds->all / 1e6, holds->longest / pids,
	       holds->all / pids);
	fprintf(file, "%s\t%s\t%.0f\t%.0f\t%.0f\n", point, holds->side->name,
		holds->longest, holds->all, pids);
}

/* The readers come first, as the children would be in what they read. */
static void report_holds(long children, const char *dir)
{
	struct holds holds[] = {
		{ .side = &bench_side_tasks }, { .side = &bench_side_snapshot },
	};
	FILE *file = bench_append(dir, "holds.tsv");
	struct bench_buffer buffer;
	double pids;
	size_t i;

	bench_buffer_init(&buffer);
	for (i = 0; i < ARRAY_SIZE(holds); i++)
		find_holds(&holds[i], &buffer);
	pids = bench_pids_write(children);
	printf("  cgroup_mutex: a write of +pids over %ld cgroups holds it for %.3f ms\n",
	       children, pids / 1e6);
	printf("  %-12s %10s %10s %12s %12s\n", "reader", "longest ms", "all, <= ms",
	       "longest/+pids", "all/+pids");
	for (i = 0; i < ARRAY_SIZE(holds); i++)
		report_holds_of(&holds[i], pids, file);
	fclose(file);
}

int main(int argc, char **argv)
{
	long rounds, seconds, children;

	if (argc != 6)
		bench_die("usage: disturb POINT ROUNDS SECONDS CHILDREN OUT");
	point = argv[1];
	rounds = bench_number(argv[2], 1, "ROUNDS");
	seconds = bench_number(argv[3], 1, "SECONDS");
	children = bench_number(argv[4], 1, "CHILDREN");
	bench_pin(VICTIM_CPU);
	find_period();
	if (seconds * 1e9 < READINGS_DUE * period)
		seconds = READINGS_DUE * period / 1e9 + 1;
	run_all(rounds, seconds, argv[5]);
	report_holds(children, argv[5]);
	return 0;
}
