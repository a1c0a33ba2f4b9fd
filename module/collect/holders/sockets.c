// SPDX-License-Identifier: GPL-2.0-only
/*
 * A socket holds the cgroup of cgroup2 in which it was made, and the css of memory there.  It
 * holds both until it is freed, wherever it is passed to and wherever its maker moves.  On its
 * way from one task to another no task has it open.
 */
#include <linux/cgroup.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/memcontrol.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/net.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <net/af_unix.h>
#include <net/scm.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "../../compat.h"
#include "../../snapshot/snapshot.h"
#include "file.h"
#include "finder.h"
#include "sockets.h"

/* So many messages are looked at of what waits to be read from a socket. */
#define CGI_SOCKET_MESSAGES	64

/* A message has fewer descriptors: this makes a place of a message and one of these. */
#define CGI_MESSAGE_FDS		256

/**
 * cgi_find_by_sock() - find what a socket holds
 * @f: the search
 * @sk: the socket
 * @socket: what has its inode, or NULL
 * @phrase: in which state it is, or NULL
 *
 * A socket that nobody has open has no inode, and is told by its ports.  The protocol that has
 * made a socket is kept by it, unlike the one that handles it now.
 *
 * Context: In an RCU read section, with a lock held that keeps @sk from letting go of what it
 *          holds.
 */
void cgi_find_by_sock(struct cgi_finder *f, struct sock *sk, struct socket *socket,
		      const char *phrase)
{
	struct cgi_holder what = {
		.kind = CGI_HOLDER_SOCKET,
		.addr = sk,
		.number = socket ? SOCK_INODE(socket)->i_ino : 0,
		.phrase = phrase,
		.refs = { .count = 1, .kind = CGI_REFS_EXACT },
	};

	if (!socket && sk->sk_family != AF_UNIX) {
		what.port = READ_ONCE(sk->sk_num);
		what.peer = ntohs(READ_ONCE(sk->sk_dport));
	}
	strscpy(what.name, sk->sk_prot_creator->name, sizeof(what.name));
	cgi_find_cgroup(f, cgi_sock_cgroup(sk), &what);
	cgi_find_css(f, cgi_memcg_css(cgi_sock_memcg(sk)), &what);
}

/* A struct socket lets go of its sock only when the last reference to its file is put. */
static void cgi_find_by_passed(struct cgi_finder *f, struct file *file)
{
	struct inode *inode = file_inode(file);
	struct socket *socket = SOCKET_I(inode);
	struct sock *sk;

	if (inode->i_sb->s_magic != SOCKFS_MAGIC || file->f_mode & FMODE_PATH)
		return;
	sk = READ_ONCE(socket->sk);
	if (sk)
		cgi_find_by_sock(f, sk, socket, "in_flight");
}

/* Return: false if the hold has done its steps and descriptors are left in the message. */
static bool cgi_find_by_descriptors(struct cgi_finder *f, const struct scm_fp_list *passed,
				    size_t message)
{
	size_t first = message * CGI_MESSAGE_FDS;

	f->part = max(f->part, first);
	for (; f->part - first < passed->count; f->part++) {
		if (!cgi_finder_step(f))
			return false;
		cgi_find_by_passed(f, passed->fp[f->part - first]);
	}
	return true;
}

/*
 * A connection that nobody has accepted yet is a message with the socket that is to be
 * accepted.
 *
 * Return: false if the hold has done its steps before this.
 */
static bool cgi_find_by_unaccepted(struct cgi_finder *f, struct sock *sk, size_t message)
{
	if (!cgi_finder_step(f))
		return false;
	if (sk)
		cgi_find_by_sock(f, sk, NULL, "unaccepted");
	f->part = (message + 1) * CGI_MESSAGE_FDS;
	return true;
}

static bool cgi_find_by_message(struct cgi_finder *f, bool is_listening,
				const struct sk_buff *skb, size_t message)
{
	const struct scm_fp_list *passed;

	if (is_listening)
		return cgi_find_by_unaccepted(f, skb->sk, message);
	if (!cgi_finder_step(f))
		return false;
	passed = cgi_skb_passed(skb);
	if (passed && !cgi_find_by_descriptors(f, passed, message))
		return false;
	f->part = (message + 1) * CGI_MESSAGE_FDS;
	return true;
}

/* The message is kept by the lock of the queue. */
static bool cgi_find_by_queue(struct cgi_finder *f, struct sock *sk, bool is_listening)
{
	const struct sk_buff *skb;
	unsigned long flags;
	bool done = true;
	size_t i = 0;

	spin_lock_irqsave(&sk->sk_receive_queue.lock, flags);
	skb_queue_walk(&sk->sk_receive_queue, skb) {
		if ((i + 1) * CGI_MESSAGE_FDS > f->part)
			done = cgi_find_by_message(f, is_listening, skb, i);
		if (!done || ++i == CGI_SOCKET_MESSAGES)
			break;
	}
	spin_unlock_irqrestore(&sk->sk_receive_queue.lock, flags);
	return done;
}

/*
 * What was sent is kept by its message.  But who reads the first bytes of a message of a stream
 * takes the descriptors from it and leaves it in the queue, and holds no other lock than that of
 * readers.  A reader can hold that for long, so it is not waited for: unix_stream_read_generic() in
 * net/unix/af_unix.c.
 *
 * Return: as cgi_find_by_socket().
 */
static bool cgi_find_by_messages(struct cgi_finder *f, struct sock *sk)
{
	bool is_listening = READ_ONCE(sk->sk_state) == TCP_LISTEN, done;
	struct mutex *readers = NULL;

	if (!is_listening && !CGI_HAVE_PASSED)
		return true;
	if (!is_listening && sk->sk_type == SOCK_STREAM) {
		readers = cgi_unix_readers(sk);
		if (!mutex_trylock(readers)) {
			f->s->holders_missed = true;
			return true;
		}
	}
	done = cgi_find_by_queue(f, sk, is_listening);
	if (readers)
		mutex_unlock(readers);
	return done;
}

/**
 * cgi_find_by_socket() - find what a socket holds, and sockets that wait to be received from it
 * @f: the search
 * @file: the file of the socket
 *
 * Context: In an RCU read section, with the lock held that keeps @file.  Takes the lock of
 *          the socket's queue, and that of its readers if it is free.
 * Return: false if the hold has done its steps and something is left.
 */
bool cgi_find_by_socket(struct cgi_finder *f, struct file *file)
{
	struct socket *socket = SOCKET_I(file_inode(file));
	struct sock *sk = READ_ONCE(socket->sk);

	if (!sk)
		return true;
	if (!f->part)
		cgi_find_by_sock(f, sk, socket, NULL);
	return sk->sk_family != AF_UNIX || cgi_find_by_messages(f, sk);
}
