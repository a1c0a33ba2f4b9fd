/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_REAPED_H
#define _CGI_REAPED_H

int cgi_reaped_init(void);
void cgi_reaped_exit(void);
int cgi_reaped_wait(void);

#endif /* _CGI_REAPED_H */
