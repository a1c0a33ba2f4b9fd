/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_GRACE_H
#define _CGI_GRACE_H

int cgi_grace_init(void);
void cgi_grace_exit(void);
int cgi_grace_wait(void);

#endif /* _CGI_GRACE_H */
