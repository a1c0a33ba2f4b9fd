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
#include "fuzz.h"

static jmp_buf refused;
static struct snapshot snapshot;

void die(enum status status, const char *fmt, ...)
{
	(void)fmt;
	longjmp(refused, status + 1);
}

void note(const char *fmt, ...)
{
	(void)fmt;
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

static void run_all(void)
{
	char *tid = "1", *path = "/";
	struct options text = { .input = "-", .tasks = true, .css_sets = true, .all = true };
	struct options json = { .input = "-", .tasks = true, .css_sets = true, .json = true };
	struct options *both[] = { &text, &json };
	int i, kind;

	for (i = 0; i < 2; i++) {
		for (kind = 0; kind < NR_KINDS; kind++)
			if (kinds[kind].command)
				run(cmd_table, &kinds[kind], both[i]);
		run(cmd_tree, NULL, both[i]);
		run(cmd_dying, NULL, both[i]);
		run(cmd_check, NULL, both[i]);
		both[i]->args = &tid;
		both[i]->nr_args = 1;
		run(cmd_task, NULL, both[i]);
		both[i]->args = &path;
		run(cmd_cgroup, NULL, both[i]);
	}
	run(cmd_json, NULL, &json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	memset(&snapshot, 0, sizeof(snapshot));
	snapshot.input.name = strdup("fuzz");
	snapshot.input.text = malloc(size + 1);
	snapshot.input.length = size;
	memcpy(snapshot.input.text, data, size);
	snapshot.input.text[size] = '\0';
	if (!setjmp(refused)) {
		snapshot_parse(&snapshot);
		run_all();
	}
	snapshot_free(&snapshot);
	return 0;
}
