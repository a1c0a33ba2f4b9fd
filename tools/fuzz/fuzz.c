// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer gives texts that are almost snapshots. Each is either refused by die(), or
 * every command answers. The sanitizers see what is wrong with memory.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "diff.h"
#include "fuzz.h"
#include "graphviz.h"
#include "show.h"

static jmp_buf refused;
/* A text can be of two snapshots, one after the other, of which diff shows what differs. */
static struct snapshot snapshot, later;

#define BEGIN	"## info\n"

void die(enum status status, const char *fmt, ...)
{
	(void)fmt;
	longjmp(refused, status + 1);
}

void note(const char *fmt, ...)
{
	(void)fmt;
}

/* As if Graphviz was not there: it would take more time than all else. */
char *graphviz_draw(struct slice picture, const char *format, int to)
{
	(void)picture;
	(void)format;
	(void)to;
	return text_format("no");
}

/* Answers go nowhere. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	if (!freopen("/dev/null", "w", stdout))
		abort();
	return 0;
}

/* What is allocated by a command that is refused is lost, so there are few of these. */
static void run(enum status (*command)(struct context *), const struct table_kind *kind,
		struct options *options)
{
	struct context context = { .options = options, .kind = kind };

	if (setjmp(refused))
		return;
	context.snapshot = snapshot;
	graph_init(&context.graph, &context.snapshot);
	command(&context);
	graph_free(&context.graph);
}

static void run_diff(struct options *options)
{
	struct context old = { .options = options }, new = { .options = options };
	struct made_table made;

	if (setjmp(refused))
		return;
	old.snapshot = snapshot;
	new.snapshot = later;
	graph_init(&old.graph, &old.snapshot);
	graph_init(&new.graph, &new.snapshot);
	diff_make(&made, &old, &new);
	show_answer(&made.table, options);
	diff_free(&made);
	graph_free(&old.graph);
	graph_free(&new.graph);
}

/* Each table as it is, with other columns, in another order, and for programs. */
static void run_tables(void)
{
	struct options options[] = {
		{ .input = "-" },
		{ .input = "-", .json = true },
		{ .input = "-", .raw = true, .all_columns = true },
		{ .input = "-", .all_columns = true, .noheadings = true, .color = true },
		{ .input = "-", .columns = "+path,STATE" },
		{ .input = "-", .columns = "css_set,cgroup,name", .json = true },
		{ .input = "-", .sort = "refs" },
		{ .input = "-", .sort = "comm", .raw = true, .ascii = true },
	};
	size_t i;
	int kind;

	for (i = 0; i < sizeof(options) / sizeof(*options); i++)
		for (kind = 0; kind < NR_KINDS; kind++)
			if (kinds[kind].command)
				run(cmd_table, &kinds[kind], &options[i]);
}

static void run_all(void)
{
	char *tid = "1", *path = "/", *hierarchy = "0:/batch/group0/job0", *controller = "cpu";
	struct options text = { .input = "-", .tasks = true, .css_sets = true, .all = true,
				.holders = true };
	struct options json = { .input = "-", .tasks = true, .css_sets = true, .json = true };
	struct options of_task = { .input = "-", .task = tid, .holders = true };
	struct options of_cgroup = { .input = "-", .cgroup = path, .hierarchy = "0",
				     .collapse = true };
	struct options *both[] = { &text, &json };
	int i;

	run_tables();
	for (i = 0; i < 2; i++) {
		run(cmd_tree, NULL, both[i]);
		run(cmd_dying, NULL, both[i]);
		run(cmd_check, NULL, both[i]);
		run(cmd_dot, NULL, both[i]);
		run(cmd_html, NULL, both[i]);
		both[i]->args = &tid;
		both[i]->nr_args = 1;
		run(cmd_task, NULL, both[i]);
		both[i]->args = &path;
		run(cmd_cgroup, NULL, both[i]);
		run(cmd_why, NULL, both[i]);
		both[i]->args = &hierarchy;
		run(cmd_why, NULL, both[i]);
		both[i]->args = &controller;
		run(cmd_why, NULL, both[i]);
	}
	run(cmd_json, NULL, &json);
	run(cmd_dot, NULL, &of_task);
	run(cmd_dot, NULL, &of_cgroup);
}

static void load(struct snapshot *to, const uint8_t *data, size_t size)
{
	memset(to, 0, sizeof(*to));
	to->input.name = strdup("fuzz");
	to->input.text = malloc(size + 1);
	to->input.length = size;
	memcpy(to->input.text, data, size);
	to->input.text[size] = '\0';
}

/* Whether it is not refused. Where to go back to is lost when the function has returned. */
static bool parse(struct snapshot *to)
{
	if (setjmp(refused))
		return false;
	snapshot_parse(to);
	return true;
}

/* Where the second snapshot begins, or the end. */
static size_t find_second(const uint8_t *data, size_t size)
{
	const uint8_t *at = size ? memmem(data + 1, size - 1, BEGIN, strlen(BEGIN)) : NULL;

	return at ? (size_t)(at - data) : size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t first = find_second(data, size);

	load(&snapshot, data, first);
	load(&later, data + first, size - first);
	if (parse(&snapshot)) {
		run_all();
		if (parse(&later)) {
			run_diff(&(struct options){ .input = "-" });
			run_diff(&(struct options){ .input = "-", .json = true });
		}
	}
	snapshot_free(&snapshot);
	snapshot_free(&later);
	return 0;
}
