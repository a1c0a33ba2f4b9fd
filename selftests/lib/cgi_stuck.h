/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tasks that are stuck in the kernel for as long as a test wants.
 */
#ifndef CGI_STUCK_H
#define CGI_STUCK_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Makes a child that waits in the kernel where only a fatal signal ends it, so that it can't be
 * frozen. Returns 0 with errno if there is no way to make one here.
 */
pid_t cgi_park_resisting(void);
/*
 * Returns the thread that holds cgroup_mutex from now on and has this comm, or 0 with errno if
 * there is no way to make one here.
 */
pid_t cgi_hold_mutex(const char *comm);
/* Returns whether it was held to the end. */
bool cgi_let_mutex_go(void);

#endif
