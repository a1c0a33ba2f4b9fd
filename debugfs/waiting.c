// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keys that several files have: who waits for cgroup_mutex, and for whom.
 */
#include <linux/seq_file.h>

#include "../module/snapshot/snapshot.h"
#include "column.h"
#include "waiting.h"

/* A command name comes after a number, so it is not taken for one of these words. */
static const char *const cgi_holders[] = {
	[CGI_HOLDER_NOT_FOUND]	= "unknown, the lock was not found or not looked for",
	[CGI_HOLDER_NOT_TOLD]	= "unknown, a mutex of PREEMPT_RT is not read",
	[CGI_HOLDER_NOBODY]	= "-",
	[CGI_HOLDER_ENDED]	= "ended, a task that is not there any more",
	[CGI_HOLDER_CHANGES]	= "changing, from one task to the next",
};

/**
 * cgi_put_held_by() - print the task that holds cgroup_mutex
 * @m: the file
 * @s: the snapshot
 * @record: not used
 *
 * Context: Any.
 */
void cgi_put_held_by(struct seq_file *m, const struct cgi_snapshot *s, const void *record)
{
	const struct cgi_waiting *waiting = &s->waiting;

	if (waiting->holder != CGI_HOLDER_TASK) {
		seq_puts(m, cgi_holders[waiting->holder]);
		return;
	}
	seq_printf(m, "%d ", waiting->tid);
	cgi_put_string(m, waiting->comm);
}

/**
 * cgi_put_readers_waiting() - print the number of readers that wait for cgroup_mutex
 * @m: the file
 * @s: the snapshot
 * @record: not used
 *
 * Context: Any.
 */
void cgi_put_readers_waiting(struct seq_file *m, const struct cgi_snapshot *s,
			     const void *record)
{
	seq_printf(m, "%llu", s->waiting.readers);
}

/**
 * cgi_put_oldest_wait() - print how long the first of them has waited
 * @m: the file
 * @s: the snapshot
 * @record: not used
 *
 * Context: Any.
 */
void cgi_put_oldest_wait(struct seq_file *m, const struct cgi_snapshot *s, const void *record)
{
	seq_printf(m, "%llu", s->waiting.ns);
}
