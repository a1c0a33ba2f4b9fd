/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Paths, and memberships as in /proc/PID/cgroup, put together from names when they are
 * printed.  A snapshot has each name once, so its memory grows with the names, and not with
 * the depth at which they are.
 */
#ifndef _CGI_PATH_H
#define _CGI_PATH_H

#include <linux/types.h>

/* Ends the path of a removed cgroup among memberships; /proc/PID/cgroup has it on v2 only. */
#define CGI_PATH_DELETED	"\\040(deleted)"

struct cgi_css_set;
struct cgi_snapshot;

/**
 * struct cgi_sink - where a text is put, piece by piece in any order
 * @put: keeps bytes of the text
 * @to: given to @put
 * @from: bytes before this offset need not be put
 * @end: nor those from this offset on
 */
struct cgi_sink {
	void (*put)(void *to, u64 at, const char *bytes, size_t len);
	void *to;
	u64 from;
	u64 end;
};

void cgi_path_measure(struct cgi_snapshot *s, u32 cgroup);
u64 cgi_path_put(const struct cgi_snapshot *s, u32 cgroup, const struct cgi_sink *sink, u64 at);
u64 cgi_memberships_measure(const struct cgi_snapshot *s, const struct cgi_css_set *cset);
u64 cgi_memberships_put(const struct cgi_snapshot *s, const struct cgi_css_set *cset,
			const struct cgi_sink *sink, u64 at);

#endif /* _CGI_PATH_H */
