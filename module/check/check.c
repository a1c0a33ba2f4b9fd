// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is the graph sound?  Every record of a snapshot that was taken with CGI_WANT_CHECK is
 * judged against the invariants of its kind.
 *
 * Only facts of one instant are compared.  Where the snapshot can't vouch for that, the
 * object is skipped and counted as such, since a race is no fault.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "check.h"
#include "judge.h"

/* The longest line of blame is far below this. */
#define CGI_BLAME_LINE	256

static const char *const cgi_invariant_names[CGI_INVARIANTS] = {
	[CGI_INVARIANT_HIERARCHY_CONTROLLERS] =
		"rule 1: a hierarchy has any number of controllers",
	[CGI_INVARIANT_CONTROLLER_HIERARCHY] =
		"rule 2: a controller is on one hierarchy at a time",
	[CGI_INVARIANT_TASK_CGROUPS] =
		"rule 3: a task has the memberships of the css_set that lists it",
	[CGI_INVARIANT_TASK_CSS_SET] =
		"rule 4: a task has a css_set of the graph",
	[CGI_INVARIANT_LINKS_SYMMETRIC] =
		"links are on the lists of both ends",
	[CGI_INVARIANT_LINKS_UNIQUE] =
		"a css_set has one link for each hierarchy",
	[CGI_INVARIANT_NR_TASKS] =
		"tasks on the lists of a css_set equal nr_tasks",
	[CGI_INVARIANT_EFFECTIVE_CSS] =
		"an effective css is the one of the linked cgroup or its nearest ancestor",
	[CGI_INVARIANT_DEFAULT_CGROUP] =
		"the default cgroup is the one linked in the default hierarchy",
	[CGI_INVARIANT_DOMAIN] =
		"the css_set of a domain is in that domain",
	[CGI_INVARIANT_POPULATED] =
		"populated counters equal what is populated",
	[CGI_INVARIANT_DESCENDANTS] =
		"nr_descendants and nr_dying_descendants equal the tree",
	[CGI_INVARIANT_LEVELS] =
		"a cgroup is one level below its parent",
	[CGI_INVARIANT_CSS_TREE] =
		"a css is younger than its parent, siblings are in order",
	[CGI_INVARIANT_REFS] =
		"reference counts are not below what the graph explains, nor saturated",
	[CGI_INVARIANT_HASH] =
		"neighbours in a hash chain have the same key",
	[CGI_INVARIANT_MIGRATION] =
		"no task is in the middle of a migration",
	[CGI_INVARIANT_LISTS] =
		"each node of a list is of that list and points back",
	[CGI_INVARIANT_ANCESTORS] =
		"a cgroup knows all of its ancestors",
	[CGI_INVARIANT_ENABLED] =
		"a live cgroup has the csses and files that its parent enables",
	[CGI_INVARIANT_CSS_STATE] =
		"flags and online_cnt of a css fit its state and its children",
	[CGI_INVARIANT_E_CSETS] =
		"css_sets are on the list of each css that they use",
	[CGI_INVARIANT_THREADED] =
		"css_sets and cgroups that are threaded are counted at their domain",
	[CGI_INVARIANT_DEAD] =
		"a css_set is dead if and only if one of its cgroups was removed",
	[CGI_INVARIANT_NR_CGROUPS] =
		"a hierarchy counts no fewer cgroups than it has",
};

static struct cgi_failure cgi_judge_failure(const struct cgi_judge *judge,
					    enum cgi_invariant invariant)
{
	return (struct cgi_failure){ .addr = judge->addr, .number = judge->number,
				     .invariant = invariant };
}

/**
 * cgi_blame() - note that the object which is judged violates an invariant
 * @judge: the judge
 * @invariant: the invariant
 * @format: as for printf(), one line without its end
 *
 * Context: Process, may sleep.
 */
void cgi_blame(struct cgi_judge *judge, enum cgi_invariant invariant, const char *format, ...)
{
	const struct cgi_failure failure = cgi_judge_failure(judge, invariant);
	char line[CGI_BLAME_LINE];
	va_list args;
	int err;

	va_start(args, format);
	vscnprintf(line, sizeof(line), format, args);
	va_end(args);
	err = cgi_findings_add(judge->findings, &failure, line);
	if (err)
		judge->err = err;
}

/**
 * cgi_skip() - note that an object is in motion, or too large to be read in one hold
 * @judge: the judge
 * @invariant: the invariant that it can't be judged against
 *
 * Context: Process, may sleep.
 */
void cgi_skip(struct cgi_judge *judge, enum cgi_invariant invariant)
{
	const struct cgi_failure failure = cgi_judge_failure(judge, invariant);
	int err = cgi_findings_keep(judge->findings, &failure);

	if (err)
		judge->err = err;
}

static void cgi_check_each(struct cgi_judge *judge, const struct cgi_array *records,
			   void (*judge_one)(struct cgi_judge *judge, u32 index))
{
	size_t i;

	for (i = 0; i < records->count && !judge->err; i++) {
		judge_one(judge, i);
		if (!judge->err)
			judge->err = cgi_pause(i);
	}
}

/**
 * cgi_check_judge() - judge a snapshot, as one try of several
 * @s: a snapshot with CGI_WANT_CHECK, derived; @s->findings has what earlier tries found
 *
 * Context: Process, may sleep.
 * Return: 0, whatever was found, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_check_judge(struct cgi_snapshot *s)
{
	struct cgi_judge judge = { .snapshot = s, .findings = &s->findings };

	cgi_findings_begin_try(&s->findings);
	judge.err = cgi_branches_create(s, &judge.branches);
	cgi_check_each(&judge, &s->hierarchies, cgi_judge_hierarchy);
	cgi_check_each(&judge, &s->subsystems, cgi_judge_subsys);
	cgi_check_each(&judge, &s->tasks, cgi_judge_task);
	cgi_check_each(&judge, &s->css_sets, cgi_judge_css_set);
	cgi_check_each(&judge, &s->back_links, cgi_judge_back_link);
	cgi_check_each(&judge, &s->cgroups, cgi_judge_cgroup);
	cgi_check_each(&judge, &s->csses, cgi_judge_css);
	cgi_check_each(&judge, &s->broken, cgi_judge_broken);
	kvfree(judge.branches);
	return judge.err ? judge.err : cgi_findings_end_try(&s->findings);
}

/**
 * cgi_check_name() - the words for an invariant
 * @invariant: the invariant
 *
 * Context: Any.
 * Return: a short sentence.
 */
const char *cgi_check_name(enum cgi_invariant invariant)
{
	return cgi_invariant_names[invariant];
}
