// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many pages are of which file.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/string.h>

#include "../../snapshot/memory.h"
#include "../../snapshot/snapshot.h"
#include "page_sums.h"

/**
 * cgi_page_sums_init() - no page was counted yet
 * @t: the sums
 * @most: when there are so many, pages of further files are counted together for each css
 *
 * Context: Process, may sleep.
 */
void cgi_page_sums_init(struct cgi_page_sums *t, size_t most)
{
	*t = (struct cgi_page_sums){ .sums.size = sizeof(struct cgi_page_sum), .most = most };
	get_random_bytes(&t->key, sizeof(t->key));
}

/**
 * cgi_page_sums_deinit() - give the memory back
 * @t: the sums
 *
 * Context: Process, may sleep.
 */
void cgi_page_sums_deinit(struct cgi_page_sums *t)
{
	cgi_array_free(&t->sums);
	kvfree(t->slots);
}

/**
 * cgi_page_is_same() - whether two pages are of the same
 * @x: one
 * @y: the other
 *
 * Context: Any.
 * Return: true if they are.
 */
bool cgi_page_is_same(const struct cgi_page *x, const struct cgi_page *y)
{
	return x->type == y->type && x->ino == y->ino && x->device == y->device &&
	       x->generation == y->generation;
}

/*
 * A user's own file system (FUSE) can give its inodes any numbers, and with a hash that can be
 * computed it could make all of them meet in one slot.
 */
static u32 cgi_page_sums_hash(const struct cgi_page_sums *t, u32 css, const struct cgi_page *what)
{
	u64 where = (u64)what->device << 32 | what->generation;

	return siphash_3u64(what->ino, where, (u64)css << 32 | what->type, &t->key) >>
	       (64 - t->bits);
}

/* At most every other slot is taken, so this ends. */
static u32 *cgi_page_sums_slot(const struct cgi_page_sums *t, u32 css, const struct cgi_page *what)
{
	u32 mask = (1U << t->bits) - 1, at = cgi_page_sums_hash(t, css, what);
	const struct cgi_page_sum *sum;

	for (; t->slots[at] != CGI_NONE; at = (at + 1) & mask) {
		sum = cgi_page_sum_at(t, t->slots[at]);
		if (sum->css == css && cgi_page_is_same(&sum->what, what))
			break;
	}
	return &t->slots[at];
}

static int cgi_page_sums_rehash(struct cgi_page_sums *t, size_t count)
{
	size_t slots = roundup_pow_of_two(4 * count), i;
	int err = 0;

	kvfree(t->slots);
	t->bits = ilog2(slots);
	t->slots = cgi_alloc(slots, sizeof(*t->slots));
	if (!t->slots)
		return -ENOMEM;
	memset(t->slots, 0xff, slots * sizeof(*t->slots));
	for (i = 0; i < t->sums.count && !err; i++) {
		err = cgi_pause(i);
		*cgi_page_sums_slot(t, cgi_page_sum_at(t, i)->css,
				    &cgi_page_sum_at(t, i)->what) = i;
	}
	return err;
}

/**
 * cgi_page_sums_reserve() - make room
 * @t: the sums
 * @more: so many can come
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_page_sums_reserve(struct cgi_page_sums *t, size_t more)
{
	size_t count = t->sums.count + more;
	int err = cgi_array_grow(&t->sums, more);

	if (err || (t->slots && 2 * count <= 1UL << t->bits))
		return err;
	return cgi_page_sums_rehash(t, count);
}

/**
 * cgi_page_sums_count() - count a page
 * @t: the sums, with room
 * @css: index of the css that the page holds
 * @what: what it is of
 * @pfn: its number
 *
 * Context: Any.
 * Return: index of the sum.
 */
u32 cgi_page_sums_count(struct cgi_page_sums *t, u32 css, const struct cgi_page *what,
			unsigned long pfn)
{
	static const struct cgi_page files = { .type = CGI_PAGE_FILES };
	u32 *slot = cgi_page_sums_slot(t, css, what);
	struct cgi_page_sum *sum;

	if (*slot == CGI_NONE && what->type == CGI_PAGE_FILE && t->sums.count >= t->most) {
		what = &files;
		slot = cgi_page_sums_slot(t, css, what);
	}
	if (*slot == CGI_NONE) {
		*slot = t->sums.count;
		sum = cgi_array_add(&t->sums, 1);
		sum->what = *what;
		sum->css = css;
	}
	sum = cgi_page_sum_at(t, *slot);
	sum->refs++;
	sum->pages++;
	sum->pfn = pfn;
	return *slot;
}

/* By css and type, the largest first. */
static int cgi_page_sum_compare(const void *a, const void *b)
{
	const struct cgi_page_sum *x = a, *y = b;

	if (x->css != y->css)
		return x->css < y->css ? -1 : 1;
	if (x->what.type != y->what.type)
		return x->what.type - y->what.type;
	return x->pages > y->pages ? -1 : x->pages < y->pages;
}

/**
 * cgi_page_sums_sort() - put them in order: by css and type, the largest first
 * @t: the sums; nothing can be counted any more
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_page_sums_sort(struct cgi_page_sums *t)
{
	return cgi_array_sort(&t->sums, cgi_page_sum_compare);
}

/**
 * cgi_page_sum_nth() - how many lines of the same css and type come before that of a sum
 * @last: the sum before it, or NULL
 * @sum: the sum
 * @nth: what this function has said of @last
 * @most: so many files of a css have lines of their own, and the next line is for the rest
 *
 * Files that were not counted one by one belong to the rest.
 *
 * Context: Any, after cgi_page_sums_sort().
 * Return: that number.
 */
unsigned int cgi_page_sum_nth(const struct cgi_page_sum *last, const struct cgi_page_sum *sum,
			      unsigned int nth, unsigned int most)
{
	bool is_first = !last || last->css != sum->css;

	if (sum->what.type == CGI_PAGE_FILES)
		return !is_first && nth >= most ? nth + 1 : most;
	return is_first || last->what.type != sum->what.type ? 0 : nth + 1;
}
