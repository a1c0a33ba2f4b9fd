/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_KSYM_H
#define _CGI_KSYM_H

#include <linux/types.h>

enum cgi_ksym_way {
	CGI_KSYM_NONE,
	CGI_KSYM_EXPORTED,
	CGI_KSYM_KALLSYMS,
};

enum cgi_ksym_ways {
	CGI_KSYM_NO_WAY,
	CGI_KSYM_ONE_WAY,
	CGI_KSYM_AGREE,
	CGI_KSYM_DIFFER,
};

/**
 * struct cgi_ksym - a data symbol of the kernel
 * @name: its name
 * @addr: its address, NULL if it was not found
 * @way: how it was found
 * @ways: what the two ways to find it say of each other
 */
struct cgi_ksym {
	const char *name;
	void *addr;
	enum cgi_ksym_way way;
	enum cgi_ksym_ways ways;
};

void cgi_ksym_find(struct cgi_ksym *sym);
void cgi_ksym_put(struct cgi_ksym *sym);
const char *cgi_ksym_way_name(const struct cgi_ksym *sym);
const char *cgi_ksym_ways_name(enum cgi_ksym_ways ways);

#endif /* _CGI_KSYM_H */
