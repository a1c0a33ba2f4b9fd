// SPDX-License-Identifier: GPL-2.0-only
/*
 * What all files share: open() takes a snapshot, read() prints what of it is asked for,
 * release() frees it.  An open file never changes, and holds no object of the kernel.
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/fs.h>
#ifndef CGI_IN_TREE
#include <linux/module.h>
#endif
#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "../module/compat.h"
#include "../module/snapshot/memory.h"
#include "../module/take.h"
#include "file.h"
#include "pager.h"
#include "view.h"

/* Older kernels take two seconds for their key, and longer in a guest on a busy machine. */
#define CGI_HASH_WAIT_MS	50
#define CGI_HASH_TRIES		200

/**
 * struct cgi_reader - an open file
 * @lock: held while a part of the text is printed and copied to the reader
 * @snapshot: what is printed
 * @pager: the text of it
 */
struct cgi_reader {
	struct mutex lock;	/* of @pager */
	struct cgi_snapshot *snapshot;
	struct cgi_pager pager;
};

/* lib/vsprintf.c puts what it prints instead of a hash into parentheses. */
static bool cgi_pointers_are_hashed(void)
{
	char text[24];

	snprintf(text, sizeof(text), "%p", current);
	return text[0] != '(';
}

/*
 * Until the kernel has random numbers and has made a key of them, which older kernels do
 * up to two seconds later, %p is the same text for every address.  All css_sets would look
 * like one.
 */
static int cgi_await_hashed_pointers(void)
{
	int err = wait_for_random_bytes(), tries = 0;

	while (!err && !cgi_pointers_are_hashed()) {
		if (++tries > CGI_HASH_TRIES)
			return -EAGAIN;
		if (msleep_interruptible(CGI_HASH_WAIT_MS))
			err = -ERESTARTSYS;
	}
	return err;
}

static int cgi_file_take(const struct cgi_view *view, struct cgi_snapshot *s)
{
	int err = 0;

	cgi_stats_get(&s->stats);
	if (view->want & (CGI_WANT_GRAPH | CGI_WANT_TASKS))
		err = cgi_await_hashed_pointers();
	return err ? err : cgi_take(s);
}

static void cgi_reader_destroy(struct cgi_reader *r)
{
	cgi_pager_deinit(&r->pager);
	cgi_snapshot_destroy(r->snapshot);
	mutex_destroy(&r->lock);
	kfree(r);
}

/* What read() needs is allocated here, so that nothing is left that could fail in it. */
static int cgi_reader_fill(struct cgi_reader *r, const struct cgi_view *view)
{
	int err;

	r->snapshot = cgi_snapshot_create(view->want);
	if (!r->snapshot)
		return -ENOMEM;
	err = cgi_file_take(view, r->snapshot);
	return err ? err : cgi_pager_init(&r->pager, view, r->snapshot);
}

/* A part of the text at a time goes to the reader, until there is no more room or text. */
static ssize_t cgi_reader_copy(struct cgi_reader *r, loff_t pos, struct iov_iter *to)
{
	size_t done = 0, copied;
	const char *text;
	ssize_t len = 0;

	while (iov_iter_count(to)) {
		len = cgi_pager_get(&r->pager, pos + done, iov_iter_count(to), &text);
		if (len <= 0)
			break;
		copied = copy_to_iter(text, len, to);
		done += copied;
		if (copied < len) {
			len = -EFAULT;
			break;
		}
	}
	return done ? done : len;
}

/*
 * A copy to the reader's memory may wait for a page fault for ever, as with userfaultfd.  So
 * others who read the same open file wait for the lock killably.
 */
static ssize_t cgi_file_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct cgi_reader *r = iocb->ki_filp->private_data;
	ssize_t len;

	if (mutex_lock_killable(&r->lock))
		return -EINTR;
	len = cgi_reader_copy(r, iocb->ki_pos, to);
	mutex_unlock(&r->lock);
	if (len > 0)
		iocb->ki_pos += len;
	return len;
}

static int cgi_file_release(struct inode *inode, struct file *file)
{
	cgi_reader_destroy(file->private_data);
	return 0;
}

/* Root may open a 0400 file for writing, so that is refused here. */
static int cgi_file_start(struct inode *inode, struct file *file)
{
	struct cgi_reader *r;
	int err;

	if (file->f_mode & FMODE_WRITE)
		return -EACCES;
	r = kzalloc(sizeof(*r), CGI_GFP);
	if (!r)
		return -ENOMEM;
	mutex_init(&r->lock);
	err = cgi_reader_fill(r, inode->i_private);
	if (err)
		cgi_reader_destroy(r);
	else
		file->private_data = r;
	return err;
}

/* How long a text is, nobody knows before it was printed: SEEK_END is refused. */
#ifdef CGI_IN_TREE
static const struct file_operations cgi_file_fops = {
	.open		= cgi_file_start,
#else
static const struct file_operations cgi_file_owned_fops = {
	.owner		= THIS_MODULE,
#endif
	.read_iter	= cgi_file_read_iter,
	.splice_read	= copy_splice_read,
	.llseek		= no_seek_end_llseek,
	.release	= cgi_file_release,
};

#ifndef CGI_IN_TREE
/*
 * A module that does not load is freed at once, whoever has a reference to it.  So nothing can be
 * opened until all files are there and it is sure that the module stays.
 */
static bool cgi_files_admitted;

/*
 * debugfs warns if it can't take a reference to the owner of a file's operations while the
 * module's state does not say that it is going (open_proxy_open() in fs/debugfs/).
 * But delete_module() takes the last reference first and sets the state afterwards.
 * So debugfs is given operations without an owner, and the reference is taken here.
 * The module can't go meanwhile, because the removal of a file waits for its open().
 */
static int cgi_file_open(struct inode *inode, struct file *file)
{
	if (!READ_ONCE(cgi_files_admitted) || !try_module_get(THIS_MODULE)) {
		/*
		 * do_dentry_open() looks at the file's operations once more when open()
		 * has failed.  By then ours may be gone, unlike those of debugfs.
		 */
		replace_fops(file, inode->i_fop);
		return -ENXIO;
	}
	/* If cgi_file_start() fails, do_dentry_open() puts these, and so the module. */
	replace_fops(file, &cgi_file_owned_fops);
	return cgi_file_start(inode, file);
}

static const struct file_operations cgi_file_fops = {
	.open		= cgi_file_open,
};
#endif /* !CGI_IN_TREE */

/**
 * cgi_file_create() - create the file of a view
 * @view: the view
 * @dir: the directory
 *
 * The "unsafe" variant protects only open() against the removal of the file.  That is
 * enough: no file is removed while somebody has it open.
 *
 * Context: Process, sleeps.
 * Return: 0, or the error of debugfs: -ENOMEM.
 */
int cgi_file_create(const struct cgi_view *view, struct dentry *dir)
{
	return PTR_ERR_OR_ZERO(debugfs_create_file_unsafe(view->name, 0400, dir, (void *)view,
							  &cgi_file_fops));
}

#ifndef CGI_IN_TREE
/**
 * cgi_files_admit() - let the files be opened
 *
 * Context: Any; loading the module can't fail any more.
 */
void cgi_files_admit(void)
{
	WRITE_ONCE(cgi_files_admitted, true);
}
#endif
