// SPDX-License-Identifier: GPL-2.0-only
/*
 * The searches for holders, one after the other.
 *
 * They take long, so none of them holds cgroup_mutex: each looks at the objects of a snapshot
 * that was taken before, and take.c takes another one afterwards.
 */
#include <linux/ktime.h>
#include <linux/mm.h>

#include "../../snapshot/memory.h"
#include "../../snapshot/snapshot.h"
#include "fds.h"
#include "finder.h"
#include "holders.h"
#include "namespaces.h"
#ifndef CGI_IN_TREE
#include "pages.h"
#endif
#include "sockets.h"
#include "writeback.h"

/**
 * cgi_collect_holders() - find who holds the objects of a snapshot
 * @s: the snapshot, derived; its holders are replaced
 *
 * Context: Process, sleeps; call with no lock held.  Takes locks of others for a bounded
 *          number of steps at a time, and waits for none that may be held for long, but for
 *          callbacks that run while memory goes on- or offline.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_collect_holders(struct cgi_snapshot *s)
{
	u64 began = ktime_get_ns();
	struct cgi_finder *f = cgi_alloc(1, sizeof(*f));
	int err;

	if (!f)
		return -ENOMEM;
	s->holders_cost = (struct cgi_holders_cost){ 0 };
	err = cgi_finder_init(f, s);
	if (!err)
		err = cgi_find_by_fds(f);
	if (!err)
		err = cgi_find_by_inet_tables(f);
	if (!err)
		err = cgi_find_by_cgroup_namespaces(f);
	if (!err)
		err = cgi_find_by_nets(f);
	if (!err)
		err = cgi_find_by_writeback(f);
#ifndef CGI_IN_TREE
	if (!err)
		err = cgi_find_by_pages(f);
#endif
	cgi_finder_deinit(f);
	kvfree(f);
	s->holders_cost.ns = ktime_get_ns() - began;
	return err;
}
