// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writeback structures (struct bdi_writeback): for each device, one for each cgroup that has
 * written to it.
 *
 * They are on the list of their device. A css of memory has a list of them as well, but they
 * leave that as soon as it is offline, and hold it nevertheless. The list of all devices is not
 * exported.
 *
 * Devices leave their list, and structures that of their device, a grace period before they are
 * freed: bdi_remove_from_list() and cgwb_remove_from_bdi_list() in mm/backing-dev.c. A structure
 * gives up its csses after it has left the list, and RCU frees them.
 */
#include <linux/backing-dev-defs.h>
#include <linux/rculist.h>

#include "../compat.h"
#include "bdis.h"
#include "reach.h"

/* An RCU section ends behind the device with which it has seen so many structures. */
#define CGI_BDIS_AT_ONCE	1024

/**
 * cgi_bdis_found() - whether there is anything to walk over
 *
 * Context: Any.
 * Return: true if there is.
 */
bool cgi_bdis_found(void)
{
	return CGI_HAVE_WRITEBACKS && cgi_bdi_list();
}

/*
 * A module can't take a reference to a structure, so the place on the list of a device is kept as
 * a number.  If structures leave the list between two sections, the walk misses others.
 *
 * Returns false if the section is to end here.
 */
static bool cgi_bdi_visit_all(struct cgi_bdi_walk *walk, const struct backing_dev_info *bdi)
{
	unsigned int done = walk->id == bdi->id ? walk->done : 0, i = 0;
	struct bdi_writeback *wb;

	walk->id = bdi->id;
	list_for_each_entry_rcu(wb, &bdi->wb_list, bdi_node) {
		if (i++ < done)
			continue;
		walk->overflown |= i > walk->most;
		if (i > walk->most)
			break;
		walk->steps++;
		/* That of the device itself is everybody's. */
		if (wb == &bdi->wb || walk->visit(walk, bdi, wb))
			continue;
		walk->done = i;
		return false;
	}
	return true;
}

/**
 * cgi_bdis_walk() - visit more structures, in one RCU read section
 * @walk: the walk; it goes on where the last section has ended
 *
 * It goes on behind a device by its id: ids are given in the order of the list.  All devices before
 * that are stepped over once more, of which there is one for each file system that has a device of
 * its own.
 *
 * Context: Any, after cgi_bdis_found() was true.
 * Return: whether there is more.
 */
bool cgi_bdis_walk(struct cgi_bdi_walk *walk)
{
	const struct backing_dev_info *bdi;
	bool more = false;

	walk->steps = 0;
	rcu_read_lock();
	list_for_each_entry_rcu(bdi, cgi_bdi_list(), bdi_list) {
		if (bdi->id <= walk->last_id)
			continue;
		more = walk->steps > CGI_BDIS_AT_ONCE || !cgi_bdi_visit_all(walk, bdi);
		if (more)
			break;
		walk->last_id = bdi->id;
	}
	rcu_read_unlock();
	return more;
}
