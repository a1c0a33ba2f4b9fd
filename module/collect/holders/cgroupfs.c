// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open files and directories of cgroup file systems.  They keep what kernfs has of a removed
 * cgroup, and not the cgroup.
 */
#include <linux/cgroup.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/kernfs.h>
#include <linux/string.h>

#include "file.h"
#include "finder.h"

/*
 * The inode of @file if it is a directory, or else of its parent directory.  Files of cgroups are
 * never renamed, so d_parent, to which the dentry holds a reference, does not change.
 */
static const struct inode *cgi_cgroupfs_dir(const struct file *file)
{
	const struct dentry *dentry = file->f_path.dentry;

	return S_ISDIR(file_inode(file)->i_mode) ? file_inode(file) : d_inode(dentry->d_parent);
}

/**
 * cgi_find_by_cgroupfs() - find the cgroup whose file or directory is open
 * @f: the search
 * @file: the file
 *
 * The kernel clears the pointer from the directory to the cgroup before it asks RCU to free
 * the cgroup.
 *
 * Context: In an RCU read section, with the lock held that keeps @file.
 * Return: true.
 */
bool cgi_find_by_cgroupfs(struct cgi_finder *f, struct file *file)
{
	const struct inode *dir = cgi_cgroupfs_dir(file);
	const struct kernfs_node *kn = dir ? dir->i_private : NULL;
	struct cgi_holder what = {
		.kind = CGI_HOLDER_CGROUPFS,
		.addr = file,
		.refs = { .kind = CGI_REFS_EXACT },
	};

	if (!kn || kernfs_type((struct kernfs_node *)kn) != KERNFS_DIR)
		return true;
	if (dir != file_inode(file))
		strscpy(what.name, (const char *)file->f_path.dentry->d_name.name,
			sizeof(what.name));
	cgi_find_cgroup(f, READ_ONCE(kn->priv), &what);
	return true;
}
