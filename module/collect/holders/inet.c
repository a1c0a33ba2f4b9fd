// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets of TCP and UDP in the tables in which the kernel looks up where a packet goes.  What
 * no task has open is found there: connections that were closed and go on until the other side
 * has said so, those that nobody has accepted yet, and sockets that the kernel has made.
 *
 * A socket leaves its slot, under the lock of the slot, before it gives up what it holds, but for
 * subflows of MPTCP.
 */
#include <linux/cgroup.h>
#include <linux/minmax.h>
#include <linux/net.h>
#include <linux/rculist_nulls.h>
#include <linux/spinlock.h>
#include <net/inet_hashtables.h>
#include <net/mptcp.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include <net/udp.h>

#include "../../compat.h"
#include "../../snapshot/snapshot.h"
#include "finder.h"
#include "sockets.h"

/* So many sockets of a slot are looked at.  UDP has all of a port in one slot. */
#define CGI_INET_CHAIN	256

/* Most slots are empty, and cost no lock.  So many are looked at before others can run. */
#define CGI_INET_SLOTS	1024

/**
 * struct cgi_inet_table - a table of sockets
 * @count: its slots
 * @find: find what the sockets in a slot hold; false if the hold has done its steps and sockets
 *        are left
 */
struct cgi_inet_table {
	unsigned int count;
	bool (*find)(struct cgi_finder *f, unsigned int slot);
};

/*
 * The flag is read without a lock, so a socket that is being accepted or closed can be told to be
 * in either state.
 */
static const char *cgi_inet_state(const struct sock *sk, const struct socket *socket)
{
	if (!socket)
		return sock_flag(sk, SOCK_DEAD) ? "orphan" : "unaccepted";
	return READ_ONCE(socket->file) ? NULL : "kernel";
}

/*
 * Two functions in net/mptcp/protocol.c give a subflow another cgroup in its slot, and put the old
 * cgroup before they store the new one.  mptcp_graft_subflows() owns the socket then, but
 * mptcp_sock_check_graft() may only hold the spinlock.  If neither is so at a moment of this RCU
 * section, the cgroup that is found may be put later, but is freed after the section.  The kernel
 * takes this lock and that of the table in the other order, hence the trylock.
 */
static bool cgi_inet_sock_keeps_cgroup(struct sock *sk)
{
	bool owned;

	if (sk->sk_protocol != IPPROTO_TCP || !sk_is_mptcp(sk))
		return true;
	if (!spin_trylock(&sk->sk_lock.slock))
		return false;
	owned = sock_owned_by_user_nocheck(sk);
	spin_unlock(&sk->sk_lock.slock);
	return !owned;
}

/* Return: false if the hold has done its steps before this socket, the @nr-th in its slot. */
static bool cgi_find_by_inet_sock(struct cgi_finder *f, struct sock *sk, size_t nr)
{
	struct socket *socket;

	if (nr < f->part)
		return true;
	f->part = nr;
	if (!cgi_finder_step(f))
		return false;
	/* What is left of a connection, or is to become one, holds nothing. */
	if (!sk_fullsock(sk))
		return true;
	if (!cgi_inet_sock_keeps_cgroup(sk)) {
		f->s->holders_missed = true;
		return true;
	}
	socket = READ_ONCE(sk->sk_socket);
	/* Most sockets have a descriptor, and were found by it. */
	f->removed_only = socket && READ_ONCE(socket->file);
	cgi_find_by_sock(f, sk, socket, cgi_inet_state(sk, socket));
	f->removed_only = false;
	return true;
}

static bool cgi_find_in_tcp_slot(struct cgi_finder *f, unsigned int slot)
{
	struct inet_hashinfo *table = cgi_tcp_table();
	const struct hlist_nulls_head *chain = &table->ehash[slot].chain;
	const struct hlist_nulls_node *node;
	size_t nr = 0;
	bool done = true;
	struct sock *sk;

	if (hlist_nulls_empty(chain))
		return true;
	spin_lock_bh(inet_ehash_lockp(table, slot));
	sk_nulls_for_each(sk, node, chain) {
		done = cgi_find_by_inet_sock(f, sk, nr++);
		if (!done || nr == CGI_INET_CHAIN)
			break;
	}
	spin_unlock_bh(inet_ehash_lockp(table, slot));
	return done;
}

static bool cgi_find_in_udp_slot(struct cgi_finder *f, unsigned int slot)
{
	struct udp_hslot *chain = &cgi_udp_table()->hash[slot];
	size_t nr = 0;
	bool done = true;
	struct sock *sk;

	if (hlist_empty(&chain->head))
		return true;
	spin_lock_bh(&chain->lock);
	sk_for_each(sk, &chain->head) {
		done = cgi_find_by_inet_sock(f, sk, nr++);
		if (!done || nr == CGI_INET_CHAIN)
			break;
	}
	spin_unlock_bh(&chain->lock);
	return done;
}

/* One hold of the slots from @slot on.  Return: the slot at which the next one begins. */
static unsigned int cgi_find_in_slots(struct cgi_finder *f, const struct cgi_inet_table *table,
				      unsigned int slot)
{
	unsigned int end = min(slot + CGI_INET_SLOTS, table->count);

	rcu_read_lock();
	while (slot < end && table->find(f, slot)) {
		f->part = 0;
		slot++;
	}
	rcu_read_unlock();
	return slot;
}

static int cgi_find_in_table(struct cgi_finder *f, const struct cgi_inet_table *table)
{
	unsigned int slot = 0;
	int err;

	f->at = (struct cgi_holder){ .fd = -1 };
	f->part = 0;
	while (slot < table->count) {
		err = cgi_finder_reserve(f);
		if (err)
			return err;
		slot = cgi_find_in_slots(f, table, slot);
	}
	return 0;
}

/**
 * cgi_find_by_inet_tables() - find what sockets of TCP and UDP hold that no task has open
 * @f: the search
 *
 * Network namespaces share the tables of the initial one, unless somebody has asked for
 * others.
 *
 * Context: Process, may sleep; takes the lock of one slot after the other, for at most
 *          %CGI_INET_CHAIN sockets at a time.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_find_by_inet_tables(struct cgi_finder *f)
{
	struct cgi_inet_table table = { .find = cgi_find_in_tcp_slot };
	int err;

	if (!CGI_HAVE_INET)
		return 0;
	table.count = cgi_tcp_table()->ehash_mask + 1;
	err = cgi_find_in_table(f, &table);
	if (err)
		return err;
	table.find = cgi_find_in_udp_slot;
	table.count = cgi_udp_table()->mask + 1;
	return cgi_find_in_table(f, &table);
}
