/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_SNAPSHOT_CHARGE_H
#define _CGI_SNAPSHOT_CHARGE_H

#include <linux/types.h>

#include "refs.h"

/**
 * struct cgi_charge - what is charged to a css of memory
 * @charged: pages that its counter has
 * @pages_below: pages that it has of its children
 * @pages: pages on its LRU lists; exact if nothing else is charged to it alone
 * @swap: pages in swap space
 * @nr_writeback: writeback structures of it
 * @counted_above: the counter of its parent has what its own one has
 */
struct cgi_charge {
	s64 charged;
	s64 pages_below;
	struct cgi_refs pages;
	u32 swap;
	u32 nr_writeback;
	bool counted_above;
};

/**
 * struct cgi_writeback - a writeback structure of a css of memory, for a device
 * @css_addr: identity of the css
 */
struct cgi_writeback {
	const void *css_addr;
};

#endif /* _CGI_SNAPSHOT_CHARGE_H */
