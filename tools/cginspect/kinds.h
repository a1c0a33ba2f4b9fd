/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_KINDS_H
#define _CGINSPECT_KINDS_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

/* What a column has, which decides how it is checked, sorted, shown and put into JSON. */
enum type {
	/* An identity or a word of the module's; so is what a newer module has appended. */
	TYPE_WORD,
	/* A name, with escapes. */
	TYPE_STRING,
	TYPE_NUMBER,
	/* A number that can be below 0 and can have a "~": it is not exact. */
	TYPE_COUNT,
	TYPE_YES_NO,
	/* Words with commas between them. */
	TYPE_LIST,
	/* Items H:controllers:path with spaces between them. */
	TYPE_MEMBERSHIPS,
	/* Items key:value with commas between them, the last of which can be a name. */
	TYPE_DETAIL,
};

struct column_kind {
	const char *name;
	enum type type;
	/* Whether it is shown if nobody says which columns to show. */
	bool shown;
	const char *help;
};

/* What a section is made of: lines with columns, lines "key: value", or the text of check. */
enum form {
	FORM_TABLE,
	FORM_PAIRS,
	FORM_KTAP,
};

struct table_kind {
	/* The name of the section, of the file, and of the key in JSON. */
	const char *section;
	/* The name of the command, NULL if there is none. */
	const char *command;
	const char *help;
	enum form form;
	/* Whether each snapshot has it; the others are added by "save". */
	bool always;
	/* Ends with one without a name. */
	const struct column_kind *columns;
};

enum kind {
	KIND_INFO,
	KIND_TASKS,
	KIND_CSS_SETS,
	KIND_LINKS,
	KIND_CGROUPS,
	KIND_CSSES,
	KIND_HIERARCHIES,
	KIND_SUBSYSTEMS,
	KIND_STATS,
	KIND_HOLDERS,
	KIND_CHECK,
	NR_KINDS,
};

extern const struct table_kind kinds[NR_KINDS];
/* The table that diff and watch make, which is no section. */
extern const struct table_kind diff_kind;

/* NULL if this version does not know it. */
const struct column_kind *kind_column(const struct table_kind *kind, struct slice name);
/* The type of the value of a key: "version" is a string even if it looks like a number. */
enum type kind_pair_type(const struct table_kind *kind, struct slice key, struct slice value);
/* The kind of table that a command shows, by the name of the command or of the file. */
const struct table_kind *kind_of_command(const char *name);
/* Whether @field can be in a column of this type. "-" can be in any. */
bool type_allows(enum type type, struct slice field);

#endif /* _CGINSPECT_KINDS_H */
