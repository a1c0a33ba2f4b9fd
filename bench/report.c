// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of a comparison, and the ratios that are made of it.
 */
#include <math.h>
#include <string.h>

#include "compare.h"

/* Stand for the median and the least of all rounds, where one round can be asked for. */
#define MEDIAN	(-1)
#define LEAST	(-2)

static const struct {
	const char *name, *over, *under;
} ratios[] = {
	{ "proc / tasks", "proc", "tasks" },
	{ "proc-leaders / tasks", "proc-leaders", "tasks" },
	{ "ps / tasks", "ps", "tasks" },
	{ "tasks / floor", "tasks", "floor" },
	{ "bpf-text / tasks", "bpf-text", "tasks" },
	{ "bpf-binary / tasks", "bpf-binary", "tasks" },
	{ "tasks-cat / tasks", "tasks-cat", "tasks" },
	{ "cgroupfs / links+tasks", "cgroupfs", "links+tasks" },
	/* What a snapshot has beside `tasks` may cost what so many bytes cost the floor. */
	{ "snapshot / (tasks + its bytes at the floor)", "snapshot", NULL },
};

static const struct compared_side *find(const struct compared *compared, const char *name)
{
	int i;

	for (i = 0; i < compared->nr; i++)
		if (!strcmp(compared->sides[i].side->name, name))
			return &compared->sides[i];
	return NULL;
}

/* Not a number if that side was not measured. */
static double time_of(const struct compared *compared, const char *name, int round)
{
	const struct compared_side *side = find(compared, name);

	if (!side)
		return NAN;
	if (round < 0)
		return bench_series_quantile(&side->ns, round == MEDIAN ? 0.5 : 0);
	return side->ns.values[round];
}

static double bytes_of(const struct compared *compared, const char *name)
{
	const struct compared_side *side = find(compared, name);

	return side ? side->bytes : NAN;
}

static double least_for_snapshot(const struct compared *compared, int round)
{
	double ns_per_byte = time_of(compared, "floor", round) / bytes_of(compared, "floor");

	return time_of(compared, "tasks", round) +
	       ns_per_byte * bytes_of(compared, "snapshot");
}

static double ratio(const struct compared *compared, size_t row, int round)
{
	double under = ratios[row].under ? time_of(compared, ratios[row].under, round) :
					   least_for_snapshot(compared, round);

	return time_of(compared, ratios[row].over, round) / under;
}

static void report_ratio(const struct compared *compared, size_t row, FILE *file)
{
	double medians = ratio(compared, row, MEDIAN), leasts = ratio(compared, row, LEAST);
	struct bench_series rounds = { 0 };
	double low, high;
	size_t i;

	if (isnan(medians))
		return;
	for (i = 0; i < compared->sides[0].ns.nr; i++)
		bench_add(&rounds, ratio(compared, row, i));
	low = bench_series_quantile(&rounds, 0);
	high = bench_series_quantile(&rounds, 1);
	bench_series_free(&rounds);
	printf("  %-44s %9.2f %9.2f %9.2f %9.2f\n", ratios[row].name, medians, leasts, low,
	       high);
	fprintf(file, "%s\t%s\t%.3f\t%.3f\t%.3f\t%.3f\n", compared->point, ratios[row].name,
		medians, leasts, low, high);
}

static void report_ratios(const struct compared *compared)
{
	FILE *file = bench_append(compared->dir, "ratios.tsv");
	size_t row;

	printf("  %-44s %9s %9s %9s %9s\n", "ratio of", "medians", "leasts", "a round:", "to");
	for (row = 0; row < ARRAY_SIZE(ratios); row++)
		report_ratio(compared, row, file);
	fclose(file);
}

/* A figure that `stats` may lack is -1 in all rounds. */
static const char *or_absent(char *text, size_t room, double value, const char *format)
{
	if (value < 0)
		return "-";
	snprintf(text, room, format, value);
	return text;
}

static void report_side(const struct compared *compared, const struct compared_side *side,
			FILE *file)
{
	double median = bench_series_quantile(&side->ns, 0.5);
	double min = bench_series_quantile(&side->ns, 0), max = bench_series_quantile(&side->ns, 1);
	double low = bench_series_quantile(&side->ns, 0.25);
	double high = bench_series_quantile(&side->ns, 0.75);
	double passes = bench_series_quantile(&side->passes, 0.5);
	double hold = bench_series_quantile(&side->hold_ns, 0.5);
	double times = median / time_of(compared, "tasks", MEDIAN);
	char texts[2][32];

	printf("  %-13s %10.2f %10.2f %10.2f %10.2f %10.2f %9zu %7ld %7s %9s %8.2f\n",
	       side->side->name, median / 1e6, min / 1e6, low / 1e6, high / 1e6, max / 1e6,
	       side->bytes / 1024, side->seen, or_absent(texts[0], 32, passes, "%.1f"),
	       or_absent(texts[1], 32, hold < 0 ? hold : hold / 1e6, "%.2f"), times);
	fprintf(file, "%s\t%s\t%zu\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%zu\t%ld\t%.1f\t%.0f\t%.3f\n",
		compared->point, side->side->name, side->ns.nr, median, min, low, high, max,
		side->bytes, side->seen, passes, hold, times);
}

static void report_sides(const struct compared *compared)
{
	FILE *file = bench_append(compared->dir, "sides.tsv");
	int i;

	printf("  %-13s %10s %10s %10s %10s %10s %9s %7s %7s %9s %8s\n", "side", "median ms",
	       "least", "quarter", "3 quart.", "most", "KiB", "tasks", "passes", "hold ms",
	       "x tasks");
	for (i = 0; i < compared->nr; i++)
		report_side(compared, &compared->sides[i], file);
	fclose(file);
}

void compare_report(const struct compared *compared)
{
	report_sides(compared);
	report_ratios(compared);
}
