/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lines of an object in the file holders, and descriptors that hold it.
 */
#ifndef CGI_NAMED_H
#define CGI_NAMED_H

#include <stdbool.h>

#include "cgi.h"

/* Adds the lines of an object, but those of kind "unseen". */
void cgi_holder_lines(struct cgi_set *set, const char *object);
/* Says all of them, where there is the file holders. */
void cgi_say_holders(const char *object);
/* Returns the references of the one of these lines that begins and ends so, or -1. */
long cgi_refs_in(const struct cgi_set *lines, const char *begin, const char *end);
/* Adds the line of what this process has open. */
__printf(5, 6)
void cgi_want_line(struct cgi_set *set, const char *kind, int refs, int fd,
		   const char *fmt, ...);
/* Are @lines soon those of the object, and there are no others? Frees @lines. */
bool cgi_is_named(const char *object, struct cgi_set *lines);
bool cgi_is_not_named(const char *object);
/*
 * Reads holders. Returns NULL, after saying why, if it is not in the contract's form, if a number
 * is none, if a line but "unknown" is not exact, if an object with such a line has no line that
 * says where to look, or if the lines of an object are not together, with "unknown" as the last.
 */
struct cgi_table *cgi_holders_read(void);
/* Is that so, and has each line what @holds asks of it, unless this is NULL? */
bool cgi_holders_are_sound(bool (*holds)(const struct cgi_table *holders, int row));
/* Returns how many references the lines of an object have together. */
long cgi_holders_sum(const struct cgi_table *holders, const char *object);
/*
 * Is holders sound, and do the references of a removed cgroup that nobody touches add up to what
 * is unaccounted of it? Of others both can change between two readings, and back.
 */
bool cgi_holders_add_up(const char *resting);
unsigned long long cgi_inode_of(int fd);
/* Returns the "device:M:N,inode:I" of a file. */
char *cgi_identity_of(int fd);
/* Sends a message of so many bytes with so many descriptors of a file, CGI_MAX_PASSED at most. */
#define CGI_MAX_PASSED	253
void cgi_pass(int socket, int fd, int nr, int bytes);
void cgi_write_pages(int fd, int pages);
/* Returns 0 if the kernel has no huge pages. */
size_t cgi_huge_page_size(void);

/* What a case has open until cgi_release(). */
#define CGI_MAX_KEPT	8
extern int cgi_kept[CGI_MAX_KEPT], cgi_nr_kept;

/* Returns false, with errno, if @fd is none. */
bool cgi_keep(int fd);
/* These make a socket first; that of TCP listens. */
bool cgi_keep_socket(int family, int type);
bool cgi_keep_tcp(void);
bool cgi_keep_udp(void);
bool cgi_keep_netlink(void);
bool cgi_keep_packet(void);
/* These are for cgi_run_inside(): a network namespace, and a datagram socket of AF_UNIX. */
void cgi_keep_net_namespace(void *unused);
void cgi_keep_unix(void *unused);
void cgi_release(void);

#endif
