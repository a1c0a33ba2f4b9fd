// SPDX-License-Identifier: GPL-2.0-only
/*
 * Life of a snapshot.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "../check/check.h"
#include "snapshot.h"

#define CGI_SNAPSHOT_ARRAYS	12

static struct cgi_array *cgi_snapshot_array(struct cgi_snapshot *s, unsigned int i)
{
	struct cgi_array *arrays[CGI_SNAPSHOT_ARRAYS] = {
		&s->tasks, &s->css_sets, &s->links, &s->cgroups,
		&s->csses, &s->hierarchies, &s->subsystems, &s->names,
		&s->off_list, &s->namespaces, &s->samples, &s->back_links,
	};

	return arrays[i];
}

/**
 * cgi_snapshot_create() - an empty snapshot
 * @want: CGI_WANT_*, what it is for
 *
 * Context: Process, may sleep.
 * Return: the snapshot, or NULL if out of memory.
 */
struct cgi_snapshot *cgi_snapshot_create(unsigned int want)
{
	struct cgi_snapshot *s = kzalloc(sizeof(*s), GFP_KERNEL_ACCOUNT);

	if (!s)
		return NULL;
	s->want = want;
	s->tasks.size = sizeof(struct cgi_task);
	s->css_sets.size = sizeof(struct cgi_css_set);
	s->links.size = sizeof(struct cgi_link);
	s->cgroups.size = sizeof(struct cgi_cgroup);
	s->csses.size = sizeof(struct cgi_css);
	s->hierarchies.size = sizeof(struct cgi_hierarchy);
	s->subsystems.size = sizeof(struct cgi_subsys);
	s->names.size = 1;
	s->off_list.size = sizeof(struct cgi_off_list);
	s->namespaces.size = sizeof(struct cgi_namespace);
	s->samples.size = sizeof(struct cgi_sample);
	s->back_links.size = sizeof(struct cgi_back_link);
	return s;
}

/**
 * cgi_snapshot_destroy() - free a snapshot
 * @s: the snapshot, or NULL
 *
 * Context: Process, may sleep.
 */
void cgi_snapshot_destroy(struct cgi_snapshot *s)
{
	unsigned int i;

	if (!s)
		return;
	for (i = 0; i < CGI_SNAPSHOT_ARRAYS; i++)
		cgi_array_free(cgi_snapshot_array(s, i));
	cgi_text_free(&s->text);
	cgi_check_destroy(s->check);
	kfree(s);
}

/**
 * cgi_snapshot_reserve() - empty a snapshot, with room for what it last counted
 * @s: the snapshot
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0 or -ENOMEM.
 */
int cgi_snapshot_reserve(struct cgi_snapshot *s)
{
	unsigned int i;
	int err;

	for (i = 0; i < CGI_SNAPSHOT_ARRAYS; i++) {
		err = cgi_array_reserve(cgi_snapshot_array(s, i));
		if (err)
			return err;
	}
	return 0;
}

/**
 * cgi_snapshot_fits() - whether every record found its place
 * @s: the snapshot
 *
 * Context: Any.
 * Return: false if the collection must be repeated with more room.
 */
bool cgi_snapshot_fits(struct cgi_snapshot *s)
{
	unsigned int i;

	for (i = 0; i < CGI_SNAPSHOT_ARRAYS; i++)
		if (!cgi_array_fits(cgi_snapshot_array(s, i)))
			return false;
	return true;
}

static int cgi_hierarchy_compare(const void *a, const void *b)
{
	const struct cgi_hierarchy *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/**
 * cgi_snapshot_sort_hierarchies() - put the hierarchies in ascending order of id
 * @s: the snapshot, whose hierarchies fit
 *
 * Cgroups are collected in this order, so an index of a cgroup also orders by
 * hierarchy.
 *
 * Context: Any.
 */
void cgi_snapshot_sort_hierarchies(struct cgi_snapshot *s)
{
	cgi_array_sort(&s->hierarchies, cgi_hierarchy_compare);
}

/**
 * cgi_snapshot_finish() - derive everything that takes no lock
 * @s: the snapshot, which fits
 *
 * Turns identities into indices, counts, and writes each path and each
 * css_set's memberships once.
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0 or -ENOMEM.
 */
int cgi_snapshot_finish(struct cgi_snapshot *s)
{
	int err;

	err = cgi_resolve(s);
	if (err)
		return err;
	cgi_snapshot_audit(s);
	return cgi_paths_write(s);
}

/**
 * cgi_snapshot_bytes() - memory that a snapshot takes
 * @s: the snapshot
 *
 * Context: Any.
 * Return: bytes.
 */
u64 cgi_snapshot_bytes(struct cgi_snapshot *s)
{
	u64 bytes = sizeof(*s) + s->text.capacity;
	unsigned int i;

	for (i = 0; i < CGI_SNAPSHOT_ARRAYS; i++)
		bytes += cgi_snapshot_array(s, i)->capacity *
			 cgi_snapshot_array(s, i)->size;
	return bytes;
}
