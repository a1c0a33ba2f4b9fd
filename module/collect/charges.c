// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is charged to csses of memory: numbers that the kernel has, and no walk over pages.
 */
#include <linux/sched/signal.h>

#include "../compat.h"
#include "../snapshot/snapshot.h"
#include "bdis.h"
#include "charges.h"
#include "locks.h"

/* If a device has more structures, nobody is told how many there are. */
#define CGI_WRITEBACKS_MOST	16384

/**
 * cgi_collect_charge() - copy what is charged to a css
 * @s: where to
 * @css: the css
 *
 * An id is held by whatever is in swap, each page once, and once more until the css is offline:
 * mem_cgroup_css_offline() in mm/memcontrol.c, which is called before CSS_ONLINE is cleared,
 * both under cgroup_mutex.
 *
 * Context: cgroup_mutex held.
 * Return: index of the record, or CGI_NONE if the css is not one of memory.
 */
u32 cgi_collect_charge(struct cgi_snapshot *s, struct cgroup_subsys_state *css)
{
	u32 index = s->charges.count;
	struct cgi_charge *charge;

	lockdep_assert_held(cgi_cgroup_mutex);
	if (css->ss->id != CGI_MEMORY_SSID)
		return CGI_NONE;
	charge = cgi_array_add(&s->charges, 1);
	if (!charge)
		return CGI_NONE;
	charge->charged = cgi_memory_charged(css);
	charge->counted_above = cgi_memory_is_counted_above(css);
	charge->pages.count = cgi_memory_listed(css);
	charge->swap = cgi_memory_id_refs(css) - !!(css->flags & CSS_ONLINE);
	return index;
}

/* Never ends the RCU section within a device, so its list is read without a gap. */
static bool cgi_collect_writeback(struct cgi_bdi_walk *walk, const struct backing_dev_info *bdi,
				  struct bdi_writeback *wb)
{
	struct cgi_snapshot *s = walk->arg;
	struct cgi_writeback *record = cgi_array_add(&s->writebacks, 1);

	if (record)
		record->css_addr = cgi_writeback_memory(wb);
	return true;
}

/**
 * cgi_collect_writebacks() - collect every writeback structure of a cgroup
 * @s: where to
 *
 * A structure that is visible has been on its list since cgroup_mutex was taken, or is newer. Its
 * css is put only after it has left the list, and can't be released without that lock. So it is
 * one of the graph.
 *
 * Context: Process, cgroup_mutex held since the csses were collected; sleeps.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_collect_writebacks(struct cgi_snapshot *s)
{
	struct cgi_bdi_walk walk = {
		.visit = cgi_collect_writeback, .arg = s, .most = CGI_WRITEBACKS_MOST,
	};

	lockdep_assert_held(cgi_cgroup_mutex);
	s->writeback_known = cgi_bdis_found();
	while (s->writeback_known && cgi_bdis_walk(&walk)) {
		if (fatal_signal_pending(current))
			return -EINTR;
		cgi_hold_pause();
	}
	s->writeback_known &= !walk.overflown;
	return 0;
}
