// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is charged to a css of memory alone, and how sure that is.
 *
 * A counter has what is charged to the css and below it. If it has no more than is on the css's
 * lists, and on none of its children's, these are all the pages that there are. If it has more,
 * that can be pages which a CPU has yet to put on a list, the kernel's own memory, or
 * what a CPU has taken in advance.
 */
#include <linux/kernel.h>
#include <linux/stddef.h>

#include "../snapshot/snapshot.h"
#include "charges.h"
#include "resolver.h"

static void cgi_charge_take_off_parent(struct cgi_snapshot *s, const struct cgi_resolver *r,
				       u32 index)
{
	const struct cgi_css *css = cgi_css_at(s, index);
	const struct cgi_charge *charge = cgi_charge_of(s, css);
	struct cgi_charge *parent;

	if (!charge || !charge->counted_above || css->parent == CGI_NONE)
		return;
	parent = cgi_charge_of(s, cgi_css_at(s, css->parent));
	if (parent)
		parent->pages_below += charge->charged;
}

static void cgi_charge_judge(struct cgi_snapshot *s, const struct cgi_resolver *r, u32 index)
{
	struct cgi_charge *charge = cgi_charge_at(s, index);

	charge->pages.kind = charge->charged - charge->pages_below == charge->pages.count ?
			     CGI_REFS_EXACT : CGI_REFS_ABOUT;
}

static void cgi_writeback_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r, u32 index)
{
	u32 css = cgi_keys_find(&r->csses, cgi_writeback_at(s, index)->css_addr);
	struct cgi_charge *charge = css == CGI_NONE ? NULL : cgi_charge_of(s, cgi_css_at(s, css));

	if (charge)
		charge->nr_writeback++;
}

static const struct cgi_resolve_step cgi_charges_steps[] = {
	{ offsetof(struct cgi_snapshot, csses), cgi_charge_take_off_parent },
	{ offsetof(struct cgi_snapshot, charges), cgi_charge_judge },
	{ offsetof(struct cgi_snapshot, writebacks), cgi_writeback_resolve },
};

/**
 * cgi_charges_resolve() - take what is charged to its children off each css of memory, and count
 * @s: the snapshot, whose csses are resolved
 * @r: where to find the records of identities
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_charges_resolve(struct cgi_snapshot *s, const struct cgi_resolver *r)
{
	return cgi_resolve_in_steps(s, r, cgi_charges_steps, ARRAY_SIZE(cgi_charges_steps));
}
