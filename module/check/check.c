// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is the graph sound?  Invariants over a snapshot with CGI_WANT_CHECK; plain
 * data only.
 *
 * Only facts of one instant are compared.  Where the snapshot can't vouch for
 * that, the object is skipped and counted as such: a race is no fault.
 */
#include <linux/bits.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "judges.h"

/* Between two tries. */
#define CGI_CHECK_PAUSE_MS	20

/* The longest line of blame is far below this. */
#define CGI_CHECK_LINE	256

/**
 * cgi_blame() - note an offender against the invariant that is being judged
 * @c: the check
 * @format: as for printf(), one line without its end
 *
 * Context: Process, may sleep.
 */
void cgi_blame(struct cgi_check *c, const char *format, ...)
{
	char line[CGI_CHECK_LINE];
	va_list args;

	c->failed |= BIT(c->now);
	if (c->violations[c->now]++ >= CGI_CHECK_NAMED)
		return;
	if (cgi_text_reserve(&c->blame, sizeof(line) + 4)) {
		c->err = -ENOMEM;
		return;
	}
	va_start(args, format);
	vscnprintf(line, sizeof(line), format, args);
	va_end(args);
	cgi_text_printf(&c->blame, "# %s\n", line);
}

struct cgi_invariant_entry {
	const char *name;
	void (*judge)(struct cgi_check *c, const struct cgi_snapshot *s);
};

static const struct cgi_invariant_entry cgi_invariants[CGI_CHECK_COUNT] = {
	[CGI_CHECK_HIERARCHY_CONTROLLERS] = {
		"rule 1: a hierarchy has any number of controllers",
		cgi_check_hierarchy_controllers },
	[CGI_CHECK_CONTROLLER_HIERARCHY] = {
		"rule 2: a controller is on one hierarchy at a time",
		cgi_check_controller_hierarchy },
	[CGI_CHECK_TASK_CGROUPS] = {
		"rule 3: a task is in one cgroup of each hierarchy",
		cgi_check_task_cgroups },
	[CGI_CHECK_TASK_CSS_SET] = {
		"rule 4: a task has a css_set of the graph",
		cgi_check_task_css_set },
	[CGI_CHECK_LINKS_SYMMETRIC] = {
		"links are on the lists of both ends",
		cgi_check_links_symmetric },
	[CGI_CHECK_LINKS_UNIQUE] = {
		"a css_set has one link for each hierarchy",
		cgi_check_links_unique },
	[CGI_CHECK_NR_TASKS] = {
		"tasks on the lists of a css_set equal nr_tasks",
		cgi_check_nr_tasks },
	[CGI_CHECK_EFFECTIVE_CSS] = {
		"an effective css is of the linked cgroup or its nearest ancestor",
		cgi_check_effective_css },
	[CGI_CHECK_DEFAULT_CGROUP] = {
		"the default cgroup is the one linked in the default hierarchy",
		cgi_check_default_cgroup },
	[CGI_CHECK_DOMAIN] = {
		"the css_set of a domain is in that domain",
		cgi_check_domain },
	[CGI_CHECK_POPULATED] = {
		"populated counters equal what is populated",
		cgi_check_populated },
	[CGI_CHECK_DESCENDANTS] = {
		"nr_descendants and nr_dying_descendants equal the tree",
		cgi_check_descendants },
	[CGI_CHECK_LEVELS] = {
		"a cgroup is one level below its parent",
		cgi_check_levels },
	[CGI_CHECK_CSS_TREE] = {
		"a css is younger than its parent, siblings are in order",
		cgi_check_css_tree },
	[CGI_CHECK_REFS] = {
		"reference counts are not below what the graph explains",
		cgi_check_refs },
	[CGI_CHECK_HASH] = {
		"css_sets of a hash chain have the same key",
		cgi_check_hash },
};

/**
 * cgi_check_run() - judge a snapshot
 * @c: where to put what is found; zero or of an earlier run
 * @s: a snapshot with CGI_WANT_CHECK, finished
 *
 * Context: Process, may sleep.
 * Return: 0, whatever was found, or -ENOMEM.
 */
int cgi_check_run(struct cgi_check *c, const struct cgi_snapshot *s)
{
	struct cgi_text blame = c->blame;

	*c = (struct cgi_check){ .blame = blame };
	c->blame.length = 0;
	for (c->now = 0; c->now < CGI_CHECK_COUNT; c->now++) {
		cond_resched();
		c->first[c->now] = cgi_text_begin(&c->blame);
		cgi_invariants[c->now].judge(c, s);
		if (cgi_text_reserve(&c->blame, 1))
			return -ENOMEM;
		cgi_text_end(&c->blame);
	}
	return c->err;
}

/**
 * cgi_check_create() - a check that has found nothing yet
 *
 * Context: Process, may sleep.
 * Return: the check, or NULL if out of memory.
 */
struct cgi_check *cgi_check_create(void)
{
	return kzalloc(sizeof(struct cgi_check), GFP_KERNEL_ACCOUNT);
}

/**
 * cgi_check_destroy() - free a check
 * @c: the check, or NULL
 *
 * Context: Process, may sleep.
 */
void cgi_check_destroy(struct cgi_check *c)
{
	if (!c)
		return;
	cgi_text_free(&c->blame);
	kfree(c);
}

static int cgi_check_once(struct cgi_snapshot *s, int (*collect)(struct cgi_snapshot *s))
{
	int err = collect(s);

	return err ? err : cgi_check_run(s->check, s);
}

/**
 * cgi_check_repeat() - judge snapshots until nothing is violated in all of them
 * @s: where to collect them, one after the other; has no check yet
 * @collect: takes a snapshot of the kind that cgi_check_run() judges
 *
 * What is violated each time is a fault.
 *
 * Context: Process, sleeps.
 * Return: 0, whatever was found, what @collect returned, -ENOMEM, or -EINTR if
 *         the caller was killed.
 */
int cgi_check_repeat(struct cgi_snapshot *s, int (*collect)(struct cgi_snapshot *s))
{
	u32 failed = U32_MAX;
	int err, i;

	s->check = cgi_check_create();
	if (!s->check)
		return -ENOMEM;
	for (i = 0; i < CGI_CHECK_TRIES && failed; i++) {
		/* Also with a signal pending: the pause is what a race does not outlast. */
		if (i && schedule_timeout_killable(msecs_to_jiffies(CGI_CHECK_PAUSE_MS)))
			return -EINTR;
		err = cgi_check_once(s, collect);
		if (err)
			return err;
		failed &= s->check->failed;
	}
	s->check->failed = failed;
	return 0;
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
	return cgi_invariants[invariant].name;
}
