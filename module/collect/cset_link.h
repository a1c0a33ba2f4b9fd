/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_CSET_LINK_H
#define _CGI_CSET_LINK_H

#include <linux/cgroup-defs.h>
#include <linux/list.h>

/*
 * The one private layout that is borrowed, from kernel/cgroup/cgroup-internal.h.  It has
 * been the same from 5.10 to 7.3.  cgi_layout_check() proves it on live data before
 * anything relies on it.
 */
struct cgrp_cset_link {
	struct cgroup *cgrp;
	struct css_set *cset;
	struct list_head cset_link;	/* anchored at cgrp->cset_links */
	struct list_head cgrp_link;	/* anchored at cset->cgrp_links */
};

#endif /* _CGI_CSET_LINK_H */
