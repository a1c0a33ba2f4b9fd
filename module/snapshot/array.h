/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_ARRAY_H
#define _CGI_ARRAY_H

#include <linux/string.h>
#include <linux/types.h>

/**
 * struct cgi_array - records in one piece of memory that never grows under a lock
 * @data: the records
 * @size: bytes of one record
 * @count: records that were wanted, stored or not
 * @capacity: records that @data can hold
 *
 * Adding past @capacity only counts.  A pass that ends with @count above @capacity
 * knows how much room it needs: it drops its locks, makes room, and starts again.
 */
struct cgi_array {
	void *data;
	size_t size;
	size_t count;
	size_t capacity;
};

/**
 * cgi_array_fits() - whether everything that was added is there
 * @a: the array
 *
 * Context: Any.
 * Return: false if some records were only counted.
 */
static inline bool cgi_array_fits(const struct cgi_array *a)
{
	return a->count <= a->capacity;
}

/**
 * cgi_array_take() - take room for records, all of whose fields the caller sets
 * @a: the array
 * @count: how many, in one piece
 *
 * It is called for each object that is found, so it is inlined.
 *
 * Context: Any, locks held included: it never allocates.
 * Return: the room, or NULL if there is too little left.  Either way the records are counted.
 */
static inline void *cgi_array_take(struct cgi_array *a, size_t count)
{
	void *room = a->data + a->count * a->size;

	a->count += count;
	return cgi_array_fits(a) ? room : NULL;
}

/**
 * cgi_array_add() - take room for records
 * @a: the array
 * @count: how many, in one piece
 *
 * Context: Any, locks held included: it never allocates.
 * Return: the zeroed room, or NULL if there is too little left.  Either way the records
 *         are counted.
 */
static inline void *cgi_array_add(struct cgi_array *a, size_t count)
{
	void *room = cgi_array_take(a, count);

	/* A walk that lost its place starts again, and takes room that it had used before. */
	return room ? memset(room, 0, count * a->size) : NULL;
}

int cgi_array_reserve(struct cgi_array *a, size_t count);
size_t cgi_array_bytes(const struct cgi_array *a);
int cgi_array_grow(struct cgi_array *a, size_t count);
void cgi_array_free(struct cgi_array *a);
int cgi_array_sort(struct cgi_array *a, int (*compare)(const void *, const void *));

#endif /* _CGI_ARRAY_H */
