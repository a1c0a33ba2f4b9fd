/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_SWAP_H
#define _CGI_SWAP_H

struct cgi_snapshot;

int cgi_collect_swap(struct cgi_snapshot *s);

#endif /* _CGI_SWAP_H */
