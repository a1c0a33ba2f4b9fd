/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_HOLDER_ORDER_H
#define _CGI_HOLDER_ORDER_H

struct cgi_holder;

int cgi_holder_compare_who(const struct cgi_holder *x, const struct cgi_holder *y);
int cgi_holder_compare_same(const struct cgi_holder *x, const struct cgi_holder *y);
bool cgi_holder_is_same(const struct cgi_holder *x, const struct cgi_holder *y);
int cgi_holder_compare_once(const void *a, const void *b);
int cgi_holder_compare(const void *a, const void *b);

#endif /* _CGI_HOLDER_ORDER_H */
