// SPDX-License-Identifier: GPL-2.0-only
/*
 * Network namespaces.  The kernel makes sockets of its own in each of them, and these hold
 * what any socket holds that is made by the task that makes the namespace.  Most of them are
 * named by the namespace; the others, as that of uevents, can't be told.
 */
#include <linux/cgroup.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/memcontrol.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "../../compat.h"
#include "../../snapshot/snapshot.h"
#include "file.h"
#include "finder.h"
#include "namespaces.h"

static struct sock *cgi_net_sock(struct net *net, unsigned int i)
{
	switch (i) {
	case 0:
		return READ_ONCE(net->rtnl);
	case 1:
		return READ_ONCE(net->genl_sock);
	case 2:
		return READ_ONCE(net->diag_nlsk);
	case 3:
		return READ_ONCE(net->ipv4.fibnl);
	case 4:
		return READ_ONCE(net->ipv4.mc_autojoin_sk);
	case 5:
		return cgi_net_ipv6_sock(net, ndisc_sk);
	case 6:
		return cgi_net_ipv6_sock(net, tcp_sk);
	case 7:
		return cgi_net_ipv6_sock(net, igmp_sk);
	case 8:
		return cgi_net_ipv6_sock(net, mc_autojoin_sk);
	case 9:
		return cgi_net_xfrm_sock(net);
	}
	return NULL;
}

static void cgi_find_by_net_sock(struct cgi_finder *f, struct net *net, unsigned int i)
{
	struct sock *sk = cgi_net_sock(net, i);
	const struct cgi_holder what = {
		.kind = CGI_HOLDER_NET_NS,
		.addr = net,
		.number = net->ns.inum,
		.part = i,
		.refs = { .count = 1, .kind = CGI_REFS_EXACT },
	};

	if (!sk)
		return;
	cgi_find_cgroup(f, cgi_sock_cgroup(sk), &what);
	cgi_find_css(f, cgi_memcg_css(cgi_sock_memcg(sk)), &what);
}

/**
 * cgi_find_by_net_file() - find what a network namespace holds that a file keeps
 * @f: the search
 * @net: the namespace
 *
 * Context: In an RCU read section, with the lock held that keeps the file.
 * Return: false if the hold has done its steps and sockets are left.
 */
bool cgi_find_by_net_file(struct cgi_finder *f, struct net *net)
{
	for (; f->part < CGI_NET_SOCKETS; f->part++) {
		if (!cgi_finder_step(f))
			return false;
		cgi_find_by_net_sock(f, net, f->part);
	}
	return true;
}

static void cgi_find_by_net(struct cgi_finder *f, struct net *net)
{
	unsigned int i;

	for (i = 0; i < CGI_NET_SOCKETS; i++)
		cgi_find_by_net_sock(f, net, i);
}

/**
 * cgi_find_by_net_of_task() - find what the network namespace of a task holds
 * @f: the search
 * @net: the namespace
 *
 * A container has many tasks, of which one is enough to tell.
 *
 * Context: In an RCU read section, with task_lock() held of the task, which keeps @net.
 */
void cgi_find_by_net_of_task(struct cgi_finder *f, struct net *net)
{
	const void **slot = &f->nets[hash_ptr(net, ilog2(CGI_FINDER_NETS))];

	if (*slot == net)
		return;
	*slot = net;
	cgi_find_by_net(f, net);
}

/* Return: false at the end of the list. */
static bool cgi_find_by_nets_from(struct cgi_finder *f, unsigned int skip, unsigned int count)
{
	unsigned int i = 0;
	struct net *net;

	for_each_net_rcu(net) {
		if (i++ < skip)
			continue;
		if (i > skip + count)
			return true;
		cgi_find_by_net(f, net);
	}
	return false;
}

/**
 * cgi_find_by_nets() - find what all network namespaces hold
 * @f: the search
 *
 * When a namespace has left the list the kernel waits for RCU before it gives up its sockets.
 * There is no place on the list to come back to after an RCU read section, so each goes along
 * it from its beginning.
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_find_by_nets(struct cgi_finder *f)
{
	const unsigned int count = CGI_FINDER_ROOM / (2 * CGI_NET_SOCKETS);
	unsigned int skip;
	bool more = true;
	int err;

	f->at = (struct cgi_holder){ .fd = -1 };
	for (skip = 0; more && skip < CGI_FINDER_LIST; skip += count) {
		err = cgi_finder_reserve(f);
		if (err)
			return err;
		rcu_read_lock();
		more = cgi_find_by_nets_from(f, skip, count);
		rcu_read_unlock();
	}
	return 0;
}
