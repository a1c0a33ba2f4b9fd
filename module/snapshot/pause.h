/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_PAUSE_H
#define _CGI_PAUSE_H

#include <linux/types.h>

/*
 * So many objects are looked at between two pauses.  Each may lead to some dozens of others, as a
 * css_set to links and csses.
 */
#define CGI_PAUSE_OBJECTS	64

extern size_t cgi_pause_touched;
extern size_t cgi_pause_most;

/* Unit tests count how many records are looked at between two pauses. */
static inline void cgi_pause_touch(void)
{
	if (CGI_COUNTS_TOUCHES)
		cgi_pause_touched++;
}

int cgi_pause_now(void);

/**
 * cgi_pause() - let others run, and see whether the caller was killed, every now and then
 * @i: number of the object that comes next
 *
 * Context: Process, may sleep.
 * Return: 0, or -EINTR if the caller was killed.
 */
static inline int cgi_pause(size_t i)
{
	return i % CGI_PAUSE_OBJECTS ? 0 : cgi_pause_now();
}

#endif /* _CGI_PAUSE_H */
