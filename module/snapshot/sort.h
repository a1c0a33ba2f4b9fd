/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_SORT_H
#define _CGI_SORT_H

#include <linux/types.h>

int cgi_sort(void *data, size_t count, size_t size,
	     int (*compare)(const void *, const void *));

#endif /* _CGI_SORT_H */
