// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loops over a snapshot can be long, and nobody waits for them but the reader.  So they make
 * way for other tasks, and end if the reader is killed.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "pause.h"

/* Of one task only: the unit tests run one after the other. */
size_t cgi_pause_touched;
size_t cgi_pause_most;

/**
 * cgi_pause_now() - let others run, and see whether the caller was killed
 *
 * Context: Process, may sleep.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_pause_now(void)
{
	if (CGI_COUNTS_TOUCHES) {
		cgi_pause_most = max(cgi_pause_most, cgi_pause_touched);
		cgi_pause_touched = 0;
	}
	cond_resched();
	return fatal_signal_pending(current) ? -EINTR : 0;
}
