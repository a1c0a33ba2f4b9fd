/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The debug controller (CONFIG_CGROUP_DEBUG) walks the same lists as the module
 * from inside the kernel: on v1 if it is mounted, else on v2 (boot argument
 * cgroup_debug). Pointers are compared as text, so this needs no_hash_pointers:
 * a hash is no address.
 */
#ifndef CGI_DEBUG_H
#define CGI_DEBUG_H

#include <stdbool.h>

#include "cgi.h"

/* Ends the program as skipped if there is none, or pointers are hashed. */
void cgi_debug_need(void);

/*
 * The controller is on this hierarchy. Its files are called differently on v1
 * and v2.
 */
extern struct cgi_hier cgi_debug_hier;
extern const char *cgi_debug_css_links;
extern const char *cgi_debug_csses;

/*
 * Returns the text of a file of the controller, or NULL, after saying why, if
 * there is none.
 */
char *cgi_debug_ask(const char *dir, const char *file);

struct cgi_debug_cset {
	char css_set[32];
	char dom[32];
	long refs;		/* -1: not shown */
	long tasks;
	long threaded;
	bool dead;
	struct cgi_set tids;
};

/*
 * Fills in what a line that begins with "css_set" tells. What other lines tell
 * stays empty.
 */
void cgi_debug_parse(struct cgi_debug_cset *cset, const char *line);

/*
 * Makes css_sets of all kinds, and returns a cgroup of the controller's
 * hierarchy. cgi_kill_all() ends what is in it.
 *
 *   named hierarchy     n: p0
 *   cgroup2             dom: a leader     dom/t: its thread (threaded)
 *   the controller's    d: p0, a zombie   d/sub: p1, in a cgroup namespace
 */
char *cgi_debug_make(void);

#endif
