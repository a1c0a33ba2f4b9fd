/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_REAPED_H
#define _CGI_REAPED_H

void cgi_reaped_await(void);
int cgi_reaped_wait(void);

#endif /* _CGI_REAPED_H */
