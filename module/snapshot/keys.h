/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_KEYS_H
#define _CGI_KEYS_H

#include <linux/types.h>

struct cgi_array;

/**
 * struct cgi_keys - where to find the record of an identity
 * @records: the records; each begins with its identity
 * @slots: indices of records, %CGI_NONE in a free one
 * @bits: there are two to the power of this many @slots, at least twice as many as there is room
 *        for records
 *
 * The slot of a record is the first free one from where its hash points to.
 */
struct cgi_keys {
	const struct cgi_array *records;
	u32 *slots;
	unsigned int bits;
};

int cgi_keys_reserve(struct cgi_keys *k, const struct cgi_array *records);
void cgi_keys_add(struct cgi_keys *k, u32 index);
void cgi_keys_put(struct cgi_keys *k, u32 index);
int cgi_keys_grow(struct cgi_keys *k, const struct cgi_array *records);
int cgi_keys_init(struct cgi_keys *k, const struct cgi_array *records);
void cgi_keys_deinit(struct cgi_keys *k);
size_t cgi_keys_bytes(const struct cgi_keys *k);
u32 cgi_keys_find(const struct cgi_keys *k, const void *addr);

#endif /* _CGI_KEYS_H */
