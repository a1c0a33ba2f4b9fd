// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is related to whom: identities to rows, and rows to the rows that name them.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "graph.h"

/* --- identities to rows --- */

static const struct {
	enum kind kind;
	const char *column;
	/* Several rows may have the same key; the first one is found. */
	bool several;
} indexed[NR_INDEXES] = {
	[INDEX_TASKS]		= { KIND_TASKS, "tid", false },
	[INDEX_CSS_SETS]	= { KIND_CSS_SETS, "css_set", false },
	[INDEX_CGROUPS]		= { KIND_CGROUPS, "cgroup", false },
	[INDEX_CSSES]		= { KIND_CSSES, "css", false },
	[INDEX_HIERARCHIES]	= { KIND_HIERARCHIES, "id", false },
	[INDEX_SUBSYSTEMS]	= { KIND_SUBSYSTEMS, "name", false },
	[INDEX_HOLDERS]		= { KIND_HOLDERS, "object", true },
};

/*
 * SipHash-1-3: without the secret nobody finds keys that go to the same slot, which would
 * make looking up as slow as going through all of them.
 */
static uint64_t secret[2];

static void make_secret(void)
{
	if (secret[0] || secret[1])
		return;
	if (getrandom(secret, sizeof(secret), 0) != sizeof(secret))
		die(STATUS_INPUT, "there are no random numbers");
}

static inline uint64_t rotate(uint64_t word, int bits)
{
	return word << bits | word >> (64 - bits);
}

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32) + v[3];
	v[2] += v[1];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

static inline void sip_add(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
}

static uint64_t hash_of(struct slice key)
{
	uint64_t v[4] = {
		secret[0] ^ 0x736f6d6570736575, secret[1] ^ 0x646f72616e646f6d,
		secret[0] ^ 0x6c7967656e657261, secret[1] ^ 0x7465646279746573,
	};
	uint64_t word, last = (uint64_t)key.length << 56;
	int i;

	for (; key.length >= sizeof(word); key.at += sizeof(word), key.length -= sizeof(word)) {
		memcpy(&word, key.at, sizeof(word));
		sip_add(v, word);
	}
	for (i = 0; i < (int)key.length; i++)
		last |= (uint64_t)(unsigned char)key.at[i] << (8 * i);
	sip_add(v, last);
	v[2] ^= 0xff;
	for (i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* The slot that has the key, or the one where it would go. A slot has a row plus one. */
static uint32_t *slot_of(const struct index *index, struct slice key)
{
	size_t at = hash_of(key) & index->mask;

	while (index->slots[at]) {
		uint32_t row = index->slots[at] - 1;

		if (slice_equal(table_field(index->table, row, index->column), key))
			break;
		at = (at + 1) & index->mask;
	}
	return &index->slots[at];
}

/*
 * The kernel prints hashes of css_sets, and those of two can be equal.  Links and tasks name them
 * by these, so nothing tells then which of the two is meant.
 */
static void __noreturn die_of_twin(const struct table *table, unsigned int column,
				   uint32_t first, uint32_t second)
{
	struct slice key = table_field(table, second, column);

	input_die(table->input, key.at, "%s has %.*s twice, here and in line %zu%s",
		  table->kind->section, (int)key.length, key.at,
		  input_line(table->input, table->rows[first]),
		  table->kind == &kinds[KIND_CSS_SETS] ?
		  "; if these are two with one hash, boot with no_hash_pointers" : "");
}

static void index_add(struct index *index, uint32_t row, bool several)
{
	struct slice key = table_field(index->table, row, index->column);
	uint32_t *slot = slot_of(index, key);

	if (*slot && several)
		return;
	if (*slot)
		die_of_twin(index->table, index->column, *slot - 1, row);
	*slot = row + 1;
}

static void index_build(struct index *index, const struct table *table, enum index_name name)
{
	size_t size = 16;
	uint32_t row;

	make_secret();
	while (size < 2 * (size_t)table->nr_rows)
		size *= 2;
	index->table = table;
	index->column = table_need(table, indexed[name].column);
	index->mask = size - 1;
	index->slots = allocate(size, sizeof(*index->slots));
	for (row = 0; row < table->nr_rows; row++)
		index_add(index, row, indexed[name].several);
}

static const struct index *graph_index(struct graph *graph, enum index_name name)
{
	struct index *index = &graph->indexes[name];

	if (!index->slots)
		index_build(index, snapshot_table(graph->snapshot, indexed[name].kind), name);
	return index;
}

uint32_t graph_find(struct graph *graph, enum index_name name, struct slice key)
{
	uint32_t slot;

	if (slice_absent(key))
		return NO_ROW;
	slot = *slot_of(graph_index(graph, name), key);
	return slot ? slot - 1 : NO_ROW;
}

uint32_t graph_find_once(struct graph *graph, enum index_name name, struct slice key)
{
	const struct table *table = snapshot_table(graph->snapshot, indexed[name].kind);
	unsigned int column = table_need(table, indexed[name].column);
	uint32_t row, found = NO_ROW;

	for (row = 0; row < table->nr_rows; row++) {
		if (!slice_equal(table_field(table, row, column), key))
			continue;
		if (found != NO_ROW && !indexed[name].several)
			die_of_twin(table, column, found, row);
		if (found == NO_ROW)
			found = row;
	}
	return found;
}

/* --- rows to rows --- */

static const struct {
	enum kind from;
	const char *column;
	enum kind to;
	enum index_name index;
} related[NR_RELATIONS] = {
	[TASKS_OF_CSS_SET]	= { KIND_TASKS, "css_set", KIND_CSS_SETS, INDEX_CSS_SETS },
	[LINKS_OF_CSS_SET]	= { KIND_LINKS, "css_set", KIND_CSS_SETS, INDEX_CSS_SETS },
	[LINKS_OF_CGROUP]	= { KIND_LINKS, "cgroup", KIND_CGROUPS, INDEX_CGROUPS },
	[CHILDREN_OF_CGROUP]	= { KIND_CGROUPS, "parent", KIND_CGROUPS, INDEX_CGROUPS },
	[CSSES_OF_CGROUP]	= { KIND_CSSES, "cgroup", KIND_CGROUPS, INDEX_CGROUPS },
	[TASKS_OF_NAMESPACE]	= { KIND_TASKS, "cgroupns", KIND_CGROUPS, INDEX_CGROUPS },
	[HOLDERS_OF_OBJECT]	= { KIND_HOLDERS, "object", KIND_HOLDERS, INDEX_HOLDERS },
};

static void fill(uint32_t *rows, uint32_t nr)
{
	memset(rows, 0xff, nr * sizeof(*rows));
}

/* From the last row to the first, so that each chain begins with its first row. */
static void chain_up(struct relation *relation, uint32_t nr)
{
	uint32_t row, to;

	for (row = nr; row--;) {
		to = relation->target[row];
		if (to == NO_ROW)
			continue;
		relation->next[row] = relation->first[to];
		relation->first[to] = row;
	}
}

/*
 * A parent comes before its children, so that the tree is one and has an end. The level
 * of each cgroup is kept in relation->next, which nobody has filled yet.
 */
static void check_tree(const struct table *table, const struct relation *relation)
{
	uint32_t *levels = relation->next, row, above;

	for (row = 0; row < table->nr_rows; row++) {
		above = relation->target[row];
		if (above != NO_ROW && above >= row)
			input_die(table->input, table->rows[row],
				  "the parent of this cgroup does not come before it");
		levels[row] = above == NO_ROW ? 0 : levels[above] + 1;
		if (levels[row] > GRAPH_LEVELS)
			input_die(table->input, table->rows[row],
				  "there are more than %d levels of cgroups", GRAPH_LEVELS);
	}
}

/* The row of the hierarchy of each cgroup; of those whose hierarchy is not listed, @others. */
static uint32_t *hierarchies_of(struct graph *graph, uint32_t others)
{
	const struct table *cgroups = snapshot_table(graph->snapshot, KIND_CGROUPS);
	unsigned int column = table_need(cgroups, "cgroup");
	uint32_t *of = allocate(cgroups->nr_rows, sizeof(*of)), row;

	for (row = 0; row < cgroups->nr_rows; row++) {
		of[row] = graph_hierarchy_of(graph, table_field(cgroups, row, column));
		if (of[row] == NO_ROW)
			of[row] = others;
	}
	return of;
}

/*
 * A css_set has one cgroup of each hierarchy, so that no tree has it, with its tasks, more
 * than once. Cgroups whose hierarchy is not listed count as if it were one.
 */
static void check_links(struct graph *graph, const struct relation *links_of)
{
	const struct table *links = snapshot_table(graph->snapshot, KIND_LINKS);
	uint32_t nr_css_sets = snapshot_table(graph->snapshot, KIND_CSS_SETS)->nr_rows;
	uint32_t others = snapshot_table(graph->snapshot, KIND_HIERARCHIES)->nr_rows;
	uint32_t *seen = allocate(others + 1, sizeof(*seen)), css_set, link, hierarchy;
	const uint32_t *cgroup = graph_relation(graph, LINKS_OF_CGROUP)->target;
	uint32_t *of = hierarchies_of(graph, others);

	for (css_set = 0; css_set < nr_css_sets; css_set++)
		relation_for_each(links_of, css_set, link) {
			if (cgroup[link] == NO_ROW)
				continue;
			hierarchy = of[cgroup[link]];
			if (seen[hierarchy] == css_set + 1)
				input_die(links->input, links->rows[link],
					  "this css_set has two cgroups of one hierarchy");
			seen[hierarchy] = css_set + 1;
		}
	free(of);
	free(seen);
}

/* Rows that lead to the same one are often neighbours, of which only the first is looked up. */
static void find_targets(struct graph *graph, enum relation_name name, const struct table *from,
			 uint32_t *target)
{
	unsigned int column = table_need(from, related[name].column);
	struct slice key, before = slice_of("");
	uint32_t row;

	for (row = 0; row < from->nr_rows; row++, before = key) {
		key = table_field(from, row, column);
		target[row] = row && slice_equal(key, before) ? target[row - 1] :
			      graph_find(graph, related[name].index, key);
	}
}

static void relation_build(struct graph *graph, enum relation_name name)
{
	const struct table *from = snapshot_table(graph->snapshot, related[name].from);
	const struct table *to = snapshot_table(graph->snapshot, related[name].to);
	struct relation *relation = &graph->relations[name];

	relation->target = allocate(from->nr_rows, sizeof(uint32_t));
	relation->next = allocate(from->nr_rows, sizeof(uint32_t));
	relation->first = allocate(to->nr_rows, sizeof(uint32_t));
	find_targets(graph, name, from, relation->target);
	if (name == CHILDREN_OF_CGROUP)
		check_tree(from, relation);
	fill(relation->next, from->nr_rows);
	fill(relation->first, to->nr_rows);
	chain_up(relation, from->nr_rows);
	if (name == LINKS_OF_CSS_SET)
		check_links(graph, relation);
}

const struct relation *graph_relation(struct graph *graph, enum relation_name name)
{
	if (!graph->relations[name].target)
		relation_build(graph, name);
	return &graph->relations[name];
}

uint32_t graph_first_holder(struct graph *graph, struct slice object)
{
	return graph_find(graph, INDEX_HOLDERS, object);
}

uint32_t graph_hierarchy_of(struct graph *graph, struct slice cgroup)
{
	struct slice id = cgroup;

	slice_next(&cgroup, ':', &id);
	return graph_find(graph, INDEX_HIERARCHIES, id);
}

void graph_init(struct graph *graph, const struct snapshot *snapshot)
{
	*graph = (struct graph){ .snapshot = snapshot };
}

void graph_free(struct graph *graph)
{
	int i;

	for (i = 0; i < NR_INDEXES; i++)
		free(graph->indexes[i].slots);
	for (i = 0; i < NR_RELATIONS; i++) {
		free(graph->relations[i].target);
		free(graph->relations[i].first);
		free(graph->relations[i].next);
	}
	*graph = (struct graph){ 0 };
}
