// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exited tasks of cgroups: those of the css_sets linked to them.
 */
#include <linux/kernel.h>
#include <linux/stddef.h>

#include "../snapshot/snapshot.h"
#include "exiting.h"
#include "resolve.h"
#include "resolver.h"

/* A task that left dying_tasks after that list was read has been counted with the list. */
static void cgi_exit_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r, u32 index)
{
	const struct cgi_exit *gone = (struct cgi_exit *)s->exits.data + index;
	u32 css_set = cgi_keys_find(&r->css_sets, gone->css_set_addr);

	if (css_set != CGI_NONE && !cgi_is_on_dying_tasks(s, gone->task_addr, gone->started))
		cgi_css_set_at(s, css_set)->exiting.count++;
}

static void cgi_exiting_begin(struct cgi_snapshot *s, const struct cgi_resolver *r, u32 index)
{
	cgi_exiting_of(s, index)->kind = CGI_REFS_EXACT;
}

/* If the list of one css_set was not read to its end, the sum is not known either. */
static void cgi_exiting_note_link(struct cgi_snapshot *s, const struct cgi_resolver *r, u32 index)
{
	const struct cgi_link *link = cgi_link_at(s, index);
	const struct cgi_refs *of_css_set = &cgi_css_set_at(s, link->css_set)->exiting;
	struct cgi_refs *exiting;

	if (link->cgroup == CGI_NONE)
		return;
	exiting = cgi_exiting_of(s, link->cgroup);
	exiting->count += of_css_set->count;
	if (of_css_set->kind == CGI_REFS_UNKNOWN)
		exiting->kind = CGI_REFS_UNKNOWN;
}

static const struct cgi_resolve_step cgi_exiting_steps[] = {
	{ offsetof(struct cgi_snapshot, exits), cgi_exit_resolve },
	{ offsetof(struct cgi_snapshot, exiting), cgi_exiting_begin },
	{ offsetof(struct cgi_snapshot, links), cgi_exiting_note_link },
};

/**
 * cgi_exiting_resolve() - count the exited tasks of each cgroup
 * @s: the snapshot, resolved but for this
 * @r: where to find the records of identities
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_exiting_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r)
{
	return cgi_resolve_in_steps(s, r, cgi_exiting_steps, ARRAY_SIZE(cgi_exiting_steps));
}
