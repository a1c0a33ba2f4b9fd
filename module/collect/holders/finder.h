/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all searches for holders share: which objects there are, and where it is noted that
 * somebody holds one.
 *
 * Whoever finds a holder sees that it still holds the object, under a lock or in the RCU read
 * section in which the object can't be freed.  So what is at the address is an object, though
 * it may be a later one than that of the snapshot: its serial number tells.
 */
#ifndef _CGI_FINDER_H
#define _CGI_FINDER_H

#include <linux/types.h>

#include "../../snapshot/holder.h"
#include "../../snapshot/keys.h"
#include "tables.h"

struct cgi_snapshot;
struct cgroup;
struct cgroup_subsys_state;
struct css_set;

/*
 * So many slots of a table, empty ones included, or parts of what is in one, are looked at in
 * one hold of its locks.
 */
#define CGI_FINDER_STEPS	64

/* A network namespace has fewer sockets of the kernel that can be told. */
#define CGI_NET_SOCKETS		16

/*
 * Each step can find that two objects are held, a cgroup and a css; and each hold can find
 * the network namespace of a task.
 */
#define CGI_FINDER_ROOM		(2 * (CGI_FINDER_STEPS + CGI_NET_SOCKETS))

/* So many are visited of a list that can only be gone along in one RCU read section. */
#define CGI_FINDER_LIST		4096

#define CGI_FINDER_NETS		1024

/**
 * struct cgi_finder - a search
 * @s: the snapshot with the objects, and where holders go
 * @cgroups: the cgroups of @s
 * @csses: the csses of @s
 * @css_sets: the css_sets of @s
 * @tables: tables of descriptors that were searched
 * @at: what all that is found here has in common: tid, comm and fd
 * @steps: how many are left in this hold
 * @file: identity of the file in slot @at.fd
 * @part: where to go on in @file; 0 for its beginning
 * @nets: network namespaces that were searched, by hash; one may be in the place of another
 * @removed_only: holders of live objects are not wanted
 */
struct cgi_finder {
	struct cgi_snapshot *s;
	struct cgi_keys cgroups;
	struct cgi_keys csses;
	struct cgi_keys css_sets;
	struct cgi_tables tables;
	struct cgi_holder at;
	unsigned int steps;
	const void *file;
	size_t part;
	const void *nets[CGI_FINDER_NETS];
	bool removed_only;
};

int cgi_finder_init(struct cgi_finder *f, struct cgi_snapshot *s);
void cgi_finder_deinit(struct cgi_finder *f);
int cgi_finder_reserve(struct cgi_finder *f);
void cgi_find_cgroup(struct cgi_finder *f, const struct cgroup *cgrp,
		     const struct cgi_holder *what);
void cgi_find_css(struct cgi_finder *f, const struct cgroup_subsys_state *css,
		  const struct cgi_holder *what);
void cgi_find_css_set(struct cgi_finder *f, const struct css_set *cset,
		      const struct cgi_holder *what);

/* A step less is left.  False if there was none: then the place is kept for the next hold. */
static inline bool cgi_finder_step(struct cgi_finder *f)
{
	if (!f->steps)
		return false;
	f->steps--;
	return true;
}

#endif /* _CGI_FINDER_H */
