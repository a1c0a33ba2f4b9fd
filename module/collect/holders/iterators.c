// SPDX-License-Identifier: GPL-2.0-only
/*
 * BPF iterators over cgroups.  A link of one holds the cgroup at which it begins, and so does
 * each file that was made from the link.
 *
 * What the kernel has of both is private.  It begins with structures that are public, and these
 * tell whether what follows them is what it is taken for: no pointer is followed that is not
 * the address of a cgroup of the snapshot.
 */
#include <linux/bpf.h>
#include <linux/build_bug.h>
#include <linux/cgroup.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "../../compat.h"
#include "../programs.h"
#include "file.h"
#include "finder.h"

/* The beginning of a link. */
struct cgi_iter_link {
	struct bpf_link link;
	struct bpf_iter_aux_info aux;
};

/* What comes before that which an iterator keeps for itself. */
struct cgi_iter_head {
	const void *target;
	const struct bpf_iter_seq_info *info;
	const struct bpf_prog *prog;
	u64 session;
	u64 number;
	bool done;
	const struct cgroup_subsys_state *start[] __aligned(8);
};

/* The kernel looks up by this name which kind of iterator a program is for. */
static bool cgi_iterates_cgroups(const struct bpf_prog *prog)
{
	const char *name;

	if (!prog || prog->expected_attach_type != BPF_TRACE_ITER)
		return false;
	name = prog->aux->attach_func_name;
	return name && !strcmp(name, "bpf_iter_cgroup");
}

/**
 * cgi_find_by_iter_link() - find what the link of a BPF iterator holds
 * @f: the search
 * @link: the link
 *
 * Context: In an RCU read section, with the lock held that keeps the file of @link.
 */
void cgi_find_by_iter_link(struct cgi_finder *f, struct bpf_link *link)
{
	const struct cgi_iter_link *iter = container_of(link, struct cgi_iter_link, link);
	struct cgi_holder what;

	if (!cgi_iterates_cgroups(READ_ONCE(link->prog)))
		return;
	cgi_bpf_link_fill(&what, link);
	cgi_find_cgroup(f, cgi_bpf_iter_start(&iter->aux), &what);
}

/* Return: false if the file is not what it was taken for. */
static bool cgi_iter_head_read(const struct seq_file *seq, struct cgi_iter_head *head,
			       struct bpf_iter_seq_info *info)
{
	const void *at = seq->private;

	if (!at)
		return false;
	at -= offsetof(struct cgi_iter_head, start);
	return !copy_from_kernel_nofault(head, at, sizeof(*head)) &&
	       !copy_from_kernel_nofault(info, head->info, sizeof(*info)) &&
	       info->seq_ops == seq->op;
}

/**
 * cgi_find_by_bpf_iter() - find what an open BPF iterator holds
 * @f: the search
 * @file: the file of the iterator
 *
 * An iterator that has nothing to give up when it is closed holds nothing: before "bpf: Pin the
 * start cgroup in cgroup_iter_seq_init()", 6.2, only the link did.  Its cgroup may be freed by
 * now, so it is not looked at.
 *
 * Context: In an RCU read section, with the lock held that keeps @file.
 * Return: true.
 */
bool cgi_find_by_bpf_iter(struct cgi_finder *f, struct file *file)
{
	const struct seq_file *seq = file->private_data;
	struct bpf_iter_seq_info info;
	struct cgi_iter_head head;
	struct cgi_holder what;

	BUILD_BUG_ON(offsetof(struct cgroup, self));
	if (!seq || !cgi_iter_head_read(seq, &head, &info) || !info.fini_seq_private ||
	    !cgi_iterates_cgroups(head.prog))
		return true;
	cgi_bpf_prog_fill(&what, head.prog);
	what.kind = CGI_HOLDER_BPF_ITER;
	what.addr = seq;
	what.refs.count = 1;
	cgi_find_cgroup(f, *(const struct cgroup **)seq->private, &what);
	return true;
}
