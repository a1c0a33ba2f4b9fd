/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the check found.  An object is at fault if it violates the same invariant in the
 * first try, in the last one, and in all in between that could judge it.  A race shows
 * up in some tries only.
 */
#ifndef _CGI_SNAPSHOT_FINDINGS_H
#define _CGI_SNAPSHOT_FINDINGS_H

#include <linux/types.h>

#include "array.h"
#include "text.h"

/* In the order of the file; the four hierarchy rules come first. */
enum cgi_invariant {
	CGI_INVARIANT_HIERARCHY_CONTROLLERS,
	CGI_INVARIANT_CONTROLLER_HIERARCHY,
	CGI_INVARIANT_TASK_CGROUPS,
	CGI_INVARIANT_TASK_CSS_SET,
	CGI_INVARIANT_LINKS_SYMMETRIC,
	CGI_INVARIANT_LINKS_UNIQUE,
	CGI_INVARIANT_NR_TASKS,
	CGI_INVARIANT_EFFECTIVE_CSS,
	CGI_INVARIANT_DEFAULT_CGROUP,
	CGI_INVARIANT_DOMAIN,
	CGI_INVARIANT_POPULATED,
	CGI_INVARIANT_DESCENDANTS,
	CGI_INVARIANT_LEVELS,
	CGI_INVARIANT_CSS_TREE,
	CGI_INVARIANT_REFS,
	CGI_INVARIANT_HASH,
	CGI_INVARIANT_MIGRATION,
	CGI_INVARIANT_LISTS,
	CGI_INVARIANT_ANCESTORS,
	CGI_INVARIANT_ENABLED,
	CGI_INVARIANT_CSS_STATE,
	CGI_INVARIANT_E_CSETS,
	CGI_INVARIANT_THREADED,
	CGI_INVARIANT_DEAD,
	CGI_INVARIANT_NR_CGROUPS,
	CGI_INVARIANTS,
};

/* So many violations of an invariant are described; the rest are counted. */
#define CGI_FINDINGS_NAMED	16

/**
 * struct cgi_failure - an object that violates an invariant
 * @addr: identity of the object, or NULL if it has only a number
 * @number: serial number, id or start time, so that a later object at the same address is
 *          not taken for this one, as no lock is held between two tries; of a css_set, which
 *          has none of these, what its cgroups have
 * @invariant: &enum cgi_invariant
 */
struct cgi_failure {
	const void *addr;
	u64 number;
	u32 invariant;
};

/**
 * struct cgi_verdict - what was found of one invariant in the last try
 * @blame: lines that describe the first %CGI_FINDINGS_NAMED violations
 * @violations: violations by objects that have failed in every try
 * @skipped: objects that were in motion, or too large, and could not be judged
 */
struct cgi_verdict {
	struct cgi_text blame;
	u32 violations;
	u32 skipped;
};

/**
 * struct cgi_findings - what all tries found
 * @verdicts: by &enum cgi_invariant
 * @failures: &struct cgi_failure, the violations of the present try, and suspects that it
 *            could not judge
 * @suspects: &struct cgi_failure in order, the violations that no try before it refuted
 * @tries: tries that have ended
 */
struct cgi_findings {
	struct cgi_verdict verdicts[CGI_INVARIANTS];
	struct cgi_array failures;
	struct cgi_array suspects;
	unsigned int tries;
};

void cgi_findings_init(struct cgi_findings *f);
void cgi_findings_deinit(struct cgi_findings *f);
size_t cgi_findings_bytes(const struct cgi_findings *f);
void cgi_findings_begin_try(struct cgi_findings *f);
int cgi_findings_add(struct cgi_findings *f, const struct cgi_failure *failure,
		     const char *line);
int cgi_findings_keep(struct cgi_findings *f, const struct cgi_failure *failure);
int cgi_findings_end_try(struct cgi_findings *f);
bool cgi_findings_are_sound(const struct cgi_findings *f);

#endif /* _CGI_SNAPSHOT_FINDINGS_H */
