// SPDX-License-Identifier: GPL-2.0-only
/*
 * The walk over all pages for those that hold a css of memory that was removed.
 *
 * No list of the kernel's leads from a removed css to its pages, so each page is asked.  Pages
 * are counted first, in RCU read sections of a fixed number of page frames.  Then, for the files
 * with the most pages, one page of each is looked at once more for its name.
 */
#include <linux/build_bug.h>
#include <linux/ktime.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/nodemask.h>
#include <linux/notifier.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../../compat.h"
#include "../../snapshot/memory.h"
#include "../../snapshot/snapshot.h"
#include "finder.h"
#include "page_name.h"
#include "page_sums.h"
#include "pages.h"

/* Page frames that are visited in one RCU read section. */
#define CGI_PAGES_SECTION	1024

/* So many files of a css are named. */
#define CGI_PAGES_FILES		64

/* So many files of all csses together are counted one by one, and so much is kept of paths. */
#define CGI_PAGES_SUMS		(256 * 1024)
#define CGI_PAGES_PATHS		(16 * 1024 * 1024)

static const char *const cgi_page_types[CGI_PAGE_TYPES] = {
	[CGI_PAGE_ANON]		= "anon",
	[CGI_PAGE_KSM]		= "ksm",
	[CGI_PAGE_KERNEL]	= "kernel",
	[CGI_PAGE_OTHER]	= "other",
};

/**
 * struct cgi_pages - the walk
 * @f: the search that it is a part of
 * @offline: waits for us when memory goes
 * @sums: what was found
 * @others: the last word of a page that is none of the csses that are looked for
 * @head: the last page that was found; the pages of a huge page come after it
 * @sum: index of the sum that it was counted in
 * @nid: the node that is visited; page frames of others can lie among its own
 * @name: the name of a file, as long as it is read
 */
struct cgi_pages {
	struct cgi_finder *f;
	struct notifier_block offline;
	struct cgi_page_sums sums;
	const void *others;
	struct page *head;
	u32 sum;
	int nid;
	struct cgi_page_name name;
};

/*
 * When the kernel takes memory offline, it clears the bit that cgi_pages_section() asks for, tells
 * us, and can free the struct pages any time later.
 */
static int cgi_pages_offline(struct notifier_block *nb, unsigned long action, void *arg)
{
	if (action == MEM_OFFLINE)
		synchronize_rcu();
	return NOTIFY_OK;
}

/* ---- counting ---- */

static bool cgi_pages_was_killed(const struct cgi_css *css)
{
	return css->state == CGI_CSS_DYING || css->state == CGI_CSS_DRAINING;
}

/* Return: index of the css if it was removed. */
static u32 cgi_pages_css(const struct cgi_pages *w, const void *css)
{
	u32 i = cgi_keys_find(&w->f->csses, css);

	return i != CGI_NONE && cgi_pages_was_killed(cgi_css_at(w->f->s, i)) ? i : CGI_NONE;
}

static void cgi_pages_look_at_tail(struct cgi_pages *w, struct page *page)
{
	if (PageTail(page) && compound_head(page) == w->head)
		cgi_page_sum_at(&w->sums, w->sum)->pages++;
	else
		w->head = NULL;
}

/*
 * Only the first page of a huge page has a css. A tail of one of hugetlb can be mapped to the
 * struct page of the first one, and then shows that one's.
 */
static void cgi_pages_look(struct cgi_pages *w, unsigned long pfn, struct page *page)
{
	const void *css = cgi_page_css(page);
	struct cgi_page what;
	u32 i;

	if (css && PageTail(page))
		css = NULL;
	i = css && css != w->others ? cgi_pages_css(w, css) : CGI_NONE;
	if (i == CGI_NONE) {
		if (css)
			w->others = css;
		if (w->head)
			cgi_pages_look_at_tail(w, page);
		return;
	}
	w->head = NULL;
	if (page_to_nid(page) != w->nid || !cgi_page_read(page, css, &what))
		return;
	w->head = page;
	w->sum = cgi_page_sums_count(&w->sums, i, &what, pfn);
}

static void cgi_pages_section(struct cgi_pages *w, unsigned long pfn, unsigned long end)
{
	struct cgi_holders_cost *cost = &w->f->s->holders_cost;
	u64 began = ktime_get_ns();
	struct page *page;

	cost->pages += end - pfn;
	rcu_read_lock();
	for (; pfn < end; pfn++) {
		page = pfn_to_online_page(pfn);
		if (page)
			cgi_pages_look(w, pfn, page);
	}
	rcu_read_unlock();
	cost->pages_rcu_ns = max(cost->pages_rcu_ns, ktime_get_ns() - began);
}

static int cgi_pages_node(struct cgi_pages *w, unsigned long pfn, unsigned long end)
{
	unsigned long next;
	int err;

	for (; pfn < end; pfn = next) {
		err = cgi_page_sums_reserve(&w->sums, CGI_PAGES_SECTION);
		if (err)
			return err;
		if (fatal_signal_pending(current))
			return -EINTR;
		next = min(end, round_down(pfn, CGI_PAGES_SECTION) + CGI_PAGES_SECTION);
		if (cgi_pfn_may_be_online(pfn))
			cgi_pages_section(w, pfn, next);
		cond_resched();
	}
	return 0;
}

static int cgi_pages_count(struct cgi_pages *w)
{
	const pg_data_t *node;
	int nid, err;

	for_each_online_node(nid) {
		node = NODE_DATA(nid);
		w->nid = nid;
		w->head = NULL;
		err = cgi_pages_node(w, node->node_start_pfn,
				     node->node_start_pfn + node->node_spanned_pages);
		if (err)
			return err;
	}
	return cgi_page_sums_sort(&w->sums);
}

/* ---- what is shown of it ---- */

/* Return: false if the page is of something else by now. */
static bool cgi_pages_name_in_section(struct cgi_pages *w, const struct cgi_page_sum *sum,
				      struct cgi_holder *holder)
{
	struct page *page = pfn_to_online_page(sum->pfn);
	struct cgi_page what;

	if (!page || cgi_page_css(page) != holder->held_addr ||
	    !cgi_page_read(page, holder->held_addr, &what) ||
	    !cgi_page_is_same(&what, &sum->what))
		return false;
	strscpy(holder->name, what.inode->i_sb->s_type->name, sizeof(holder->name));
	cgi_page_name_read(&w->name, what.inode);
	return true;
}

static int cgi_pages_keep_path(struct cgi_pages *w, struct cgi_holder *holder)
{
	struct cgi_text *paths = &w->f->s->paths;
	size_t len = strlen(w->name.at);
	int err;

	if (paths->length > CGI_PAGES_PATHS)
		return 0;
	err = cgi_text_reserve(paths, len + 2);
	if (err)
		return err;
	/* A path is never at 0, which stands for none. */
	if (!paths->length)
		cgi_text_end(paths);
	holder->path = cgi_text_begin(paths);
	cgi_text_put(paths, w->name.at, len);
	cgi_text_end(paths);
	if (w->name.deleted)
		holder->phrase = "deleted";
	return 0;
}

static int cgi_pages_name(struct cgi_pages *w, const struct cgi_page_sum *sum,
			  struct cgi_holder *holder)
{
	bool same;

	rcu_read_lock();
	same = cgi_pages_name_in_section(w, sum, holder);
	rcu_read_unlock();
	return same && w->name.at ? cgi_pages_keep_path(w, holder) : 0;
}

static struct cgi_holder *cgi_pages_add(struct cgi_pages *w, const struct cgi_page_sum *sum)
{
	const struct cgi_css *css = cgi_css_at(w->f->s, sum->css);
	struct cgi_holder *holder = cgi_array_add(&w->f->s->holders, 1);

	*holder = (struct cgi_holder){
		.kind = sum->what.type < CGI_PAGE_FILE ? CGI_HOLDER_PAGES : CGI_HOLDER_FILE,
		.held_kind = CGI_HELD_CSS,
		.held_addr = css->addr,
		.held_number = css->serial,
		.refs = { .count = sum->refs, .kind = CGI_REFS_EXACT },
		.amount = sum->pages,
		.number = sum->what.ino,
		.device = sum->what.device,
		.generation = sum->what.generation,
		.phrase = cgi_page_types[sum->what.type],
		.mapped = sum->what.type == CGI_PAGE_ANON || sum->what.type == CGI_PAGE_KSM,
		.fd = -1,
	};
	return holder;
}

static void cgi_pages_add_to_rest(struct cgi_holder *rest, const struct cgi_page_sum *sum)
{
	rest->refs.count += sum->refs;
	rest->amount += sum->pages;
	rest->files++;
	rest->files_about |= sum->what.type == CGI_PAGE_FILES;
}

/* What is not a file is told apart by its type, and the rest of the files by having no number. */
static int cgi_pages_show(struct cgi_pages *w, const struct cgi_page_sum *sum, unsigned int nth,
			  struct cgi_holder **rest)
{
	struct cgi_holder *holder;

	if (nth > CGI_PAGES_FILES) {
		cgi_pages_add_to_rest(*rest, sum);
		return 0;
	}
	holder = cgi_pages_add(w, sum);
	if (sum->what.type < CGI_PAGE_FILE) {
		holder->number = sum->what.type;
		return 0;
	}
	if (nth < CGI_PAGES_FILES)
		return cgi_pages_name(w, sum, holder);
	holder->number = 0;
	holder->device = 0;
	holder->generation = 0;
	holder->files = 1;
	holder->files_about = sum->what.type == CGI_PAGE_FILES;
	*rest = holder;
	return 0;
}

static int cgi_pages_show_all(struct cgi_pages *w)
{
	const struct cgi_page_sum *sum, *last = NULL;
	struct cgi_holder *rest = NULL;
	unsigned int nth = 0;
	size_t i;
	int err;

	for (i = 0; i < w->sums.sums.count; i++) {
		err = cgi_pause(i);
		if (err)
			return err;
		sum = cgi_page_sum_at(&w->sums, i);
		nth = cgi_page_sum_nth(last, sum, nth, CGI_PAGES_FILES);
		last = sum;
		/* The rest is added to in place, so nothing may be moved then. */
		err = nth > CGI_PAGES_FILES ? 0 : cgi_array_grow(&w->f->s->holders, 1);
		if (!err)
			err = cgi_pages_show(w, sum, nth, &rest);
		if (err)
			return err;
	}
	return 0;
}

/* ---- the walk ---- */

/* Just after a removal it is not known how much is unaccounted. */
static bool cgi_pages_may_hold(const struct cgi_css *css)
{
	return cgi_pages_was_killed(css) &&
	       (css->unaccounted.kind == CGI_REFS_UNKNOWN || css->unaccounted.count > 0);
}

/* Whether a css of memory was removed of which something is unaccounted. */
static bool cgi_pages_are_wanted(const struct cgi_snapshot *s)
{
	const struct cgi_css *css;
	size_t i;

	for (i = 0; i < s->csses.count; i++) {
		css = cgi_css_at(s, i);
		if (cgi_pages_may_hold(css) &&
		    !strcmp(cgi_subsys_at(s, css->subsys)->name, "memory"))
			return true;
	}
	return false;
}

/*
 * Registering waits for callbacks of others, if some memory is going on- or offline at this very
 * moment, but not for memory to go.
 */
static int cgi_pages_walk(struct cgi_pages *w)
{
	int err;

	/* A page has the address of the structure, and it is looked up as that of the css. */
	BUILD_BUG_ON(CGI_MEMCG_CSS_OFFSET);
	w->offline.notifier_call = cgi_pages_offline;
	err = register_memory_notifier(&w->offline);
	if (err)
		return err;
	err = cgi_pages_count(w);
	if (!err)
		err = cgi_pages_show_all(w);
	unregister_memory_notifier(&w->offline);
	return err;
}

/**
 * cgi_find_by_pages() - find which pages hold csses of memory that were removed, and of what
 *                       these pages are
 * @f: the search
 *
 * If there is no such css nothing is looked at.
 *
 * Context: Process, sleeps; call with no lock held.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_find_by_pages(struct cgi_finder *f)
{
	u64 began = ktime_get_ns();
	struct cgi_pages *w;
	int err;

	if (!CGI_HAVE_PAGES || !cgi_pages_are_wanted(f->s))
		return 0;
	w = cgi_alloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	memset(w, 0, sizeof(*w));
	w->f = f;
	cgi_page_sums_init(&w->sums, CGI_PAGES_SUMS);
	err = cgi_pages_walk(w);
	cgi_page_sums_deinit(&w->sums);
	kvfree(w);
	f->s->holders_cost.pages_ns = ktime_get_ns() - began;
	return err;
}
