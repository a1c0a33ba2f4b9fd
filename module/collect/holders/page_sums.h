/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_PAGE_SUMS_H
#define _CGI_PAGE_SUMS_H

#include <linux/siphash.h>
#include <linux/types.h>

#include "../../snapshot/array.h"
#include "page.h"

/**
 * struct cgi_page_sum - the pages of one css that are of the same
 * @what: of what; its inode is not to be used
 * @css: index of the css
 * @refs: references, one for each page or huge page
 * @pages: pages
 * @pfn: number of one of them
 */
struct cgi_page_sum {
	struct cgi_page what;
	u32 css;
	u64 refs;
	u64 pages;
	unsigned long pfn;
};

/**
 * struct cgi_page_sums - all of them
 * @sums: &struct cgi_page_sum
 * @most: when there are so many, pages of further files are counted together for each css
 * @key: what makes the hash one that nobody else can compute
 * @slots: their indices by hash, %CGI_NONE in a free slot
 * @bits: there are two to the power of this many @slots
 */
struct cgi_page_sums {
	struct cgi_array sums;
	size_t most;
	siphash_key_t key;
	u32 *slots;
	unsigned int bits;
};

void cgi_page_sums_init(struct cgi_page_sums *t, size_t most);
void cgi_page_sums_deinit(struct cgi_page_sums *t);
int cgi_page_sums_reserve(struct cgi_page_sums *t, size_t more);
u32 cgi_page_sums_count(struct cgi_page_sums *t, u32 css, const struct cgi_page *what,
			unsigned long pfn);
bool cgi_page_is_same(const struct cgi_page *x, const struct cgi_page *y);
int cgi_page_sums_sort(struct cgi_page_sums *t);
unsigned int cgi_page_sum_nth(const struct cgi_page_sum *last, const struct cgi_page_sum *sum,
			      unsigned int nth, unsigned int most);

static inline struct cgi_page_sum *cgi_page_sum_at(const struct cgi_page_sums *t, size_t i)
{
	return (struct cgi_page_sum *)t->sums.data + i;
}

#endif /* _CGI_PAGE_SUMS_H */
