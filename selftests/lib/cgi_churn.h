/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Load on the cgroup core: workers that fork, exit, move, make and remove
 * until cgi_kill_all(), in cgroups of a named v1 hierarchy and of cgroup2.
 *
 *   named   c0 ... c7   cgroup2   c0 ... c7, t: threaded t0, t1
 */
#ifndef CGI_CHURN_H
#define CGI_CHURN_H

#include "cgi.h"

#define CGI_CHURN_DIRS	8

/* How often each of these was done is counted for all processes together. */
enum cgi_work {
	CGI_FORKS,
	CGI_THREADS,
	CGI_MOVES,
	CGI_THREAD_MOVES,
	CGI_DIRS,
	CGI_ZOMBIE_DIRS,
	CGI_SWITCHES,
	CGI_MOUNTS,
	CGI_REBINDS,
	CGI_HOTPLUGS,
	CGI_CHECKS,
	CGI_SNAPSHOTS,
	CGI_HOLDERS,
	CGI_FAULTS,
	CGI_NR_WORKS,
};

/* Sets the numbers to 0, also for the children of this process. */
void cgi_works_begin(void);
void cgi_work_did(enum cgi_work work);
unsigned int cgi_work_done(enum cgi_work work);
/* Makes the cgroups, and returns the directory in cgroup2. */
const char *cgi_churn_setup(void);
/* Starts those that fork, move, make and remove. */
void cgi_churn_start(void);
/*
 * Prints how much of @work was done, and returns false if it was less than
 * @least.
 */
bool cgi_churn_was(enum cgi_work work, unsigned int least);

#endif
