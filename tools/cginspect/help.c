// SPDX-License-Identifier: GPL-2.0-only
/*
 * What --help prints. The man page says the same at length.
 */
#include <stdio.h>

#include "help.h"

/* A library without filters has nothing for -Q. */
#ifdef HAVE_SCOLS_FILTER
#define HELP_FILTER	";   -Q, --filter EXPR   lines it is true of"
#else
#define HELP_FILTER	""
#endif

static void list_tables(void)
{
	const char *separator = "  ";
	int i;

	for (i = 0; i < NR_KINDS; i++)
		if (kinds[i].command) {
			printf("%s%s", separator, kinds[i].command);
			separator = ", ";
		}
	puts(": tables");
}

void help_all(const struct command *commands)
{
	puts("usage: cginspect [OPTION]... COMMAND [ARGUMENT]...");
	list_tables();
	for (; commands->name; commands++)
		printf("  %-8s %-11s %s\n", commands->name, commands->args, commands->help);
	puts("\n"
	     "  -i, --input FILE     read a saved snapshot, not the running system; -: stdin\n"
	     "  -o, --output LIST    columns to show; +LIST adds some; -O shows all\n"
	     "  -S, --sort COLUMN    sort by it" HELP_FILTER "\n"
	     "  -J, --json           JSON;   -r, --raw   \\xHH in names;   -n, --noheadings\n"
	     "      --tasks, --css-sets, --holders, --all   show these too, or leave none out\n"
	     "      --color[=WHEN]   auto, always or never;   --ascii   draw trees with ASCII\n"
	     "      --task T, --cgroup C, --hierarchy H, --collapse   of dot and html\n"
	     "  -T, --format F       of dot; --dir DIR of files; -h, --help; -V, --version\n"
	     "Status 1: check, diff found something, why nothing; no such object; 2, 3: wrong");
}

static void list_columns(const struct table_kind *kind)
{
	const struct column_kind *column;

	puts("Columns, * if shown without -o or -O:\n");
	for (column = kind->columns; column->name; column++)
		printf("  %c %-18s %s\n", column->shown ? '*' : ' ', column->name, column->help);
}

void help_command(const struct command *command)
{
	printf("usage: cginspect [OPTION]... %s %s\n\t%s\n"
	       "cginspect --help has the options.\n", command->name, command->args, command->help);
	if (command->makes)
		list_columns(command->makes);
}

void help_table(const struct table_kind *kind)
{
	printf("usage: cginspect [OPTION]... %s\nShows %s.\n", kind->command, kind->help);
	list_columns(kind);
}
