// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trees for people.
 */
#include "error.h"
#include "scols.h"
#include "tree.h"

enum { CELL_NAME, CELL_ID, CELL_STATE, CELL_DETAIL };

void tree_begin(struct tree *tree, const struct options *options, const char *name,
		const char *detail)
{
	tree->table = scols_begin(options);
	scols_column(tree->table, name, SCOLS_FL_TREE);
	scols_column(tree->table, "ID", 0);
	scols_column(tree->table, "STATE", 0);
	scols_column(tree->table, detail, SCOLS_FL_WRAP);
}

struct libscols_line *tree_add(struct tree *tree, struct libscols_line *parent, struct node node)
{
	struct libscols_line *line = need_memory(scols_table_new_line(tree->table, parent));

	scols_set(line, CELL_NAME, node.name);
	scols_set(line, CELL_ID, text_show(node.id, false));
	scols_set(line, CELL_STATE, text_show(node.state, false));
	if (node.detail)
		scols_set(line, CELL_DETAIL, node.detail);
	scols_line_set_color(line, scols_color(node.state));
	return line;
}

void tree_set_name(struct libscols_line *line, char *name)
{
	scols_set(line, CELL_NAME, name);
}

void tree_set_detail(struct libscols_line *line, char *detail)
{
	scols_set(line, CELL_DETAIL, detail);
}

void tree_end(struct tree *tree)
{
	scols_end(tree->table);
}
