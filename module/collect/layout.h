/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_LAYOUT_H
#define _CGI_LAYOUT_H

int cgi_layout_check(void);

#endif /* _CGI_LAYOUT_H */
