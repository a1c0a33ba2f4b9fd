/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_PAGE_NAME_H
#define _CGI_PAGE_NAME_H

#include <linux/limits.h>
#include <linux/types.h>

struct inode;

/**
 * struct cgi_page_name - the name of a file
 * @path: from the root of its file system, written from the end
 * @name: one name, as long as it is copied
 * @at: where in @path it begins, or NULL if it has none
 * @deleted: the name is the one that it had before it was deleted
 */
struct cgi_page_name {
	char path[PATH_MAX];
	char name[NAME_MAX + 1];
	char *at;
	bool deleted;
};

void cgi_page_name_read(struct cgi_page_name *n, const struct inode *inode);

#endif /* _CGI_PAGE_NAME_H */
