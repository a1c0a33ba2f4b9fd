/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_GRAPH_H
#define _CGINSPECT_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "snapshot.h"

/*
 * Finds the row that has a key in one column. Looking up takes constant time on average,
 * whatever the keys are: where a key goes is a keyed hash of it (SipHash-1-3), and who made
 * the text does not know the random key of this run.
 */
struct index {
	const struct table *table;
	unsigned int column;
	uint32_t *slots;
	size_t mask;
};

/*
 * What the rows of one table (@from) say about those of another one (@to), by a column that
 * has identities of @to. NO_ROW is for an identity that is absent or not listed.
 */
struct relation {
	/* Of each row of @from: the row of @to. */
	uint32_t *target;
	/* Of each row of @to: the first row of @from that leads to it. */
	uint32_t *first;
	/* Of each row of @from: the next one that leads to the same row, in order. */
	uint32_t *next;
};

enum index_name {
	INDEX_TASKS,
	INDEX_CSS_SETS,
	INDEX_CGROUPS,
	INDEX_CSSES,
	INDEX_HIERARCHIES,
	INDEX_SUBSYSTEMS,
	/* The first line about an object. */
	INDEX_HOLDERS,
	NR_INDEXES,
};

enum relation_name {
	/* From a task to its css_set, and back from a css_set to its tasks; and so on. */
	TASKS_OF_CSS_SET,
	LINKS_OF_CSS_SET,
	LINKS_OF_CGROUP,
	CHILDREN_OF_CGROUP,
	CSSES_OF_CGROUP,
	TASKS_OF_NAMESPACE,
	HOLDERS_OF_OBJECT,
	NR_RELATIONS,
};

/*
 * Cgroups within each other beyond this are refused. libsmartcols and cJSON call themselves
 * once for each level, and only who wants a program to run out of stack has so many.
 */
#define GRAPH_LEVELS	10000

/* Each index and each relation is made when it is asked for the first time. */
struct graph {
	const struct snapshot *snapshot;
	struct index indexes[NR_INDEXES];
	struct relation relations[NR_RELATIONS];
};

void graph_init(struct graph *graph, const struct snapshot *snapshot);
void graph_free(struct graph *graph);

/* The row with this identity, or NO_ROW. */
uint32_t graph_find(struct graph *graph, enum index_name name, struct slice key);
/* The same for who asks once: without an index, which takes more time to make than that. */
uint32_t graph_find_once(struct graph *graph, enum index_name name, struct slice key);
const struct relation *graph_relation(struct graph *graph, enum relation_name name);

/* Go through the rows that lead to @to. */
#define relation_for_each(relation, to, row) \
	for (row = (relation)->first[to]; row != NO_ROW; row = (relation)->next[row])

/* The first row of holders about @object, or NO_ROW. */
uint32_t graph_first_holder(struct graph *graph, struct slice object);
/* Go through all rows of holders about @object. */
#define graph_for_each_holder(graph, object, row) \
	for (row = graph_first_holder(graph, object); row != NO_ROW; \
	     row = graph_relation(graph, HOLDERS_OF_OBJECT)->next[row])

/* The hierarchy's row of a cgroup H:ID, or NO_ROW. */
uint32_t graph_hierarchy_of(struct graph *graph, struct slice cgroup);

#endif /* _CGINSPECT_GRAPH_H */
