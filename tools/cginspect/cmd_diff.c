// SPDX-License-Identifier: GPL-2.0-only
/*
 * What differs between two snapshots, or between one and now.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "diff.h"
#include "show.h"

/* By so much, in ns, somebody may have set the clock between two snapshots of one boot. */
#define CLOCK_SET	10000000000LL

static struct slice info(const struct context *context, const char *key)
{
	return table_value(snapshot_table(&context->snapshot, KIND_INFO), key);
}

static const char *name_of(const struct context *context)
{
	return context->snapshot.input.name;
}

/* --- whether they can be compared --- */

static void __noreturn die_of_boots(const struct context *old, const struct context *new,
				    const char *what)
{
	die(STATUS_INPUT, "%s and %s are of two boots, which have nothing in common: %s differs",
	    name_of(old), name_of(new), what);
}

static struct slice start_of(struct context *context, const char *tid)
{
	uint32_t row = graph_find(&context->graph, INDEX_TASKS, slice_of(tid));

	if (row == NO_ROW)
		return slice_of("-");
	return table_get(snapshot_table(&context->snapshot, KIND_TASKS), row, "start");
}

static bool read_time(const struct context *context, long long *boot)
{
	uint64_t now, since;

	if (!text_number(info(context, "time_ns"), &now) ||
	    !text_number(info(context, "boottime_ns"), &since))
		return false;
	*boot = (long long)(now - since);
	return true;
}

/* Whether a task was forked at two moments, as far as both snapshots know. */
static bool starts_differ(struct context *old, struct context *new, const char *tid)
{
	struct slice left = start_of(old, tid), right = start_of(new, tid);

	return !slice_absent(left) && !slice_absent(right) && !slice_equal(left, right);
}

/*
 * Without its id a boot is told by its moment, and by that at which the first tasks were forked,
 * which can be in ticks and the same for each boot of a machine.
 */
static void guess_boots(struct context *old, struct context *new)
{
	static const char *const tids[] = { "1", "2" };
	long long left, right;
	size_t i;

	if (!slice_equal(info(old, "kernel"), info(new, "kernel")))
		die_of_boots(old, new, "the kernel");
	for (i = 0; i < 2; i++)
		if (starts_differ(old, new, tids[i]))
			die_of_boots(old, new, "the start of the first tasks");
	if (!read_time(old, &left) || !read_time(new, &right)) {
		note("nothing tells whether they are of one boot, neither boot_id nor time");
		return;
	}
	if (llabs(left - right) > CLOCK_SET)
		die_of_boots(old, new, "the time of the boot (and boot_id is not known)");
	note("boot_id is not known, but kernel, time of the boot and first tasks are the same");
}

static void check_boots(struct context *old, struct context *new)
{
	struct slice left = info(old, "boot_id"), right = info(new, "boot_id");
	uint64_t from, to;

	if (slice_absent(left) || slice_absent(right))
		guess_boots(old, new);
	else if (!slice_equal(left, right))
		die_of_boots(old, new, "boot_id");
	if (text_number(info(old, "boottime_ns"), &from) &&
	    text_number(info(new, "boottime_ns"), &to) && from > to)
		note("%s is of a later moment than %s", name_of(old), name_of(new));
}

/* --- the command --- */

static void read_both(struct context *old, struct context *new)
{
	const struct options *options = new->options;

	input_read_saved(&old->snapshot.input, options->args[0]);
	snapshot_parse(&old->snapshot);
	if (options->nr_args == 2)
		input_read_saved(&new->snapshot.input, options->args[1]);
	else
		input_read_live(&new->snapshot.input, options->dir, "snapshot");
	snapshot_parse(&new->snapshot);
}

/* The running system is what there is if the second snapshot is not given. */
enum status cmd_diff(struct context *context)
{
	struct context old = { .options = context->options };
	struct made_table made;
	enum status status;

	if (context->options->input)
		die(STATUS_USAGE, "diff takes its snapshots as arguments, and no -i");
	if (context->options->nr_args > 1 && context->options->given & TAKES_DIR)
		die(STATUS_USAGE, "diff of two files takes no --dir");
	graph_init(&old.graph, &old.snapshot);
	read_both(&old, context);
	check_boots(&old, context);
	diff_make(&made, &old, context);
	/* Where all is different, the table for people takes more memory than both snapshots. */
	context_forget(&old);
	context_forget(context);
	status = made.table.nr_rows ? STATUS_NO : STATUS_OK;
	show_answer(&made.table, context->options);
	diff_free(&made);
	return status;
}
