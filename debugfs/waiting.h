/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_DEBUGFS_WAITING_H
#define _CGI_DEBUGFS_WAITING_H

struct cgi_snapshot;
struct cgi_out;

/* For views with CGI_WANT_WAITING. */
void cgi_put_held_by(struct cgi_out *o, const struct cgi_snapshot *s, const void *record);
void cgi_put_readers_waiting(struct cgi_out *o, const struct cgi_snapshot *s,
			     const void *record);
void cgi_put_oldest_wait(struct cgi_out *o, const struct cgi_snapshot *s, const void *record);

#endif /* _CGI_DEBUGFS_WAITING_H */
