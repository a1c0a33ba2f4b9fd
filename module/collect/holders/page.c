// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a page is of, by reads alone: neither a lock nor a reference is taken, and the page can
 * become another one at any time.
 *
 *	what is read	what keeps it
 *	struct page	the section of memory is online: module/collect/holders/pages.c
 *	the css		it is never followed, but compared
 *	the inode	inodes of pages are freed by RCU, after their pages have left them
 *	super block	freed by RCU after its inodes, and so is a module's text, with its type
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "../../compat.h"
#include "page.h"

/* Two of the lowest bits of a mapping, which is no pointer to one then. */
#define CGI_MAPPING_ANON	1UL
#define CGI_MAPPING_BITS	3UL

/*
 * The word in which a page has its mapping has other uses, so what it points to is read in a way
 * that bears any address.  Only an inode whose own pages these are is believed.
 */
static const struct inode *cgi_mapping_inode(const struct address_space *mapping)
{
	const struct inode *inode;

	if (copy_from_kernel_nofault(&inode, &mapping->host, sizeof(inode)))
		return NULL;
	return inode && mapping == &inode->i_data ? inode : NULL;
}

static void cgi_page_read_file(const struct inode *inode, struct cgi_page *what)
{
	what->type = CGI_PAGE_FILE;
	what->inode = inode;
	what->generation = inode->i_generation;
	if (S_ISBLK(inode->i_mode)) {
		what->device = inode->i_rdev;
		return;
	}
	what->ino = inode->i_ino;
	what->device = inode->i_sb->s_dev;
}

/**
 * cgi_page_read() - find out what a page is of
 * @page: the page
 * @css: the css of memory that it was seen to hold
 * @what: the answer
 *
 * Context: In an RCU read section in which the page was online.
 * Return: false if the page has become another one meanwhile.
 */
bool cgi_page_read(struct page *page, const void *css, struct cgi_page *what)
{
	const struct address_space *mapping = READ_ONCE(page->mapping);
	unsigned long bits = (unsigned long)mapping & CGI_MAPPING_BITS;
	const struct inode *inode;

	*what = (struct cgi_page){ .type = CGI_PAGE_OTHER };
	/* The mapping is that of a page that held the css before and after it was read. */
	smp_rmb();
	if (cgi_page_css(page) != css)
		return false;
	/* If it is still the same, its inode had not gone when this section began. */
	smp_rmb();
	if (READ_ONCE(page->mapping) != mapping)
		return false;
	if (cgi_page_is_kernel(page)) {
		what->type = CGI_PAGE_KERNEL;
	} else if (bits & CGI_MAPPING_ANON) {
		what->type = bits == CGI_MAPPING_BITS ? CGI_PAGE_KSM : CGI_PAGE_ANON;
	} else if (mapping && !bits) {
		inode = cgi_mapping_inode(mapping);
		if (inode)
			cgi_page_read_file(inode, what);
	}
	return true;
}
