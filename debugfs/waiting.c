// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keys that several files have: who waits for cgroup_mutex, and for whom.
 */
#include "../module/snapshot/snapshot.h"
#include "column.h"
#include "out.h"
#include "waiting.h"

/* A command name comes after a number, so it is not taken for one of these words. */
static const char *const cgi_holders[] = {
	[CGI_OWNER_NOT_FOUND]	= "unknown, the lock was not found or not looked for",
	[CGI_OWNER_NOT_TOLD]	= "unknown, a mutex of PREEMPT_RT is not read",
	[CGI_OWNER_NOBODY]	= "-",
	[CGI_OWNER_ENDED]	= "ended, a task that is not there any more",
	[CGI_OWNER_CHANGES]	= "changing, from one task to the next",
};

/**
 * cgi_put_held_by() - print the task that holds cgroup_mutex
 * @o: where to
 * @s: the snapshot
 * @record: not used
 *
 * Context: Any.
 */
void cgi_put_held_by(struct cgi_out *o, const struct cgi_snapshot *s, const void *record)
{
	const struct cgi_waiting *waiting = &s->waiting;

	if (waiting->holder != CGI_OWNER_TASK) {
		cgi_out_puts(o, cgi_holders[waiting->holder]);
		return;
	}
	cgi_out_s64(o, waiting->tid);
	cgi_out_putc(o, ' ');
	cgi_put_string(o, waiting->comm);
}

/**
 * cgi_put_readers_waiting() - print the number of readers that wait for cgroup_mutex
 * @o: where to
 * @s: the snapshot
 * @record: not used
 *
 * Context: Any.
 */
void cgi_put_readers_waiting(struct cgi_out *o, const struct cgi_snapshot *s,
			     const void *record)
{
	cgi_out_u64(o, s->waiting.readers);
}

/**
 * cgi_put_oldest_wait() - print how long the first of them has waited
 * @o: where to
 * @s: the snapshot
 * @record: not used
 *
 * Context: Any.
 */
void cgi_put_oldest_wait(struct cgi_out *o, const struct cgi_snapshot *s, const void *record)
{
	cgi_out_u64(o, s->waiting.ns);
}
