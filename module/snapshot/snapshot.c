// SPDX-License-Identifier: GPL-2.0-only
/*
 * Life of a snapshot.
 */
#include <linux/kernel.h>
#include <linux/slab.h>

#include "memory.h"
#include "room.h"
#include "snapshot.h"

/* Where each array is, the size of its records, and CGI_WANT_* without which it stays empty. */
static const struct {
	size_t offset;
	size_t size;
	unsigned int want;
} cgi_snapshot_arrays[] = {
	{ offsetof(struct cgi_snapshot, tasks), sizeof(struct cgi_task) },
	{ offsetof(struct cgi_snapshot, css_sets), sizeof(struct cgi_css_set) },
	{ offsetof(struct cgi_snapshot, css_set_evidence), sizeof(struct cgi_css_set_evidence),
	  CGI_WANT_CHECK },
	{ offsetof(struct cgi_snapshot, effective), sizeof(struct cgi_effective) },
	{ offsetof(struct cgi_snapshot, links), sizeof(struct cgi_link) },
	{ offsetof(struct cgi_snapshot, cgroups), sizeof(struct cgi_cgroup) },
	{ offsetof(struct cgi_snapshot, cgroup_evidence), sizeof(struct cgi_cgroup_evidence),
	  CGI_WANT_CHECK },
	{ offsetof(struct cgi_snapshot, csses), sizeof(struct cgi_css) },
	{ offsetof(struct cgi_snapshot, css_evidence), sizeof(struct cgi_css_evidence),
	  CGI_WANT_CHECK },
	{ offsetof(struct cgi_snapshot, charges), sizeof(struct cgi_charge), CGI_WANT_CHARGES },
	{ offsetof(struct cgi_snapshot, writebacks), sizeof(struct cgi_writeback),
	  CGI_WANT_CHARGES },
	{ offsetof(struct cgi_snapshot, hierarchies), sizeof(struct cgi_hierarchy) },
	{ offsetof(struct cgi_snapshot, subsystems), sizeof(struct cgi_subsys) },
	{ offsetof(struct cgi_snapshot, names), 1 },
	{ offsetof(struct cgi_snapshot, off_list), sizeof(struct cgi_off_list) },
	{ offsetof(struct cgi_snapshot, on_list), sizeof(struct cgi_on_list),
	  CGI_WANT_CHECK },
	{ offsetof(struct cgi_snapshot, namespaces), sizeof(struct cgi_namespace) },
	{ offsetof(struct cgi_snapshot, exits), sizeof(struct cgi_exit), CGI_WANT_EXITING },
	{ offsetof(struct cgi_snapshot, exiting), sizeof(struct cgi_refs), CGI_WANT_EXITING },
	{ offsetof(struct cgi_snapshot, origins), sizeof(struct cgi_origin), CGI_WANT_ORIGINS },
	{ offsetof(struct cgi_snapshot, samples), sizeof(struct cgi_sample) },
	{ offsetof(struct cgi_snapshot, back_links), sizeof(struct cgi_back_link),
	  CGI_WANT_CHECK },
	{ offsetof(struct cgi_snapshot, doubts), sizeof(struct cgi_doubt) },
	{ offsetof(struct cgi_snapshot, ancestors), sizeof(struct cgi_ancestor) },
	{ offsetof(struct cgi_snapshot, broken), sizeof(struct cgi_broken) },
	{ offsetof(struct cgi_snapshot, inside), sizeof(struct cgi_holder) },
};

static struct cgi_array *cgi_snapshot_array(struct cgi_snapshot *s, unsigned int i)
{
	return (void *)s + cgi_snapshot_arrays[i].offset;
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
	struct cgi_snapshot *s = kzalloc(sizeof(*s), CGI_GFP);
	unsigned int i;

	if (!s)
		return NULL;
	s->want = want;
	for (i = 0; i < ARRAY_SIZE(cgi_snapshot_arrays); i++)
		cgi_snapshot_array(s, i)->size = cgi_snapshot_arrays[i].size;
	s->earlier_doubts.size = sizeof(struct cgi_doubt);
	s->held.size = sizeof(struct cgi_held);
	s->holders.size = sizeof(struct cgi_holder);
	s->bunches.size = sizeof(struct cgi_bunch);
	s->next_holders.size = sizeof(u32);
	s->homes.size = sizeof(u32);
	cgi_findings_init(&s->findings);
	return s;
}

static void cgi_snapshot_free_picture(struct cgi_snapshot *s)
{
	cgi_array_free(&s->bunches);
	cgi_array_free(&s->next_holders);
	cgi_array_free(&s->homes);
}

static void cgi_snapshot_deinit_keys(struct cgi_snapshot *s)
{
	cgi_keys_deinit(&s->css_set_keys);
	cgi_keys_deinit(&s->cgroup_keys);
	cgi_keys_deinit(&s->origin_keys);
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
	for (i = 0; i < ARRAY_SIZE(cgi_snapshot_arrays); i++)
		cgi_array_free(cgi_snapshot_array(s, i));
	cgi_array_free(&s->earlier_doubts);
	cgi_snapshot_deinit_keys(s);
	cgi_array_free(&s->held);
	cgi_array_free(&s->holders);
	cgi_snapshot_free_picture(s);
	cgi_text_free(&s->paths);
	cgi_text_free(&s->text);
	cgi_findings_deinit(&s->findings);
	kfree(s);
}

static int cgi_snapshot_reserve_keys(struct cgi_snapshot *s)
{
	int err = 0;

	if (cgi_snapshot_is_of_tasks(s))
		err = cgi_keys_reserve(&s->css_set_keys, &s->css_sets);
	if (!err && cgi_snapshot_is_of_tasks(s))
		err = cgi_keys_reserve(&s->cgroup_keys, &s->cgroups);
	if (!err && (s->want & CGI_WANT_ORIGINS))
		err = cgi_keys_reserve(&s->origin_keys, &s->origins);
	return err;
}

/**
 * cgi_snapshot_reserve() - empty all arrays, with room for what is expected
 * @s: the snapshot
 *
 * That is what its last pass has counted; before the first one, what the last snapshot of
 * this kind had, unless that was too much.
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0 or -ENOMEM.
 */
int cgi_snapshot_reserve(struct cgi_snapshot *s)
{
	bool recall = !s->tasks.data && !s->cautious;
	struct cgi_array *a;
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(cgi_snapshot_arrays); i++) {
		if (cgi_snapshot_arrays[i].want & ~s->want)
			continue;
		a = cgi_snapshot_array(s, i);
		err = cgi_array_reserve(a, recall ? cgi_room_recall(s->want, i) : a->count);
		if (err)
			return err;
	}
	return cgi_snapshot_reserve_keys(s);
}

/**
 * cgi_snapshot_remember() - the next snapshot of this kind is expected to be as large
 * @s: the snapshot, whose records fit
 *
 * Context: Any.
 */
void cgi_snapshot_remember(struct cgi_snapshot *s)
{
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(cgi_snapshot_arrays) != CGI_ROOM_ARRAYS);
	for (i = 0; i < ARRAY_SIZE(cgi_snapshot_arrays); i++)
		cgi_room_remember(s->want, i, cgi_snapshot_array(s, i)->count);
}

/**
 * cgi_snapshot_be_cautious() - give back what a pass has collected, and take only what is counted
 * @s: the snapshot
 *
 * A reader with little memory must not fail because an earlier snapshot was large.
 *
 * Context: Process, may sleep.
 * Return: false if the snapshot has been cautious already, so that nothing is gained.
 */
bool cgi_snapshot_be_cautious(struct cgi_snapshot *s)
{
	unsigned int i;

	if (s->cautious)
		return false;
	s->cautious = true;
	for (i = 0; i < ARRAY_SIZE(cgi_snapshot_arrays); i++)
		cgi_array_free(cgi_snapshot_array(s, i));
	cgi_snapshot_free_picture(s);
	cgi_snapshot_deinit_keys(s);
	return true;
}

/**
 * cgi_snapshot_count_only() - store no more records in this pass
 * @s: the snapshot, of which some records did not fit
 *
 * What is left of the pass then takes no longer than counting.  The walks need their
 * ancestors all the same, and origins are counted by storing each one once.
 *
 * Context: Any, locks held included.
 */
void cgi_snapshot_count_only(struct cgi_snapshot *s)
{
	struct cgi_array *a;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cgi_snapshot_arrays); i++) {
		a = cgi_snapshot_array(s, i);
		if (a != &s->ancestors && a != &s->origins)
			a->capacity = 0;
	}
}

/**
 * cgi_snapshot_fits() - whether every record found its place
 * @s: the snapshot
 *
 * Context: Any.
 * Return: false if the pass must be repeated with more room.
 */
bool cgi_snapshot_fits(struct cgi_snapshot *s)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cgi_snapshot_arrays); i++)
		if (!cgi_array_fits(cgi_snapshot_array(s, i)))
			return false;
	return true;
}

/**
 * cgi_snapshot_bytes() - memory that a snapshot takes
 * @s: the snapshot
 *
 * Context: Any.
 * Return: bytes, those included that the allocators add.
 */
u64 cgi_snapshot_bytes(struct cgi_snapshot *s)
{
	u64 bytes = cgi_alloc_bytes(s, sizeof(*s)) + cgi_array_bytes(&s->earlier_doubts) +
		    cgi_array_bytes(&s->held) + cgi_array_bytes(&s->holders) +
		    cgi_array_bytes(&s->bunches) + cgi_array_bytes(&s->next_holders) +
		    cgi_array_bytes(&s->homes) +
		    cgi_alloc_bytes(s->text.data, s->text.capacity) +
		    cgi_alloc_bytes(s->paths.data, s->paths.capacity) +
		    cgi_keys_bytes(&s->css_set_keys) + cgi_keys_bytes(&s->cgroup_keys) +
		    cgi_keys_bytes(&s->origin_keys) +
		    cgi_findings_bytes(&s->findings);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cgi_snapshot_arrays); i++)
		bytes += cgi_array_bytes(cgi_snapshot_array(s, i));
	return bytes;
}
