// SPDX-License-Identifier: GPL-2.0-only
/*
 * The path of a file, by reads alone.
 *
 * Dentries and their names are freed by RCU, but for those of file systems that nobody can
 * mount, whose files have no name here.  A rename or a deletion meanwhile is told by the counter
 * of renames and by the first name of the inode, and then there is no name.
 */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/seqlock.h>
#include <linux/string.h>

#include "../../compat.h"
#include "page_name.h"

/*
 * While a name becomes another one its length can be that of either, but it has a NUL in its
 * own memory all the time.
 */
static size_t cgi_page_name_copy(struct cgi_page_name *n, const struct dentry *dentry)
{
	const unsigned char *from = READ_ONCE(dentry->d_name.name);
	size_t len;

	for (len = 0; len < NAME_MAX; len++) {
		n->name[len] = READ_ONCE(from[len]);
		if (!n->name[len])
			return len;
	}
	return len;
}

/* Return: false if the path is too long. */
static bool cgi_page_name_prepend(struct cgi_page_name *n, const struct dentry *dentry)
{
	size_t len = cgi_page_name_copy(n, dentry);

	if ((size_t)(n->at - n->path) < len + 1)
		return false;
	n->at -= len + 1;
	*n->at = '/';
	memcpy(n->at + 1, n->name, len);
	return true;
}

/* Return: false if the path does not lead to the root of the file system. */
static bool cgi_page_name_up(struct cgi_page_name *n, const struct dentry *dentry,
			     const struct dentry *root)
{
	const struct dentry *parent;

	n->path[sizeof(n->path) - 1] = '\0';
	n->at = n->path + sizeof(n->path) - 1;
	for (; dentry != root; dentry = parent) {
		parent = READ_ONCE(dentry->d_parent);
		if (parent == dentry || !cgi_page_name_prepend(n, dentry))
			return false;
	}
	return true;
}

/*
 * The head of the list of names shares its memory with what RCU needs to free the inode, so it is
 * read before the inode was seen to stay.
 */
static const struct dentry *cgi_page_name_first(const struct inode *inode)
{
	struct hlist_node *first = READ_ONCE(inode->i_dentry.first);

	/* Pairs with the kernel's marking of an inode that goes, before it frees it. */
	smp_rmb();
	if (!first || (cgi_inode_state(inode) & (I_FREEING | I_CLEAR)))
		return NULL;
	return cgi_dentry_of_alias(first);
}

static bool cgi_page_name_try(struct cgi_page_name *n, const struct inode *inode)
{
	const struct super_block *sb = inode->i_sb;
	const struct dentry *first;
	unsigned int seq;

	if (sb->s_flags & (SB_NOUSER | SB_KERNMOUNT))
		return false;
	seq = read_seqbegin(&rename_lock);
	first = cgi_page_name_first(inode);
	if (!first || !cgi_page_name_up(n, first, READ_ONCE(sb->s_root)))
		return false;
	n->deleted = !READ_ONCE(first->d_hash.pprev);
	return !read_seqretry(&rename_lock, seq) && cgi_page_name_first(inode) == first;
}

/**
 * cgi_page_name_read() - find the path of a file
 * @n: the answer; its @at is NULL if there is none
 * @inode: the file
 *
 * Context: In the RCU read section in which @inode was found by a page.
 */
void cgi_page_name_read(struct cgi_page_name *n, const struct inode *inode)
{
	if (!cgi_page_name_try(n, inode))
		n->at = NULL;
}
