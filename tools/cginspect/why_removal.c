// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why what was removed is still there: who holds it, by name if holders are at hand.
 */
#include <stdlib.h>
#include <string.h>

#include "dying.h"
#include "tree.h"
#include "why.h"

/* It is held for sure. */
static void answer_held(struct why *why, char *reason, struct evidence *evidence)
{
	why->held = true;
	why_answer(why, "removal", NULL, reason, evidence);
}

/* --- by holders --- */

static void add_holder(const struct table *holders, struct evidence *evidence, uint32_t row)
{
	struct slice kind = table_get(holders, row, "kind"), refs = table_get(holders, row, "refs");
	struct slice tid = table_get(holders, row, "tid"), fd = table_get(holders, row, "fd");
	char *comm = text_show(table_get(holders, row, "comm"), false);
	char *detail = text_show(table_get(holders, row, "detail"), false);

	if (slice_is(kind, "unseen"))
		evidence_add(evidence, slice_of("-"), "see %s", detail);
	else if (!slice_absent(tid))
		evidence_add(evidence, tid, "%.*s %.*s (task %.*s %s%s%.*s)", (int)kind.length,
			     kind.at, (int)refs.length, refs.at, (int)tid.length, tid.at, comm,
			     slice_absent(fd) ? "" : ", descriptor ",
			     slice_absent(fd) ? 0 : (int)fd.length, fd.at);
	else
		evidence_add(evidence, slice_of("-"), "%.*s %.*s%s%s%s", (int)kind.length, kind.at,
			     (int)refs.length, refs.at, *detail == '-' ? "" : " (",
			     *detail == '-' ? "" : detail, *detail == '-' ? "" : ")");
	free(comm);
	free(detail);
}

static void add_holders(struct why *why, struct evidence *evidence, struct slice object)
{
	const struct table *holders = why_table(why, KIND_HOLDERS);
	bool is_unseen, is_none;
	struct slice kind;
	uint32_t row;

	graph_for_each_holder(&why->context->graph, object, row) {
		kind = table_get(holders, row, "kind");
		is_unseen = slice_is(kind, "unseen");
		is_none = text_counts_none(table_get(holders, row, "refs"));
		if (is_none && !is_unseen)
			continue;
		why->held |= !is_none && !is_unseen && !slice_is(kind, "unknown");
		add_holder(holders, evidence, row);
	}
}

/* What a number of references says, if that is not none. */
static char *unaccounted_words(struct slice number, const char *name)
{
	if (slice_absent(number))
		return text_format("%s references from outside the graph hold %s",
				   "it is not known whether", name);
	return text_format("references from outside the graph %s %s: %.*s",
			   text_counts_exactly(number) ? "hold" : "may hold", name,
			   (int)number.length, number.at);
}

/* References to an object that the graph does not explain. @name is what it is for people. */
static void why_unaccounted(struct why *why, enum kind kind, uint32_t row, const char *key,
			    char *name)
{
	const struct table *table = why_table(why, kind);
	struct slice unaccounted = table_get(table, row, "unaccounted");
	struct evidence evidence;
	char *words;

	why->doubtful |= !text_counts_exactly(unaccounted);
	if (text_counts_none(unaccounted)) {
		free(name);
		return;
	}
	why->held |= text_counts_exactly(unaccounted);
	evidence_begin(&evidence, why);
	/* Those of the running system are read if they are needed. Not everybody has the file. */
	if (context_try_more(why->context, KIND_HOLDERS))
		add_holders(why, &evidence, table_get(table, row, key));
	if (!evidence.nr) {
		words = dying_words(why->context, kind, row);
		evidence_add(&evidence, slice_of("-"), "%s", words);
		free(words);
	}
	why_answer(why, "removal", NULL, unaccounted_words(unaccounted, name), &evidence);
	free(name);
}

/* --- by tasks that have exited --- */

static void add_exited(struct why *why, struct evidence *evidence, uint32_t task)
{
	const struct table *tasks = why_table(why, KIND_TASKS);
	struct slice state = table_get(tasks, task, "state"), ppid = table_get(tasks, task, "ppid");
	uint32_t parent = graph_find(&why->context->graph, INDEX_TASKS, ppid);
	char *comm = parent == NO_ROW ? NULL : text_show(table_get(tasks, parent, "comm"), false);
	char *words;

	if (comm)
		words = text_format(" (%.*s; its parent is %.*s %s)", (int)state.length, state.at,
				    (int)ppid.length, ppid.at, comm);
	else
		words = text_format(" (%.*s)", (int)state.length, state.at);
	why_add_task(why, evidence, task, words);
	free(words);
	free(comm);
}

static void why_tasks_left(struct why *why)
{
	struct cursor cursor = why_tasks(why);
	struct evidence evidence;
	uint32_t task;

	evidence_begin(&evidence, why);
	while ((task = why_next_task(why, &cursor)) != NO_ROW)
		add_exited(why, &evidence, task);
	if (evidence.nr)
		answer_held(why,
			    text_format("tasks are in it that exit, or that nobody has reaped: %lu",
					evidence.nr), &evidence);
	else
		evidence_drop(&evidence);
}

/* --- by cgroup namespaces --- */

/* The cgroup namespaces that were made in its css_sets. */
static uint64_t count_namespaces(struct why *why)
{
	const struct table *css_sets = why_table(why, KIND_CSS_SETS);
	struct graph *graph = &why->context->graph;
	uint64_t all = 0, number;
	uint32_t link, row;

	relation_for_each(graph_relation(graph, LINKS_OF_CGROUP), why->row, link) {
		row = graph_relation(graph, LINKS_OF_CSS_SET)->target[link];
		if (row != NO_ROW && text_number(table_get(css_sets, row, "namespaces"), &number))
			all += number;
	}
	return all;
}

/*
 * The root of a namespace is the cgroup of v2 of the css_set that it was made in. If this is the
 * cgroup asked about, the tasks in such a namespace are known by that root. For one of v1 it is
 * another cgroup, and namespaces that were made elsewhere can have the same; and the root of v2 is
 * the root of the initial namespace, in which nearly all tasks are.
 */
static void why_namespaces(struct why *why)
{
	uint64_t number = count_namespaces(why);
	struct evidence evidence;
	uint32_t task;

	if (!number)
		return;
	evidence_begin(&evidence, why);
	if (!slice_absent(why_get(why, "parent")))
		relation_for_each(graph_relation(&why->context->graph, TASKS_OF_NAMESPACE),
				  why->row, task)
			why_add_task(why, &evidence, task, "");
	if (!evidence.nr)
		evidence_add(&evidence, slice_of("-"), "namespaces %llu",
			     (unsigned long long)number);
	answer_held(why, text_format("cgroup namespaces of tasks hold css_sets of it: %llu",
				     (unsigned long long)number), &evidence);
}

/* --- by what is in the graph --- */

static void why_children(struct why *why)
{
	const struct relation *children = graph_relation(&why->context->graph, CHILDREN_OF_CGROUP);
	struct evidence evidence;
	uint32_t row;

	evidence_begin(&evidence, why);
	relation_for_each(children, why->row, row)
		why_add_cgroup(why, &evidence, row, "");
	if (evidence.nr)
		answer_held(why, text_format("removed cgroups below it hold it: %lu", evidence.nr),
			    &evidence);
	else
		evidence_drop(&evidence);
}

static void why_css_sets(struct why *why)
{
	struct graph *graph = &why->context->graph;
	const struct table *css_sets = why_table(why, KIND_CSS_SETS);
	uint32_t link, row;
	struct slice id;

	relation_for_each(graph_relation(graph, LINKS_OF_CGROUP), why->row, link) {
		row = graph_relation(graph, LINKS_OF_CSS_SET)->target[link];
		if (row == NO_ROW)
			continue;
		id = table_get(css_sets, row, "css_set");
		why_unaccounted(why, KIND_CSS_SETS, row, "css_set",
				text_format("css_set %.*s", (int)id.length, id.at));
	}
}

static bool has_some(const struct table *table, uint32_t row, const char *column)
{
	struct slice number = table_get(table, row, column);

	return !slice_absent(number) && !text_counts_none(number);
}

/* The csses of a css_set, as chains: it goes before the css_sets that each css has already. */
static size_t chain_css_set(struct why *why, uint32_t css_set, size_t nr)
{
	struct slice rest = table_get(why_table(why, KIND_CSS_SETS), css_set, "csses"), id;
	struct uses *uses = &why->uses;
	uint32_t css;

	while (!slice_absent(rest) && slice_next(&rest, ',', &id)) {
		css = graph_find(&why->context->graph, INDEX_CSSES, id);
		if (css == NO_ROW)
			continue;
		uses->use[nr].css_set = css_set;
		uses->use[nr].next = uses->first[css];
		uses->first[css] = nr++;
	}
	return nr;
}

/* A live cgroup can have very many removed csses, so css_sets are gone through once for all. */
static void find_uses(struct why *why)
{
	const struct table *css_sets = why_table(why, KIND_CSS_SETS);
	uint32_t nr_csses = why_table(why, KIND_CSSES)->nr_rows, row;
	struct slice rest, id;
	size_t nr = 0;

	if (why->uses.first)
		return;
	for (row = 0; row < css_sets->nr_rows; row++)
		for (rest = table_get(css_sets, row, "csses"); slice_next(&rest, ',', &id);)
			nr++;
	why->uses.first = allocate(nr_csses, sizeof(*why->uses.first));
	why->uses.use = allocate(nr, sizeof(*why->uses.use));
	memset(why->uses.first, 0xff, nr_csses * sizeof(*why->uses.first));
	nr = 0;
	for (row = css_sets->nr_rows; row--;)
		nr = chain_css_set(why, row, nr);
}

/* The css_sets for which a css counts, with what holds them. */
static void add_css_sets(struct why *why, struct evidence *evidence, uint32_t css)
{
	const struct table *css_sets = why_table(why, KIND_CSS_SETS);
	struct slice id;
	uint32_t at, row;
	char *words;

	find_uses(why);
	for (at = why->uses.first[css]; at != NO_ROW; at = why->uses.use[at].next) {
		row = why->uses.use[at].css_set;
		id = table_get(css_sets, row, "css_set");
		words = dying_words(why->context, KIND_CSS_SETS, row);
		evidence_add(evidence, id, "css_set %.*s%s%s", (int)id.length, id.at,
			     *words ? ": " : "", words);
		free(words);
	}
}

/*
 * What the row says that holds it. References can be left though none is unaccounted for: its own
 * ones, those of csses of a removed cgroup, and that of the BPF state of the cgroup.
 */
static void add_words(struct why *why, struct evidence *evidence, enum kind kind, uint32_t row,
		      struct slice id)
{
	struct slice refs = table_get(why_table(why, kind), row, "refs");
	char *words = dying_words(why->context, kind, row);

	if (*words)
		evidence_add(evidence, id, "%s", words);
	else if (slice_is(refs, "0"))
		evidence_add(evidence, id, "no reference is left");
	else
		evidence_add(evidence, id, "refs %.*s", (int)refs.length, refs.at);
	free(words);
}

/*
 * What else holds a css that was removed from a live cgroup. Of one of a removed cgroup this says
 * no more than what is said of the cgroup. The reason is freed.
 */
static void why_css(struct why *why, uint32_t css, char *reason)
{
	struct slice id = table_get(why_table(why, KIND_CSSES), css, "css");
	struct evidence evidence;

	evidence_begin(&evidence, why);
	add_words(why, &evidence, KIND_CSSES, css, id);
	add_css_sets(why, &evidence, css);
	why_answer(why, "removal", NULL, reason, &evidence);
}

static void why_dying_css(struct why *why, uint32_t css)
{
	const struct table *csses = why_table(why, KIND_CSSES);
	struct slice id = table_get(csses, css, "css");
	struct slice unaccounted = table_get(csses, css, "unaccounted");

	if (has_some(csses, css, "css_sets") || has_some(csses, css, "children"))
		why_css(why, css, text_format("css_sets, or csses below it, hold css %.*s",
					      (int)id.length, id.at));
	else if (text_counts_none(unaccounted))
		why_css(why, css, text_format("nothing that is known holds css %.*s, %s",
					      (int)id.length, id.at,
					      text_counts_exactly(unaccounted) ?
					      "it should be gone soon" : "it may be gone soon"));
}

/*
 * A css of a live cgroup is there until subtree_control, or rmdir, has removed it. One that drains
 * has its own references until it is killed, as that of memory for its id, so only tasks count.
 */
static void why_csses_left(struct why *why, bool live)
{
	const struct relation *csses = graph_relation(&why->context->graph, CSSES_OF_CGROUP);
	const struct table *table = why_table(why, KIND_CSSES);
	struct slice id, state;
	uint32_t row;

	relation_for_each(csses, why->row, row) {
		state = table_get(table, row, "state");
		id = table_get(table, row, "css");
		if (live && slice_is(state, "draining"))
			why_css(why, row, text_format("css %.*s stays until %s", (int)id.length,
						      id.at, "tasks that exit have left it"));
		if (!slice_is(state, "dying"))
			continue;
		why_unaccounted(why, KIND_CSSES, row, "css",
				text_format("css %.*s", (int)id.length, id.at));
		if (live)
			why_dying_css(why, row);
	}
}

/* Nothing of that, so it goes soon, or its csses hold it, which hold each other. */
static void why_nothing(struct why *why)
{
	char *words = dying_words(why->context, KIND_CGROUPS, why->row);
	struct evidence evidence;

	evidence_begin(&evidence, why);
	if (*words || !why->doubtful)
		add_words(why, &evidence, KIND_CGROUPS, why->row, slice_of("-"));
	else
		why_add_column(why, &evidence, "unaccounted");
	free(words);
	why_answer(why, "removal", NULL,
		   text_format("%s", why->doubtful ?
			       "nothing that is known for sure holds it: it may be gone soon" :
			       "nothing outside the graph holds it, it should be gone soon"),
		   &evidence);
}

void why_removal(struct why *why)
{
	bool live = slice_is(why_get(why, "state"), "live");

	if (!live) {
		why_tasks_left(why);
		why_css_sets(why);
		why_namespaces(why);
		why_children(why);
		why_unaccounted(why, KIND_CGROUPS, why->row, "cgroup", text_format("it"));
	}
	why_csses_left(why, live);
	if (!live && !why->held)
		why_nothing(why);
}
