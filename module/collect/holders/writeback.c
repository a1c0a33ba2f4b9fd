// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writeback structures: module/collect/bdis.c finds them.  Inodes that were written to keep one as
 * long as they are in memory, and it keeps a css of memory and of io.
 */
#include <linux/backing-dev.h>
#include <linux/build_bug.h>
#include <linux/fs.h>
#include <linux/percpu-refcount.h>
#include <linux/string.h>

#include "../../compat.h"
#include "../../snapshot/snapshot.h"
#include "../bdis.h"
#include "finder.h"
#include "writeback.h"

/* So many inodes of a structure are named. */
#define CGI_WB_INODES	32

/* So many structures are visited in one hold, and the inodes of one of them are looked at. */
#define CGI_WB_AT_ONCE	32

/**
 * struct cgi_wb_inodes - inodes of a writeback structure
 * @f: the search
 * @what: the structure; its number and device become those of an inode
 * @visited: how many were there
 */
struct cgi_wb_inodes {
	struct cgi_finder *f;
	struct cgi_holder what;
	unsigned int visited;
};

/* The list has the inodes only as long as its lock is held; eviction takes them off. */
static void cgi_find_by_wb_list(struct cgi_wb_inodes *w, struct bdi_writeback *wb,
				const struct list_head *list)
{
	struct inode *inode;

	lockdep_assert_held(&wb->list_lock);
	list_for_each_entry(inode, list, i_io_list) {
		if (w->visited == CGI_FINDER_LIST)
			return;
		if (w->visited++ >= CGI_WB_INODES)
			continue;
		w->what.number = inode->i_ino;
		w->what.device = inode->i_sb->s_dev;
		w->what.generation = inode->i_generation;
		cgi_find_css(w->f, cgi_writeback_memory(wb), &w->what);
	}
}

/* The rest of one structure is another one than that of the same css and another device. */
static void cgi_find_by_wb_rest(const struct cgi_wb_inodes *w, const struct bdi_writeback *wb,
				const struct cgi_holder *what)
{
	struct cgi_holder rest = *what;

	if (w->visited <= CGI_WB_INODES)
		return;
	rest.refs.count = 0;
	rest.files = w->visited - CGI_WB_INODES;
	rest.files_about = w->visited == CGI_FINDER_LIST;
	cgi_find_css(w->f, cgi_writeback_memory(wb), &rest);
}

static void cgi_find_by_wb_inodes(struct cgi_finder *f, struct bdi_writeback *wb,
				  const struct cgi_holder *what)
{
	const struct list_head *attached = cgi_writeback_attached(wb);
	struct cgi_wb_inodes w = { .f = f, .what = *what };

	w.what.refs.count = 0;
	w.what.addr = NULL;
	w.what.name[0] = '\0';
	spin_lock(&wb->list_lock);
	cgi_find_by_wb_list(&w, wb, &wb->b_dirty);
	cgi_find_by_wb_list(&w, wb, &wb->b_io);
	cgi_find_by_wb_list(&w, wb, &wb->b_more_io);
	cgi_find_by_wb_list(&w, wb, &wb->b_dirty_time);
	if (attached)
		cgi_find_by_wb_list(&w, wb, attached);
	spin_unlock(&wb->list_lock);
	cgi_find_by_wb_rest(&w, wb, what);
}

/* A look at its inodes is enough for one section. */
static bool cgi_find_by_wb(struct cgi_bdi_walk *walk, const struct backing_dev_info *bdi,
			   struct bdi_writeback *wb)
{
	const struct cgroup_subsys_state *css = cgi_writeback_memory(wb);
	struct cgi_finder *f = walk->arg;
	struct cgi_holder what = {
		.kind = CGI_HOLDER_WRITEBACK,
		.addr = wb,
		.refs = { .count = 1, .kind = CGI_REFS_EXACT },
	};

	/* Each finds two objects, and the last one its inodes and a line for the rest of them. */
	BUILD_BUG_ON(2 * CGI_WB_AT_ONCE + CGI_WB_INODES + 1 > CGI_FINDER_ROOM);
	strscpy(what.name, bdi->dev_name, sizeof(what.name));
	cgi_find_css(f, css, &what);
	cgi_find_css(f, cgi_writeback_io(wb), &what);
	if (!css || !percpu_ref_is_dying((struct percpu_ref *)&css->refcnt))
		return walk->steps < CGI_WB_AT_ONCE;
	cgi_find_by_wb_inodes(f, wb, &what);
	return false;
}

/**
 * cgi_find_by_writeback() - find what writeback structures hold
 * @f: the search
 *
 * Context: Process, may sleep; call with no lock held.  Takes the lock of the lists of a
 *          structure for at most %CGI_FINDER_LIST inodes.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_find_by_writeback(struct cgi_finder *f)
{
	struct cgi_bdi_walk walk = { .visit = cgi_find_by_wb, .arg = f, .most = CGI_FINDER_LIST };
	int err;

	f->at = (struct cgi_holder){ .fd = -1 };
	if (!cgi_bdis_found())
		return 0;
	do {
		err = cgi_finder_reserve(f);
	} while (!err && cgi_bdis_walk(&walk));
	return err;
}
