// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the identity of an object to the index of its record, by hashing.
 */
#include <linux/errno.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "../snapshot/array.h"
#include "../snapshot/memory.h"
#include "../snapshot/pause.h"
#include "../snapshot/snapshot.h"
#include "keys.h"

static const void *cgi_keys_addr(const struct cgi_keys *k, u32 i)
{
	return *(const void **)(k->records->data + i * k->records->size);
}

/* At most every other slot is taken, so this ends, and soon. */
static u32 *cgi_keys_slot(const struct cgi_keys *k, const void *addr)
{
	u32 mask = (1U << k->bits) - 1, at = hash_ptr(addr, k->bits);

	while (k->slots[at] != CGI_NONE && cgi_keys_addr(k, k->slots[at]) != addr)
		at = (at + 1) & mask;
	return &k->slots[at];
}

/**
 * cgi_keys_init() - learn the identities of records
 * @k: the keys, zeroed; give them back also if this fails
 * @records: the records, which fit, and must stay where they are while the keys are used.  Of
 *           two with the same identity the first one is found.
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_keys_init(struct cgi_keys *k, const struct cgi_array *records)
{
	size_t slots = roundup_pow_of_two(2 * records->count + 2), i;
	u32 *slot;

	k->records = records;
	k->bits = ilog2(slots);
	k->slots = cgi_alloc(slots, sizeof(*k->slots));
	if (!k->slots)
		return -ENOMEM;
	memset(k->slots, 0xff, slots * sizeof(*k->slots));
	for (i = 0; i < records->count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		slot = cgi_keys_slot(k, cgi_keys_addr(k, i));
		if (*slot == CGI_NONE)
			*slot = i;
	}
	return 0;
}

/**
 * cgi_keys_deinit() - give the memory back
 * @k: the keys
 *
 * Context: Process, may sleep.
 */
void cgi_keys_deinit(struct cgi_keys *k)
{
	kvfree(k->slots);
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
	return *cgi_keys_slot(k, addr);
}
