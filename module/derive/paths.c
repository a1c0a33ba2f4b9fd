// SPDX-License-Identifier: GPL-2.0-only
/*
 * What memberships begin with, and how long paths and memberships are.  They are put together
 * when they are printed.
 */
#include <linux/errno.h>
#include <linux/string.h>

#include "../snapshot/path.h"
#include "../snapshot/pause.h"
#include "../snapshot/snapshot.h"
#include "paths.h"

/* Longer ones are put together anew for each line: nobody reads many of these. */
#define CGI_MEMBERSHIPS_LONG	(16UL << 10)

/* The middle field of a line of /proc/PID/cgroup. */
static void cgi_prefix_write_controllers(struct cgi_snapshot *s, const struct cgi_hierarchy *h)
{
	const char *separator = "";
	size_t i;

	for (i = 0; i < s->subsystems.count; i++) {
		if (!(h->controllers & BIT(cgi_subsys_at(s, i)->id)))
			continue;
		cgi_text_printf(&s->text, "%s%s", separator,
				cgi_subsys_at(s, i)->legacy_name);
		separator = ",";
	}
	if (*h->name) {
		cgi_text_printf(&s->text, "%sname=", separator);
		cgi_text_put_escaped(&s->text, h->name);
	}
}

static void cgi_prefix_write(struct cgi_snapshot *s, struct cgi_hierarchy *h)
{
	h->prefix = cgi_text_begin(&s->text);
	cgi_text_printf(&s->text, "%d:", h->id);
	if (h->version == 1)
		cgi_prefix_write_controllers(s, h);
	cgi_text_put(&s->text, ":", 1);
	h->prefix_len = cgi_text_begin(&s->text) - h->prefix;
	/* A membership in a root cgroup is the prefix and this. */
	cgi_text_put(&s->text, "/", 1);
}

static void cgi_prefixes_write_all(struct cgi_snapshot *s)
{
	size_t i;

	s->text.length = 0;
	for (i = 0; i < s->hierarchies.count; i++)
		cgi_prefix_write(s, cgi_hierarchy_at(s, i));
}

/* They are written twice.  The first time there may be no room, which tells how much is needed. */
static int cgi_prefixes_write(struct cgi_snapshot *s)
{
	size_t length;
	int err;

	cgi_prefixes_write_all(s);
	length = s->text.length;
	s->text.length = 0;
	err = cgi_text_reserve(&s->text, length);
	if (!err)
		cgi_prefixes_write_all(s);
	return err;
}

/* Parents come first, so the path of the parent has been measured. */
static int cgi_paths_measure(struct cgi_snapshot *s)
{
	size_t i;

	for (i = 0; i < s->cgroups.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		cgi_path_measure(s, i);
	}
	return 0;
}

static int cgi_memberships_measure_all(struct cgi_snapshot *s)
{
	size_t i;
	u64 len;

	s->memberships_len = 0;
	/* Parts of lines are only kept if most of them are used again. */
	if (s->tasks.count < 2 * s->css_sets.count)
		return 0;
	for (i = 0; i < s->css_sets.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		len = cgi_memberships_measure(s, cgi_css_set_at(s, i));
		if (len <= CGI_MEMBERSHIPS_LONG)
			s->memberships_len += len;
	}
	return 0;
}

/**
 * cgi_paths_write() - write what memberships begin with, and measure paths and memberships
 * @s: the snapshot, resolved
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_paths_write(struct cgi_snapshot *s)
{
	int err = cgi_prefixes_write(s);

	if (!err && (s->want & CGI_WANT_NAMES))
		err = cgi_paths_measure(s);
	if (!err && (s->want & CGI_WANT_NAMES) && (s->want & CGI_WANT_TASKS))
		err = cgi_memberships_measure_all(s);
	return err;
}
