/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_ARRAY_H
#define _CGI_ARRAY_H

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

void *cgi_array_add(struct cgi_array *a, size_t count);
bool cgi_array_fits(const struct cgi_array *a);
int cgi_array_reserve(struct cgi_array *a, size_t count);
size_t cgi_array_bytes(const struct cgi_array *a);
int cgi_array_grow(struct cgi_array *a, size_t count);
void cgi_array_free(struct cgi_array *a);
int cgi_array_sort(struct cgi_array *a, int (*compare)(const void *, const void *));

#endif /* _CGI_ARRAY_H */
