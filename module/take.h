/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_TAKE_H
#define _CGI_TAKE_H

#include <linux/types.h>

struct cgi_snapshot;

int cgi_take(struct cgi_snapshot *s);
int cgi_take_fitting(struct cgi_snapshot *s, int (*collect)(struct cgi_snapshot *s));
int cgi_take_affordable(struct cgi_snapshot *s, int (*take)(struct cgi_snapshot *s));
int cgi_take_wait(struct cgi_snapshot *s, bool trees, int (*wait)(void));
int cgi_take_checked(struct cgi_snapshot *s, int (*take)(struct cgi_snapshot *s));

#endif /* _CGI_TAKE_H */
