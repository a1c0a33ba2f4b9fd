/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_PAGE_H
#define _CGI_PAGE_H

#include <linux/types.h>

struct inode;
struct page;

/* What a page is, in the order of the file. */
enum cgi_page_type {
	CGI_PAGE_ANON,
	CGI_PAGE_KSM,
	CGI_PAGE_KERNEL,
	CGI_PAGE_OTHER,		/* of no file any more, or on its way to swap */
	CGI_PAGE_FILE,
	CGI_PAGE_FILES,		/* of files that are not counted one by one */
	CGI_PAGE_TYPES,
};

/**
 * struct cgi_page - what a page is of
 * @ino: number of the inode, or 0 if it is not of a file
 * @device: number of the device that the inode is on; of a block device its own
 * @generation: tells an inode from a later one of that number
 * @type: &enum cgi_page_type
 * @inode: the inode, as long as the RCU read section lasts
 */
struct cgi_page {
	u64 ino;
	u32 device;
	u32 generation;
	u8 type;
	const struct inode *inode;
};

bool cgi_page_read(struct page *page, const void *css, struct cgi_page *what);

#endif /* _CGI_PAGE_H */
