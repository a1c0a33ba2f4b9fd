// SPDX-License-Identifier: GPL-2.0-only
/*
 * What all files share: open() takes a snapshot, read() prints it, release() frees
 * it.  An open file never changes and holds nothing but its module.
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/random.h>

#include "../module/snapshot/memory.h"
#include "../module/take.h"
#include "view.h"

/* The kernel takes two seconds for its key, and longer in a guest on a busy machine. */
#define CGI_HASH_WAIT_MS	50
#define CGI_HASH_TRIES		200

/* Private data of an open file. */
struct cgi_reader {
	const struct cgi_view *view;
	struct cgi_snapshot *snapshot;
};

static const struct cgi_array *cgi_view_records(const struct cgi_view *view,
						const struct cgi_snapshot *s)
{
	return (const void *)s + view->records;
}

/**
 * cgi_view_lines() - number of pieces that a file is printed in, a line or more each
 * @view: the file
 * @s: the snapshot
 *
 * Context: Any.
 * Return: the number, for a table with its header.
 */
size_t cgi_view_lines(const struct cgi_view *view, const struct cgi_snapshot *s)
{
	/* A view with @records of 0 is no table, so no array may be there. */
	BUILD_BUG_ON(!offsetof(struct cgi_snapshot, tasks));
	if (view->records)
		return 1 + cgi_view_records(view, s)->count;
	return view->record ? view->nr_columns : view->count(s);
}

/* The header, too, is a row of the table, with names in place of values. */
static void cgi_view_show_row(struct seq_file *m, const struct cgi_view *view,
			      const struct cgi_snapshot *s, size_t row)
{
	const struct cgi_array *records = cgi_view_records(view, s);
	const struct cgi_column *column;
	size_t i;

	if (!row)
		seq_putc(m, '#');
	for (i = 0; i < view->nr_columns; i++) {
		column = &view->columns[i];
		if (i)
			seq_putc(m, '\t');
		if (row)
			cgi_column_put(m, s, column, records->data + (row - 1) * records->size);
		else
			seq_puts(m, column->name);
	}
	seq_putc(m, '\n');
}

/**
 * cgi_view_show() - print one piece of a file
 * @m: where to
 * @view: the file
 * @s: the snapshot
 * @line: which piece, below cgi_view_lines()
 *
 * Context: Any.
 */
void cgi_view_show(struct seq_file *m, const struct cgi_view *view,
		   const struct cgi_snapshot *s, size_t line)
{
	if (view->records) {
		cgi_view_show_row(m, view, s, line);
	} else if (view->record) {
		seq_printf(m, "%s: ", view->columns[line].name);
		cgi_column_put(m, s, &view->columns[line], view->record(s));
		seq_putc(m, '\n');
	} else {
		view->show(m, s, line);
	}
}

static void *cgi_reader_start(struct seq_file *m, loff_t *pos)
{
	const struct cgi_reader *r = m->private;

	return *pos < cgi_view_lines(r->view, r->snapshot) ? pos : NULL;
}

static void *cgi_reader_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return cgi_reader_start(m, pos);
}

static void cgi_reader_stop(struct seq_file *m, void *v)
{
}

static int cgi_reader_grow(struct seq_file *m)
{
	char *buf = cgi_alloc(2, m->size);

	if (!buf)
		return -ENOMEM;
	kvfree(m->buf);
	m->buf = buf;
	m->size *= 2;
	m->count = 0;
	return 0;
}

/*
 * seq_read() would double a buffer in which not even one piece fits, but by an allocation
 * that may kill.  If other pieces are in the buffer, it tries again with an empty one.
 */
static int cgi_reader_show(struct seq_file *m, void *v)
{
	const struct cgi_reader *r = m->private;
	bool alone = !m->count;
	int err = 0;

	while (!err) {
		cgi_view_show(m, r->view, r->snapshot, *(loff_t *)v);
		if (!alone || !seq_has_overflowed(m))
			break;
		err = cgi_reader_grow(m);
	}
	return err;
}

static const struct seq_operations cgi_reader_ops = {
	.start	= cgi_reader_start,
	.next	= cgi_reader_next,
	.stop	= cgi_reader_stop,
	.show	= cgi_reader_show,
};

/* lib/vsprintf.c puts what it prints instead of a hash into parentheses. */
static bool cgi_pointers_are_hashed(void)
{
	char text[24];

	snprintf(text, sizeof(text), "%p", &cgi_reader_ops);
	return text[0] != '(';
}

/*
 * Until the kernel has random numbers, and for up to two seconds more until it has made
 * a key of them, %p is the same text for every address.  All css_sets would look like
 * one.
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

static int cgi_view_take(const struct cgi_view *view, struct cgi_snapshot *s)
{
	int err = 0;

	cgi_stats_get(&s->stats);
	if (view->want & (CGI_WANT_GRAPH | CGI_WANT_TASKS))
		err = cgi_await_hashed_pointers();
	return err ? err : cgi_take(s);
}

static int cgi_view_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;
	struct cgi_reader *r = m->private;

	cgi_snapshot_destroy(r->snapshot);
	return seq_release_private(inode, file);
}

/* If there is a buffer, seq_read() does not allocate one. */
static int cgi_reader_fill(struct seq_file *m, const struct cgi_view *view)
{
	struct cgi_reader *r = m->private;

	r->view = view;
	r->snapshot = cgi_snapshot_create(view->want);
	m->buf = cgi_alloc(1, PAGE_SIZE);
	if (!r->snapshot || !m->buf)
		return -ENOMEM;
	m->size = PAGE_SIZE;
	return cgi_view_take(view, r->snapshot);
}

/*
 * Root may open a 0400 file for writing, so that is refused here.  What seq_file allocates
 * by itself is small but may kill, so it comes first, while nothing of ours takes room.
 */
static int cgi_view_start(struct inode *inode, struct file *file)
{
	int err;

	if (file->f_mode & FMODE_WRITE)
		return -EACCES;
	if (!__seq_open_private(file, &cgi_reader_ops, sizeof(struct cgi_reader)))
		return -ENOMEM;
	err = cgi_reader_fill(file->private_data, inode->i_private);
	if (err)
		cgi_view_release(inode, file);
	return err;
}

static const struct file_operations cgi_view_owned_fops = {
	.owner		= THIS_MODULE,
	.read		= seq_read,
	.llseek		= seq_lseek,
	.release	= cgi_view_release,
};

/*
 * debugfs warns if it can't take a reference to the owner of a file's operations while the
 * module's state does not say that it is going (open_proxy_open(), fs/debugfs/file.c).
 * But delete_module() takes the last reference first and sets the state afterwards.
 * So debugfs is given operations without an owner, and the reference is taken here.
 * The module can't go meanwhile, because the removal of a file waits for its open().
 */
static int cgi_view_open(struct inode *inode, struct file *file)
{
	if (!try_module_get(THIS_MODULE)) {
		/*
		 * do_dentry_open() looks at the file's operations once more when open()
		 * has failed.  By then ours may be gone, unlike those of debugfs.
		 */
		replace_fops(file, inode->i_fop);
		return -ENXIO;
	}
	/* If cgi_view_start() fails, do_dentry_open() puts these, and so the module. */
	replace_fops(file, &cgi_view_owned_fops);
	return cgi_view_start(inode, file);
}

static const struct file_operations cgi_view_fops = {
	.open		= cgi_view_open,
};

/**
 * cgi_view_create() - create the file of a view
 * @view: the view
 * @dir: the directory
 *
 * The "unsafe" variant protects only open() against the removal of the file.  That is
 * enough: whoever has the file open holds the module, so nothing is removed.
 *
 * Context: Process, sleeps.
 */
void cgi_view_create(const struct cgi_view *view, struct dentry *dir)
{
	debugfs_create_file_unsafe(view->name, 0400, dir, (void *)view, &cgi_view_fops);
}
