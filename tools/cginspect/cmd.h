/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_CMD_H
#define _CGINSPECT_CMD_H

#include "error.h"
#include "graph.h"
#include "options.h"
#include "snapshot.h"

/* What a command works on. */
struct context {
	const struct options *options;
	struct snapshot snapshot;
	struct graph graph;
	/* What the command is about, if it shows one table. */
	const struct table_kind *kind;
	/* One bit for each kind whose file could not be read, and was done without. */
	unsigned int refused;
};

/* One command. A new one is a file cmd_NAME.c, a line here, and a row in main.c. */
struct command {
	const char *name;
	const char *args;
	const char *help;
	unsigned int takes;
	int min_args;
	int max_args;
	/* Whether snapshot is read before; the sections beside it are up to the command. */
	bool reads_snapshot;
	enum status (*run)(struct context *context);
	/* What it makes, if that is a table, for --help. */
	const struct table_kind *makes;
};

enum status cmd_table(struct context *context);
enum status cmd_json(struct context *context);
enum status cmd_save(struct context *context);
enum status cmd_tree(struct context *context);
enum status cmd_task(struct context *context);
enum status cmd_check(struct context *context);
enum status cmd_cgroup(struct context *context);
enum status cmd_dying(struct context *context);
enum status cmd_why(struct context *context);
enum status cmd_diff(struct context *context);
enum status cmd_watch(struct context *context);
enum status cmd_dot(struct context *context);
enum status cmd_html(struct context *context);

/*
 * Have the table of holders or check: that of the saved file, or, of the running system, that
 * of the module's file, with a note that it is of another moment. Ends the program if a saved
 * file has none.
 */
const struct table *context_more(struct context *context, enum kind kind);
/*
 * The same for who can do without. Returns whether it is there: a saved file can have none, and so
 * can a kernel. Of a file of the module that can not be read a note says why, once.
 */
bool context_try_more(struct context *context, enum kind kind);
/* Whether that has failed: the module has the file, and it could not be read. */
bool context_refused(const struct context *context, enum kind kind);
/* Free the snapshot and the graph. */
void context_forget(struct context *context);

#endif /* _CGINSPECT_CMD_H */
