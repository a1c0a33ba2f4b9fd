// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is charged to csses of memory: numbers that the kernel has, and no walk over pages.
 *
 * Writeback structures (struct bdi_writeback) are on the list of their device. The css has a
 * list of them as well, but they leave that as soon as it is offline, and hold it nevertheless.
 * The list of all devices is not exported, and is found like the locks.
 */
#include <linux/rculist.h>
#include <linux/sched/signal.h>

#include "../compat.h"
#include "../snapshot/snapshot.h"
#include "charges.h"
#include "ksym.h"
#include "locks.h"

/*
 * An RCU section ends behind the device with which it has seen so many structures. If one device
 * has more than the second number, nobody is told how many: the position on its list could not
 * be kept from one section to the next, as nothing that a module may call holds a structure.
 */
#define CGI_WRITEBACKS_AT_ONCE	1024
#define CGI_WRITEBACKS_MOST	16384

static struct cgi_ksym cgi_bdi_list = { .name = CGI_BDI_LIST };

/**
 * cgi_charges_init() - find the list of devices
 *
 * Context: Process, may sleep.
 */
void cgi_charges_init(void)
{
	if (CGI_HAVE_WRITEBACKS)
		cgi_ksym_find(&cgi_bdi_list);
}

/**
 * cgi_charges_exit() - done with that list
 *
 * Context: Process, may sleep.
 */
void cgi_charges_exit(void)
{
	cgi_ksym_put(&cgi_bdi_list);
}

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

/* Returns how many there were, or more than CGI_WRITEBACKS_MOST. */
static unsigned int cgi_bdi_collect(struct cgi_snapshot *s, struct backing_dev_info *bdi)
{
	struct cgi_writeback *record;
	struct bdi_writeback *wb;
	unsigned int nr = 0;

	list_for_each_entry_rcu(wb, &bdi->wb_list, bdi_node) {
		if (++nr > CGI_WRITEBACKS_MOST)
			break;
		/* That of the device itself is everybody's. */
		record = wb == &bdi->wb ? NULL : cgi_array_add(&s->writebacks, 1);
		if (record)
			record->css_addr = cgi_writeback_memory(wb);
	}
	return nr;
}

/*
 * Goes on behind the device of this id: ids are given in the order of the list. Devices leave
 * the list, and structures that of their device, a grace period before they are freed:
 * bdi_remove_from_list() and cgwb_remove_from_bdi_list() in mm/backing-dev.c.
 *
 * Returns whether there are more devices.
 */
static bool cgi_writebacks_walk(struct cgi_snapshot *s, u64 *last_id)
{
	struct backing_dev_info *bdi;
	unsigned int nr, total = 0;
	bool more = false;

	rcu_read_lock();
	list_for_each_entry_rcu(bdi, (struct list_head *)cgi_bdi_list.addr, bdi_list) {
		if (bdi->id <= *last_id)
			continue;
		more = total > CGI_WRITEBACKS_AT_ONCE;
		if (more)
			break;
		nr = cgi_bdi_collect(s, bdi);
		if (nr > CGI_WRITEBACKS_MOST)
			s->writeback_known = false;
		total += nr;
		*last_id = bdi->id;
	}
	rcu_read_unlock();
	return more;
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
	u64 last_id = 0;

	lockdep_assert_held(cgi_cgroup_mutex);
	s->writeback_known = cgi_bdi_list.addr;
	while (s->writeback_known && cgi_writebacks_walk(s, &last_id)) {
		if (fatal_signal_pending(current))
			return -EINTR;
		cgi_hold_pause();
	}
	return 0;
}
