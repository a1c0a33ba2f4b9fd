// SPDX-License-Identifier: GPL-2.0-only
/*
 * Life of a snapshot.
 */
#include <linux/kernel.h>
#include <linux/slab.h>

#include "memory.h"
#include "snapshot.h"

/* Where each array is, and the size of its records. */
static const struct {
	size_t offset;
	size_t size;
} cgi_snapshot_arrays[] = {
	{ offsetof(struct cgi_snapshot, tasks), sizeof(struct cgi_task) },
	{ offsetof(struct cgi_snapshot, css_sets), sizeof(struct cgi_css_set) },
	{ offsetof(struct cgi_snapshot, links), sizeof(struct cgi_link) },
	{ offsetof(struct cgi_snapshot, cgroups), sizeof(struct cgi_cgroup) },
	{ offsetof(struct cgi_snapshot, csses), sizeof(struct cgi_css) },
	{ offsetof(struct cgi_snapshot, hierarchies), sizeof(struct cgi_hierarchy) },
	{ offsetof(struct cgi_snapshot, subsystems), sizeof(struct cgi_subsys) },
	{ offsetof(struct cgi_snapshot, names), 1 },
	{ offsetof(struct cgi_snapshot, off_list), sizeof(struct cgi_off_list) },
	{ offsetof(struct cgi_snapshot, on_list), sizeof(struct cgi_on_list) },
	{ offsetof(struct cgi_snapshot, namespaces), sizeof(struct cgi_namespace) },
	{ offsetof(struct cgi_snapshot, samples), sizeof(struct cgi_sample) },
	{ offsetof(struct cgi_snapshot, back_links), sizeof(struct cgi_back_link) },
	{ offsetof(struct cgi_snapshot, doubts), sizeof(struct cgi_doubt) },
	{ offsetof(struct cgi_snapshot, ancestors), sizeof(struct cgi_ancestor) },
	{ offsetof(struct cgi_snapshot, broken), sizeof(struct cgi_broken) },
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
	cgi_findings_init(&s->findings);
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
	for (i = 0; i < ARRAY_SIZE(cgi_snapshot_arrays); i++)
		cgi_array_free(cgi_snapshot_array(s, i));
	cgi_array_free(&s->earlier_doubts);
	cgi_text_free(&s->text);
	cgi_findings_deinit(&s->findings);
	kfree(s);
}

/**
 * cgi_snapshot_reserve() - empty all arrays, with room for what they last counted
 * @s: the snapshot
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0 or -ENOMEM.
 */
int cgi_snapshot_reserve(struct cgi_snapshot *s)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(cgi_snapshot_arrays); i++) {
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
 * Return: bytes.
 */
u64 cgi_snapshot_bytes(struct cgi_snapshot *s)
{
	u64 bytes = sizeof(*s) + s->text.capacity +
		    s->earlier_doubts.capacity * s->earlier_doubts.size;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cgi_snapshot_arrays); i++)
		bytes += cgi_snapshot_array(s, i)->capacity *
			 cgi_snapshot_array(s, i)->size;
	return bytes;
}
