// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reservations of huge pages by a file.  Each piece of a file that is reserved or used holds the
 * css of hugetlb that it is charged to.  So does a huge page that was taken without a
 * reservation, which nothing leads to.  Others hold none: they are charged to the parent when the
 * cgroup is removed.
 */
#include <linux/cgroup.h>
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/list.h>

#include "../../compat.h"
#include "file.h"
#include "finder.h"

/* Return: false if the hold has done its steps and pieces are left. */
static bool cgi_find_by_regions(struct cgi_finder *f, const struct inode *inode,
				struct resv_map *resv)
{
	struct cgi_holder what = {
		.kind = CGI_HOLDER_HUGETLB,
		.addr = resv,
		.number = inode->i_ino,
		.device = inode->i_sb->s_dev,
		.refs = { .count = 1, .kind = CGI_REFS_EXACT },
	};
	const struct file_region *region;
	size_t i = 0;

	lockdep_assert_held(&resv->lock);
	list_for_each_entry(region, &resv->regions, link) {
		if (i++ < f->part)
			continue;
		if (i > CGI_FINDER_LIST)
			break;
		if (!cgi_finder_step(f))
			return false;
		f->part = i;
		what.part = i;
		what.amount = (u64)(region->to - region->from) << (inode->i_blkbits - PAGE_SHIFT);
		cgi_find_css(f, cgi_region_css(region), &what);
	}
	return true;
}

/**
 * cgi_find_by_hugetlb() - find what the reservations of a file of hugetlbfs hold
 * @f: the search
 * @file: the file
 *
 * Context: In an RCU read section, with the lock held that keeps @file.  Takes the lock of
 *          the reservations.
 * Return: false if the hold has done its steps and something is left.
 */
bool cgi_find_by_hugetlb(struct cgi_finder *f, struct file *file)
{
	struct inode *inode = file_inode(file);
	struct resv_map *resv = S_ISREG(inode->i_mode) ? cgi_inode_resv(inode) : NULL;
	bool done;

	if (!resv)
		return true;
	spin_lock(&resv->lock);
	done = cgi_find_by_regions(f, inode, resv);
	spin_unlock(&resv->lock);
	return done;
}
