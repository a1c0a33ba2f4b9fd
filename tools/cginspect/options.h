/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_OPTIONS_H
#define _CGINSPECT_OPTIONS_H

#include <stdbool.h>

/* Which options a command takes, beside -i and --help, which all do. */
enum takes {
	TAKES_TABLE	= 1 << 0,	/* -o -O -S -Q --noheadings --raw */
	TAKES_JSON	= 1 << 1,
	TAKES_TASKS	= 1 << 2,
	TAKES_CSS_SETS	= 1 << 3,
	TAKES_HOLDERS	= 1 << 4,
	TAKES_ALL	= 1 << 5,
	TAKES_COLOR	= 1 << 6,	/* --color=always */
	TAKES_PICTURE	= 1 << 7,	/* --task --cgroup --hierarchy --collapse */
	TAKES_FORMAT	= 1 << 8,	/* -T */
	TAKES_ASCII	= 1 << 9,
	TAKES_DIR	= 1 << 10,	/* all commands do, unless they read a file */
};

struct options {
	const char *input;
	const char *dir;
	const char *columns;
	const char *sort;
	const char *query;
	/* What a picture is to be about, and its format. */
	const char *task;
	const char *cgroup;
	const char *hierarchy;
	const char *format;
	bool collapse;
	bool all_columns;
	bool json;
	bool raw;
	bool noheadings;
	bool ascii;
	bool color;
	bool tasks;
	bool css_sets;
	bool holders;
	bool all;
	/* What was given, as bits of enum takes. */
	unsigned int given;
	/* What follows the command. */
	int nr_args;
	char **args;
};

#endif /* _CGINSPECT_OPTIONS_H */
