// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why writes to the files of a live cgroup of v2 fail, and why it is frozen or not. The rules
 * are those of the kernel; howto.rst has an example of each.
 */
#include <stdlib.h>
#include <string.h>

#include "tree.h"
#include "why.h"

static struct slice get(struct why *why, uint32_t row, const char *column)
{
	return table_get(why_table(why, KIND_CGROUPS), row, column);
}

/* --- cgroup.procs --- */

/*
 * What attach has after the error: the cgroup that is in the way, or the controllers. An older
 * module does not have the column, but an invalid domain is known by its type.
 */
static struct slice attach_cause(struct why *why, struct slice *error)
{
	struct slice rest = why_get(why, "attach");

	if (slice_absent(rest) && slice_is(why_get(why, "type"), "domain\\040invalid"))
		rest = slice_of("EOPNOTSUPP");
	slice_next(&rest, ':', error);
	return rest.at ? rest : slice_of("-");
}

/* "H:ID": the names of controllers have no colon. */
static bool names_cgroup(struct slice cause)
{
	return memchr(cause.at, ':', cause.length);
}

/* The cgroup that is in the way, which the file may not have; or else the controllers. */
static void add_cause(struct why *why, struct evidence *evidence, struct slice cause)
{
	uint32_t row = graph_find(&why->context->graph, INDEX_CGROUPS, cause);
	struct slice name;
	char *type, *words;

	if (row != NO_ROW) {
		type = text_show(get(why, row, "type"), false);
		words = text_format(" (%s)", type);
		why_add_cgroup(why, evidence, row, words);
		free(words);
		free(type);
		return;
	}
	while (!slice_absent(cause) && slice_next(&cause, ',', &name))
		evidence_add(evidence, name, "%.*s", (int)name.length, name.at);
}

static const char *attach_reason(struct why *why, struct slice error, struct slice cause)
{
	if (slice_is(error, "EBUSY"))
		return names_cgroup(cause) ?
		       "it enables controllers, and tasks are in a domain below it" :
		       "it enables controllers that no cgroup with processes may enable";
	return slice_is(why_get(why, "type"), "threaded") ?
	       "its domain is itself in a threaded subtree: no place for processes" :
	       "it is a domain in a threaded subtree: no place for processes";
}

void why_attach(struct why *why)
{
	struct slice error, cause = attach_cause(why, &error);
	struct evidence evidence;

	if (!slice_is(error, "EBUSY") && !slice_is(error, "EOPNOTSUPP"))
		return;
	evidence_begin(&evidence, why);
	add_cause(why, &evidence, cause);
	why_add_column(why, &evidence, "type");
	why_add_column(why, &evidence, "subtree_control");
	why_answer(why, "cgroup.procs", slice_is(error, "EBUSY") ? "EBUSY" : "EOPNOTSUPP",
		   text_format("%s", attach_reason(why, error, cause)), &evidence);
}

/* --- cgroup.subtree_control --- */

static bool is_threaded_controller(struct why *why, struct slice name)
{
	uint32_t row = graph_find(&why->context->graph, INDEX_SUBSYSTEMS, name);

	return row != NO_ROW &&
	       slice_lists(table_get(why_table(why, KIND_SUBSYSTEMS), row, "flags"),
			   slice_of("threaded"));
}

/*
 * A cgroup that could have tasks and threaded controllers, as the root of a threaded subtree. A
 * child that was removed counts, too, as long as it is populated.
 */
static bool can_be_thread_root(struct why *why)
{
	const struct relation *children = graph_relation(&why->context->graph, CHILDREN_OF_CGROUP);
	struct slice enabled = why_get(why, "subtree_control"), name;
	uint32_t row;

	relation_for_each(children, why->row, row)
		if (!slice_is(get(why, row, "type"), "threaded") &&
		    !text_counts_none(get(why, row, "populated")))
			return false;
	while (!slice_absent(enabled) && slice_next(&enabled, ',', &name))
		if (!is_threaded_controller(why, name))
			return false;
	return true;
}

/*
 * What "+NAME" would say, of a controller that the cgroup above enables and it does not; or NULL.
 * A threaded cgroup has only threaded ones; all others are ENOENT, as if nobody enabled them.
 */
static const char *enable_error(struct why *why, struct slice name)
{
	struct slice type = why_get(why, "type"), error;
	bool threaded = is_threaded_controller(why, name);

	if (slice_is(type, "threaded") && !threaded)
		return NULL;
	attach_cause(why, &error);
	if (slice_is(error, "EOPNOTSUPP"))
		return "EOPNOTSUPP";
	if (slice_is(type, "threaded"))
		return NULL;
	if (slice_is(type, "domain\\040threaded"))
		return threaded ? NULL : "EOPNOTSUPP";
	if (text_counts_none(why_get(why, "tasks")) || (threaded && can_be_thread_root(why)))
		return NULL;
	return "EBUSY";
}

/* Controllers that can't be enabled, because of one error. The root of v2 is exempt. */
static void refuse_enabling(struct why *why, uint32_t above, const char *wanted,
			    const char *reason)
{
	struct slice has = get(why, above, "subtree_control"), name;
	struct evidence evidence;
	const char *error;

	evidence_begin(&evidence, why);
	while (!slice_absent(has) && slice_next(&has, ',', &name)) {
		if (slice_lists(why_get(why, "subtree_control"), name))
			continue;
		error = enable_error(why, name);
		if (error && slice_is(slice_of(error), wanted))
			evidence_add(&evidence, name, "+%.*s", (int)name.length, name.at);
	}
	if (!evidence.nr) {
		evidence_drop(&evidence);
		return;
	}
	why_add_column(why, &evidence, "type");
	why_add_column(why, &evidence, "tasks");
	why_answer(why, "cgroup.subtree_control", wanted, text_format("%s", reason), &evidence);
}

/* What is enabled for cgroups below stays until these have disabled it. */
static void refuse_disabling(struct why *why)
{
	const struct relation *children = graph_relation(&why->context->graph, CHILDREN_OF_CGROUP);
	struct evidence evidence;
	struct slice enabled;
	char *words;
	uint32_t row;

	evidence_begin(&evidence, why);
	relation_for_each(children, why->row, row) {
		enabled = get(why, row, "subtree_control");
		if (slice_absent(enabled) || !slice_is(get(why, row, "state"), "live"))
			continue;
		words = text_format(" enables %.*s", (int)enabled.length, enabled.at);
		why_add_cgroup(why, &evidence, row, words);
		free(words);
	}
	if (evidence.nr)
		why_answer(why, "cgroup.subtree_control", "EBUSY",
			   text_format("what is enabled below it can't be disabled (-NAME)"),
			   &evidence);
	else
		evidence_drop(&evidence);
}

/* Whether it is @top or below it. */
static bool is_below(struct why *why, uint32_t row, uint32_t top)
{
	const struct relation *parents = graph_relation(&why->context->graph, CHILDREN_OF_CGROUP);

	while (row != NO_ROW && row != top)
		row = parents->target[row];
	return row != NO_ROW;
}

/* There are few of them, while the question can be about very many cgroups. */
static void find_draining(struct why *why)
{
	const struct table *csses = why_table(why, KIND_CSSES);
	const struct relation *of = graph_relation(&why->context->graph, CSSES_OF_CGROUP);
	uint32_t css;

	if (why->draining)
		return;
	why->draining = allocate(csses->nr_rows, sizeof(*why->draining));
	for (css = 0; css < csses->nr_rows; css++)
		if (of->target[css] != NO_ROW &&
		    slice_is(table_get(csses, css, "state"), "draining") &&
		    slice_is(get(why, of->target[css], "state"), "live"))
			why->draining[why->nr_draining++] = css;
}

/* Those of @top and below it, or all if that is NO_ROW. */
static void add_draining(struct why *why, struct evidence *evidence, uint32_t top)
{
	const struct table *csses = why_table(why, KIND_CSSES);
	const struct relation *of = graph_relation(&why->context->graph, CSSES_OF_CGROUP);
	uint32_t css, cgroup;
	char *words;
	size_t i;

	find_draining(why);
	for (i = 0; i < why->nr_draining; i++) {
		css = why->draining[i];
		cgroup = of->target[css];
		if (top != NO_ROW && !is_below(why, cgroup, top))
			continue;
		words = text_format(" has css %.*s", (int)table_get(csses, css, "css").length,
				    table_get(csses, css, "css").at);
		why_add_cgroup(why, evidence, cgroup, words);
		free(words);
	}
}

void why_waiting(struct why *why, const char *what, uint32_t top)
{
	struct evidence evidence;

	evidence_begin(&evidence, why);
	add_draining(why, &evidence, top);
	if (evidence.nr)
		why_answer_waits(why, what, text_format("it first waits until tasks that exit %s",
							"have left the csses of these"),
				 &evidence);
	else
		evidence_drop(&evidence);
}

void why_subtree_control(struct why *why)
{
	uint32_t above = graph_relation(&why->context->graph,
					CHILDREN_OF_CGROUP)->target[why->row];

	if (slice_absent(why_get(why, "type")))
		return;
	why_waiting(why, "cgroup.subtree_control", why->row);
	if (above != NO_ROW) {
		refuse_enabling(why, above, "EBUSY", "tasks are in it, so it can't enable these");
		refuse_enabling(why, above, "EOPNOTSUPP",
				"it is in a threaded subtree, which can't enable these");
	}
	refuse_disabling(why);
}

/* --- cgroup.freeze --- */

/* The tasks in it and below it that have not stopped. */
static void add_resisting(struct why *why, struct evidence *evidence)
{
	const struct table *tasks = why_table(why, KIND_TASKS);
	const struct table *css_sets = why_table(why, KIND_CSS_SETS);
	struct graph *graph = &why->context->graph;
	uint32_t task, css_set;

	for (task = 0; task < tasks->nr_rows; task++) {
		if (!slice_is(table_get(tasks, task, "frozen"), "resisting"))
			continue;
		css_set = graph_relation(graph, TASKS_OF_CSS_SET)->target[task];
		if (css_set != NO_ROW &&
		    is_below(why, graph_find(graph, INDEX_CGROUPS,
					     table_get(css_sets, css_set, "default")), why->row))
			why_add_task(why, evidence, task, "");
	}
}

/* An empty cgroup that was told to freeze is frozen at once. */
static const char *freeze_reason(struct why *why, bool frozen)
{
	if (!frozen)
		return "it has been told to freeze, and tasks have not stopped";
	if (text_counts_none(why_get(why, "populated")))
		return "it is frozen, and no task that lives is in it or below it";
	return "its tasks are frozen";
}

void why_freeze(struct why *why)
{
	struct slice rest = why_get(why, "freeze"), by;
	struct evidence evidence;
	uint32_t above;
	bool frozen;

	slice_next(&rest, ',', &by);
	if (slice_absent(by) || slice_is(by, "no"))
		return;
	frozen = rest.at;
	above = graph_find(&why->context->graph, INDEX_CGROUPS, by);
	evidence_begin(&evidence, why);
	if (!frozen)
		add_resisting(why, &evidence);
	if (above != NO_ROW)
		why_add_cgroup(why, &evidence, above, " has cgroup.freeze 1");
	else
		evidence_add(&evidence, slice_of("-"), "its own cgroup.freeze is 1");
	why_answer(why, "cgroup.freeze", NULL, text_format("%s", freeze_reason(why, frozen)),
		   &evidence);
}
