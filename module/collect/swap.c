// SPDX-License-Identifier: GPL-2.0-only
/*
 * Swap.  What is in swap has the id of a css of memory, and all users of the id together hold
 * the css once.
 */
#include <linux/cgroup.h>

#include "../compat.h"
#include "../snapshot/snapshot.h"
#include "locks.h"
#include "swap.h"

/**
 * cgi_collect_swap() - note how much of a removed css of memory is in swap, if that is wanted
 * @s: where to
 * @css: a css; its reference count is read after this
 *
 * The last page that leaves swap puts a reference to the css, and takes no lock of cgroups for
 * that.  If it leaves between this and the reading of the count, more holders are found than
 * references, and the rest is not called exact.  The other way round one reference would be left
 * over, as an exact number.
 *
 * As long as a css is online it has its own id, so that is not swap.
 *
 * Context: cgroup_mutex held.
 */
void cgi_collect_swap(struct cgi_snapshot *s, struct cgroup_subsys_state *css)
{
	struct cgi_holder *what;
	unsigned int pages;

	lockdep_assert_held(cgi_cgroup_mutex);
	if (!(s->want & CGI_WANT_HOLDERS) || css->ss->id != CGI_MEMORY_SSID)
		return;
	pages = css->flags & CSS_ONLINE ? 0 : cgi_memory_id_refs(css);
	if (!pages)
		return;
	what = cgi_array_add(&s->inside, 1);
	if (!what)
		return;
	*what = (struct cgi_holder){
		.kind = CGI_HOLDER_SWAP,
		.held_kind = CGI_HELD_CSS,
		.held_addr = css,
		.held_number = css->serial_nr,
		.refs = { .count = 1, .kind = CGI_REFS_EXACT },
		.amount = pages,
		.fd = -1,
	};
}
