/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_KEYS_H
#define _CGI_KEYS_H

#include <linux/types.h>

struct cgi_array;
struct cgi_key;

/**
 * struct cgi_keys - what leads from identities to indices
 * @keys: one for each record, in the order of identities
 * @count: how many
 */
struct cgi_keys {
	struct cgi_key *keys;
	size_t count;
};

int cgi_keys_init(struct cgi_keys *k, const struct cgi_array *a);
void cgi_keys_deinit(struct cgi_keys *k);
u32 cgi_keys_find(const struct cgi_keys *k, const void *addr);

#endif /* _CGI_KEYS_H */
