// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the identity of an object to the index of its record, by hashing.
 */
#include <linux/errno.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "array.h"
#include "keys.h"
#include "memory.h"
#include "pause.h"
#include "snapshot.h"

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
 * cgi_keys_reserve() - make room for as many records as their array has room for
 * @k: the keys, zero at first; no record is found by them from now on
 * @records: the records; each begins with its identity
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int cgi_keys_reserve(struct cgi_keys *k, const struct cgi_array *records)
{
	size_t slots = roundup_pow_of_two(2 * records->capacity + 2);

	if (!k->slots || k->bits != ilog2(slots)) {
		kvfree(k->slots);
		k->slots = cgi_alloc(slots, sizeof(*k->slots));
		if (!k->slots)
			return -ENOMEM;
	}
	k->records = records;
	k->bits = ilog2(slots);
	memset(k->slots, 0xff, slots * sizeof(*k->slots));
	return 0;
}

/**
 * cgi_keys_add() - from now on a record is found by its identity
 * @k: the keys, with room for all records
 * @index: its index; of records with the same identity the first one is found
 *
 * Context: Any, locks held included.
 */
void cgi_keys_add(struct cgi_keys *k, u32 index)
{
	u32 *slot = cgi_keys_slot(k, cgi_keys_addr(k, index));

	if (*slot == CGI_NONE)
		*slot = index;
}

/**
 * cgi_keys_put() - let a record be found by its identity, in place of an earlier record
 * @k: the keys, with room for all records
 * @index: its index; of records with the same identity it is the one that is found
 *
 * Context: Any, locks held included.
 */
void cgi_keys_put(struct cgi_keys *k, u32 index)
{
	*cgi_keys_slot(k, cgi_keys_addr(k, index)) = index;
}

/**
 * cgi_keys_grow() - make room for as many records as their array has room for by now
 * @k: the keys
 * @records: the records, which fit; those that are there are found, as by cgi_keys_put()
 *
 * Context: Process, may sleep.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_keys_grow(struct cgi_keys *k, const struct cgi_array *records)
{
	int err = cgi_keys_reserve(k, records);
	size_t i;

	for (i = 0; i < records->count && !err; i++) {
		err = cgi_pause(i);
		cgi_keys_put(k, i);
	}
	return err;
}

/**
 * cgi_keys_init() - prepare to search records by their identity
 * @k: the keys, zero at first
 * @records: the records, which fit; each begins with its identity
 *
 * Context: Process, may sleep.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_keys_init(struct cgi_keys *k, const struct cgi_array *records)
{
	int err = cgi_keys_reserve(k, records);
	size_t i;

	for (i = 0; i < records->count && !err; i++) {
		err = cgi_pause(i);
		cgi_keys_add(k, i);
	}
	return err;
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
	k->slots = NULL;
}

/**
 * cgi_keys_bytes() - memory that keys take
 * @k: the keys
 *
 * Context: Any.
 * Return: bytes.
 */
size_t cgi_keys_bytes(const struct cgi_keys *k)
{
	return cgi_alloc_bytes(k->slots, sizeof(*k->slots) << k->bits);
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
