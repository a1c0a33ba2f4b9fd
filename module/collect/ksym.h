/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_KSYM_H
#define _CGI_KSYM_H

#include <linux/types.h>

enum cgi_ksym_source {
	CGI_KSYM_NONE,
	CGI_KSYM_EXPORTED,
	CGI_KSYM_KALLSYMS,
};

enum cgi_ksym_agreement {
	CGI_KSYM_AGREE,
	CGI_KSYM_ONE_SOURCE,
	CGI_KSYM_NOT_FOUND,
	CGI_KSYM_DIFFER,
};

/**
 * struct cgi_ksym - a data symbol of the kernel
 * @name: its name
 * @addr: its address, NULL if it was not found
 * @source: how it was found
 * @agreement: whether the two ways to find it lead to the same address
 */
struct cgi_ksym {
	const char *name;
	void *addr;
	enum cgi_ksym_source source;
	enum cgi_ksym_agreement agreement;
};

void cgi_ksym_find(struct cgi_ksym *sym);
void cgi_ksym_put(struct cgi_ksym *sym);
const char *cgi_ksym_source_name(const struct cgi_ksym *sym);
const char *cgi_ksym_agreement_name(enum cgi_ksym_agreement agreement);

#endif /* _CGI_KSYM_H */
