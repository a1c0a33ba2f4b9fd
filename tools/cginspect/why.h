/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_WHY_H
#define _CGINSPECT_WHY_H

#include <stdio.h>

#include "cmd.h"
#include "json.h"

/* So many objects are named as evidence, unless --all is given. */
#define WHY_OBJECTS	8

/* What an answer rests on: numbers and words, and the identities of the objects in them. */
struct evidence {
	FILE *to;
	char *text;
	size_t length;
	struct json *objects;
	unsigned long nr;
	bool all;
};

/* For which css_sets each css counts: chains of uses, the first of each css by its row. */
struct uses {
	uint32_t *first;
	struct {
		uint32_t css_set;
		uint32_t next;
	} *use;
};

/* The question about one cgroup, or one controller, and where the answers go. */
struct why {
	struct context *context;
	/* What the answers are about. */
	struct slice id;
	struct slice path;
	/* NO_ROW if they are about a controller. */
	uint32_t row;
	bool found;
	/* Of what was removed: something holds it for sure; whether anything does is in doubt. */
	bool held;
	bool doubtful;
	/*
	 * Answers for people, which are printed when all are there: holders may be read late, and
	 * nothing is printed of what is refused. NULL if they are not for people.
	 */
	FILE *to;
	char *text;
	size_t length;
	/* The answers for programs, or NULL. */
	struct json *answers;
	/* Found when it is asked for first. */
	struct uses uses;
	/* The csses of live cgroups that drain, found when they are asked for first. */
	uint32_t *draining;
	size_t nr_draining;
};

static inline const struct table *why_table(const struct why *why, enum kind kind)
{
	return snapshot_table(&why->context->snapshot, kind);
}

static inline struct slice why_get(const struct why *why, const char *column)
{
	return table_get(why_table(why, KIND_CGROUPS), why->row, column);
}

void evidence_begin(struct evidence *evidence, const struct why *why);
/* One more object with its words. One that is not named is counted. @id can be "-". */
void evidence_add(struct evidence *evidence, struct slice id, const char *fmt, ...)
	__printf(3, 4);

/*
 * Give an answer: which operation fails with which error (NULL if none does), and why. The
 * evidence ends; the reason is freed.
 */
void why_answer(struct why *why, const char *what, const char *error, char *reason,
		struct evidence *evidence);

/* The same of an operation that waits before it succeeds or fails. */
void why_answer_waits(struct why *why, const char *what, char *reason, struct evidence *evidence);

/* Without an answer. */
void evidence_drop(struct evidence *evidence);

/* Goes through the tasks of a cgroup, those in cgroups below it not included. */
struct cursor {
	uint32_t link;
	uint32_t task;
};

struct cursor why_tasks(struct why *why);
uint32_t why_next_task(struct why *why, struct cursor *cursor);
/* A task or a cgroup as evidence, with @words after its name, which can be empty. */
void why_add_task(struct why *why, struct evidence *evidence, uint32_t task, const char *words);
void why_add_cgroup(struct why *why, struct evidence *evidence, uint32_t row, const char *words);
/* A column of the cgroup as evidence: its name and what it has. */
void why_add_column(struct why *why, struct evidence *evidence, const char *column);

/* Why operations on a live cgroup fail. */
void why_rmdir(struct why *why);
void why_attach(struct why *why);
void why_subtree_control(struct why *why);
void why_freeze(struct why *why);
/*
 * An operation that first waits, and can't be killed, until csses that drain have been killed:
 * those of live cgroups, of @top and what is below it, or all if that is NO_ROW. Only then it can
 * fail, so this answer comes before those that say with what.
 */
void why_waiting(struct why *why, const char *what, uint32_t top);
/* Why a removed cgroup, or a css that was removed from a live one, is still there. */
void why_removal(struct why *why);
/* Why a v1 mount of a controller fails because of the cgroup, which can have been removed. */
void why_mount(struct why *why);
/* Why a v1 mount of a controller fails, of the row of subsystems; or a mkdir. */
void why_controller(struct why *why, uint32_t row);

#endif /* _CGINSPECT_WHY_H */
