// SPDX-License-Identifier: GPL-2.0-only
/*
 * An inotify or fanotify group holds the css of memory that its events are charged to.
 */
#include <linux/cgroup.h>
#include <linux/fs.h>
#include <linux/fsnotify_backend.h>
#include <linux/memcontrol.h>

#include "../../compat.h"
#include "file.h"
#include "finder.h"

static bool cgi_find_by_group(struct cgi_finder *f, const struct fsnotify_group *group,
			      enum cgi_holder_kind kind)
{
	const struct cgi_holder what = {
		.kind = kind,
		.addr = group,
		.refs = { .count = 1, .kind = CGI_REFS_EXACT },
	};

	cgi_find_css(f, cgi_memcg_css(group->memcg), &what);
	return true;
}

/**
 * cgi_find_by_inotify() - find what an inotify group holds
 * @f: the search
 * @file: the file of the group
 *
 * Context: In an RCU read section, with the lock held that keeps @file.
 * Return: true.
 */
bool cgi_find_by_inotify(struct cgi_finder *f, struct file *file)
{
	return cgi_find_by_group(f, file->private_data, CGI_HOLDER_INOTIFY);
}

/**
 * cgi_find_by_fanotify() - find what a fanotify group holds
 * @f: the search
 * @file: the file of the group
 *
 * Context: In an RCU read section, with the lock held that keeps @file.
 * Return: true.
 */
bool cgi_find_by_fanotify(struct cgi_finder *f, struct file *file)
{
	return cgi_find_by_group(f, file->private_data, CGI_HOLDER_FANOTIFY);
}
