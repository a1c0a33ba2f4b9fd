// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arrays that are filled under a lock and grown without one.
 */
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "array.h"
#include "memory.h"
#include "sort.h"

/* The least room of an array: a small system then needs no second pass. */
#define CGI_ARRAY_MIN	64

/* A quarter is added, because the system may grow before the next pass. */
#define CGI_ARRAY_MARGIN(count)	((count) / 4)

/**
 * cgi_array_reserve() - make room, and empty the array
 * @a: the array
 * @count: records that are expected; some more than these will fit
 *
 * Context: Process, may sleep.  The memory is charged to the caller's memory
 *          cgroup.
 * Return: 0 or -ENOMEM.
 */
int cgi_array_reserve(struct cgi_array *a, size_t count)
{
	size_t capacity = max_t(size_t, count + CGI_ARRAY_MARGIN(count), CGI_ARRAY_MIN);

	if (!a->data || a->capacity < max_t(size_t, count, CGI_ARRAY_MIN)) {
		cgi_array_free(a);
		a->data = cgi_alloc(capacity, a->size);
		if (!a->data)
			return -ENOMEM;
		a->capacity = capacity;
	}
	a->count = 0;
	return 0;
}

/* So much is copied before others can run. */
#define CGI_ARRAY_PIECE	(1024 * 1024)

static void cgi_array_copy(void *to, const void *from, size_t bytes)
{
	size_t at, piece;

	for (at = 0; at < bytes; at += piece) {
		piece = min_t(size_t, bytes - at, CGI_ARRAY_PIECE);
		memcpy(to + at, from + at, piece);
		cond_resched();
	}
}

/**
 * cgi_array_grow() - make room for more records, and keep those that are there
 * @a: the array
 * @count: how many more
 *
 * Context: Process, may sleep.  The memory is charged to the caller's memory
 *          cgroup.
 * Return: 0 or -ENOMEM.
 */
int cgi_array_grow(struct cgi_array *a, size_t count)
{
	size_t capacity = max_t(size_t, a->count + count, 2 * a->capacity);
	void *data;

	if (a->count + count <= a->capacity)
		return 0;
	capacity = max_t(size_t, capacity, CGI_ARRAY_MIN);
	data = cgi_alloc(capacity, a->size);
	if (!data)
		return -ENOMEM;
	cgi_array_copy(data, a->data, a->count * a->size);
	kvfree(a->data);
	a->data = data;
	a->capacity = capacity;
	return 0;
}

/**
 * cgi_array_free() - give the memory back
 * @a: the array, to be used again only after cgi_array_reserve()
 *
 * Context: Process, may sleep.
 */
void cgi_array_free(struct cgi_array *a)
{
	kvfree(a->data);
	a->data = NULL;
	a->capacity = 0;
	a->count = 0;
}

/**
 * cgi_array_bytes() - memory that an array takes
 * @a: the array
 *
 * Context: Any.
 * Return: bytes.
 */
size_t cgi_array_bytes(const struct cgi_array *a)
{
	return cgi_alloc_bytes(a->data, a->capacity * a->size);
}

/**
 * cgi_array_sort() - sort the records
 * @a: the array, which fits
 * @compare: as for sort()
 *
 * Context: Process, may sleep.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_array_sort(struct cgi_array *a, int (*compare)(const void *, const void *))
{
	return cgi_sort(a->data, a->count, a->size, compare);
}
