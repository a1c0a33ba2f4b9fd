// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a reader is felt by others: disturb POINT ROUNDS SECONDS CHILDREN OUT
 *
 * In each round each victim runs for SECONDS, or longer if readings are rare, alone and
 * beside each reader, in an order that is drawn anew. All readers read at the same rate, at
 * half the rate that the slowest of them can reach; and then again without a pause. Victim
 * and reader have a processor each, so that what the victim feels is a lock. Then the longest
 * hold of cgroup_mutex by a reader is compared with the kernel's own write of +pids over
 * CHILDREN cgroups, and all that is aimed at with what was measured. Appends to
 * OUT/disturb.tsv, OUT/holds.tsv and OUT/aims.tsv, and prints all as tables.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "disturb.h"
#include "reader.h"

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

#define SIDES		ARRAY_SIZE(sides)
/* Nobody, and each side at the common rate and without a pause. */
#define COMPANIONS	(2 * SIDES - 1)

static struct bench_cell cells[CELLS];
static int nr_cells;
static struct bench_holds holds[] = {
	{ .side = &bench_side_tasks, .aim = 0.1 },
	{ .side = &bench_side_snapshot, .aim = 0.5 },
};

static const char *point;
static double period;

static void find_period(void)
{
	double slowest = 0, alone;
	size_t i;

	for (i = 1; i < SIDES; i++) {
		alone = bench_reader_alone(sides[i], READINGS);
		if (alone > slowest)
			slowest = alone;
	}
	period = 2 * slowest;
}

/* So many whole periods are in all runs. Then so many readings are, neither more nor less. */
static double find_run(double seconds)
{
	long periods = seconds * 1e9 / period + 1;

	return period * (periods > READINGS_DUE ? periods : READINGS_DUE);
}

static void run_victim(struct bench_cell *cell, double run_ns)
{
	double began = bench_now(), end = began + run_ns, before, now = began;
	long times = 0;

	while (now < end) {
		before = now;
		cell->victim->once();
		now = bench_now();
		bench_add(&cell->ns, now - before);
		times++;
	}
	bench_add(&cell->per_second, times / ((now - began) / 1e9));
	cell->run_ns += now - began;
}

static void add_readings(struct bench_cell *cell, const struct bench_reader_shared *shared)
{
	cell->reads += shared->reads;
	cell->late += shared->late;
	cell->held_ns += shared->held_ns;
	if (shared->longest_ns > cell->longest_ns)
		cell->longest_ns = shared->longest_ns;
}

static void run_cell(struct bench_cell *cell, double run_ns)
{
	struct bench_reader reader = { 0 };

	if (!cell->side) {
		run_victim(cell, run_ns);
		return;
	}
	bench_reader_start(&reader, cell->side, cell->period, READER_CPU);
	run_victim(cell, run_ns);
	bench_reader_stop(&reader);
	add_readings(cell, reader.shared);
	bench_reader_free(&reader);
}

/* The same victim's cell without a reader. */
static const struct bench_cell *alone_of(int cell)
{
	return &cells[cell - cell % COMPANIONS];
}

static void run_round(double run_ns)
{
	int order[CELLS], i;
	const struct bench_series *with, *alone;

	for (i = 0; i < nr_cells; i++)
		order[i] = i;
	bench_shuffle(order, nr_cells);
	for (i = 0; i < nr_cells; i++)
		run_cell(&cells[order[i]], run_ns);
	for (i = 0; i < nr_cells; i++) {
		with = &cells[i].per_second;
		alone = &alone_of(i)->per_second;
		bench_add(&cells[i].left,
			  with->values[with->nr - 1] / alone->values[alone->nr - 1]);
	}
}

static const char *side_name(const struct bench_side *side)
{
	return side ? side->name : "nobody";
}

static void report_cell(const struct bench_cell *cell, const struct bench_cell *alone,
			FILE *file)
{
	double rate = bench_series_quantile(&cell->per_second, 0.5);
	double median = bench_series_quantile(&cell->ns, 0.5);
	double p99 = bench_series_quantile(&cell->ns, 0.99);
	double worst = bench_series_quantile(&cell->ns, 1);
	double left = 100 * rate / bench_series_quantile(&alone->per_second, 0.5);

	if (cell->side && cell->reads < 1)
		bench_die("%s beside %s: no reading came to its end", cell->victim->name,
			  cell->side->name);
	printf("  %-12s %-9s %9.0f %10.1f %6.0f%% %10.3f %10.3f %10.3f %6ld %5ld\n",
	       cell->victim->name, side_name(cell->side), cell->period / 1e6, rate, left,
	       median / 1e6, p99 / 1e6, worst / 1e6, cell->reads, cell->late);
	fprintf(file, "%s\t%s\t%s\t%.2f\t%.1f\t%.0f\t%.0f\t%.0f\t%ld\t%ld\t%.0f\n", point,
		cell->victim->name, side_name(cell->side), rate, left, median, p99, worst,
		cell->reads, cell->late, cell->period);
}

static void report_cells(const char *dir)
{
	FILE *file = bench_append(dir, "disturb.tsv");
	int i;

	printf("  %-12s %-9s %9s %10s %7s %10s %10s %10s %6s %5s\n", "victim", "reader",
	       "every ms", "a second", "", "median ms", "p99", "worst", "reads", "late");
	for (i = 0; i < nr_cells; i++)
		report_cell(&cells[i], alone_of(i), file);
	fclose(file);
}

static void make_cells(void)
{
	struct bench_cell *cell;
	size_t place;
	int i;

	nr_cells = bench_nr_victims * COMPANIONS;
	for (i = 0; i < nr_cells; i++) {
		cell = &cells[i];
		place = i % COMPANIONS;
		cell->victim = &bench_victims[i / COMPANIONS];
		cell->side = sides[place < SIDES ? place : place - SIDES + 1];
		cell->period = place && place < SIDES ? period : 0;
	}
}

static void free_cells(void)
{
	int i;

	for (i = 0; i < nr_cells; i++) {
		bench_series_free(&cells[i].ns);
		bench_series_free(&cells[i].per_second);
		bench_series_free(&cells[i].left);
	}
}

static void run_all(long rounds, double run_ns, const char *dir)
{
	make_cells();
	bench_victims_prepare();
	while (rounds--)
		run_round(run_ns);
	bench_victims_finish();
	report_cells(dir);
}

static void find_holds(struct bench_holds *found, struct bench_buffer *buffer)
{
	struct bench_series longest = { 0 }, all = { 0 };
	struct bench_cost cost;
	int i;

	for (i = 0; i < READINGS; i++) {
		buffer->size = 0;
		found->side->run(buffer);
		cost = bench_cost_last();
		bench_add(&longest, cost.hold_ns);
		bench_add(&all, cost.collect_ns);
	}
	found->longest = bench_series_quantile(&longest, 0.5);
	found->all = bench_series_quantile(&all, 0.5);
	bench_series_free(&longest);
	bench_series_free(&all);
}

/* The median of what the floor needs to look at each task. */
static double find_look(struct bench_buffer *buffer)
{
	struct bench_series ns = { 0 };
	double median;
	int i;

	for (i = 0; i < READINGS; i++) {
		buffer->size = 0;
		bench_buffer_read_file(buffer, BENCH_FLOOR_LOOK);
		bench_buffer_append(buffer, "", 1);
		bench_add(&ns, strtod(buffer->text, NULL));
	}
	median = bench_series_quantile(&ns, 0.5);
	bench_series_free(&ns);
	return median;
}

static void report_look(double look, double pids, FILE *file)
{
	printf("  %-12s %10.3f %10s %12.3f %12s\n", "look", look / 1e6, "-", look / pids, "-");
	fprintf(file, "%s\tlook\t%.0f\t%.0f\t%.0f\n", point, look, look, pids);
}

static void report_holds_of(const struct bench_holds *found, double pids, FILE *file)
{
	printf("  %-12s %10.3f %10.3f %12.3f %12.3f\n", found->side->name,
	       found->longest / 1e6, found->all / 1e6, found->longest / pids,
	       found->all / pids);
	fprintf(file, "%s\t%s\t%.0f\t%.0f\t%.0f\n", point, found->side->name,
		found->longest, found->all, pids);
}

/* The readers come first, as the children would be in what they read. */
static double report_holds(long children, const char *dir)
{
	FILE *file = bench_append(dir, "holds.tsv");
	struct bench_buffer buffer;
	double pids, look;
	size_t i;

	bench_buffer_init(&buffer);
	look = find_look(&buffer);
	for (i = 0; i < ARRAY_SIZE(holds); i++)
		find_holds(&holds[i], &buffer);
	pids = bench_pids_write(children);
	printf("  cgroup_mutex: a write of +pids over %ld cgroups holds it for %.3f ms\n",
	       children, pids / 1e6);
	printf("  %-12s %10s %10s %12s %12s\n", "reader", "longest ms", "all, <= ms",
	       "longest/+pids", "all/+pids");
	for (i = 0; i < ARRAY_SIZE(holds); i++)
		report_holds_of(&holds[i], pids, file);
	report_look(look, pids, file);
	fclose(file);
	return pids;
}

static void report_aims(double pids_ns, const char *dir)
{
	FILE *file = bench_append(dir, "aims.tsv");
	size_t i;
	int c;

	printf("  %-22s %-12s %-9s %9s %9s %9s %9s %9s\n", "what is aimed at", "victim",
	       "reader", "every ms", "median", "least", "most", "aim <=");
	for (c = 0; c < nr_cells; c++)
		if (cells[c].side && cells[c].side->takes_snapshot && cells[c].victim->takes_mutex)
			bench_aims_of_cell(&cells[c], alone_of(c), point, file);
	for (i = 0; i < ARRAY_SIZE(holds); i++)
		bench_aims_of_holds(&holds[i], pids_ns, point, file);
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
	run_all(rounds, find_run(seconds), argv[5]);
	report_aims(report_holds(children, argv[5]), argv[5]);
	free_cells();
	return 0;
}
