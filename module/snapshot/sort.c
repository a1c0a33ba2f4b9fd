// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sort that can be interrupted.
 *
 * sort() of the kernel neither makes way for other tasks nor ends when the caller is killed,
 * and the sort of a million records takes seconds.  This is a heapsort, too: it needs no memory.
 * The way down the heap goes to a leaf first and then back up, which takes half as many
 * comparisons, as what comes from the end of the heap mostly belongs near its end.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "pause.h"
#include "sort.h"

/* Records are swapped piece by piece, of so many bytes each. */
#define CGI_SWAP_BYTES	64

/* On its way through the heap a record meets some twenty pairs, so pauses come more often. */
#define CGI_SORT_WAY	2

struct cgi_heap {
	char *data;
	size_t size;
	size_t count;
	int (*compare)(const void *a, const void *b);
};

static char *cgi_heap_at(const struct cgi_heap *h, size_t i)
{
	cgi_pause_touch();
	return h->data + i * h->size;
}

static void cgi_heap_swap(const struct cgi_heap *h, size_t i, size_t j)
{
	char *a = cgi_heap_at(h, i), *b = cgi_heap_at(h, j), piece[CGI_SWAP_BYTES];
	size_t at, bytes;

	for (at = 0; at < h->size; at += bytes) {
		bytes = min_t(size_t, h->size - at, sizeof(piece));
		memcpy(piece, a + at, bytes);
		memcpy(a + at, b + at, bytes);
		memcpy(b + at, piece, bytes);
	}
}

static int cgi_heap_compare(const struct cgi_heap *h, size_t i, size_t j)
{
	return h->compare(cgi_heap_at(h, i), cgi_heap_at(h, j));
}

/* The leaf to which the larger one of two children leads each time. */
static size_t cgi_heap_leaf(const struct cgi_heap *h, size_t root)
{
	size_t at = root;

	while (2 * at + 2 < h->count)
		at = 2 * at + (cgi_heap_compare(h, 2 * at + 1, 2 * at + 2) > 0 ? 1 : 2);
	return 2 * at + 1 < h->count ? 2 * at + 1 : at;
}

/* Make one heap of @root and of the two heaps below it. */
static void cgi_heap_sift(const struct cgi_heap *h, size_t root)
{
	size_t at = cgi_heap_leaf(h, root);

	while (at != root && cgi_heap_compare(h, root, at) > 0)
		at = (at - 1) / 2;
	for (; at != root; at = (at - 1) / 2)
		cgi_heap_swap(h, root, at);
}

/**
 * cgi_sort() - sort records
 * @data: the records
 * @count: how many
 * @size: bytes of one
 * @compare: as for sort()
 *
 * Context: Process, may sleep.
 * Return: 0, or -EINTR if the caller was killed, and then the order is none.
 */
int cgi_sort(void *data, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	struct cgi_heap h = { .data = data, .size = size, .count = count, .compare = compare };
	size_t i;

	for (i = count / 2; i--;) {
		if (cgi_pause(CGI_SORT_WAY * i))
			return -EINTR;
		cgi_heap_sift(&h, i);
	}
	while (h.count > 1) {
		if (cgi_pause(CGI_SORT_WAY * h.count))
			return -EINTR;
		cgi_heap_swap(&h, 0, --h.count);
		cgi_heap_sift(&h, 0);
	}
	return 0;
}
