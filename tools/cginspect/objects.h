/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_OBJECTS_H
#define _CGINSPECT_OBJECTS_H

#include "cmd.h"
#include "tree.h"

/* So many tasks of one css_set are listed, or css_sets of one cgroup, unless --all is given. */
#define OBJECTS_MOST	16

/* Nodes for the trees of several commands, each from a row of its table. */
struct libscols_line *object_task(struct context *context, struct tree *tree,
				  struct libscols_line *parent, uint32_t row);
struct libscols_line *object_css_set(struct context *context, struct tree *tree,
				     struct libscols_line *parent, uint32_t row);
/* @detail can be NULL, and is freed. */
struct libscols_line *object_cgroup(struct context *context, struct tree *tree,
				    struct libscols_line *parent, uint32_t row, char *detail);
struct libscols_line *object_css(struct context *context, struct tree *tree,
				 struct libscols_line *parent, uint32_t row);
/* The same with its holders. If @held is true the detail says what holds it, not its numbers. */
struct libscols_line *object_css_held(struct context *context, struct tree *tree,
				      struct libscols_line *parent, uint32_t row, bool held);
struct libscols_line *object_hierarchy(struct context *context, struct tree *tree,
				       struct libscols_line *parent, uint32_t row);
/* A row of holders. */
struct libscols_line *object_holder(const struct table *holders, struct tree *tree,
				    struct libscols_line *parent, uint32_t row);

/* All rows of holders that are about @object. Nothing without --holders. */
void object_holders(struct context *context, struct tree *tree, struct libscols_line *parent,
		    struct slice object);
/* The tasks of a css_set, but for @except; the first ones and how many more there are. */
void object_tasks(struct context *context, struct tree *tree, struct libscols_line *parent,
		  uint32_t css_set, uint32_t except);

/* All csses of a cgroup, with their holders; @held is that of object_css_held(). */
void object_csses(struct context *context, struct tree *tree, struct libscols_line *parent,
		  uint32_t cgroup, bool held);
/* Its css_sets in the same way, with tasks; the first ones and how many more there are. */
void object_css_sets(struct context *context, struct tree *tree, struct libscols_line *parent,
		     uint32_t cgroup, bool held);

/* How many there are that are not listed. */
void object_rest(struct tree *tree, struct libscols_line *parent, unsigned long nr);

/* "v2", "v1 cpu,cpuacct", "v1 name=systemd"; to be freed. */
char *object_hierarchy_words(struct context *context, uint32_t row);

/*
 * The next cgroup, from @from on, that somebody means by @what: H:ID, a path in any
 * hierarchy, or H:PATH. NO_ROW if there is none.
 */
uint32_t object_find_cgroup(struct context *context, const char *what, uint32_t from);
/* The hierarchy with this id or name, or that of this controller; NO_ROW if there is none. */
uint32_t object_find_hierarchy(struct context *context, const char *what);

#endif /* _CGINSPECT_OBJECTS_H */
