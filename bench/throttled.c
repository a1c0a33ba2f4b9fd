// SPDX-License-Identifier: GPL-2.0-only
/*
 * What others wait for who has little time: throttled POINT OPENS CHILDREN OUT
 *
 * Before 7.x, a task whose cgroup has used up its quota of processor time stops wherever it
 * is in the kernel, with cgroup_mutex held, too. Each victim runs alone, beside one who opens
 * a file again and again, and beside one who writes +pids and -pids to a
 * cgroup.subtree_control with CHILDREN cgroups below; these run with all of a processor and
 * with a hundredth of it, until they have done it OPENS times. The writer is there to
 * compare with: it is the kernel's own code that holds the mutex. Appends to
 * OUT/throttled.tsv and prints a table.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "quota.h"
#include "reader.h"
#include "victims.h"

#define VICTIM_CPU	0
#define HOLDER_CPU	1
#define ALONE_SECONDS	3
#define CELLS		32

/* What is read after open() needs no mutex, and a throttled reader would take minutes for it. */
static void open_only(struct bench_buffer *buffer, const char *name)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	char text[256];
	ssize_t got;

	if (fd < 0)
		bench_die("%s: %s", name, strerror(errno));
	got = read(fd, text, sizeof(text));
	if (got < 0)
		bench_die("%s: %s", name, strerror(errno));
	bench_buffer_append(buffer, text, got);
	close(fd);
}

static void open_tasks(struct bench_buffer *buffer)
{
	open_only(buffer, BENCH_DIR "tasks");
}

static void open_snapshot(struct bench_buffer *buffer)
{
	open_only(buffer, BENCH_DIR "snapshot");
}

static void write_pids(struct bench_buffer *buffer)
{
	bench_pids_enable();
	bench_buffer_read_file(buffer, BENCH_PIDS_FILE);
	bench_pids_disable();
}

/* The writer is last, as its children would be in what the others read. */
static const struct bench_side holders[] = {
	{ .name = "tasks", .run = open_tasks },
	{ .name = "snapshot", .run = open_snapshot },
	{ .name = "+pids", .run = write_pids },
};

#define WRITER	(&holders[ARRAY_SIZE(holders) - 1])

/* One victim beside one holder, or alone. */
struct cell {
	const struct bench_victim *victim;
	const struct bench_side *holder;
	bool throttled;
	long times;
	double median, worst;
};

static const char *point;
static FILE *file;
static struct cell cells[CELLS];
static int nr_cells;

static void run_victim(const struct cell *cell, const struct bench_reader *reader, long opens,
		       struct bench_series *ns)
{
	double end = bench_now() + ALONE_SECONDS * 1e9, before, now;

	do {
		before = bench_now();
		cell->victim->once();
		now = bench_now();
		bench_add(ns, now - before);
	} while (now < end || (reader && reader->shared->reads < opens));
}

static void run_beside_holder(struct cell *cell, long opens, struct bench_series *ns)
{
	struct bench_reader reader = { .procs = bench_quota_procs() };

	if (cell->throttled)
		bench_quota_set();
	bench_reader_start(&reader, cell->holder, 0, HOLDER_CPU);
	run_victim(cell, &reader, opens, ns);
	/* It ends soon only if it gets time for it. */
	bench_quota_lift();
	bench_reader_stop(&reader);
	cell->times = reader.shared->reads;
	bench_reader_free(&reader);
}

/* Runs may take minutes, so what was measured is shown at once. */
static void report_cell(const struct cell *cell)
{
	const char *holder = cell->holder ? cell->holder->name : "nobody";
	int percent = cell->throttled ? BENCH_QUOTA_PERCENT : 100;

	printf("  %-12s %-9s %9d%% %6ld %10.3f %10.3f\n", cell->victim->name, holder, percent,
	       cell->times, cell->median / 1e6, cell->worst / 1e6);
	fflush(stdout);
	fprintf(file, "%s\t%s\t%s\t%d\t%ld\t%.0f\t%.0f\n", point, cell->victim->name, holder,
		percent, cell->times, cell->median, cell->worst);
}

static void run_cell(const struct bench_victim *victim, const struct bench_side *holder,
		     bool throttled, long opens)
{
	struct cell *cell = &cells[nr_cells++];
	struct bench_series ns = { 0 };

	*cell = (struct cell){ .victim = victim, .holder = holder, .throttled = throttled };
	if (holder)
		run_beside_holder(cell, opens, &ns);
	else
		run_victim(cell, NULL, opens, &ns);
	cell->median = bench_series_quantile(&ns, 0.5);
	cell->worst = bench_series_quantile(&ns, 1);
	bench_series_free(&ns);
	report_cell(cell);
}

/* Forks do not wait for cgroup_mutex. */
static void run_victims(const struct bench_side *holder, bool throttled, long opens)
{
	int i;

	for (i = 0; i < bench_nr_victims; i++)
		if (bench_victims[i].takes_mutex)
			run_cell(&bench_victims[i], holder, throttled, opens);
}

static void run_all(long opens, long children)
{
	size_t i;

	printf("  %-12s %-9s %10s %6s %10s %10s\n", "victim", "holder", "processor", "times",
	       "median ms", "worst ms");
	run_victims(NULL, false, opens);
	for (i = 0; i < ARRAY_SIZE(holders); i++) {
		if (&holders[i] == WRITER)
			bench_pids_prepare(children);
		run_victims(&holders[i], false, opens);
		run_victims(&holders[i], true, opens);
	}
}

/* Not a number if that was not measured. */
static double worst_of(const struct bench_victim *victim, const struct bench_side *holder,
		       bool throttled)
{
	int i;

	for (i = 0; i < nr_cells; i++)
		if (cells[i].victim == victim && cells[i].holder == holder &&
		    cells[i].throttled == throttled)
			return cells[i].worst;
	return NAN;
}

static void report_ratios(void)
{
	const struct cell *cell;

	printf("  worst wait for a holder with %d%% of a processor, as times of that\n"
	       "  %-12s %-9s %20s %20s\n", BENCH_QUOTA_PERCENT, "victim", "holder",
	       "for it with 100%", "for +pids, throttled");
	for (cell = cells; cell < cells + nr_cells; cell++)
		if (cell->throttled)
			printf("  %-12s %-9s %20.2f %20.2f\n", cell->victim->name,
			       cell->holder->name,
			       cell->worst / worst_of(cell->victim, cell->holder, false),
			       cell->worst / worst_of(cell->victim, WRITER, true));
}

int main(int argc, char **argv)
{
	long opens, children;

	if (argc != 5)
		bench_die("usage: throttled POINT OPENS CHILDREN OUT");
	point = argv[1];
	opens = bench_number(argv[2], 1, "OPENS");
	children = bench_number(argv[3], 1, "CHILDREN");
	file = bench_append(argv[4], "throttled.tsv");
	bench_pin(VICTIM_CPU);
	bench_quota_make();
	bench_victims_prepare();
	run_all(opens, children);
	report_ratios();
	bench_victims_finish();
	bench_quota_remove();
	fclose(file);
	return 0;
}
