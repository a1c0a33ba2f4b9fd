// SPDX-License-Identifier: GPL-2.0-only
/*
 * What changes in the running system, until somebody ends it.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd.h"
#include "diff.h"
#include "json.h"
#include "show.h"

static volatile sig_atomic_t ended;

/*
 * The first signal ends the watch when what is being read has been shown. The next one, be it
 * the other of the two, ends the program as any other: reading can take for ever, where the
 * kernel's cgroup_mutex hangs.
 */
static void end(int number)
{
	(void)number;
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	ended = 1;
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = end, .sa_flags = SA_RESTART };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* A signal that comes between the question and the sleep is kept for the sleep. */
static void rest(const struct timespec *time)
{
	sigset_t signals, before;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, &before);
	if (!ended)
		ppoll(NULL, 0, time, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static struct timespec seconds_of(const struct options *options)
{
	const char *text = options->nr_args ? options->args[0] : "1";
	char *rest_of_text;
	double seconds = strtod(text, &rest_of_text);

	if (*rest_of_text || rest_of_text == text || !(seconds >= 0.001 && seconds <= 86400))
		die(STATUS_USAGE, "watch takes a number of seconds, 0.001 to 86400, not '%s'",
		    text);
	return (struct timespec){ .tv_sec = (time_t)seconds,
				  .tv_nsec = (seconds - (time_t)seconds) * 1e9 };
}

/* The time of the snapshot, as "date -Is" prints it, or NULL: an older module does not tell it. */
static char *title_of(struct slice time_ns)
{
	char text[64];
	uint64_t ns;
	time_t time;
	struct tm tm;
	long minutes;

	if (!text_number(time_ns, &ns))
		return NULL;
	time = ns / 1000000000;
	if (!localtime_r(&time, &tm) || !strftime(text, sizeof(text), "%FT%T", &tm))
		return NULL;
	minutes = labs(tm.tm_gmtoff) / 60;
	return text_format("%s%c%02ld:%02ld", text, tm.tm_gmtoff < 0 ? '-' : '+', minutes / 60,
			   minutes % 60);
}

/* Headings are printed once, with the first line that -Q leaves. */
static void print(const struct table *table, struct slice time_ns, struct options *options)
{
	char *title;

	if (!table->nr_rows)
		return;
	if (options->json) {
		show_json(table, options, "time_ns", time_ns);
	} else {
		title = title_of(time_ns);
		options->noheadings |= show_table(table, options, title);
		free(title);
	}
	output_end();
}

/* What is wrong with the options is said now, and not when something changes. */
static void check_options(const struct options *options)
{
	struct made_table none;

	diff_make_none(&none);
	show_check(&none.table, options);
	diff_free(&none);
}

/* A moment without memory is no end. It is said once, until it is over. */
static bool take(struct context *context, bool *failed)
{
	const char *reason, *dir = context->options->dir;

	graph_init(&context->graph, &context->snapshot);
	reason = input_try_live(&context->snapshot.input, dir, "snapshot");
	if (reason && !*failed)
		note("%s/snapshot: %s; watch tries again each time", dir, reason);
	*failed = reason;
	if (!reason)
		snapshot_parse(&context->snapshot);
	return !reason;
}

static void show_changes(struct context *old, struct context *new, struct options *options)
{
	struct made_table made;

	diff_make(&made, old, new);
	print(&made.table, table_value(snapshot_table(&new->snapshot, KIND_INFO), "time_ns"),
	      options);
	diff_free(&made);
}

enum status cmd_watch(struct context *context)
{
	struct options options = *context->options;
	struct context both[2] = { { .options = &options }, { .options = &options } };
	struct context *old = &both[0], *new = &both[1], *swap;
	struct timespec seconds = seconds_of(&options);
	bool failed = false;

	if (options.input)
		die(STATUS_USAGE, "watch shows the running system, so it takes no -i");
	check_options(&options);
	catch_signals();
	for (; !ended; rest(&seconds)) {
		/* What the first one says of its format is not said again. */
		new->snapshot.said = old->snapshot.said;
		if (!take(new, &failed))
			continue;
		if (old->snapshot.tables)
			show_changes(old, new, &options);
		context_forget(old);
		swap = old;
		old = new;
		new = swap;
	}
	context_forget(old);
	return STATUS_OK;
}
