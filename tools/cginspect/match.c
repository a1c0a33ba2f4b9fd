// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which objects of two snapshots are the same.
 */
#include <stdlib.h>
#include <string.h>

#include "match.h"

/*
 * @same is a column that two rows of one identity share, or one is of a later object that got the
 * identity anew. Such a css_set is told by its links.
 */
static const struct identity {
	enum kind kind;
	enum index_name index;
	const char *key;
	const char *same;
} identities[] = {
	{ KIND_HIERARCHIES,	INDEX_HIERARCHIES,	"id",		"name" },
	{ KIND_SUBSYSTEMS,	INDEX_SUBSYSTEMS,	"name",		NULL },
	{ KIND_CGROUPS,		INDEX_CGROUPS,		"cgroup",	"serial" },
	{ KIND_CSSES,		INDEX_CSSES,		"css",		"serial" },
	{ KIND_CSS_SETS,	INDEX_CSS_SETS,		"css_set",	NULL },
	{ KIND_TASKS,		INDEX_TASKS,		"tid",		"start" },
};

#define NR_IDENTITIES	(sizeof(identities) / sizeof(*identities))

const char *match_key(enum kind kind)
{
	size_t i;

	for (i = 0; i < NR_IDENTITIES; i++)
		if (identities[i].kind == kind)
			return identities[i].key;
	return NULL;
}

/* --- links --- */

static uint64_t hierarchy_of(const struct table *links, uint32_t link)
{
	struct slice cgroup = table_get(links, link, "cgroup"), id;
	uint64_t number = 0;

	slice_next(&cgroup, ':', &id);
	text_number(id, &number);
	return number;
}

static uint32_t next_link(struct context *context, uint32_t link)
{
	return graph_relation(&context->graph, LINKS_OF_CSS_SET)->next[link];
}

/*
 * From these links on, go to the first ones that are of one hierarchy. Those of a css_set begin
 * with the highest hierarchy.
 */
static bool meet(struct match *match, struct move *move)
{
	const struct pair *links = &match->pairs[KIND_LINKS];
	uint64_t old;

	while (move->old != NO_ROW && move->new != NO_ROW) {
		old = hierarchy_of(links->old, move->old);
		move->hierarchy = hierarchy_of(links->new, move->new);
		if (old == move->hierarchy)
			return true;
		if (old > move->hierarchy)
			move->old = next_link(match->old, move->old);
		else
			move->new = next_link(match->new, move->new);
	}
	return false;
}

static bool same_cgroup(struct match *match, const struct move *move)
{
	const struct pair *links = &match->pairs[KIND_LINKS];
	uint32_t old = graph_relation(&match->old->graph, LINKS_OF_CGROUP)->target[move->old];
	uint32_t new = graph_relation(&match->new->graph, LINKS_OF_CGROUP)->target[move->new];

	if (old != NO_ROW && new != NO_ROW)
		return match->pairs[KIND_CGROUPS].old_of[new] == old;
	return slice_equal(table_get(links->old, move->old, "cgroup"),
			   table_get(links->new, move->new, "cgroup"));
}

static void step(struct match *match, struct move *move)
{
	move->old = next_link(match->old, move->old);
	move->new = next_link(match->new, move->new);
}

/* From these links on, these included. */
static bool find_move(struct match *match, struct move *move)
{
	for (; meet(match, move); step(match, move))
		if (!same_cgroup(match, move))
			return true;
	return false;
}

bool match_first_move(struct match *match, uint32_t old_css_set, uint32_t new_css_set,
		      struct move *move)
{
	move->old = graph_relation(&match->old->graph, LINKS_OF_CSS_SET)->first[old_css_set];
	move->new = graph_relation(&match->new->graph, LINKS_OF_CSS_SET)->first[new_css_set];
	return find_move(match, move);
}

bool match_next_move(struct match *match, struct move *move)
{
	step(match, move);
	return find_move(match, move);
}

/* --- all objects --- */

/* A column that one of the tables does not have tells nothing. */
static bool is_same(struct match *match, const struct identity *identity, uint32_t old,
		    uint32_t new)
{
	const struct pair *pair = &match->pairs[identity->kind];
	struct move move;

	if (identity->kind == KIND_CSS_SETS)
		return !match_first_move(match, old, new, &move);
	if (!identity->same || table_column(pair->old, identity->same) < 0 ||
	    table_column(pair->new, identity->same) < 0)
		return true;
	return slice_equal(table_line(pair->old, old), table_line(pair->new, new)) ||
	       slice_equal(table_get(pair->old, old, identity->same),
			   table_get(pair->new, new, identity->same));
}

static void match_kind(struct match *match, const struct identity *identity)
{
	struct pair *pair = &match->pairs[identity->kind];
	unsigned int key = table_need(pair->new, identity->key);
	uint32_t row, old;

	pair->new_of = allocate(pair->old->nr_rows, sizeof(uint32_t));
	pair->old_of = allocate(pair->new->nr_rows, sizeof(uint32_t));
	memset(pair->new_of, 0xff, pair->old->nr_rows * sizeof(uint32_t));
	for (row = 0; row < pair->new->nr_rows; row++) {
		old = graph_find(&match->old->graph, identity->index,
				 table_field(pair->new, row, key));
		if (old != NO_ROW && !is_same(match, identity, old, row))
			old = NO_ROW;
		pair->old_of[row] = old;
		if (old != NO_ROW)
			pair->new_of[old] = row;
	}
}

/* Looking anything up makes the index, which refuses an identity that is there twice. */
static void refuse_twins(struct context *context)
{
	size_t i;

	for (i = 0; i < NR_IDENTITIES; i++)
		graph_find(&context->graph, identities[i].index, slice_of("none"));
}

void match_make(struct match *match, struct context *old, struct context *new)
{
	size_t i;
	int kind;

	*match = (struct match){ .old = old, .new = new };
	for (kind = 0; kind < NR_KINDS; kind++) {
		match->pairs[kind].old = snapshot_table(&old->snapshot, kind);
		match->pairs[kind].new = snapshot_table(&new->snapshot, kind);
	}
	refuse_twins(old);
	refuse_twins(new);
	for (i = 0; i < NR_IDENTITIES; i++)
		match_kind(match, &identities[i]);
}

void match_free(struct match *match)
{
	int kind;

	for (kind = 0; kind < NR_KINDS; kind++) {
		free(match->pairs[kind].new_of);
		free(match->pairs[kind].old_of);
	}
}
