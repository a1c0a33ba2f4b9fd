/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_CHECK_H
#define _CGI_CHECK_H

#include "../snapshot/snapshot.h"

/* In the order of the file; the four hierarchy rules come first. */
enum cgi_invariant {
	CGI_CHECK_HIERARCHY_CONTROLLERS,
	CGI_CHECK_CONTROLLER_HIERARCHY,
	CGI_CHECK_TASK_CGROUPS,
	CGI_CHECK_TASK_CSS_SET,
	CGI_CHECK_LINKS_SYMMETRIC,
	CGI_CHECK_LINKS_UNIQUE,
	CGI_CHECK_NR_TASKS,
	CGI_CHECK_EFFECTIVE_CSS,
	CGI_CHECK_DEFAULT_CGROUP,
	CGI_CHECK_DOMAIN,
	CGI_CHECK_POPULATED,
	CGI_CHECK_DESCENDANTS,
	CGI_CHECK_LEVELS,
	CGI_CHECK_CSS_TREE,
	CGI_CHECK_REFS,
	CGI_CHECK_HASH,
	CGI_CHECK_COUNT,
};

/**
 * struct cgi_check - what the check found
 * @blame: lines that name the offenders
 * @first: where the lines of each invariant begin in @blame
 * @violations: offenders of each invariant
 * @skipped: objects of each invariant that were in motion and could not be judged
 * @failed: bit for each invariant that is violated
 * @now: the invariant that is being judged
 * @err: 0, or -ENOMEM if there was no room to name an offender
 */
struct cgi_check {
	struct cgi_text blame;
	size_t first[CGI_CHECK_COUNT];
	u32 violations[CGI_CHECK_COUNT];
	u32 skipped[CGI_CHECK_COUNT];
	u32 failed;
	enum cgi_invariant now;
	int err;
};

/* Offenders that are named; the rest are counted. */
#define CGI_CHECK_NAMED	16

/* A race that the check could not tell from a fault does not come so often. */
#define CGI_CHECK_TRIES	5

struct cgi_check *cgi_check_create(void);
void cgi_check_destroy(struct cgi_check *c);
int cgi_check_run(struct cgi_check *c, const struct cgi_snapshot *s);
int cgi_check_repeat(struct cgi_snapshot *s, int (*collect)(struct cgi_snapshot *s));
const char *cgi_check_name(enum cgi_invariant invariant);

#endif /* _CGI_CHECK_H */
