// SPDX-License-Identifier: GPL-2.0-only
/*
 * What kind of thing an open file is.
 *
 * The kernel exports none of the file operations that would tell.  But each of these files is
 * on a file system of the kernel's own, which has a magic number; and on that of anonymous
 * inodes the name of a file is what the kernel's source has called it.
 */
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/string.h>

#include "../../compat.h"
#include "file.h"
#include "finder.h"

struct cgi_file_kind {
	const char *name;
	bool (*find)(struct cgi_finder *f, struct file *file);
};

static const struct cgi_file_kind cgi_anonymous_kinds[] = {
	{ "[perf_event]", cgi_find_by_perf_event },
	{ "[fanotify]", cgi_find_by_fanotify },
	{ "inotify", cgi_find_by_inotify },
	{ "bpf_link", cgi_find_by_bpf_link },
	{ "bpf-map", cgi_find_by_bpf_map },
	{ "bpf_iter", cgi_find_by_bpf_iter },
};

/* A module can take any of these names, but it owns the operations of its files. */
static bool cgi_find_by_anonymous(struct cgi_finder *f, struct file *file)
{
	const struct qstr *name = &file->f_path.dentry->d_name;
	unsigned int i;

	if (file->f_op->owner)
		return true;
	for (i = 0; i < ARRAY_SIZE(cgi_anonymous_kinds); i++)
		if (!strcmp((const char *)name->name, cgi_anonymous_kinds[i].name))
			return cgi_anonymous_kinds[i].find(f, file);
	return true;
}

/**
 * cgi_find_by_file() - find what an open file holds
 * @f: the search
 * @file: the file
 *
 * A file that was opened with O_PATH has no state of its own, but keeps its inode.
 *
 * Context: In an RCU read section, with the lock held that keeps @file.
 * Return: false if the hold has done its steps and something is left in the file.
 */
bool cgi_find_by_file(struct cgi_finder *f, struct file *file)
{
	bool is_path = file->f_mode & FMODE_PATH;

	switch (file_inode(file)->i_sb->s_magic) {
	case SOCKFS_MAGIC:
		return is_path || cgi_find_by_socket(f, file);
	case ANON_INODE_FS_MAGIC:
		return is_path || cgi_find_by_anonymous(f, file);
	case NSFS_MAGIC:
		return cgi_find_by_namespace(f, file);
	case HUGETLBFS_MAGIC:
		return !CGI_HAVE_CGROUP_HUGETLB || cgi_find_by_hugetlb(f, file);
	case CGROUP_SUPER_MAGIC:
	case CGROUP2_SUPER_MAGIC:
		return cgi_find_by_cgroupfs(f, file);
	}
	return true;
}
