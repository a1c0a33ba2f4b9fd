// SPDX-License-Identifier: GPL-2.0-only
/*
 * What became of the objects of a snapshot until a later one, as a table.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "dying.h"
#include "match.h"
#include "objects.h"

/* How far an object has come. */
enum stage {
	STAGE_LIVE,
	/* It was removed, and tasks that exit are still in it. */
	STAGE_LEAVING,
	/* It was removed, or has no task any more, but something holds it. */
	STAGE_HELD,
	NR_STAGES,
};

/*
 * What is compared, in the order in which it is shown. @came has the word for an object that came
 * to a stage, @gone for one that was there before.
 */
static const struct compared {
	enum kind kind;
	const char *word;
	const char *name;
	const char *came[NR_STAGES];
	const char *gone[NR_STAGES];
} compared[] = {
	{ KIND_HIERARCHIES, "hierarchy", "name",
	  { "made", "removed", "leaked" }, { "removed", "freed", "freed" } },
	{ KIND_SUBSYSTEMS, "controller", "legacy_name",
	  { "made", "made", "made" }, { "removed", "removed", "removed" } },
	{ KIND_CGROUPS, "cgroup", "path",
	  { "made", "removed", "leaked" }, { "removed", "freed", "freed" } },
	/* The path of the cgroup that these columns have is the name. */
	{ KIND_CSSES, "css", "cgroup",
	  { "made", "removed", "leaked" }, { "removed", "freed", "freed" } },
	{ KIND_CSS_SETS, "css_set", "default",
	  { "made", "removed", "leaked" }, { "removed", "freed", "freed" } },
	{ KIND_TASKS, "task", "comm",
	  { "made", "exited", "exited" }, { "ended", "ended", "ended" } },
};

struct diff {
	struct match match;
	FILE *to;
};

/* --- how far it has come --- */

/* In an older snapshot it is not known of which css_sets a css_set is the domain. */
static bool has_tasks(const struct table *css_sets, uint32_t row)
{
	struct slice threaded = table_get(css_sets, row, "threaded");

	return !text_counts_none(table_get(css_sets, row, "tasks")) ||
	       (!slice_absent(threaded) && !text_counts_none(threaded));
}

static enum stage stage_of_state(struct slice state)
{
	if (slice_is(state, "dying"))
		return STAGE_HELD;
	return slice_is(state, "draining") ? STAGE_LEAVING : STAGE_LIVE;
}

static enum stage stage_of(enum kind kind, const struct table *table, uint32_t row)
{
	struct slice state = table_get(table, row, "state");

	switch (kind) {
	case KIND_TASKS:
		return slice_is(state, "zombie") || slice_is(state, "exiting") ? STAGE_HELD :
		       STAGE_LIVE;
	case KIND_CSS_SETS:
		return has_tasks(table, row) ? STAGE_LIVE : STAGE_HELD;
	case KIND_HIERARCHIES:
		return slice_is(state, "lingering") ? STAGE_HELD : STAGE_LIVE;
	default:
		return stage_of_state(state);
	}
}

/* --- columns --- */

static void put(FILE *to, struct slice slice)
{
	fwrite(slice.at, 1, slice.length, to);
}

static struct slice name_of(struct context *context, const struct compared *what, uint32_t row)
{
	const struct table *cgroups = snapshot_table(&context->snapshot, KIND_CGROUPS);
	struct slice name = table_get(snapshot_table(&context->snapshot, what->kind), row,
				      what->name);

	if (what->kind != KIND_CSSES && what->kind != KIND_CSS_SETS)
		return name;
	row = graph_find(&context->graph, INDEX_CGROUPS, name);
	return row == NO_ROW ? slice_of("-") : table_get(cgroups, row, "path");
}

/* change, kind, object, name */
static void put_object(struct diff *diff, struct context *context, const struct compared *what,
		       uint32_t row, const char *change)
{
	const struct table *table = snapshot_table(&context->snapshot, what->kind);

	fprintf(diff->to, "%s\t%s\t", change, what->word);
	put(diff->to, table_get(table, row, match_key(what->kind)));
	fputc('\t', diff->to);
	put(diff->to, name_of(context, what, row));
	fputc('\t', diff->to);
}

/*
 * from or to, of what came or went: where a task is. Most tasks are in most roots, so these are
 * left out; if it is nowhere else, there is the last membership, which is that of v2.
 */
static void put_place(FILE *to, const struct compared *what, const struct table *table,
		      uint32_t row)
{
	struct slice rest = what->kind == KIND_TASKS ? table_get(table, row, "cgroups") :
						       slice_of("-"), item;
	const char *separator = "";

	while (slice_next(&rest, ' ', &item)) {
		bool is_root = item.length > 2 && !memcmp(item.at + item.length - 2, ":/", 2);

		if (is_root && (rest.at || *separator))
			continue;
		fputs(separator, to);
		put(to, item);
		separator = " ";
	}
	fputc('\t', to);
}

/* Of memberships, which begin with the highest hierarchy, go to that of one hierarchy. */
static bool find_membership(struct slice *rest, uint64_t hierarchy, struct slice *item)
{
	struct slice copy, id;
	uint64_t number;

	while (slice_next(rest, ' ', item)) {
		copy = *item;
		slice_next(&copy, ':', &id);
		if (text_number(id, &number) && number == hierarchy)
			return true;
	}
	return false;
}

/* from or to, of a task that was moved: the memberships that are others now. */
static void put_moved(struct diff *diff, struct slice memberships, uint32_t old_css_set,
		      uint32_t new_css_set)
{
	const char *separator = "";
	struct slice item;
	struct move move;
	bool moved = match_first_move(&diff->match, old_css_set, new_css_set, &move);

	for (; moved; moved = match_next_move(&diff->match, &move)) {
		if (!find_membership(&memberships, move.hierarchy, &item))
			continue;
		fputs(separator, diff->to);
		put(diff->to, item);
		separator = " ";
	}
	fputs(*separator ? "\t" : "-\t", diff->to);
}

/* detail: words of ours, in which a backslash begins no escape. They are freed. */
static void put_words(FILE *to, char *words)
{
	const char *at;

	for (at = words; *at; at++) {
		if (*at == '\\')
			fputs("\\134", to);
		else
			fputc(*at, to);
	}
	fputs(*words ? "\n" : "-\n", to);
	free(words);
}

static char *task_words(const struct table *tasks, uint32_t row)
{
	struct slice state = table_get(tasks, row, "state"), tgid = table_get(tasks, row, "tgid");
	bool lives = stage_of(KIND_TASKS, tasks, row) == STAGE_LIVE;

	if (slice_equal(tgid, table_get(tasks, row, "tid")))
		return text_format("%.*s", lives ? 0 : (int)state.length, state.at);
	return text_format("%.*s%sthread of %.*s", lives ? 0 : (int)state.length, state.at,
			   lives ? "" : ", ", (int)tgid.length, tgid.at);
}

static char *words_of(struct context *context, enum kind kind, uint32_t row)
{
	switch (kind) {
	case KIND_HIERARCHIES:
		return object_hierarchy_words(context, row);
	case KIND_SUBSYSTEMS:
		return text_format("%s", "");
	case KIND_TASKS:
		return task_words(snapshot_table(&context->snapshot, kind), row);
	default:
		return dying_words(context, kind, row);
	}
}

/* --- rows --- */

/* The row of its cgroup in each snapshot, from a css in one of them. */
static void find_cgroups(struct diff *diff, uint32_t *old, uint32_t *new)
{
	const struct pair *cgroups = &diff->match.pairs[KIND_CGROUPS];

	if (*new != NO_ROW) {
		*new = graph_relation(&diff->match.new->graph, CSSES_OF_CGROUP)->target[*new];
		*old = *new == NO_ROW ? NO_ROW : cgroups->old_of[*new];
	} else {
		*old = graph_relation(&diff->match.old->graph, CSSES_OF_CGROUP)->target[*old];
		*new = *old == NO_ROW ? NO_ROW : cgroups->new_of[*old];
	}
}

/*
 * Whether another row says it: a root comes and goes with its hierarchy, and a css with its
 * cgroup. @old or @new can be NO_ROW.
 */
static bool is_implied(struct diff *diff, enum kind kind, uint32_t old, uint32_t new)
{
	const struct pair *pair = &diff->match.pairs[kind];
	const struct pair *cgroups = &diff->match.pairs[KIND_CGROUPS];

	if (kind == KIND_CGROUPS)
		return slice_absent(new == NO_ROW ? table_get(pair->old, old, "parent") :
						    table_get(pair->new, new, "parent"));
	if (kind != KIND_CSSES)
		return false;
	find_cgroups(diff, &old, &new);
	return old == NO_ROW || new == NO_ROW ||
	       stage_of(KIND_CGROUPS, cgroups->old, old) !=
	       stage_of(KIND_CGROUPS, cgroups->new, new);
}

static void show_gone(struct diff *diff, const struct compared *what, uint32_t row)
{
	const struct table *table = diff->match.pairs[what->kind].old;

	if (is_implied(diff, what->kind, row, NO_ROW))
		return;
	put_object(diff, diff->match.old, what, row, what->gone[stage_of(what->kind, table, row)]);
	put_place(diff->to, what, table, row);
	fputs("-\t-\n", diff->to);
}

static void show_came(struct diff *diff, const struct compared *what, uint32_t row)
{
	const struct table *table = diff->match.pairs[what->kind].new;

	put_object(diff, diff->match.new, what, row, what->came[stage_of(what->kind, table, row)]);
	fputs("-\t", diff->to);
	put_place(diff->to, what, table, row);
	put_words(diff->to, words_of(diff->match.new, what->kind, row));
}

static void show_moved(struct diff *diff, const struct compared *what, uint32_t old, uint32_t new)
{
	const struct pair *tasks = &diff->match.pairs[KIND_TASKS];
	uint32_t from = graph_relation(&diff->match.old->graph, TASKS_OF_CSS_SET)->target[old];
	uint32_t to = graph_relation(&diff->match.new->graph, TASKS_OF_CSS_SET)->target[new];
	struct move move;

	if (from == NO_ROW || to == NO_ROW || diff->match.pairs[KIND_CSS_SETS].old_of[to] == from ||
	    !match_first_move(&diff->match, from, to, &move))
		return;
	put_object(diff, diff->match.new, what, new, "moved");
	put_moved(diff, table_get(tasks->old, old, "cgroups"), from, to);
	put_moved(diff, table_get(tasks->new, new, "cgroups"), from, to);
	put_words(diff->to, words_of(diff->match.new, KIND_TASKS, new));
}

static void show_rebound(struct diff *diff, const struct compared *what, uint32_t old,
			 uint32_t new)
{
	const struct pair *controllers = &diff->match.pairs[KIND_SUBSYSTEMS];
	struct slice from = table_get(controllers->old, old, "hierarchy");
	struct slice to = table_get(controllers->new, new, "hierarchy");

	if (slice_equal(from, to))
		return;
	put_object(diff, diff->match.new, what, new, "moved");
	fputs("-\t-\t", diff->to);
	put_words(diff->to, text_format("from hierarchy %.*s to %.*s", (int)from.length, from.at,
					(int)to.length, to.at));
}

/* The name of a cgroup itself, as those below a renamed one are not renamed. */
static struct slice last_name(struct slice path)
{
	const char *slash = memrchr(path.at, '/', path.length);

	return slash ? (struct slice){ slash, path.at + path.length - slash } : path;
}

static void show_renamed(struct diff *diff, const struct compared *what, uint32_t old,
			 uint32_t new)
{
	struct slice from = name_of(diff->match.old, what, old);

	if (slice_equal(last_name(from), last_name(name_of(diff->match.new, what, new))))
		return;
	put_object(diff, diff->match.new, what, new, "renamed");
	fputs("-\t-\twas ", diff->to);
	put(diff->to, from);
	fputc('\n', diff->to);
}

static void show_stayed(struct diff *diff, const struct compared *what, uint32_t old, uint32_t new)
{
	const struct pair *pair = &diff->match.pairs[what->kind];

	if (what->kind == KIND_TASKS)
		show_moved(diff, what, old, new);
	if (what->kind == KIND_SUBSYSTEMS)
		show_rebound(diff, what, old, new);
	if (what->kind == KIND_CGROUPS)
		show_renamed(diff, what, old, new);
	if (stage_of(what->kind, pair->new, new) > stage_of(what->kind, pair->old, old) &&
	    !is_implied(diff, what->kind, old, new))
		show_came(diff, what, new);
}

static void show(struct diff *diff, const struct compared *what)
{
	const struct pair *pair = &diff->match.pairs[what->kind];
	uint32_t row;

	for (row = 0; row < pair->old->nr_rows; row++)
		if (pair->new_of[row] == NO_ROW)
			show_gone(diff, what, row);
	for (row = 0; row < pair->new->nr_rows; row++)
		if (pair->old_of[row] != NO_ROW)
			show_stayed(diff, what, pair->old_of[row], row);
		else if (!is_implied(diff, what->kind, NO_ROW, row))
			show_came(diff, what, row);
}

static void put_header(FILE *to)
{
	const struct column_kind *column;

	for (column = diff_kind.columns; column->name; column++)
		fprintf(to, "%s%s", column == diff_kind.columns ? "#" : "\t", column->name);
	fputc('\n', to);
}

/* Returns where its rows go. */
static FILE *begin(struct made_table *made)
{
	FILE *to;

	*made = (struct made_table){ .input.name = need_memory(strdup("the differences")) };
	to = need_memory(open_memstream(&made->input.text, &made->input.length));
	put_header(to);
	return to;
}

static void end(struct made_table *made, FILE *to)
{
	if (fclose(to))
		need_memory(NULL);
	table_place(&made->table, &diff_kind, &made->input, made->input.text,
		    made->input.text + made->input.length);
	table_parse(&made->table);
}

void diff_make(struct made_table *made, struct context *old, struct context *new)
{
	struct diff diff = { .to = begin(made) };
	size_t i;

	match_make(&diff.match, old, new);
	for (i = 0; i < sizeof(compared) / sizeof(*compared); i++)
		show(&diff, &compared[i]);
	match_free(&diff.match);
	end(made, diff.to);
}

void diff_make_none(struct made_table *made)
{
	end(made, begin(made));
}

void diff_free(struct made_table *made)
{
	table_free(&made->table);
	input_free(&made->input);
}
