// SPDX-License-Identifier: GPL-2.0-only
/*
 * From identities to indices, and what can be counted then: what only the check needs.
 */
#include <linux/errno.h>
#include <linux/kernel.h>

#include "../snapshot/snapshot.h"
#include "evidence.h"
#include "resolver.h"

static void cgi_cgroup_note_threaded(struct cgi_snapshot *s, const struct cgi_resolver *r,
				     u32 index)
{
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, index);

	if (cgrp->parent != CGI_NONE && cgrp->threaded && cgrp->state == CGI_CGROUP_LIVE)
		cgi_cgroup_evidence_at(s, cgrp->parent)->nr_threaded++;
}

static void cgi_css_evidence_begin(struct cgi_snapshot *s, const struct cgi_resolver *r, u32 index)
{
	struct cgi_css_evidence *evidence = cgi_css_evidence_of(s, cgi_css_at(s, index));

	evidence->last_child = CGI_NONE;
	evidence->older_sibling = CGI_NONE;
}

/* By serial, parents come before children, and older children before younger ones. */
static void cgi_css_note_at_parent(struct cgi_snapshot *s, const struct cgi_resolver *r, u32 index)
{
	const struct cgi_css *css = cgi_css_at(s, index);
	struct cgi_css_evidence *parent;

	if (css->parent == CGI_NONE)
		return;
	parent = cgi_css_evidence_of(s, cgi_css_at(s, css->parent));
	cgi_css_evidence_of(s, css)->older_sibling = parent->last_child;
	parent->last_child = index;
	if (css->flags & CGI_CSS_FLAG_ONLINE)
		parent->nr_online++;
}

static void cgi_css_set_resolve_next(struct cgi_snapshot *s, const struct cgi_resolver *r,
				     u32 index)
{
	struct cgi_css_set_evidence *evidence = cgi_css_set_evidence_at(s, index);

	evidence->hash_next = cgi_keys_find(&r->css_sets, evidence->hash_next_addr);
}

/*
 * The default hierarchy was walked last, so a css_set that was found there lived all the
 * time.
 */
static void cgi_css_set_note_back_link(struct cgi_snapshot *s, const struct cgi_resolver *r,
				       u32 index)
{
	const struct cgi_back_link *link = cgi_back_link_at(s, index);
	struct cgi_css_set_evidence *evidence;

	if (link->css_set == CGI_NONE)
		return;
	evidence = cgi_css_set_evidence_at(s, link->css_set);
	if (!evidence->nr_back_links++)
		evidence->first_back_link = index;
	if (link->cgroup != CGI_NONE && cgi_hierarchy_of(s, link->cgroup)->version == 2)
		evidence->alive = true;
}

static void cgi_css_set_count_alive(struct cgi_snapshot *s, const struct cgi_resolver *r, u32 index)
{
	const struct cgi_css_set *cset = cgi_css_set_at(s, index);
	size_t i;
	u32 css;

	if (!cgi_css_set_evidence_at(s, index)->alive)
		return;
	for (i = 0; i < s->subsystems.count; i++) {
		css = cgi_effective_of(s, cset, i)->css;
		if (css != CGI_NONE)
			cgi_css_evidence_of(s, cgi_css_at(s, css))->nr_alive++;
	}
}

/* In the order of links: by css_set, highest cgroup first. */
static int cgi_back_link_compare(const void *a, const void *b)
{
	const struct cgi_back_link *x = a, *y = b;

	if (x->css_set != y->css_set)
		return x->css_set < y->css_set ? -1 : 1;
	return x->cgroup > y->cgroup ? -1 : x->cgroup < y->cgroup;
}

/* Back links have indices by now, and are in order. */
static const struct cgi_resolve_step cgi_evidence_steps[] = {
	{ offsetof(struct cgi_snapshot, cgroups), cgi_cgroup_note_threaded },
	{ offsetof(struct cgi_snapshot, csses), cgi_css_evidence_begin },
	{ offsetof(struct cgi_snapshot, csses), cgi_css_note_at_parent },
	{ offsetof(struct cgi_snapshot, css_sets), cgi_css_set_resolve_next },
	{ offsetof(struct cgi_snapshot, back_links), cgi_css_set_note_back_link },
	{ offsetof(struct cgi_snapshot, css_sets), cgi_css_set_count_alive },
};

/**
 * cgi_evidence_resolve() - turn identities into indices in what only the check needs, and count
 * @s: the snapshot, resolved but for this
 * @r: where to find the records of identities
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_evidence_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r)
{
	int err = cgi_array_sort(&s->back_links, cgi_back_link_compare);

	if (!err)
		err = cgi_resolve_in_steps(s, r, cgi_evidence_steps,
					   ARRAY_SIZE(cgi_evidence_steps));
	return err;
}
