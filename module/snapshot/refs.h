/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_SNAPSHOT_REFS_H
#define _CGI_SNAPSHOT_REFS_H

#include <linux/types.h>

/* How sure a number is.  The files print `-`, `N` and `~N`. */
enum cgi_refs_kind {
	CGI_REFS_UNKNOWN,	/* the kernel does not count it, or it could not be read */
	CGI_REFS_EXACT,		/* true of one instant */
	CGI_REFS_ABOUT,		/* parts of it were read at different instants */
};

/**
 * struct cgi_refs - a number of references, and how sure it is
 * @count: references
 * @kind: &enum cgi_refs_kind
 *
 * A record has two or three of these, so both parts share 8 bytes.  The highest counts are of
 * pages that a memory cgroup has charged, and no machine has 2^61 of them.
 */
struct cgi_refs {
	s64 count : 62;
	u64 kind : 2;
};

/**
 * struct cgi_doubt - a cgroup or css of which an exact number of references is unaccounted
 * @addr: identity
 * @number: what no later object at that address has: the serial number, or the id of
 *          the hierarchy of a root cgroup
 * @attached: references that the graph explains, but for those of css_sets
 * @css_sets: css_sets that hold it
 * @goes_offline: it is a css that was killed and is not offline yet
 */
struct cgi_doubt {
	const void *addr;
	u64 number;
	long attached;
	long css_sets;
	bool goes_offline;
};

#endif /* _CGI_SNAPSHOT_REFS_H */
