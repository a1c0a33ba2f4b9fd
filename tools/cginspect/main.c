// SPDX-License-Identifier: GPL-2.0-only
/*
 * cginspect: answers from what the module cgroup_inspect has seen.
 *
 * Options and commands. README.md says which file does what.
 */
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <libsmartcols.h>

#include "cmd.h"
#include "help.h"

#define COLORED	(TAKES_JSON | TAKES_COLOR)
#define TREES	(COLORED | TAKES_ASCII)

static const struct command commands[] = {
	{ "tree", "[TOP]", "hierarchies as trees; TOP: hierarchy, controller, cgroup",
	  TREES | TAKES_TASKS | TAKES_CSS_SETS, 0, 1, true, cmd_tree, NULL },
	{ "task", "TID", "its css_set, csses, cgroups, hierarchies; who shares them",
	  TREES | TAKES_ALL, 1, 1, true, cmd_task, NULL },
	{ "cgroup", "PATH|H:ID", "all about one cgroup; H:PATH for one hierarchy",
	  TREES | TAKES_ALL | TAKES_HOLDERS, 1, 1, true, cmd_cgroup, NULL },
	{ "dying", "", "what was removed but is held, oldest first, and by what",
	  TREES | TAKES_ALL | TAKES_HOLDERS, 0, 0, true, cmd_dying, NULL },
	{ "why", "PATH|H:ID", "why rmdir, a write, a mount fails, or it is still there",
	  TAKES_JSON | TAKES_ALL, 1, 1, true, cmd_why, NULL },
	{ "dot", "", "a picture, as text for Graphviz, or drawn by it (-T svg)",
	  TAKES_PICTURE | TAKES_FORMAT | TAKES_HOLDERS | TAKES_ALL, 0, 0, true, cmd_dot, NULL },
	{ "html", "", "all of it as one page for a browser: html > FILE",
	  TAKES_PICTURE | TAKES_ALL, 0, 0, true, cmd_html, NULL },
	{ "check", "", "whether the graph is sound",
	  COLORED, 0, 0, false, cmd_check, NULL },
	{ "diff", "FILE [FILE]", "what was made, removed, leaked, moved; or since a file",
	  TAKES_TABLE | COLORED, 1, 2, false, cmd_diff, &diff_kind },
	{ "watch", "[SECONDS]", "what changes in the running system, each second",
	  TAKES_TABLE | COLORED, 0, 1, false, cmd_watch, &diff_kind },
	{ "json", "", "everything as JSON",
	  TAKES_JSON | TAKES_HOLDERS, 0, 0, true, cmd_json, NULL },
	{ "save", "", "snapshot, holders and check as one file for -i",
	  0, 0, 0, true, cmd_save, NULL },
	{ 0 }
};

/* All tables are one command, which takes no argument. */
static const struct command table_command = {
	"", "", "", TAKES_TABLE | COLORED, 0, 0, true, cmd_table, NULL,
};

enum {
	OPTION_TASKS = 256, OPTION_CSS_SETS, OPTION_HOLDERS, OPTION_ALL, OPTION_COLOR,
	OPTION_ASCII, OPTION_DIR, OPTION_TASK, OPTION_CGROUP, OPTION_HIERARCHY, OPTION_COLLAPSE,
};

static const struct option long_options[] = {
	{ "input",	required_argument,	NULL, 'i' },
	{ "json",	no_argument,		NULL, 'J' },
	{ "output",	required_argument,	NULL, 'o' },
	{ "output-all",	no_argument,		NULL, 'O' },
	{ "sort",	required_argument,	NULL, 'S' },
	{ "filter",	required_argument,	NULL, 'Q' },
	{ "raw",	no_argument,		NULL, 'r' },
	{ "noheadings",	no_argument,		NULL, 'n' },
	{ "tasks",	no_argument,		NULL, OPTION_TASKS },
	{ "css-sets",	no_argument,		NULL, OPTION_CSS_SETS },
	{ "holders",	no_argument,		NULL, OPTION_HOLDERS },
	{ "all",	no_argument,		NULL, OPTION_ALL },
	{ "color",	optional_argument,	NULL, OPTION_COLOR },
	{ "ascii",	no_argument,		NULL, OPTION_ASCII },
	{ "dir",	required_argument,	NULL, OPTION_DIR },
	{ "task",	required_argument,	NULL, OPTION_TASK },
	{ "cgroup",	required_argument,	NULL, OPTION_CGROUP },
	{ "hierarchy",	required_argument,	NULL, OPTION_HIERARCHY },
	{ "collapse",	no_argument,		NULL, OPTION_COLLAPSE },
	{ "format",	required_argument,	NULL, 'T' },
	{ "help",	no_argument,		NULL, 'h' },
	{ "version",	no_argument,		NULL, 'V' },
	{ 0 }
};

/* --- options --- */

static bool color_of_terminal(void)
{
	const char *no_color = getenv("NO_COLOR");

	return !(no_color && *no_color) && isatty(STDOUT_FILENO);
}

static bool wants_color(const char *when)
{
	if (!when || !strcmp(when, "always"))
		return true;
	if (!strcmp(when, "never"))
		return false;
	if (strcmp(when, "auto"))
		die(STATUS_USAGE, "--color is auto, always or never, not '%s'", when);
	return color_of_terminal();
}

static bool set_table_option(struct options *options, int option, const char *value)
{
	switch (option) {
	case 'o':
		options->columns = value;
		break;
	case 'O':
		options->all_columns = true;
		break;
	case 'S':
		options->sort = value;
		break;
	case 'Q':
		options->query = value;
		break;
	case 'r':
		options->raw = true;
		break;
	case 'n':
		options->noheadings = true;
		break;
	default:
		return false;
	}
	options->given |= TAKES_TABLE;
	return true;
}

static bool set_picture_option(struct options *options, int option, const char *value)
{
	switch (option) {
	case OPTION_TASK:
		options->task = value;
		break;
	case OPTION_CGROUP:
		options->cgroup = value;
		break;
	case OPTION_HIERARCHY:
		options->hierarchy = value;
		break;
	default:
		return false;
	}
	options->given |= TAKES_PICTURE;
	return true;
}

static bool set_switch(struct options *options, int option)
{
	const struct {
		int option;
		bool *value;
		unsigned int takes;
	} switches[] = {
		{ 'J',			&options->json,		TAKES_JSON },
		{ OPTION_TASKS,		&options->tasks,	TAKES_TASKS },
		{ OPTION_CSS_SETS,	&options->css_sets,	TAKES_CSS_SETS },
		{ OPTION_HOLDERS,	&options->holders,	TAKES_HOLDERS },
		{ OPTION_ALL,		&options->all,		TAKES_ALL },
		{ OPTION_ASCII,		&options->ascii,	TAKES_ASCII },
		{ OPTION_COLLAPSE,	&options->collapse,	TAKES_PICTURE },
	};
	size_t i;

	for (i = 0; i < sizeof(switches) / sizeof(*switches); i++) {
		if (switches[i].option != option)
			continue;
		*switches[i].value = true;
		options->given |= switches[i].takes;
		return true;
	}
	return false;
}

static void set_option(struct options *options, int option, const char *value)
{
	if (set_table_option(options, option, value) ||
	    set_picture_option(options, option, value) || set_switch(options, option))
		return;
	switch (option) {
	case 'i':
		options->input = value;
		break;
	case OPTION_DIR:
		options->dir = value;
		options->given |= TAKES_DIR;
		break;
	case OPTION_COLOR:
		options->color = wants_color(value);
		/* The last one counts. Any command takes auto, which an alias may have. */
		options->given &= ~TAKES_COLOR;
		if (!value || !strcmp(value, "always"))
			options->given |= TAKES_COLOR;
		break;
	case 'T':
		options->format = value;
		options->given |= TAKES_FORMAT;
		break;
	case 'V':
		puts("cginspect " CGINSPECT_VERSION ", libsmartcols " LIBSMARTCOLS_VERSION);
		output_end();
		exit(STATUS_OK);
	default:
		die(STATUS_USAGE, "cginspect --help says what it takes");
	}
}

/* Returns whether there is --help. */
static bool read_options(struct options *options, int argc, char **argv)
{
	bool help = false;
	int option;

	*options = (struct options){ .dir = INPUT_DIR, .color = color_of_terminal() };
	while ((option = getopt_long(argc, argv, "i:Jo:OS:Q:rnT:hV", long_options, NULL)) != -1) {
		if (option == 'h')
			help = true;
		else
			set_option(options, option, optarg);
	}
	options->args = argv + optind;
	options->nr_args = argc - optind;
	return help;
}

/* --- commands --- */

static const struct command *find_command(struct context *context, const char *name)
{
	const struct command *command;

	for (command = commands; command->name; command++)
		if (!strcmp(name, command->name))
			return command;
	context->kind = kind_of_command(name);
	if (!context->kind)
		die(STATUS_USAGE, "there is no command '%s'; see cginspect --help", name);
	return &table_command;
}

static void check_usage(const struct command *command, const struct options *options,
			const char *name)
{
	static const char *const words[] = {
		"-o, -O, -S, -Q, -r and -n", "--json", "--tasks", "--css-sets", "--holders",
		"--all", "--color=always", "--task, --cgroup, --hierarchy and --collapse", "-T",
		"--ascii",
	};
	unsigned int wrong = options->given & ~(command->takes | TAKES_DIR);

	if (wrong)
		die(STATUS_USAGE, "%s does not take %s", name, words[__builtin_ctz(wrong)]);
	if (options->json && (options->sort || options->query || options->raw ||
			      options->noheadings))
		die(STATUS_USAGE, "--json takes no -S, -Q, -r or -n: jq can sort and select");
	if (options->all_columns && options->columns)
		die(STATUS_USAGE, "-O shows all columns, so it takes no -o");
	if (options->json && options->given & (TAKES_COLOR | TAKES_ASCII))
		die(STATUS_USAGE, "--json has no colours and trees: no --color=always, no --ascii");
	if (options->input && options->given & TAKES_DIR)
		die(STATUS_USAGE, "-i reads a file, and --dir is where to read the running system");
	if (options->nr_args < command->min_args)
		die(STATUS_USAGE, "%s takes %s", name, command->args);
	if (options->nr_args > command->max_args)
		die(STATUS_USAGE, "%s takes %s", name, command->max_args > 1 ?
		    "no more than two arguments" :
		    command->max_args ? "only one argument" : "no argument");
}

static int give_help(struct context *context, const char *name)
{
	const struct command *command = name ? find_command(context, name) : NULL;

	if (context->kind)
		help_table(context->kind);
	else if (command)
		help_command(command);
	else
		help_all(commands);
	output_end();
	return STATUS_OK;
}

/* Holders and check are read alone if they are all that is asked for. */
static bool is_alone(const struct context *context)
{
	return !context->options->input && context->kind && !context->kind->always;
}

static void read_input(struct context *context, const struct command *command)
{
	const struct options *options = context->options;
	struct snapshot *snapshot = &context->snapshot;

	if (options->input)
		input_read_saved(&snapshot->input, options->input);
	else if (command->reads_snapshot && !is_alone(context))
		input_read_live(&snapshot->input, options->dir, "snapshot");
	else
		return;
	snapshot_parse(snapshot);
}

static int run(struct context *context, struct options *options)
{
	const char *name = options->args[0];
	const struct command *command = find_command(context, name);
	enum status status;

	options->args++;
	options->nr_args--;
	check_usage(command, options, name);
	read_input(context, command);
	graph_init(&context->graph, &context->snapshot);
	status = command->run(context);
	output_end();
	context_forget(context);
	return status;
}

int main(int argc, char **argv)
{
	struct options options;
	struct context context = { .options = &options };

	setlocale(LC_ALL, "");
	/* Numbers have a point in all languages. */
	setlocale(LC_NUMERIC, "C");
	if (read_options(&options, argc, argv))
		return give_help(&context, options.nr_args ? options.args[0] : NULL);
	if (!options.nr_args)
		die(STATUS_USAGE, "which command? cginspect --help names them");
	return run(&context, &options);
}
