/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_SOCKETS_H
#define _CGI_SOCKETS_H

struct cgi_finder;
struct sock;
struct socket;

void cgi_find_by_sock(struct cgi_finder *f, struct sock *sk, struct socket *socket,
		      const char *phrase);
int cgi_find_by_inet_tables(struct cgi_finder *f);

#endif /* _CGI_SOCKETS_H */
