// SPDX-License-Identifier: GPL-2.0-only
/*
 * BPF links to cgroups, and BPF maps of cgroups.
 */
#include <linux/bpf.h>
#include <linux/bpf-cgroup.h>
#include <linux/cgroup.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/string.h>

#include "../../compat.h"
#include "../programs.h"
#include "file.h"
#include "finder.h"

/**
 * cgi_find_by_bpf_link() - find what a BPF link holds
 * @f: the search
 * @file: the file of the link
 *
 * After rmdir, cgroup_bpf_release() puts and clears link->cgroup under cgroup_mutex, which is not
 * held here.  It drops a reference of its own only later, so RCU keeps a cgroup that was read.
 *
 * Context: In an RCU read section, with the lock held that keeps @file.
 * Return: true.
 */
bool cgi_find_by_bpf_link(struct cgi_finder *f, struct file *file)
{
	struct bpf_link *link = file->private_data;
	struct cgi_holder what;

	switch (link->type) {
	case BPF_LINK_TYPE_CGROUP:
		cgi_bpf_link_fill(&what, link);
		cgi_find_cgroup(f, cgi_bpf_link_cgroup(link), &what);
		break;
	case BPF_LINK_TYPE_ITER:
		cgi_find_by_iter_link(f, link);
		break;
	default:
		break;
	}
	return true;
}

/**
 * cgi_find_by_bpf_map() - find what a BPF map holds
 * @f: the search
 * @file: the file of the map
 *
 * Context: In an RCU read section, with the lock held that keeps @file.
 * Return: false if the hold has done its steps and entries are left.
 */
bool cgi_find_by_bpf_map(struct cgi_finder *f, struct file *file)
{
	const struct bpf_map *map = file->private_data;
	struct cgi_holder what = {
		.kind = CGI_HOLDER_BPF_MAP,
		.addr = map,
		.number = map->id,
		.refs = { .count = 1, .kind = CGI_REFS_EXACT },
	};
	const struct bpf_array *array;

	if (map->map_type != BPF_MAP_TYPE_CGROUP_ARRAY)
		return true;
	array = container_of(map, struct bpf_array, map);
	strscpy(what.name, map->name, sizeof(what.name));
	for (; f->part < map->max_entries; f->part++) {
		if (!cgi_finder_step(f))
			return false;
		what.part = f->part;
		cgi_find_cgroup(f, READ_ONCE(array->ptrs[f->part]), &what);
	}
	return true;
}
