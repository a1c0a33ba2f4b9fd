// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why a v1 mount of a controller fails.
 */
#include <stdlib.h>

#include "why.h"

static struct slice get(const struct why *why, uint32_t row, const char *column)
{
	return table_get(why_table(why, KIND_SUBSYSTEMS), row, column);
}

/* "CONTROLLER:ID@H:ID": the css, and its cgroup. False if something else is in the way. */
static bool blocking_css(struct slice blocked_by, struct slice *css, struct slice *cgroup)
{
	*cgroup = blocked_by;
	slice_next(cgroup, '@', css);
	return cgroup->at;
}

/* "hierarchy:N" */
static bool blocking_hierarchy(struct slice blocked_by, struct slice *hierarchy)
{
	struct slice word;

	*hierarchy = blocked_by;
	slice_next(hierarchy, ':', &word);
	return slice_is(word, "hierarchy") && hierarchy->at;
}

static void answer(struct why *why, const char *reason, struct evidence *evidence)
{
	if (evidence->nr)
		why_answer(why, "mount", "EBUSY", text_format("%s", reason), evidence);
	else
		evidence_drop(evidence);
}

/* A mount of v1 that a cgroup makes fail waits before, for all of v2. */
static void answer_late(struct why *why, const char *reason, struct evidence *evidence)
{
	if (evidence->nr)
		why_waiting(why, "mount", NO_ROW);
	answer(why, reason, evidence);
}

/*
 * Any css right below a root css keeps its controller on its hierarchy. blocked_by names the first
 * one of a controller, and none if such csses do not matter.
 */
static bool is_blocking(struct why *why, uint32_t css)
{
	const struct table *csses = why_table(why, KIND_CSSES);
	struct slice rest = table_get(csses, css, "css"), name, first, cgroup;
	struct graph *graph = &why->context->graph;
	uint32_t above = graph_find(graph, INDEX_CSSES, table_get(csses, css, "parent"));
	uint32_t controller;

	if (above == NO_ROW || !slice_absent(table_get(csses, above, "parent")))
		return false;
	slice_next(&rest, ':', &name);
	controller = graph_find(graph, INDEX_SUBSYSTEMS, name);
	return controller != NO_ROW &&
	       blocking_css(get(why, controller, "blocked_by"), &first, &cgroup);
}

/* What the cgroup has that keeps controllers on its hierarchy. */
static void why_csses(struct why *why)
{
	const struct relation *csses = graph_relation(&why->context->graph, CSSES_OF_CGROUP);
	struct evidence evidence;
	struct slice id;
	uint32_t row;

	evidence_begin(&evidence, why);
	relation_for_each(csses, why->row, row) {
		id = table_get(why_table(why, KIND_CSSES), row, "css");
		if (is_blocking(why, row))
			evidence_add(&evidence, id, "css %.*s", (int)id.length, id.at);
	}
	answer_late(why, "its csses keep these controllers on this hierarchy", &evidence);
}

/* Of the root of a hierarchy: which controllers share it. */
static void why_shared(struct why *why)
{
	struct slice id = why->id, number, other, name;
	struct evidence evidence;
	uint32_t row;

	slice_next(&id, ':', &number);
	evidence_begin(&evidence, why);
	for (row = 0; row < why_table(why, KIND_SUBSYSTEMS)->nr_rows; row++) {
		name = get(why, row, "name");
		if (blocking_hierarchy(get(why, row, "blocked_by"), &other) &&
		    slice_equal(number, other))
			evidence_add(&evidence, name, "%.*s", (int)name.length, name.at);
	}
	answer_late(why, "they are on this hierarchy together, so none can be mounted alone",
		    &evidence);
}

/*
 * Of the root of a hierarchy that was unmounted with cgroups in it. It lingers, too, if the last of
 * these, beside the root, has gone since: then there is nothing to remove.
 */
static void why_lingering(struct why *why, uint32_t row)
{
	const struct table *hierarchies = why_table(why, KIND_HIERARCHIES);
	const char *advice = "mount, remove these, wait until gone from cgroups, unmount";
	struct slice cgroups, dying;
	struct evidence evidence;

	cgroups = table_get(hierarchies, row, "cgroups");
	dying = table_get(hierarchies, row, "dying");
	evidence_begin(&evidence, why);
	evidence_add(&evidence, slice_of("-"), "cgroups %.*s, dying %.*s", (int)cgroups.length,
		     cgroups.at, (int)dying.length, dying.at);
	if (slice_is(cgroups, "1"))
		advice = slice_is(dying, "0") ? "they have gone, so mount it and unmount it" :
			 "they were removed: mount, wait until gone from cgroups, unmount";
	why_answer(why, "removal", NULL, text_format("it was unmounted with cgroups in it: %s",
						     advice), &evidence);
}

/* It has no cgroups beside the root, so what holds that one is all that holds it. */
static void why_ended(struct why *why, uint32_t row)
{
	struct slice id = table_get(why_table(why, KIND_HIERARCHIES), row, "id");
	struct evidence evidence;

	why_waiting(why, "removal", NO_ROW);
	evidence_begin(&evidence, why);
	evidence_add(&evidence, id, "hierarchy %.*s is dying", (int)id.length, id.at);
	why_add_column(why, &evidence, "unaccounted");
	why_answer(why, "removal", NULL,
		   text_format("it was unmounted, and goes when nothing holds it any more"),
		   &evidence);
}

/* Of the root of a hierarchy that was unmounted. */
static void why_unmounted(struct why *why)
{
	uint32_t row = graph_hierarchy_of(&why->context->graph, why->id);
	struct slice state;

	if (row == NO_ROW)
		return;
	state = table_get(why_table(why, KIND_HIERARCHIES), row, "state");
	if (slice_is(state, "lingering"))
		why_lingering(why, row);
	else if (slice_is(state, "dying"))
		why_ended(why, row);
}

void why_mount(struct why *why)
{
	why_csses(why);
	if (!slice_absent(why_get(why, "parent")))
		return;
	why_shared(why);
	why_unmounted(why);
}

/* --- a controller --- */

static void why_blocked(struct why *why, uint32_t row)
{
	struct slice blocked_by = get(why, row, "blocked_by"), css, cgroup;
	const char *reason = "it is on a hierarchy together with others";
	struct evidence evidence;
	uint32_t at;

	if (slice_absent(blocked_by))
		return;
	evidence_begin(&evidence, why);
	if (blocking_css(blocked_by, &css, &cgroup)) {
		reason = "a css of it below the root keeps it on its hierarchy; there may be more";
		at = graph_find(&why->context->graph, INDEX_CGROUPS, cgroup);
		evidence_add(&evidence, css, "css %.*s", (int)css.length, css.at);
		if (at != NO_ROW)
			why_add_cgroup(why, &evidence, at, "");
	} else {
		evidence_add(&evidence, slice_of("-"), "%.*s", (int)blocked_by.length,
			     blocked_by.at);
	}
	answer(why, reason, &evidence);
}

/* A mount of a controller whose hierarchy is dying waits for its end, and does not fail. */
static void why_ending(struct why *why, uint32_t row)
{
	const struct table *hierarchies = why_table(why, KIND_HIERARCHIES);
	struct slice id = get(why, row, "hierarchy");
	uint32_t hierarchy = graph_find(&why->context->graph, INDEX_HIERARCHIES, id);
	struct evidence evidence;

	if (hierarchy == NO_ROW || !slice_is(table_get(hierarchies, hierarchy, "state"), "dying"))
		return;
	evidence_begin(&evidence, why);
	evidence_add(&evidence, id, "hierarchy %.*s", (int)id.length, id.at);
	why_answer_waits(why, "mount",
			 text_format("it waits until its hierarchy, which is dying, has gone"),
			 &evidence);
}

/* Returns whether there is an answer. */
static bool why_no_v1(struct why *why, uint32_t row)
{
	struct slice flags = get(why, row, "flags"), rest = flags, flag;
	struct evidence evidence;

	while (slice_next(&rest, ',', &flag)) {
		if (!slice_is(flag, "no_v1") && !slice_is(flag, "disabled"))
			continue;
		evidence_begin(&evidence, why);
		evidence_add(&evidence, slice_of("-"), "flags %.*s", (int)flags.length, flags.at);
		why_answer(why, "mount", "EINVAL",
			   text_format("this kernel has no v1 of it, or was told to disable it"),
			   &evidence);
		return true;
	}
	return false;
}

static void why_ids(struct why *why, uint32_t row)
{
	struct slice ids = get(why, row, "ids"), most = get(why, row, "max_ids");
	struct evidence evidence;

	if (slice_absent(ids) || !slice_equal(ids, most))
		return;
	evidence_begin(&evidence, why);
	evidence_add(&evidence, slice_of("-"), "ids %.*s, max_ids %.*s", (int)ids.length, ids.at,
		     (int)most.length, most.at);
	why_answer(why, "mkdir", "ENOSPC", text_format("no id is left for another css of it"),
		   &evidence);
}

void why_controller(struct why *why, uint32_t row)
{
	/* A controller that v1 does not have is refused before anybody waits. */
	if (!why_no_v1(why, row)) {
		why_waiting(why, "mount", NO_ROW);
		why_ending(why, row);
	}
	why_blocked(why, row);
	why_ids(why, row);
}
