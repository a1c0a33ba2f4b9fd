// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measures all sides in turn on the scene that is there: compare POINT ROUNDS OUT [SIDE]...
 *
 * In each round each side reads once, in an order that is drawn anew.  What a side has
 * brought is judged after the clock has stopped: a side that did not bring all tasks ends
 * the run.  Appends to OUT/raw.tsv a line for each reading, to OUT/sides.tsv one for each
 * side, to OUT/ratios.tsv one for each ratio, and prints the last two as a table.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"

/* So many tasks may come or go between a reading and the kernel's count: kworkers. */
#define SLACK	8

/* `tasks` comes first: its size tells how long the floor's rows are. */
static const struct bench_side *const known[] = {
	&bench_side_tasks, &bench_side_cat, &bench_side_snapshot, &bench_side_links_tasks,
	&bench_side_proc, &bench_side_proc_leaders, &bench_side_ps, &bench_side_cgroupfs,
	&bench_side_bpf_text, &bench_side_bpf_binary, &bench_side_floor,
};

static struct compared compared;
static struct bench_buffer buffer;

static void add_side(const struct bench_side *side)
{
	compared.sides[compared.nr++].side = side;
}

static void add_named(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(known[i]->name, name))
			break;
	if (i == ARRAY_SIZE(known))
		bench_die("there is no side '%s'", name);
	if (i && compared.nr < COMPARE_SIDES)
		add_side(known[i]);
}

/* All sides, unless some are named; `tasks` always. */
static void choose_sides(int nr, char **names)
{
	size_t i;

	add_side(known[0]);
	for (i = 1; !nr && i < ARRAY_SIZE(known); i++)
		add_side(known[i]);
	for (i = 0; i < (size_t)nr; i++)
		add_named(names[i]);
}

static void judge(struct compared_side *measured)
{
	long tasks = bench_nr_tasks();

	measured->bytes = buffer.size;
	measured->seen = measured->side->seen(&buffer);
	if (labs(measured->seen - tasks) > SLACK)
		bench_die("%s brought %ld of %ld tasks, so its time means nothing",
			  measured->side->name, measured->seen, tasks);
}

/* Returns how long it took. */
static double read_once(struct compared_side *measured)
{
	double began, ended;

	buffer.size = 0;
	began = bench_now();
	measured->side->run(&buffer);
	ended = bench_now();
	judge(measured);
	return ended - began;
}

static void warm_up(void)
{
	int i;

	for (i = 0; i < compared.nr; i++) {
		if (compared.sides[i].side->prepare)
			compared.sides[i].side->prepare();
		read_once(&compared.sides[i]);
		if (!i)
			bench_floor_set(compared.sides[i].bytes, compared.sides[i].seen);
	}
}

static void measure(struct compared_side *measured, int round, FILE *raw)
{
	struct bench_cost cost = { .passes = -1, .hold_ns = -1, .collect_ns = -1 };
	double ns = read_once(measured);

	if (measured->side->takes_snapshot)
		cost = bench_cost_last();
	bench_add(&measured->ns, ns);
	bench_add(&measured->passes, cost.passes);
	bench_add(&measured->hold_ns, cost.hold_ns);
	fprintf(raw, "%s\t%d\t%s\t%.0f\t%zu\t%ld\t%.0f\t%.0f\n", compared.point, round,
		measured->side->name, ns, measured->bytes, measured->seen, cost.passes,
		cost.hold_ns);
}

static void measure_all(long rounds, FILE *raw)
{
	int order[COMPARE_SIDES], round, i;

	for (i = 0; i < compared.nr; i++)
		order[i] = i;
	for (round = 1; round <= rounds; round++) {
		bench_shuffle(order, compared.nr);
		for (i = 0; i < compared.nr; i++)
			measure(&compared.sides[order[i]], round, raw);
	}
}

int main(int argc, char **argv)
{
	long rounds;
	FILE *raw;

	if (argc < 4)
		bench_die("usage: compare POINT ROUNDS OUT [SIDE]...");
	compared.point = argv[1];
	compared.dir = argv[3];
	rounds = bench_number(argv[2], 1, "ROUNDS");
	choose_sides(argc - 4, argv + 4);
	bench_buffer_init(&buffer);
	warm_up();
	raw = bench_append(compared.dir, "raw.tsv");
	measure_all(rounds, raw);
	fclose(raw);
	compare_report(&compared);
	return 0;
}
