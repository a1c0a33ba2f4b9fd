/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_RESOLVER_H
#define _CGI_RESOLVER_H

#include <linux/types.h>

#include "../snapshot/keys.h"

struct cgi_snapshot;

/**
 * struct cgi_resolver - where to find the records of identities
 * @cgroups: those of cgroups
 * @csses: those of csses
 * @css_sets: those of css_sets
 * @on_list: those of tasks that were found on a list
 */
struct cgi_resolver {
	struct cgi_keys cgroups;
	struct cgi_keys csses;
	struct cgi_keys css_sets;
	struct cgi_keys on_list;
};

/**
 * struct cgi_resolve_step - what is done with each record of an array
 * @records: the array, given by its offset in &struct cgi_snapshot
 * @resolve: does it
 */
struct cgi_resolve_step {
	size_t records;
	void (*resolve)(struct cgi_snapshot *s, const struct cgi_resolver *r, u32 index);
};

int cgi_resolve_in_steps(struct cgi_snapshot *s, const struct cgi_resolver *r,
			 const struct cgi_resolve_step *steps, size_t count);

#endif /* _CGI_RESOLVER_H */
