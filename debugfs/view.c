// SPDX-License-Identifier: GPL-2.0-only
/*
 * What all files share: open() collects, read() prints from memory, release()
 * frees.  An open file never changes and pins nothing but its module.
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/string_helpers.h>

#include "../module/take.h"
#include "view.h"

/* The kernel takes two seconds, a guest on a busy machine longer. */
#define CGI_HASH_WAIT_MS	50
#define CGI_HASH_TRIES		200

/* Private data of an open file. */
struct cgi_reader {
	const struct cgi_view *view;
	struct cgi_snapshot *snapshot;
};

/* The header takes position 0. */
static size_t cgi_reader_first(const struct cgi_reader *r)
{
	return r->view->header ? 1 : 0;
}

static void *cgi_reader_start(struct seq_file *m, loff_t *pos)
{
	const struct cgi_reader *r = m->private;
	size_t lines = cgi_reader_first(r) + r->view->count(r->snapshot);

	return *pos < lines ? pos : NULL;
}

static void *cgi_reader_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return cgi_reader_start(m, pos);
}

static void cgi_reader_stop(struct seq_file *m, void *v)
{
}

static int cgi_reader_show(struct seq_file *m, void *v)
{
	const struct cgi_reader *r = m->private;
	size_t line = *(loff_t *)v, first = cgi_reader_first(r);

	if (line < first)
		seq_printf(m, "#%s\n", r->view->header);
	else
		r->view->show(m, r->snapshot, line - first);
	return 0;
}

static const struct seq_operations cgi_reader_ops = {
	.start	= cgi_reader_start,
	.next	= cgi_reader_next,
	.stop	= cgi_reader_stop,
	.show	= cgi_reader_show,
};

/* What %p prints instead of a hash is in parentheses (lib/vsprintf.c). */
static bool cgi_view_has_hashes(void)
{
	char text[24];

	snprintf(text, sizeof(text), "%p", &cgi_reader_ops);
	return text[0] != '(';
}

/*
 * Until the kernel has random numbers, and for up to two seconds more until it
 * has made a key of them, %p is the same text for every address; that would
 * make all css_sets look like one.
 */
static int cgi_view_await_hashes(void)
{
	int err = wait_for_random_bytes(), tries = 0;

	while (!err && !cgi_view_has_hashes()) {
		if (++tries > CGI_HASH_TRIES)
			return -EAGAIN;
		if (msleep_interruptible(CGI_HASH_WAIT_MS))
			err = -ERESTARTSYS;
	}
	return err;
}

static int cgi_view_collect(const struct cgi_view *view, struct cgi_snapshot *s)
{
	int err;

	cgi_stats_get(&s->stats);
	if (!view->want)
		return 0;
	err = cgi_view_await_hashes();
	if (err)
		return err;
	return cgi_take(s);
}

static int cgi_view_read_open(struct file *file, const struct cgi_view *view,
			      struct cgi_snapshot *s)
{
	struct cgi_reader *r = __seq_open_private(file, &cgi_reader_ops, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->view = view;
	r->snapshot = s;
	return 0;
}

/* Root may open a 0400 file for writing: refuse it here. */
static int cgi_view_start(struct inode *inode, struct file *file)
{
	const struct cgi_view *view = inode->i_private;
	struct cgi_snapshot *s;
	int err;

	if (file->f_mode & FMODE_WRITE)
		return -EACCES;
	s = cgi_snapshot_create(view->want);
	if (!s)
		return -ENOMEM;
	err = cgi_view_collect(view, s);
	if (!err)
		err = cgi_view_read_open(file, view, s);
	if (err)
		cgi_snapshot_destroy(s);
	return err;
}

static int cgi_view_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;
	struct cgi_reader *r = m->private;

	cgi_snapshot_destroy(r->snapshot);
	return seq_release_private(inode, file);
}

static const struct file_operations cgi_view_owned_fops = {
	.owner		= THIS_MODULE,
	.read		= seq_read,
	.llseek		= seq_lseek,
	.release	= cgi_view_release,
};

/*
 * debugfs warns if it can't get the owner of a file and the module's state does
 * not say why (open_proxy_open(), fs/debugfs/file.c), but delete_module() sets
 * the state only after it has taken the last reference.  So debugfs is given no
 * owner, and the reference is taken here: removing a file waits for its open().
 */
static int cgi_view_open(struct inode *inode, struct file *file)
{
	if (!try_module_get(THIS_MODULE)) {
		/* Its caller looks at them once more, when they may be gone. */
		replace_fops(file, inode->i_fop);
		return -ENXIO;
	}
	/* Its caller puts them, and so the module, if cgi_view_start() fails. */
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
 * Nothing but open() needs debugfs's protection against the file's removal,
 * hence "unsafe": who has a file open keeps the module.
 *
 * Context: Process, sleeps.
 */
void cgi_view_create(const struct cgi_view *view, struct dentry *dir)
{
	debugfs_create_file_unsafe(view->name, 0400, dir, (void *)view, &cgi_view_fops);
}

/**
 * cgi_put_string() - print a string field, escaped; `-` for an empty one
 * @m: the file
 * @string: the string as it is
 *
 * Context: Any.
 */
void cgi_put_string(struct seq_file *m, const char *string)
{
	if (*string)
		seq_escape(m, string, CGI_ESCAPED);
	else
		seq_putc(m, '-');
}

/**
 * cgi_put_cgroup() - print a cgroup as `hierarchy:id`; `-` for none
 * @m: the file
 * @s: the snapshot
 * @cgroup: index of the cgroup, or CGI_NONE
 *
 * Context: Any.
 */
void cgi_put_cgroup(struct seq_file *m, const struct cgi_snapshot *s, u32 cgroup)
{
	const struct cgi_cgroup *cgrp;

	if (cgroup == CGI_NONE) {
		seq_putc(m, '-');
		return;
	}
	cgrp = cgi_cgroup_at(s, cgroup);
	seq_printf(m, "%d:%llu", cgi_hierarchy_at(s, cgrp->hierarchy)->id, cgrp->id);
}

/**
 * cgi_put_css() - print a css as `controller:id`; `-` for none
 * @m: the file
 * @s: the snapshot
 * @css: index of the css, or CGI_NONE
 *
 * Context: Any.
 */
void cgi_put_css(struct seq_file *m, const struct cgi_snapshot *s, u32 css)
{
	const struct cgi_css *record;

	if (css == CGI_NONE) {
		seq_putc(m, '-');
		return;
	}
	record = cgi_css_at(s, css);
	seq_printf(m, "%s:%d", cgi_subsys_at(s, record->subsys)->name, record->id);
}

/**
 * cgi_put_refs() - print a number of references
 * @m: the file
 * @refs: the number; `-` if it is not known, `~` before one that is about right
 *
 * Context: Any.
 */
void cgi_put_refs(struct seq_file *m, const struct cgi_refs *refs)
{
	if (refs->kind == CGI_REFS_UNKNOWN)
		seq_putc(m, '-');
	else
		seq_printf(m, "%s%ld", refs->kind == CGI_REFS_ABOUT ? "~" : "", refs->count);
}

/**
 * cgi_put_controllers() - print a set of controllers; `-` for none
 * @m: the file
 * @s: the snapshot
 * @mask: the controllers
 *
 * Context: Any.
 */
void cgi_put_controllers(struct seq_file *m, const struct cgi_snapshot *s, u32 mask)
{
	const char *separator = "";
	size_t i;

	for (i = 0; i < s->subsystems.count; i++) {
		if (!(mask & BIT(cgi_subsys_at(s, i)->id)))
			continue;
		seq_printf(m, "%s%s", separator, cgi_subsys_at(s, i)->name);
		separator = ",";
	}
	if (!*separator)
		seq_putc(m, '-');
}

/**
 * cgi_put_flags() - print a set of flags; `-` for none
 * @m: the file
 * @flags: the flags
 * @names: name of each bit, up to a NULL
 *
 * Context: Any.
 */
void cgi_put_flags(struct seq_file *m, u32 flags, const char *const *names)
{
	const char *separator = "";
	unsigned int bit;

	for (bit = 0; names[bit]; bit++) {
		if (!(flags & BIT(bit)))
			continue;
		seq_printf(m, "%s%s", separator, names[bit]);
		separator = ",";
	}
	if (!*separator)
		seq_putc(m, '-');
}
