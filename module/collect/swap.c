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

/* As long as a css is online it has its own id, so that is not swap. */
static void cgi_collect_swap_of(struct cgi_snapshot *s, struct cgroup_subsys_state *css)
{
	unsigned int pages = css->flags & CSS_ONLINE ? 0 : cgi_memory_id_refs(css);
	struct cgi_holder *what;

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

/**
 * cgi_collect_swap() - collect how much of removed csses of memory is in swap
 * @s: where to; its csses fit
 *
 * Context: Process, cgroup_mutex held since the csses were collected; sleeps.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_collect_swap(struct cgi_snapshot *s)
{
	struct cgroup_subsys_state *css;
	size_t i;

	lockdep_assert_held(cgi_cgroup_mutex);
	for (i = 0; i < s->csses.count; i++) {
		if (cgi_hold_pause_at(i))
			return -EINTR;
		css = cgi_object_at(cgi_css_at(s, i)->addr);
		if (css->ss->id == CGI_MEMORY_SSID)
			cgi_collect_swap_of(s, css);
	}
	return 0;
}
