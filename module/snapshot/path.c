// SPDX-License-Identifier: GPL-2.0-only
/*
 * Paths and memberships, put together from names.
 *
 * A cgroup leads to its parent, but a path begins at the root.  As the length of each path is
 * known, names are put at their offsets, the last one first.  A path can have a megabyte, so
 * names outside the window that is read are left out.
 */
#include <linux/string.h>

#include "escape.h"
#include "path.h"
#include "pause.h"
#include "snapshot.h"

/* What is put next, and where. */
struct cgi_cursor {
	const struct cgi_sink *sink;
	u64 at;
};

static void cgi_cursor_put(void *to, const char *bytes, size_t len)
{
	struct cgi_cursor *c = to;

	c->sink->put(c->sink->to, c->at, bytes, len);
	c->at += len;
}

/* Most names are printed as they are. */
static void cgi_cursor_put_name(struct cgi_cursor *c, const char *name)
{
	size_t plain = cgi_escape_plain(name);

	cgi_cursor_put(c, name, plain);
	if (name[plain])
		cgi_escape(name + plain, cgi_cursor_put, c);
}

static void cgi_length_add(void *to, const char *bytes, size_t len)
{
	*(u64 *)to += len;
}

static u64 cgi_name_measure(const char *name)
{
	u64 len = cgi_escape_plain(name);

	if (name[len])
		cgi_escape(name + len, cgi_length_add, &len);
	return len;
}

/**
 * cgi_path_measure() - learn how long the path of a cgroup is
 * @s: the snapshot, with the path of the parent measured
 * @cgroup: index of the cgroup
 *
 * Context: Any.
 */
void cgi_path_measure(struct cgi_snapshot *s, u32 cgroup)
{
	cgi_cgroup_at(s, cgroup)->path_len = cgi_path_prefix(s, cgroup) + 1 +
					     cgi_name_measure(cgi_name_of(s, cgroup));
}

static void cgi_name_put(const struct cgi_snapshot *s, u32 cgroup,
			 const struct cgi_sink *sink, u64 at)
{
	struct cgi_cursor c = { .sink = sink, .at = at };

	cgi_cursor_put(&c, "/", 1);
	cgi_cursor_put_name(&c, cgi_name_of(s, cgroup));
}

/**
 * cgi_path_put() - put the path of a cgroup, escaped
 * @s: the snapshot, whose paths were measured
 * @cgroup: index of the cgroup
 * @sink: where to
 * @at: offset of the path in that text
 *
 * A path can have thousands of levels, so this pauses.  It does not stop if the caller was
 * killed: the line may be kept, and copied for other readers of the same open file.
 *
 * Context: Process, may sleep.
 * Return: offset of what comes behind it.
 */
u64 cgi_path_put(const struct cgi_snapshot *s, u32 cgroup, const struct cgi_sink *sink, u64 at)
{
	u64 end = at + cgi_cgroup_at(s, cgroup)->path_len, begin = end;
	size_t levels = 0;

	while (begin > at && begin > sink->from) {
		cgi_pause(++levels);
		begin = at + cgi_path_prefix(s, cgroup);
		if (begin < sink->end)
			cgi_name_put(s, cgroup, sink, begin);
		cgroup = cgi_cgroup_at(s, cgroup)->parent;
	}
	return end;
}

static u64 cgi_membership_measure(const struct cgi_snapshot *s, u32 cgroup)
{
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, cgroup);

	return cgi_hierarchy_of(s, cgroup)->prefix_len + cgrp->path_len +
	       (cgrp->state == CGI_CGROUP_LIVE ? 0 : strlen(CGI_PATH_DELETED));
}

static void cgi_membership_put(const struct cgi_snapshot *s, u32 cgroup, struct cgi_cursor *c)
{
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, cgroup);
	const struct cgi_hierarchy *h = cgi_hierarchy_of(s, cgroup);
	const char *prefix = cgi_text_at(&s->text, h->prefix);

	if (cgrp->path_len == 1) {
		cgi_cursor_put(c, prefix, h->prefix_len + 1);
	} else {
		cgi_cursor_put(c, prefix, h->prefix_len);
		c->at = cgi_path_put(s, cgroup, c->sink, c->at);
	}
	if (cgrp->state != CGI_CGROUP_LIVE)
		cgi_cursor_put(c, CGI_PATH_DELETED, strlen(CGI_PATH_DELETED));
}

/**
 * cgi_memberships_measure() - how long the memberships of a css_set are
 * @s: the snapshot, whose paths were measured
 * @cset: the css_set
 *
 * Context: Any.
 * Return: bytes.
 */
u64 cgi_memberships_measure(const struct cgi_snapshot *s, const struct cgi_css_set *cset)
{
	u64 len = 0;
	u32 cgroup, i;

	for (i = 0; i < cset->nr_links; i++) {
		cgroup = cgi_link_at(s, cset->first_link + i)->cgroup;
		if (cgroup != CGI_NONE)
			len += (len ? 1 : 0) + cgi_membership_measure(s, cgroup);
	}
	return len ? len : 1;
}

/**
 * cgi_memberships_put() - put the memberships of a css_set
 * @s: the snapshot, whose paths were measured
 * @cset: the css_set
 * @sink: where to
 * @at: offset of the memberships in that text
 *
 * Context: Process, may sleep.
 * Return: offset of what comes behind them.
 */
u64 cgi_memberships_put(const struct cgi_snapshot *s, const struct cgi_css_set *cset,
			const struct cgi_sink *sink, u64 at)
{
	struct cgi_cursor c = { .sink = sink, .at = at };
	u32 cgroup, i;

	for (i = 0; i < cset->nr_links; i++) {
		cgroup = cgi_link_at(s, cset->first_link + i)->cgroup;
		if (cgroup == CGI_NONE)
			continue;
		if (c.at != at)
			cgi_cursor_put(&c, " ", 1);
		cgi_membership_put(s, cgroup, &c);
	}
	if (c.at == at)
		cgi_cursor_put(&c, "-", 1);
	return c.at;
}
