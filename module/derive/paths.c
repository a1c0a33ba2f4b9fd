// SPDX-License-Identifier: GPL-2.0-only
/*
 * Paths of cgroups and memberships of css_sets as text, each once.
 */
#include <linux/errno.h>
#include <linux/string.h>

#include "../snapshot/snapshot.h"
#include "paths.h"

/* Parents come first, so that their path is there to be copied. */
static void cgi_cgroup_write_path(struct cgi_snapshot *s, struct cgi_cgroup *cgrp)
{
	const struct cgi_cgroup *parent;

	cgrp->path = cgi_text_begin(&s->text);
	if (cgrp->parent != CGI_NONE) {
		parent = cgi_cgroup_at(s, cgrp->parent);
		if (parent->level)
			cgi_text_put_copy(&s->text, parent->path, parent->path_len);
	}
	cgi_text_put(&s->text, "/", 1);
	cgi_text_put_escaped(&s->text, (const char *)s->names.data + cgrp->name);
	cgrp->path_len = cgi_text_begin(&s->text) - cgrp->path;
	cgi_text_end(&s->text);
}

/**
 * cgi_paths_put_controllers() - put the middle field of a line of /proc/PID/cgroup
 * @s: the snapshot
 * @mask: the controllers of a v1 hierarchy
 * @name: name of the hierarchy, or empty
 *
 * Context: Any.
 */
void cgi_paths_put_controllers(struct cgi_snapshot *s, u32 mask, const char *name)
{
	const char *separator = "";
	size_t i;

	for (i = 0; i < s->subsystems.count; i++) {
		if (!(mask & BIT(cgi_subsys_at(s, i)->id)))
			continue;
		cgi_text_printf(&s->text, "%s%s", separator,
				cgi_subsys_at(s, i)->legacy_name);
		separator = ",";
	}
	if (*name) {
		cgi_text_printf(&s->text, "%sname=", separator);
		cgi_text_put_escaped(&s->text, name);
	}
}

static void cgi_link_write(struct cgi_snapshot *s, const struct cgi_link *link)
{
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, link->cgroup);
	const struct cgi_hierarchy *h = cgi_hierarchy_at(s, cgrp->hierarchy);

	cgi_text_printf(&s->text, "%d:", h->id);
	if (h->version == 1)
		cgi_paths_put_controllers(s, h->controllers, h->name);
	cgi_text_put(&s->text, ":", 1);
	cgi_text_put_copy(&s->text, cgrp->path, cgrp->path_len);
	if (cgrp->state != CGI_CGROUP_LIVE)
		cgi_text_put_escaped(&s->text, CGI_PATHS_DELETED);
}

static void cgi_css_set_write(struct cgi_snapshot *s, struct cgi_css_set *cset)
{
	const struct cgi_link *link;
	size_t i, written = 0;

	cset->cgroups = cgi_text_begin(&s->text);
	for (i = 0; i < cset->nr_links; i++) {
		link = cgi_link_at(s, cset->first_link + i);
		if (link->cgroup == CGI_NONE)
			continue;
		if (written++)
			cgi_text_put(&s->text, " ", 1);
		cgi_link_write(s, link);
	}
	if (!written)
		cgi_text_put(&s->text, "-", 1);
	cgi_text_end(&s->text);
}

/*
 * The string at offset 0, "-", is for tasks whose css_set was not found.  A path can be as long
 * as a megabyte, so there is a pause after each.
 */
static int cgi_paths_write_all(struct cgi_snapshot *s)
{
	size_t i;

	s->text.length = 0;
	cgi_text_put(&s->text, "-", 1);
	cgi_text_end(&s->text);
	for (i = 0; i < s->cgroups.count; i++) {
		if (cgi_pause(0))
			return -EINTR;
		cgi_cgroup_write_path(s, cgi_cgroup_at(s, i));
	}
	for (i = 0; i < s->css_sets.count; i++) {
		if (cgi_pause(0))
			return -EINTR;
		cgi_css_set_write(s, cgi_css_set_at(s, i));
	}
	return 0;
}

/**
 * cgi_paths_write() - write each path and each css_set's memberships once
 * @s: the snapshot, resolved
 *
 * The text is written twice.  The first time there may be no room, which tells how
 * much is needed.
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_paths_write(struct cgi_snapshot *s)
{
	struct cgi_task *task;
	size_t length, i;
	int err = cgi_paths_write_all(s);

	length = s->text.length;
	s->text.length = 0;
	if (!err)
		err = cgi_text_reserve(&s->text, length);
	if (!err)
		err = cgi_paths_write_all(s);
	for (i = 0; i < s->tasks.count && !err; i++) {
		err = cgi_pause(i);
		task = cgi_task_at(s, i);
		task->cgroups = task->css_set == CGI_NONE ? 0 :
				cgi_css_set_at(s, task->css_set)->cgroups;
	}
	return err;
}
