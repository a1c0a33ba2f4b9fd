// SPDX-License-Identifier: GPL-2.0-only
/*
 * What graph.dot needs to know of other records while it draws one: which removed cgroups are
 * drawn as one, all csses that hold a cgroup, where a css_set is drawn whole, and how much of its
 * identity tells it from all others.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "../snapshot/memory.h"
#include "../snapshot/snapshot.h"
#include "../snapshot/sort.h"
#include "picture.h"

/* The fewest digits that people can look for. */
#define CGI_ADDR_DIGITS_MIN	4
#define CGI_DIGIT_BITS		4

static int cgi_picture_reserve(struct cgi_snapshot *s)
{
	int err = cgi_array_reserve(&s->bunches, s->cgroups.count);

	if (!err)
		err = cgi_array_reserve(&s->next_holders, s->csses.count);
	if (!err)
		err = cgi_array_reserve(&s->homes, s->css_sets.count);
	return err;
}

static int cgi_bunches_begin(struct cgi_snapshot *s)
{
	struct cgi_bunch *bunch;
	size_t i;

	for (i = 0; i < s->cgroups.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		bunch = cgi_array_add(&s->bunches, 1);
		bunch->first = CGI_NONE;
		bunch->others = CGI_NONE;
		bunch->refs.kind = CGI_REFS_EXACT;
		bunch->css_refs.kind = CGI_REFS_EXACT;
	}
	return 0;
}

/* A number that is not exact can come out below 0, and then makes no other one smaller. */
static void cgi_bunch_add_refs(struct cgi_bunch *bunch, struct cgi_refs *sum,
			       const struct cgi_refs *refs)
{
	if (refs->kind == CGI_REFS_UNKNOWN) {
		bunch->unknown = true;
		return;
	}
	if (refs->kind == CGI_REFS_ABOUT)
		sum->kind = CGI_REFS_ABOUT;
	sum->count += max_t(s64, refs->count, 0);
}

static void cgi_bunch_add(struct cgi_snapshot *s, u32 index)
{
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, index);
	struct cgi_bunch *bunch;

	if (!cgi_cgroup_can_be_bunched(cgrp))
		return;
	bunch = cgi_bunch_at(s, cgrp->parent);
	if (!bunch->nr++)
		bunch->first = index;
	cgi_bunch_add_refs(bunch, &bunch->refs, &cgrp->unaccounted);
}

static int cgi_bunches_fill(struct cgi_snapshot *s)
{
	size_t i;

	for (i = 0; i < s->cgroups.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		cgi_bunch_add(s, i);
	}
	return 0;
}

static void cgi_bunch_add_css(struct cgi_snapshot *s, const struct cgi_css *css,
			      const struct cgi_cgroup *cgrp)
{
	struct cgi_bunch *bunch;

	if (!cgi_cgroup_can_be_bunched(cgrp))
		return;
	bunch = cgi_bunch_at(s, cgrp->parent);
	cgi_bunch_add_refs(bunch, &bunch->css_refs, &css->unaccounted);
	if (css->unaccounted.count > 0)
		bunch->controllers |= BIT(cgi_subsys_at(s, css->subsys)->id);
}

/* The css with the most references comes first in any case, so the others need no order. */
static void cgi_holder_add(struct cgi_snapshot *s, u32 index)
{
	const struct cgi_css *css = cgi_css_at(s, index);
	u32 *next = cgi_array_add(&s->next_holders, 1);
	struct cgi_bunch *bunch;

	*next = CGI_NONE;
	if (css->cgroup == CGI_NONE)
		return;
	cgi_bunch_add_css(s, css, cgi_cgroup_at(s, css->cgroup));
	if (css->unaccounted.count <= 0 || cgi_cgroup_at(s, css->cgroup)->holder == index)
		return;
	bunch = cgi_bunch_at(s, css->cgroup);
	*next = bunch->others;
	bunch->others = index;
}

static int cgi_holders_chain(struct cgi_snapshot *s)
{
	size_t i;

	for (i = 0; i < s->csses.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		cgi_holder_add(s, i);
	}
	return 0;
}

/* If all of them have only their roots, the first one is drawn as a tree all the same. */
static void cgi_first_tree_find(struct cgi_snapshot *s)
{
	u32 i;

	s->first_tree = 0;
	for (i = 0; i < s->hierarchies.count; i++)
		if (cgi_hierarchy_has_branches(cgi_hierarchy_at(s, i))) {
			s->first_tree = i;
			return;
		}
}

/*
 * The link beside which a css_set is drawn whole: in the first tree in which it is not at the
 * root, or else in the first one.  Links are in order, the highest hierarchy first.
 */
static u32 cgi_home_find(const struct cgi_snapshot *s, const struct cgi_css_set *cset)
{
	const struct cgi_cgroup *cgrp;
	u32 i, home = CGI_NONE;

	for (i = cset->first_link + cset->nr_links; i-- > cset->first_link;) {
		if (cgi_link_at(s, i)->cgroup == CGI_NONE)
			continue;
		cgrp = cgi_cgroup_at(s, cgi_link_at(s, i)->cgroup);
		if (!cgi_hierarchy_has_tree(s, cgrp->hierarchy))
			continue;
		if (cgrp->parent != CGI_NONE)
			return i;
		if (home == CGI_NONE)
			home = i;
	}
	return home;
}

static int cgi_homes_find(struct cgi_snapshot *s)
{
	u32 *home;
	size_t i;

	for (i = 0; i < s->css_sets.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		home = cgi_array_add(&s->homes, 1);
		*home = cgi_home_find(s, cgi_css_set_at(s, i));
	}
	return 0;
}

/* The last digit comes first, so identities whose ends are alike are neighbours once sorted. */
static u64 cgi_addr_key(const void *addr)
{
	u64 value = 0, key = 0;
	char text[24];
	int i;

	snprintf(text, sizeof(text), "%p", addr);
	if (kstrtou64(text, 16, &value))
		return 0;
	for (i = 0; i < 64 / CGI_DIGIT_BITS; i++) {
		key = key << CGI_DIGIT_BITS | (value & 0xf);
		value >>= CGI_DIGIT_BITS;
	}
	return key;
}

static int cgi_key_compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static int cgi_addr_keys_fill(const struct cgi_snapshot *s, u64 *keys)
{
	size_t i;

	for (i = 0; i < s->css_sets.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		keys[i] = cgi_addr_key(cgi_css_set_at(s, i)->addr);
	}
	return 0;
}

/* No number of digits tells those apart that %p prints alike, so they make no difference. */
static int cgi_addr_digits_count(struct cgi_snapshot *s, const u64 *keys)
{
	unsigned int alike;
	size_t i;

	s->addr_digits = CGI_ADDR_DIGITS_MIN;
	for (i = 1; i < s->css_sets.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		if (keys[i - 1] == keys[i])
			continue;
		alike = (64 - fls64(keys[i - 1] ^ keys[i])) / CGI_DIGIT_BITS;
		s->addr_digits = max(s->addr_digits, alike + 1);
	}
	return 0;
}

static int cgi_addr_digits_find(struct cgi_snapshot *s)
{
	u64 *keys = cgi_alloc(s->css_sets.count, sizeof(*keys));
	int err = keys ? cgi_addr_keys_fill(s, keys) : -ENOMEM;

	if (!err)
		err = cgi_sort(keys, s->css_sets.count, sizeof(*keys), cgi_key_compare);
	if (!err)
		err = cgi_addr_digits_count(s, keys);
	kvfree(keys);
	return err;
}

/**
 * cgi_picture_derive() - find what graph.dot needs to know before it begins
 * @s: the snapshot, derived but for this
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_picture_derive(struct cgi_snapshot *s)
{
	int err = cgi_picture_reserve(s);

	cgi_first_tree_find(s);
	if (!err)
		err = cgi_bunches_begin(s);
	if (!err)
		err = cgi_bunches_fill(s);
	if (!err)
		err = cgi_holders_chain(s);
	if (!err)
		err = cgi_homes_find(s);
	if (!err)
		err = cgi_addr_digits_find(s);
	return err;
}
