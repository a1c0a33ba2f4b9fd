/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_TREE_H
#define _CGINSPECT_TREE_H

#include <libsmartcols.h>

#include "options.h"
#include "text.h"

/*
 * A tree of objects for people, which a command builds from the top. Each node has a name, an
 * identity, a state, which decides the colour, and what else there is to say about it.
 */
struct tree {
	struct libscols_table *table;
};

struct node {
	/* To be freed; tree_add() takes them. @detail can be NULL. */
	char *name;
	char *detail;
	struct slice id;
	struct slice state;
};

/* @name and @detail are headings. */
void tree_begin(struct tree *tree, const struct options *options, const char *name,
		const char *detail);
struct libscols_line *tree_add(struct tree *tree, struct libscols_line *parent, struct node node);
/* Say something else than before; the text is freed. */
void tree_set_name(struct libscols_line *line, char *name);
void tree_set_detail(struct libscols_line *line, char *detail);
/* Print and free the tree. */
void tree_end(struct tree *tree);

#endif /* _CGINSPECT_TREE_H */
