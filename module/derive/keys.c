// SPDX-License-Identifier: GPL-2.0-only
/*
 * From an identity to the index of its record.
 */
#include <linux/bsearch.h>
#include <linux/errno.h>
#include <linux/mm.h>

#include "../snapshot/array.h"
#include "../snapshot/memory.h"
#include "../snapshot/pause.h"
#include "../snapshot/snapshot.h"
#include "../snapshot/sort.h"
#include "keys.h"

/* Where to find the record of an identity. */
struct cgi_key {
	const void *addr;
	u32 index;
};

static int cgi_key_compare(const void *a, const void *b)
{
	const struct cgi_key *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

/**
 * cgi_keys_init() - learn the identities of records
 * @k: the keys, zeroed; give them back also if this fails
 * @a: the records, each of which begins with its identity
 *
 * Context: Process, may sleep.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_keys_init(struct cgi_keys *k, const struct cgi_array *a)
{
	size_t i;

	k->keys = cgi_alloc(a->count + 1, sizeof(*k->keys));
	if (!k->keys)
		return -ENOMEM;
	for (i = 0; i < a->count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		k->keys[i].addr = *(const void **)(a->data + i * a->size);
		k->keys[i].index = i;
	}
	k->count = a->count;
	return cgi_sort(k->keys, k->count, sizeof(*k->keys), cgi_key_compare);
}

/**
 * cgi_keys_deinit() - give the memory back
 * @k: the keys
 *
 * Context: Process, may sleep.
 */
void cgi_keys_deinit(struct cgi_keys *k)
{
	kvfree(k->keys);
}

/**
 * cgi_keys_find() - find the record of an identity
 * @k: the keys
 * @addr: the identity
 *
 * Context: Any.
 * Return: its index, or CGI_NONE.
 */
u32 cgi_keys_find(const struct cgi_keys *k, const void *addr)
{
	struct cgi_key wanted = { .addr = addr };
	struct cgi_key *found = bsearch(&wanted, k->keys, k->count,
					sizeof(*k->keys), cgi_key_compare);

	return found ? found->index : CGI_NONE;
}
