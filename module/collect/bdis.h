/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_BDIS_H
#define _CGI_BDIS_H

#include <linux/types.h>

struct backing_dev_info;
struct bdi_writeback;

/**
 * struct cgi_bdi_walk - a walk over the writeback structures of cgroups
 * @visit: called for each, in an RCU read section; false ends the section behind it
 * @arg: for @visit
 * @most: of a device no more structures than these are visited
 * @overflown: a device had more
 * @last_id: the device with this id, and those before it, are done
 * @id: a device that is done in part
 * @done: so many of the structures of that one are
 * @steps: structures visited in this section
 *
 * Set the first three, and the others to 0.
 */
struct cgi_bdi_walk {
	bool (*visit)(struct cgi_bdi_walk *walk, const struct backing_dev_info *bdi,
		      struct bdi_writeback *wb);
	void *arg;
	unsigned int most;
	bool overflown;
	u64 last_id;
	u64 id;
	unsigned int done;
	unsigned int steps;
};

bool cgi_bdis_found(void);
bool cgi_bdis_walk(struct cgi_bdi_walk *walk);

#endif /* _CGI_BDIS_H */
