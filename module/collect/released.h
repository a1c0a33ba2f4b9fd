/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_RELEASED_H
#define _CGI_RELEASED_H

#include <linux/types.h>

bool cgi_released_can_wait(void);
int cgi_released_wait(void);

#endif /* _CGI_RELEASED_H */
