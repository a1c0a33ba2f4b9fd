// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is written in a picture. Lines end with \n, which Graphviz takes for a new line.
 */
#include <stdlib.h>
#include <string.h>

#include "dot.h"

/* So many tasks or commands say what a css_set is about, and so many css_sets are named. */
#define MOST_TASKS	3
#define MOST_SETS	8

/* Identities of containers have 64 digits, and people know them by the first 12. */
#define ID_DIGITS	64
#define ID_SHOWN	12

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static size_t count_hex(const char *at)
{
	size_t nr = 0;

	while (is_hex(at[nr]))
		nr++;
	return nr;
}

void dot_name(FILE *to, struct slice name)
{
	char *shown = text_show(name, false);
	const char *at = shown;
	size_t digits, step;

	while (*at) {
		digits = count_hex(at);
		step = digits ? digits : 1;
		dot_quote(to, (struct slice){ at, digits == ID_DIGITS ? ID_SHOWN : step });
		if (digits == ID_DIGITS)
			fputs("\xe2\x80\xa6", to);
		at += step;
	}
	free(shown);
}

void dot_number(FILE *to, unsigned long long nr, const char *one, const char *many)
{
	fprintf(to, "%llu %s", nr, nr == 1 ? one : many);
}

/* --- cgroups --- */

/* The css_sets of a root that are drawn in another tree. */
static void put_elsewhere(FILE *to, const struct picture *picture, uint32_t cgroup)
{
	struct graph *graph = &picture->context->graph;
	const struct relation *links = graph_relation(graph, LINKS_OF_CGROUP);
	const struct relation *of_css_set = graph_relation(graph, LINKS_OF_CSS_SET);
	uint32_t link, css_set, nr = 0;

	relation_for_each(links, cgroup, link) {
		css_set = of_css_set->target[link];
		if (css_set == NO_ROW || picture->home[css_set] == NO_ROW ||
		    picture->home[css_set] == link)
			continue;
		if (nr++ < MOST_SETS) {
			fputs(nr == 1 ? "\\ncss_sets here: " : nr % 4 == 1 ? ",\\n" : ", ", to);
			dot_field(to, picture_short_id(picture, css_set));
		}
	}
	if (nr > MOST_SETS)
		fprintf(to, "\\nand %u more", nr - MOST_SETS);
}

static void put_bunch(FILE *to, const struct picture *picture, const struct bunch *bunch)
{
	bool removed = picture_is_removed(picture, bunch->first);

	dot_number(to, bunch->nr, removed ? "removed cgroup" : "cgroup",
		   removed ? "removed cgroups" : "cgroups");
	if (bunch->nr_cgroups > bunch->nr)
		fprintf(to, ", and %u below", bunch->nr_cgroups - bunch->nr);
	fputs("\\n", to);
	dot_name(to, text_last_part(table_get(picture->cgroups, bunch->first, "path")));
	fputs(removed ? " (" : "", to);
	if (removed)
		dot_field(to, table_get(picture->cgroups, bunch->first, "cgroup"));
	fputs(removed ? ") ..." : " ...", to);
	if (bunch->nr_links) {
		fputs("\\n", to);
		dot_number(to, bunch->tasks, "task", "tasks");
		fputs(" in ", to);
		dot_number(to, bunch->nr_links, "css_set", "css_sets");
	}
	if (removed)
		dot_bunch_held(to, picture, bunch);
}

static void put_tasks(FILE *to, const struct picture *picture, uint32_t cgroup)
{
	uint64_t css_sets, tasks;

	if (!text_number(table_get(picture->cgroups, cgroup, "css_sets"), &css_sets) ||
	    css_sets < 2 || !text_number(table_get(picture->cgroups, cgroup, "tasks"), &tasks))
		return;
	fputs("\\n", to);
	dot_number(to, tasks, "task", "tasks");
}

void dot_cgroup_label(FILE *to, const struct picture *picture, uint32_t cgroup)
{
	if (picture->bunches[cgroup]) {
		put_bunch(to, picture, picture->bunches[cgroup]);
		return;
	}
	dot_name(to, text_last_part(table_get(picture->cgroups, cgroup, "path")));
	if (picture_is_removed(picture, cgroup)) {
		fputs("  ", to);
		dot_field(to, table_get(picture->cgroups, cgroup, "cgroup"));
		fputs(", ", to);
		dot_field(to, table_get(picture->cgroups, cgroup, "state"));
		dot_cgroup_held(to, picture, cgroup);
		return;
	}
	dot_removed_csses(to, picture, cgroup);
	if (picture->one_css_set)
		return;
	put_tasks(to, picture, cgroup);
	if (picture_is_root(picture, cgroup))
		put_elsewhere(to, picture, cgroup);
}

/* --- css_sets --- */

static int by_comm(const void *a, const void *b)
{
	const struct slice *left = a, *right = b;
	size_t length = left->length < right->length ? left->length : right->length;
	int order = memcmp(left->at, right->at, length);

	return order ? order : (left->length > right->length) - (left->length < right->length);
}

/* A command, and how many tasks have it. */
struct command_count {
	struct slice comm;
	size_t nr;
};

static int by_count(const void *a, const void *b)
{
	const struct command_count *left = a, *right = b;

	if (left->nr != right->nr)
		return left->nr < right->nr ? 1 : -1;
	return by_comm(&left->comm, &right->comm);
}

static size_t count_commands(struct slice *comms, size_t nr, struct command_count *counts)
{
	size_t i, different = 0;

	qsort(comms, nr, sizeof(*comms), by_comm);
	for (i = 0; i < nr; i++) {
		if (!i || !slice_equal(comms[i], comms[i - 1]))
			counts[different++] = (struct command_count){ comms[i], 0 };
		counts[different - 1].nr++;
	}
	qsort(counts, different, sizeof(*counts), by_count);
	return different;
}

/* Many tasks by their commands, those that most of them have. */
static void put_commands(FILE *to, const struct table *tasks, const struct relation *of,
			 uint32_t css_set, size_t nr)
{
	struct slice *comms = allocate(nr, sizeof(*comms));
	struct command_count *counts = allocate(nr, sizeof(*counts));
	size_t i = 0, different;
	uint32_t row;

	relation_for_each(of, css_set, row)
		comms[i++] = table_get(tasks, row, "comm");
	different = count_commands(comms, nr, counts);
	for (i = 0; i < different && i < MOST_TASKS; i++) {
		fputs(i ? ", " : ": ", to);
		if (counts[i].nr > 1)
			fprintf(to, "%zu ", counts[i].nr);
		dot_name(to, counts[i].comm);
	}
	if (different > MOST_TASKS)
		fprintf(to, ", %zu more", different - MOST_TASKS);
	free(comms);
	free(counts);
}

static void put_task(FILE *to, const struct table *tasks, uint32_t row, size_t nth)
{
	struct slice state = table_get(tasks, row, "state");

	fputs(!nth ? ": " : nth % MOST_TASKS ? ", " : ",\\n", to);
	dot_name(to, table_get(tasks, row, "comm"));
	fputc(' ', to);
	dot_field(to, table_get(tasks, row, "tid"));
	if (slice_is(state, "running"))
		return;
	fputs(" (", to);
	dot_field(to, state);
	fputc(')', to);
}

/* The task that the picture is about is named in any case. */
static void put_wanted(FILE *to, const struct picture *picture)
{
	const struct context *context = picture->context;
	uint32_t row;

	if (!context->options->task)
		return;
	row = graph_find(&picture->context->graph, INDEX_TASKS, slice_of(context->options->task));
	fputs("\\ntask", to);
	put_task(to, snapshot_table(&context->snapshot, KIND_TASKS), row, 0);
}

static void put_who(FILE *to, const struct picture *picture, uint32_t css_set)
{
	const struct context *context = picture->context;
	const struct relation *of = graph_relation(&picture->context->graph, TASKS_OF_CSS_SET);
	const struct table *tasks = snapshot_table(&context->snapshot, KIND_TASKS);
	size_t nr = 0;
	uint32_t row;

	relation_for_each(of, css_set, row)
		nr++;
	if (nr > MOST_TASKS && !context->options->all) {
		put_commands(to, tasks, of, css_set, nr);
		return;
	}
	nr = 0;
	relation_for_each(of, css_set, row)
		put_task(to, tasks, row, nr++);
}

void dot_css_set_label(FILE *to, const struct picture *picture, uint32_t css_set)
{
	struct slice exiting = table_get(picture->css_sets, css_set, "exiting");
	uint64_t tasks = 0;

	text_number(table_get(picture->css_sets, css_set, "tasks"), &tasks);
	dot_field(to, picture_short_id(picture, css_set));
	fputs(": ", to);
	dot_number(to, tasks, "task", "tasks");
	if (!slice_is(exiting, "0") && !slice_absent(exiting)) {
		fputs(", ", to);
		dot_field(to, exiting);
		fputs(" exiting", to);
	}
	put_who(to, picture, css_set);
	put_wanted(to, picture);
	dot_css_set_held(to, picture, css_set);
}

/* --- the rest --- */

void dot_hierarchy_label(FILE *to, const struct picture *picture, uint32_t hierarchy)
{
	const struct table *hierarchies = picture->hierarchies;
	struct slice controllers = table_get(hierarchies, hierarchy, "controllers");
	struct slice name = table_get(hierarchies, hierarchy, "name");
	struct slice state = table_get(hierarchies, hierarchy, "state");

	dot_field(to, table_get(hierarchies, hierarchy, "id"));
	fputs(": v", to);
	dot_field(to, table_get(hierarchies, hierarchy, "version"));
	if (!slice_absent(controllers)) {
		fputc(' ', to);
		dot_field(to, controllers);
	}
	if (!slice_absent(name)) {
		fputs(" name=", to);
		dot_field(to, name);
	}
	if (slice_absent(state) || slice_is(state, "mounted"))
		return;
	fputs(", ", to);
	dot_field(to, state);
}

void dot_legend(FILE *to, const struct picture *picture)
{
	uint32_t row, nr = 0;

	fputs("box: cgroup; ellipse: css_set, and the end of its identity\\l", to);
	if (!picture->one_css_set)
		fputs("arrow: link; a css_set is at the root of trees that do not show it\\l", to);
	fputs("red and dashed: removed, but held\\l", to);
	for (row = 0; row < picture->cgroups->nr_rows; row++)
		nr += !!picture->bunches[row];
	if (nr)
		fprintf(to, "left out: %u cgroups, in %u double %s (--all)\\l",
			picture->nr_bunched, nr, nr == 1 ? "box" : "boxes");
	if (picture->nr_css_sets_hidden)
		fprintf(to, "left out: %u css_sets\\l", picture->nr_css_sets_hidden);
}
