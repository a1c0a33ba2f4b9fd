/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_SNAPSHOT_ORIGIN_H
#define _CGI_SNAPSHOT_ORIGIN_H

#include <linux/types.h>

/**
 * struct cgi_origin - the namespaces that a task was born into
 * @mark: the key by which it is found, computed from the other two; not unique
 * @cgroupns: id of the v2 cgroup that is the root of the cgroup namespace, 0 for none
 * @pidns: inode number of the pid namespace, 0 for none
 *
 * Most tasks share both with many others, so tasks have the index of such a pair.
 */
struct cgi_origin {
	const void *mark;
	u64 cgroupns;
	u32 pidns;
};

#endif /* _CGI_SNAPSHOT_ORIGIN_H */
