// SPDX-License-Identifier: GPL-2.0-only
/*
 * BPF programs that are attached to cgroups, with or without a link.
 */
#include <linux/bpf.h>
#include <linux/bpf-cgroup.h>
#include <linux/cgroup.h>
#include <linux/filter.h>
#include <linux/kernel.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "../compat.h"
#include "../snapshot/snapshot.h"
#include "locks.h"
#include "programs.h"

/*
 * The kernel has two numbers for what programs can be attached to: the one that user space
 * gives, and the index of a list of the cgroup's.
 */
#define CGI_ATTACH(_type, _word)							\
	{ .type = BPF_CGROUP_ ## _type, .index = CGI_BPF_ATTACH_INDEX(_type), .word = _word }

/* The words are those of bpftool. */
static const struct {
	int type;
	int index;
	const char *word;
} cgi_attach[] = {
	CGI_ATTACH(INET_INGRESS, "cgroup_inet_ingress"),
	CGI_ATTACH(INET_EGRESS, "cgroup_inet_egress"),
	CGI_ATTACH(INET_SOCK_CREATE, "cgroup_inet_sock_create"),
	CGI_ATTACH(INET_SOCK_RELEASE, "cgroup_inet_sock_release"),
	CGI_ATTACH(SOCK_OPS, "cgroup_sock_ops"),
	CGI_ATTACH(DEVICE, "cgroup_device"),
	CGI_ATTACH(INET4_BIND, "cgroup_inet4_bind"),
	CGI_ATTACH(INET6_BIND, "cgroup_inet6_bind"),
	CGI_ATTACH(INET4_CONNECT, "cgroup_inet4_connect"),
	CGI_ATTACH(INET6_CONNECT, "cgroup_inet6_connect"),
	CGI_ATTACH(INET4_POST_BIND, "cgroup_inet4_post_bind"),
	CGI_ATTACH(INET6_POST_BIND, "cgroup_inet6_post_bind"),
	CGI_ATTACH(INET4_GETPEERNAME, "cgroup_inet4_getpeername"),
	CGI_ATTACH(INET6_GETPEERNAME, "cgroup_inet6_getpeername"),
	CGI_ATTACH(INET4_GETSOCKNAME, "cgroup_inet4_getsockname"),
	CGI_ATTACH(INET6_GETSOCKNAME, "cgroup_inet6_getsockname"),
	CGI_ATTACH(UDP4_SENDMSG, "cgroup_udp4_sendmsg"),
	CGI_ATTACH(UDP6_SENDMSG, "cgroup_udp6_sendmsg"),
	CGI_ATTACH(UDP4_RECVMSG, "cgroup_udp4_recvmsg"),
	CGI_ATTACH(UDP6_RECVMSG, "cgroup_udp6_recvmsg"),
	CGI_ATTACH(UNIX_CONNECT, "cgroup_unix_connect"),
	CGI_ATTACH(UNIX_SENDMSG, "cgroup_unix_sendmsg"),
	CGI_ATTACH(UNIX_RECVMSG, "cgroup_unix_recvmsg"),
	CGI_ATTACH(UNIX_GETPEERNAME, "cgroup_unix_getpeername"),
	CGI_ATTACH(UNIX_GETSOCKNAME, "cgroup_unix_getsockname"),
	CGI_ATTACH(SYSCTL, "cgroup_sysctl"),
	CGI_ATTACH(GETSOCKOPT, "cgroup_getsockopt"),
	CGI_ATTACH(SETSOCKOPT, "cgroup_setsockopt"),
};

static const char *cgi_attach_word_of_type(int type)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cgi_attach); i++)
		if (cgi_attach[i].type == type)
			return cgi_attach[i].word;
	return NULL;
}

static const char *cgi_attach_word_of_index(int index)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cgi_attach); i++)
		if (cgi_attach[i].index == index)
			return cgi_attach[i].word;
	return NULL;
}

/**
 * cgi_bpf_prog_fill() - copy a BPF program of a cgroup
 * @what: where to
 * @prog: the program, or NULL
 *
 * Context: In an RCU read section, or with cgroup_mutex held.
 */
void cgi_bpf_prog_fill(struct cgi_holder *what, const struct bpf_prog *prog)
{
	*what = (struct cgi_holder){
		.kind = CGI_HOLDER_BPF_PROG,
		.amount = CGI_NOT_COUNTED,
		.refs = { .kind = CGI_REFS_EXACT },
		.fd = -1,
		.addr = prog,
	};
	if (!prog)
		return;
	what->prog = prog->aux->id;
	strscpy(what->name, prog->aux->name, sizeof(what->name));
}

/* On older kernels only a link to a cgroup says what it is attached to. */
static const char *cgi_bpf_link_word(const struct bpf_link *link)
{
	if (link->type == BPF_LINK_TYPE_ITER)
		return "trace_iter";
	return cgi_attach_word_of_type(cgi_bpf_link_attach_type(link));
}

/**
 * cgi_bpf_link_fill() - copy a BPF link to a cgroup, or of an iterator over cgroups
 * @what: where to
 * @link: the link
 *
 * Context: In an RCU read section, or with cgroup_mutex held, either of which keeps the
 *          program of a link that is updated meanwhile.
 */
void cgi_bpf_link_fill(struct cgi_holder *what, struct bpf_link *link)
{
	cgi_bpf_prog_fill(what, READ_ONCE(link->prog));
	what->kind = CGI_HOLDER_BPF_LINK;
	what->refs.count = 1;
	what->addr = link;
	what->number = link->id;
	what->phrase = cgi_bpf_link_word(link);
}

static void cgi_program_copy(struct cgi_snapshot *s, const struct cgroup *cgrp,
			     const struct bpf_prog_list *entry, unsigned int index)
{
	struct cgi_holder *what = cgi_array_add(&s->inside, 1);
	struct bpf_link *link = cgi_bpf_entry_link(entry);

	if (!what)
		return;
	if (link)
		cgi_bpf_link_fill(what, link);
	else
		cgi_bpf_prog_fill(what, cgi_bpf_entry_prog(entry));
	if (!link)
		what->phrase = cgi_attach_word_of_index(index);
	what->held_kind = CGI_HELD_CGROUP;
	what->held_addr = cgrp;
	what->held_number = cgrp->self.serial_nr;
}

static void cgi_collect_programs_of(struct cgi_snapshot *s, struct cgroup *cgrp)
{
	const struct bpf_prog_list *entry;
	unsigned int i;

	for (i = 0; i < cgi_bpf_nr_lists(cgrp); i++)
		cgi_bpf_for_each_entry(entry, cgi_bpf_list(cgrp, i))
			cgi_program_copy(s, cgrp, entry, i);
}

/**
 * cgi_collect_programs() - collect BPF programs and links of cgroups
 * @s: where to; its cgroups fit
 *
 * Only cgroups of the default hierarchy have programs.  The kernel allows 64 of them on one
 * list.  When a removed cgroup has given up its programs, its lists are empty.
 *
 * Context: Process, cgroup_mutex held since the cgroups were collected; sleeps.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_collect_programs(struct cgi_snapshot *s)
{
	struct cgroup *cgrp;
	size_t i;

	lockdep_assert_held(cgi_cgroup_mutex);
	for (i = 0; i < s->cgroups.count; i++) {
		/* One cgroup can have some thousand programs. */
		cgi_hold_pause();
		if (fatal_signal_pending(current))
			return -EINTR;
		cgrp = cgi_object_at(cgi_cgroup_at(s, i)->addr);
		if (cgrp->root == &cgrp_dfl_root)
			cgi_collect_programs_of(s, cgrp);
	}
	return 0;
}
